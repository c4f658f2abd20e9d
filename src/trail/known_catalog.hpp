#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "trail/first_part.hpp"

namespace rev::trail {

// Of a row's fields and of rows: control characters stand in no name that people write.
inline constexpr char field_end = '\x1f';
inline constexpr char row_end = '\x1e';

/// How many rows of a catalog were written.
struct Writes {
    long long inserted = 0;
    long long updated = 0;
    long long deleted = 0;

    bool operator==(const Writes&) const = default;
    Writes operator-(const Writes& before) const {
        return {inserted - before.inserted, updated - before.updated, deleted - before.deleted};
    }
};

/// Of a text that begins with digits; 0: it does not.
inline long long number_in(std::string_view text) {
    long long number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// A hash of rows, whatever their order: sums of the halves of their md5.
struct Sum {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    long long rows = 0;  ///< that are part of a schema

    Sum& operator+=(const Sum& other) {
        high += other.high;
        low += other.low;
        rows += other.rows;
        return *this;
    }
    Sum& operator-=(const Sum& other) {
        high -= other.high;
        low -= other.low;
        rows -= other.rows;
        return *this;
    }
};

/// hash: 32 hexadecimal digits; or nothing: the row is no part of a schema.
inline Sum sum_of(std::string_view hash) {
    Sum sum;
    constexpr std::size_t half = 16;
    if (hash.size() != 2 * half) return sum;
    std::from_chars(hash.data(), hash.data() + half, sum.high, 16);
    std::from_chars(hash.data() + half, hash.data() + 2 * half, sum.low, 16);
    sum.rows = 1;
    return sum;
}

using RowsByKey = std::unordered_map<std::string, Sum>;

/// What is there beyond the threshold of a catalog.
struct RangeAnswer {
    long long others = 0;           ///< rows that are no users'
    long long greatest = 0;         ///< 0: there is none
    std::string_view rows;          ///< of users, as KnownCatalog::take() has them
    std::string_view updated = {};  ///< keys of those that were updated when they were made, with row_end between them
};

/// What one catalog is known to hold: what it held when the step began, and what has become of it.
class KnownCatalog {
public:
    /// rows: those written since the step began: key, hash (32 hexadecimal digits; nothing: the row is no part of a
    /// schema) and description, with field_end between them and row_end between rows. tell: is given the descriptions.
    template <typename Tell>
    void take(std::string_view rows, const Tell& tell) {
        written_.clear();
        gone_.clear();
        added_ = 0;
        total_ = base_total_;
        // How many are no users' is told by a range alone.
        others_ = std::exchange(told_others_, std::nullopt);
        for_each_row(rows, [&](std::string key, const Sum& sum, std::string_view description) {
            take_row(std::move(key), sum);
            if (!description.empty()) tell(description);
        });
    }

    /// Takes what is there beyond threshold(), if that explains all that was written since the look before: then
    /// nothing has become of the others. Else false, and only take() tells what there is.
    template <typename Tell>
    [[nodiscard]] bool take_range(const RangeAnswer& range, const Writes& writes, const Tell& tell) {
        const auto others_before = std::exchange(others_, range.others);
        told_others_ = range.others;
        greatest_ = std::max(greatest_, range.greatest);
        if (!others_before) return false;
        RowsByKey rows;
        std::vector<std::string_view> descriptions;
        for_each_row(range.rows, [&](std::string key, const Sum& sum, std::string_view description) {
            rows.insert_or_assign(std::move(key), sum);
            if (!description.empty()) descriptions.push_back(description);
        });
        Writes seen;
        (range.others > *others_before ? seen.inserted : seen.deleted) = std::abs(range.others - *others_before);
        for (const auto& [key, sum] : rows) seen.inserted += written_.contains(key) ? 0 : 1;
        for (const auto& [key, sum] : written_) seen.deleted += is_in_range(key) && !rows.contains(key) ? 1 : 0;
        for (auto updated = range.updated; !updated.empty();)
            seen.updated += written_.contains(std::string(first_part(updated, row_end))) ? 0 : 1;
        if (seen != writes) return false;
        std::erase_if(written_, [&](const auto& row) {
            if (!is_in_range(row.first)) return false;
            total_ -= row.second;
            --added_;
            return true;
        });
        added_ += rows.size();
        for (auto& [key, sum] : rows) {
            total_ += sum;
            written_.emplace(key, sum);
        }
        for (const auto& description : descriptions) tell(description);
        told_others_.reset();
        return true;
    }

    /// Whether take_range() may do; it does from the next time on in any case.
    [[nodiscard]] bool knows_others() const noexcept { return others_.has_value(); }
    /// Greater than the range of all rows that were there when the step began.
    [[nodiscard]] long long threshold() const noexcept { return threshold_; }

    /// As far as it is known.
    [[nodiscard]] std::size_t size() const noexcept { return base_.size() + added_; }
    [[nodiscard]] const Sum& total() const noexcept { return total_; }

    /// keys: of all rows that there are.
    void forget_others(const std::unordered_set<std::string>& keys) {
        for (const auto& [key, sum] : base_) {
            if (keys.contains(key)) continue;
            gone_.push_back(key);
            total_ -= sum;
        }
    }

    /// A new step begins: what is known now is what it began with.
    void settle() {
        for (const auto& key : gone_) base_.erase(key);
        for (auto& [key, sum] : written_) base_.insert_or_assign(key, sum);
        base_total_ = total_;
        written_.clear();
        gone_.clear();
        added_ = 0;
        threshold_ = greatest_;
        // The greatest of them was seen as well.
        if (others_) others_ = 0;
    }

private:
    template <typename Take>
    static void for_each_row(std::string_view rows, const Take& take) {
        while (!rows.empty()) {
            auto description = first_part(rows, row_end);
            const auto key = first_part(description, field_end);
            const auto sum = sum_of(first_part(description, field_end));
            take(std::string(key), sum, description);
        }
    }

    /// A key begins with its range: "16385" or "16385.3".
    [[nodiscard]] bool is_in_range(std::string_view key) const { return number_in(key) > threshold_; }

    void take_row(std::string key, const Sum& sum) {
        greatest_ = std::max(greatest_, number_in(key));
        const auto before = base_.find(key);
        if (before != base_.end()) total_ -= before->second;
        if (written_.insert_or_assign(std::move(key), sum).second && before == base_.end()) ++added_;
        total_ += sum;
    }

    RowsByKey base_;
    Sum base_total_;
    RowsByKey written_;              ///< since then
    std::vector<std::string> gone_;  ///< of base_
    std::size_t added_ = 0;          ///< of written_: not in base_
    Sum total_;
    long long threshold_ = 0;
    long long greatest_ = 0;                     ///< that was ever seen
    std::optional<long long> others_ = {};       ///< rows beyond threshold_ that are no users'; absent: not known
    std::optional<long long> told_others_ = {};  ///< by the range that take() follows
};

}  // namespace rev::trail
