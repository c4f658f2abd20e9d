#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "rev/plan.hpp"

namespace rev::state {

/// The rows of the version table as a run goes on, in table order. As rev::apply on a vector, but a change costs the
/// same whether there are two rows or ten thousand.
class RowSet {
public:
    /// A row that a table without a primary key has more than once is one here.
    explicit RowSet(std::span<const RevisionId> rows) {
        for (const auto& row : rows)
            if (!places_.contains(row)) insert(row);
    }

    /// How many rows there are.
    [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }

    /// Throws std::logic_error if the change does not hit exactly one row.
    void apply(const RowChange& change) {
        switch (change.kind) {
            case RowChange::Kind::insert:
                return insert(change.to);
            case RowChange::Kind::update:
                return update(change.from, change.to);
            case RowChange::Kind::remove:
                return remove(change.from);
        }
    }

    /// Takes a change back, except that a removed row comes last. Throws as apply.
    void revert(const RowChange& change) {
        switch (change.kind) {
            case RowChange::Kind::insert:
                return remove(change.to);
            case RowChange::Kind::update:
                return update(change.to, change.from);
            case RowChange::Kind::remove:
                return insert(change.from);
        }
    }

    /// The first `most` rows.
    [[nodiscard]] std::vector<RevisionId> first(std::size_t most) const {
        std::vector<RevisionId> rows;
        for (const auto& slot : slots_) {
            if (rows.size() == most) break;
            if (slot) rows.push_back(*slot);
        }
        return rows;
    }

    /// In table order.
    [[nodiscard]] std::vector<RevisionId> all() const { return first(size()); }

private:
    void insert(const RevisionId& id) {
        if (!places_.emplace(id, slots_.size()).second) throw std::logic_error("row " + id + " is there already");
        slots_.emplace_back(id);
    }

    void update(const RevisionId& from, const RevisionId& to) {
        const auto place = take(from);
        if (!places_.emplace(to, place).second) throw std::logic_error("row " + to + " is there already");
        slots_[place] = to;
    }

    void remove(const RevisionId& id) {
        slots_[take(id)].reset();
        if (slots_.size() > 2 * places_.size() + 16) close_gaps();
    }

    std::size_t take(const RevisionId& id) {
        const auto found = places_.find(id);
        if (found == places_.end()) throw std::logic_error("row " + id + " is not there");
        const auto place = found->second;
        places_.erase(found);
        return place;
    }

    void close_gaps() {
        std::erase(slots_, std::nullopt);
        for (std::size_t place = 0; place < slots_.size(); ++place) places_[*slots_[place]] = place;
    }

    std::vector<std::optional<RevisionId>> slots_;  ///< in table order; empty where a row was removed
    std::unordered_map<RevisionId, std::size_t> places_;
};

}  // namespace rev::state
