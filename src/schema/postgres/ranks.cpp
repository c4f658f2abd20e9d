#include "schema/postgres/ranks.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"

namespace rev::schema::postgres {
namespace {

/// The order in which people expect to read kinds; those that are not here come in the order of Kind, behind them.
constexpr auto reading_order = std::to_array<Kind>({Kind::schema,
                                                    Kind::extension,
                                                    Kind::language,
                                                    Kind::collation,
                                                    Kind::type_enum,
                                                    Kind::type_composite,
                                                    Kind::type_range,
                                                    Kind::base_type,
                                                    Kind::domain,
                                                    Kind::sequence,
                                                    Kind::foreign_data_wrapper,
                                                    Kind::foreign_server,
                                                    Kind::table,
                                                    Kind::column,
                                                    Kind::column_default,
                                                    Kind::constraint,
                                                    Kind::index,
                                                    Kind::partition,
                                                    Kind::inheritance,
                                                    Kind::routine,
                                                    Kind::aggregate,
                                                    Kind::view,
                                                    Kind::materialized_view,
                                                    Kind::trigger,
                                                    Kind::rule,
                                                    Kind::policy});

int reading_rank(Kind kind) {
    const auto* const found = std::ranges::find(reading_order, kind);
    if (found != reading_order.end()) return static_cast<int>(found - reading_order.begin());
    return static_cast<int>(reading_order.size()) + static_cast<int>(kind);
}

const Fact& whole_of(const Items& items, const Fact& fact, bool before) {
    const auto* current = &fact;
    while (current->parent && current->parent->kind != Kind::schema) {
        const auto parent = items.find(*current->parent);
        if (!parent) break;
        const auto& item = items[*parent];
        current = before && item.before ? item.before : &item.any();
    }
    return *current;
}

/// Event triggers must not see what is done; whose object it is and who may do what is settled at the end.
int stage_of(const Item& item, Step step) {
    if (step == Step::clear) return 2;
    if (step == Step::leave && item.id().kind == Kind::event_trigger) return -1;
    if (step == Step::leave) return 0;
    switch (item.id().kind) {
        case Kind::owner:
        case Kind::grant:
            return 3;
        case Kind::default_grant:
        case Kind::event_trigger:
            return 4;
        default:
            return 1;
    }
}

}  // namespace

ActionRank rank_of(const Items& items, Node node) {
    const auto& item = items[item_of(node)];
    const auto before = step_of(node) != Step::arrive && item.before;
    const auto& fact = before ? *item.before : item.any();
    const auto& whole = whole_of(items, fact, before);
    return {.stage = stage_of(item, step_of(node)),
            .object_kind = reading_rank(whole.id.kind),
            .object = whole.id.name,
            .kind = reading_rank(fact.id.kind),
            // Columns come in their own order, not by name.
            .name = fact.id.kind == Kind::column ? std::vector<std::string>{} : fact.id.name,
            .position = ordinal_of(fact)};
}

/// pg_class has one name for tables, views, indexes and sequences of a schema, pg_type one for types, and each table
/// brings a type of its name. \x1f hardly stands in a name.
std::vector<std::string> name_keys(const Fact& fact) {
    const auto& name = fact.id.name;
    const auto key = [&](const char* among, const std::string& last) { return among + name.front() + '\x1f' + last; };
    switch (fact.id.kind) {
        case Kind::table:
        case Kind::view:
        case Kind::materialized_view:
        case Kind::type_composite:
            return {key("relation ", name.back()), key("type ", name.back())};
        case Kind::index:
            return {key("relation ", name.back())};
        case Kind::sequence:
            return name.size() == 2 ? std::vector<std::string>{key("relation ", name.back())}
                                    : std::vector<std::string>{};
        case Kind::type_enum:
        case Kind::type_range:
        case Kind::base_type:
        case Kind::domain:
            return {key("type ", name.back())};
        case Kind::routine:
        case Kind::aggregate:
            return {key("routine ", name[1] + name[2])};
        case Kind::constraint: {
            const auto& type = attribute_of(fact, "type");
            if (type == "CHECK" || type == "FOREIGN KEY") return {};
            return {key("relation ", name.back())};
        }
        default:
            return {};
    }
}

}  // namespace rev::schema::postgres
