#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "schema/model.hpp"

namespace rev::schema::postgres {

/// What comes in the second revision, all of it or none: an index of a partitioned table with those of its partitions,
/// a CHECK with those of the heirs. Each id with what stands for it before; nothing: it is not there yet.
using OnlineGroup = std::map<FactId, std::optional<Fact>>;

/// What of a change can wait for a second revision.
class OnlineGroups {
public:
    /// Both must outlive it.
    OnlineGroups(const Model& from, const Model& to);

    /// Groups of which nobody needs anything who cannot wait, too.
    [[nodiscard]] const std::vector<OnlineGroup>& groups() const { return groups_; }
    /// Partitions and heirs that get their table later.
    [[nodiscard]] const std::set<FactId>& links() const { return links_; }
    /// Columns that become NOT NULL later.
    [[nodiscard]] const std::set<FactId>& columns() const { return columns_; }
    /// A table that is the same object before and after.
    [[nodiscard]] bool is_in_use(const std::optional<FactId>& table) const;
    /// The same, of which an index can be made CONCURRENTLY.
    [[nodiscard]] bool is_plain_in_use(const std::optional<FactId>& table) const;
    /// Whether what it is made of is the same in both models.
    [[nodiscard]] bool stands_on_the_same(const Fact& fact) const;
    /// Whether it is, in the new model, a part of another's: of an index, a constraint or a column of a table that it
    /// is linked to already.
    [[nodiscard]] bool is_part(const Fact& fact) const;

private:
    void find_links();
    [[nodiscard]] bool can_link_later(const Fact& link) const;
    void find_index_groups();
    void find_constraint_groups();
    void find_keys_of_new_tables();
    void find_columns();
    void settle();
    [[nodiscard]] bool is_key_in_use(const Fact& key) const;
    [[nodiscard]] std::optional<OnlineGroup> group_of(const Fact& whole) const;
    [[nodiscard]] bool add_parts(OnlineGroup& group, const FactId& whole, bool is_replaced) const;
    [[nodiscard]] std::vector<const Fact*> parts_of(const Model& model, const FactId& whole) const;
    [[nodiscard]] bool has_online_form(const Fact& fact) const;
    [[nodiscard]] bool waits_for_nothing(const OnlineGroup& group, const std::set<FactId>& waiting) const;
    [[nodiscard]] std::set<FactId> waiting() const;
    [[nodiscard]] bool can_be_null_first(const FactId& column, const std::set<FactId>& waiting) const;
    [[nodiscard]] std::vector<FactId> linked(const FactId& table, bool upward) const;

    const Model& from_;
    const Model& to_;
    std::map<FactId, std::vector<const Fact*>> users_;         ///< in the new model
    std::map<FactId, std::vector<const Fact*>> parts_before_;  ///< of indexes and constraints, by the whole
    std::map<FactId, std::vector<const Fact*>> parts_after_;
    std::map<FactId, std::vector<FactId>> children_;  ///< tables that are linked in the new model, but for links()
    std::map<FactId, std::vector<FactId>> parents_;
    std::set<FactId> links_;
    std::set<FactId> linked_later_;  ///< tables
    std::set<FactId> columns_;
    std::vector<OnlineGroup> groups_;
};

}  // namespace rev::schema::postgres
