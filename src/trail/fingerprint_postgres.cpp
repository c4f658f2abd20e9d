#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/text.hpp"
#include "trail/fingerprint.hpp"
#include "trail/fingerprint_catalogs.hpp"

namespace rev::trail {
namespace {

// Of a row's fields and of rows: control characters stand in no name that people write.
constexpr char field_end = '\x1f';
constexpr char row_end = '\x1e';

constexpr std::size_t part_count = std::size(catalog_parts);

/// Of one catalog: how many rows it has, and of those written since $1 their keys, hashes, and, if written since $2,
/// descriptions.
// Only of these a whole row is made: of all rows that takes longer than to find them. And only age() compares
// transactions without a detour by text.
std::string written_sql(const CatalogPart& part) {
    const auto if_counts = [&](std::string value) {
        return part.counts.empty() ? value : fmt::format("CASE WHEN {} THEN {} END", part.counts, value);
    };
    const auto description = part.description.empty()
                                 ? "''"
                                 : fmt::format("CASE WHEN age(x.xmin) <= (SELECT age($2)) THEN {} END",
                                               if_counts(fmt::format("concat_ws(' ', {})", part.description)));
    return fmt::format(
        "SELECT count(*)::text, string_agg((SELECT concat({}, chr(31), {}, chr(31), {}) FROM {} x WHERE x.ctid = "
        "w.ctid), "
        "chr(30)) FILTER (WHERE age(w.xmin) <= (SELECT age($1))) FROM {} w{}{}",
        part.key, if_counts(fmt::format("md5({})", part.text)), description, part.catalog, part.catalog,
        part.where.empty() ? "" : " WHERE ", part.where);
}

/// User mappings are read by their view, whose rows have no age: all of them each time.
constexpr std::string_view mappings_sql =
    "SELECT count(*)::text, string_agg(concat(x.umid, chr(31), md5(x::text), chr(31)), chr(30)) FROM pg_user_mappings "
    "x";

std::string prepared_sql(std::size_t index) {
    return index == part_count ? std::string(mappings_sql) : written_sql(catalog_parts[index]);
}

/// The first transaction that has not begun, and how many rows each catalog has seen written.
std::string counters_sql() {
    std::string catalogs;
    for (const auto& part : catalog_parts) catalogs += fmt::format("'{}',", part.catalog);
    return fmt::format(
        "SELECT (txid_snapshot_xmax(txid_current_snapshot()) % 4294967296)::text, string_agg(("
        "pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid))"
        "::text, ' ' ORDER BY c.place) FROM unnest(ARRAY[{}'pg_user_mapping']::regclass[]) WITH ORDINALITY c(oid, "
        "place)",
        catalogs);
}

/// The keys of all rows.
std::string keys_sql(std::size_t index) {
    if (index == part_count) return "SELECT umid::text FROM pg_user_mappings";
    const auto& part = catalog_parts[index];
    return fmt::format("SELECT ({})::text FROM {} x{}{}", part.key, part.catalog, part.where.empty() ? "" : " WHERE ",
                       part.where);
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
Sum sum_of(std::string_view hash) {
    Sum sum;
    constexpr std::size_t half = 16;
    if (hash.size() != 2 * half) return sum;
    std::from_chars(hash.data(), hash.data() + half, sum.high, 16);
    std::from_chars(hash.data() + half, hash.data() + 2 * half, sum.low, 16);
    sum.rows = 1;
    return sum;
}

/// Takes what comes before the first `end` off `rest`, and that one with it.
std::string_view cut(std::string_view& rest, char end) {
    const auto length = std::min(rest.find(end), rest.size());
    const auto part = rest.substr(0, length);
    rest.remove_prefix(std::min(length + 1, rest.size()));
    return part;
}

using RowsByKey = std::unordered_map<std::string, Sum>;

/// What one catalog is known to hold: what it held when the step began, and what has become of it.
class KnownCatalog {
public:
    /// rows: as look_sql() has them; tell: is given the descriptions.
    template <typename Tell>
    void take(std::string_view rows, const Tell& tell) {
        written_.clear();
        gone_.clear();
        added_ = 0;
        total_ = base_total_;
        while (!rows.empty()) {
            auto description = cut(rows, row_end);
            const auto key = cut(description, field_end);
            take_row(std::string(key), sum_of(cut(description, field_end)));
            if (!description.empty()) tell(description);
        }
    }

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

    void settle() {
        for (const auto& key : gone_) base_.erase(key);
        for (auto& [key, sum] : written_) base_.insert_or_assign(key, sum);
        base_total_ = total_;
        written_.clear();
        gone_.clear();
        added_ = 0;
    }

private:
    void take_row(std::string key, const Sum& sum) {
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
};

class PostgresFingerprints final : public Fingerprints {
public:
    /// writer: whose changes are looked at, and nobody else's; null: not known.
    PostgresFingerprints(std::unique_ptr<Database> database, Database* writer)
        : database_(std::move(database)), writer_(writer), kept_(*database_) {
        const std::array prepared = {Query{scratch::keep_plans_sql},
                                     Query{"PREPARE rev_counters AS " + counters_sql()}};
        (void)database_->query_all(prepared);
        if (database_->query(scratch::can_hand_on_counts_sql).at(0).at(0) != "true") writer_ = nullptr;
    }

    Look look(const scratch::KeptQuestion* with) override {
        std::array<long long, known_size> before{};
        for (std::size_t i = 0; i < known_.size(); ++i) before[i] = known_[i].total().rows;
        Look seen;
        auto lines = read_changed(with, seen.answer);
        std::string counts = "counts";
        for (std::size_t i = 0; i < known_.size(); ++i) {
            const auto& total = known_[i].total();
            seen.whole += fmt::format("{:x} {:x}\n", total.high, total.low);
            counts += fmt::format(" {}", total.rows - before[i]);
        }
        std::ranges::sort(lines);
        seen.touched = base::join(lines, "\n") + "\n" + counts;
        last_since_ = next_since_;
        return seen;
    }

    void begin_step() override {
        for (auto& each : known_) each.settle();
        base_since_ = last_since_;
    }

    scratch::KeptQueries* kept_queries() override { return &kept_; }

private:
    /// Returns what was written since the look before, in words.
    // Most steps change the same catalogs as the one before: they are read with the counters, in one exchange.
    std::vector<std::string> read_changed(const scratch::KeptQuestion* with,
                                          std::optional<std::vector<SqlRow>>& answer) {
        if (writer_ != nullptr) (void)writer_->query(scratch::hand_on_counts_sql);
        const auto usual = usual_;
        std::vector<Query> queries = {{"EXECUTE rev_counters"}};
        const auto looks = looks_at(usual);
        queries.insert(queries.end(), looks.begin(), looks.end());
        if (with != nullptr) queries.push_back(kept_.query_of(*with));
        auto answers = database_->query_all(queries);
        if (with != nullptr) answer = std::move(answers.back());
        usual_ = find_changed(answers.front().at(0));
        std::vector<std::string> lines;
        auto short_ones = take(usual, std::span(answers).subspan(1, looks.size()), lines);
        std::vector<std::size_t> others;
        std::ranges::set_difference(usual_, usual, std::back_inserter(others));
        if (!others.empty()) {
            const auto more = take(others, database_->query_all(looks_at(others)), lines);
            short_ones.insert(short_ones.end(), more.begin(), more.end());
        }
        forget_gone(short_ones);
        return lines;
    }

    /// Catalogs that may hold other rows than when they were read last: those whose counters have moved.
    std::vector<std::size_t> find_changed(const SqlRow& row) {
        next_since_ = row.at(0).value_or("0");
        const auto counters = base::split_list(row.at(1).value_or(""), ' ');
        std::vector<std::size_t> changed;
        for (std::size_t i = 0; i < known_.size(); ++i)
            if (writer_ == nullptr || counters_.empty() || counters.at(i) != counters_.at(i)) changed.push_back(i);
        counters_ = counters;
        return changed;
    }

    std::vector<Query> looks_at(const std::vector<std::size_t>& parts) {
        prepare(parts);
        std::vector<Query> queries;
        for (const auto part : parts)
            queries.push_back({fmt::format("EXECUTE rev_look_{}('{}', '{}')", part, base_since_, last_since_)});
        return queries;
    }

    /// Returns those parts that hold fewer rows than are known.
    std::vector<std::size_t> take(const std::vector<std::size_t>& parts, std::span<const std::vector<SqlRow>> answers,
                                  std::vector<std::string>& lines) {
        std::vector<std::size_t> short_ones;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const auto part = parts[i];
            const auto& row = answers[i].at(0);
            known_[part].take(row.at(1).value_or(""), [&](std::string_view description) {
                lines.push_back(fmt::format("{} {}", catalog_parts[part].catalog, description));
            });
            const auto there = static_cast<std::size_t>(std::atoll(row.at(0).value_or("0").c_str()));
            if (there != known_[part].size()) short_ones.push_back(part);
        }
        return short_ones;
    }

    void prepare(const std::vector<std::size_t>& parts) {
        std::vector<Query> queries;
        for (const auto part : parts)
            if (!std::exchange(is_prepared_[part], true))
                queries.push_back({fmt::format("PREPARE rev_look_{}(xid, xid) AS {}", part, prepared_sql(part))});
        if (!queries.empty()) (void)database_->query_all(queries);
    }

    void forget_gone(const std::vector<std::size_t>& parts) {
        if (parts.empty()) return;
        std::vector<Query> queries;
        for (const auto part : parts) queries.push_back({.sql = keys_sql(part)});
        const auto answers = database_->query_all(queries);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            std::unordered_set<std::string> keys;
            for (const auto& row : answers.at(i)) keys.insert(row.at(0).value_or(""));
            known_[parts[i]].forget_others(keys);
        }
    }

    static constexpr std::size_t known_size = part_count + 1;  // and the user mappings

    std::unique_ptr<Database> database_;
    Database* writer_;
    scratch::KeptQueries kept_;
    std::vector<std::string> counters_;  ///< of each catalog, when it was read last
    std::vector<std::size_t> usual_;     ///< parts that had changed at the look before, in their order
    std::array<bool, known_size> is_prepared_{};
    std::string next_since_ = "0";
    std::string base_since_ = "0";  ///< the first transaction that had not begun when the step did
    std::string last_since_ = "0";  ///< and when it was looked at last
    std::array<KnownCatalog, known_size> known_;
};

}  // namespace

std::unique_ptr<Fingerprints> make_postgres_fingerprints(std::unique_ptr<Database> database, Database* writer) {
    return std::make_unique<PostgresFingerprints>(std::move(database), writer);
}

}  // namespace rev::trail
