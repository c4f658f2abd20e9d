#include "lint/guard_answer.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "sql/names.hpp"

namespace rev::lint {
namespace {

using Thing = sql::StatementMarker::Thing;

/// As PostgreSQL reads it.
std::string plain_part(std::string_view written) { return sql::unquoted_name(written, Dialect::postgresql); }

Name owner_of(const sql::StatementMarker& marker, const Symbols& symbols) {
    const bool has_member = marker.thing == Thing::column || marker.thing == Thing::constraint;
    const auto count = marker.name.size() - (has_member ? 1 : 0);
    return symbols.resolve(count > 1 ? plain_part(marker.name[count - 2]) : std::string(),
                           plain_part(marker.name[count - 1]));
}

std::optional<bool> is_there(const sql::StatementMarker& marker, const Symbols& symbols) {
    if (marker.thing == Thing::query || marker.name.empty()) return std::nullopt;
    const Name owner = owner_of(marker, symbols);
    const std::optional<bool> unless_unseen = symbols.is_complete ? std::optional(false) : std::nullopt;
    if (marker.thing == Thing::index) {
        const bool is_known = std::ranges::any_of(symbols.relations, [&](const auto& each) {
            return each.first.schema == owner.schema && each.second.find_index(owner.name) != nullptr;
        });
        return is_known ? true : unless_unseen;
    }
    if (marker.thing == Thing::type) {
        // Types come from extensions, too, and as the rows of tables: one that was not seen may be there all the same.
        const bool is_known =
            symbols.enums.contains(owner) || symbols.domains.contains(owner) || symbols.other_types.contains(owner);
        return is_known ? std::optional(true) : std::nullopt;
    }
    const Relation* relation = symbols.find_relation(owner);
    if (relation == nullptr) return unless_unseen;
    if (marker.thing == Thing::table) return relation->is_table();
    if (marker.thing == Thing::view)
        return relation->kind == Relation::Kind::view || relation->kind == Relation::Kind::materialized_view;
    const auto member = plain_part(marker.name.back());
    const bool has_member =
        marker.thing == Thing::column
            ? relation->find_column(member) != nullptr
            : std::ranges::find(relation->constraints, member, &Constraint::name) != relation->constraints.end();
    if (has_member) return true;
    return relation->is_complete ? std::optional(false) : std::nullopt;
}

std::optional<bool> is_there(const sql::StatementMarker& marker, const SqliteSchema& schema) {
    if (marker.thing == Thing::query || marker.name.empty()) return std::nullopt;
    const bool has_member = marker.thing == Thing::column;
    const auto owner = sql::folded_name(marker.name[marker.name.size() - (has_member ? 2 : 1)], Dialect::sqlite);
    if (marker.thing == Thing::view || marker.thing == Thing::index) return schema.dependents.contains(owner);
    const auto found = schema.tables.find(owner);
    if (found == schema.tables.end()) return false;
    if (!has_member) return true;
    const auto column = sql::folded_name(marker.name.back(), Dialect::sqlite);
    if (std::ranges::find(found->second.columns, column, &SqliteColumn::name) != found->second.columns.end())
        return true;
    return found->second.is_complete ? std::optional(false) : std::nullopt;
}

template <typename Known>
GuardAnswer answer(const SectionText& section, std::size_t statement, const Known& known) {
    auto answer = GuardAnswer::runs;
    for (const sql::StatementMarker& marker : markers_above(section, statement)) {
        if (!marker.is_guard()) continue;
        const auto there = is_there(marker, known);
        // One open guard leaves it open, unless another one leaves the statement out for sure.
        if (!there) {
            answer = GuardAnswer::open;
        } else if (*there != (marker.kind == sql::StatementMarker::Kind::only_if)) {
            return GuardAnswer::left_out;
        }
    }
    return answer;
}

}  // namespace

std::span<const sql::StatementMarker> markers_above(const SectionText& section, std::size_t statement) {
    return rev::sql::markers_above(section.markers, statement);
}

GuardAnswer guard_answer(const SectionText& section, std::size_t statement, const Symbols& symbols) {
    return answer(section, statement, symbols);
}

GuardAnswer guard_answer(const SectionText& section, std::size_t statement, const SqliteSchema& schema) {
    return answer(section, statement, schema);
}

}  // namespace rev::lint
