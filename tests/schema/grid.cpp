#include "schema/grid.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>

namespace rev::test {
namespace {

using schema::Change;
using schema::Fact;
using schema::FactId;
using schema::Kind;

std::string under(Kind user) { return "under " + std::string(to_string(user)); }

/// A change of what an object is made of is one of the object.
bool is_made_of(Kind part) {
    return part == Kind::enum_label || part == Kind::attribute || part == Kind::domain_constraint;
}

std::set<FactId> changed_objects(const schema::Model& from, const schema::Migration& migration,
                                 const schema::Hints& hints) {
    std::set<FactId> changed;
    for (const auto& change : migration.changes) {
        if (change.action == Change::Action::alter) changed.insert(change.id);
        if (!is_made_of(change.id.kind)) continue;
        for (const auto* model : {&from}) {
            const auto* fact = model->find(change.id);
            if (fact && fact->parent) changed.insert(*fact->parent);
        }
        auto whole = change.id;
        whole.name.pop_back();
        for (const auto kind : {Kind::type_enum, Kind::type_composite, Kind::domain}) {
            whole.kind = kind;
            if (from.find(whole)) changed.insert(whole);
        }
    }
    for (const auto& rename : hints.renames) changed.insert(rename.from);
    return changed;
}

struct Uses {
    Kind kind;
    std::initializer_list<Kind> users;
};

GridCells cells_of_kinds(std::initializer_list<Kind> kinds, const std::string& event) {
    GridCells cells;
    for (const auto kind : kinds) cells.insert({kind, event});
    return cells;
}

}  // namespace

GridCells cells_of(const schema::Model& from, const schema::Model& to, const schema::Migration& migration,
                   const schema::Hints& hints) {
    GridCells cells;
    for (const auto& change : migration.changes) {
        switch (change.action) {
            case Change::Action::add:
            case Change::Action::drop:
                cells.insert({change.id.kind, "add"});
                cells.insert({change.id.kind, "drop"});
                break;
            case Change::Action::alter:
                cells.insert({change.id.kind, "change"});
                break;
            case Change::Action::rename:
                cells.insert({change.id.kind, "rename"});
                break;
        }
    }
    const auto changed = changed_objects(from, migration, hints);
    for (const auto* model : {&from, &to})
        for (const auto& fact : model->facts())
            for (const auto& needed : fact.depends_on)
                if (changed.contains(needed)) cells.insert({needed.kind, under(fact.id.kind)});
    return cells;
}

GridCells wanted_cells() {
    GridCells cells;
    // What a name cannot be given to, or SQL cannot change, has no such cell.
    cells.merge(cells_of_kinds({Kind::schema,
                                Kind::extension,
                                Kind::collation,
                                Kind::type_enum,
                                Kind::enum_label,
                                Kind::type_composite,
                                Kind::attribute,
                                Kind::type_range,
                                Kind::base_type,
                                Kind::domain,
                                Kind::domain_constraint,
                                Kind::sequence,
                                Kind::table,
                                Kind::column,
                                Kind::column_default,
                                Kind::constraint,
                                Kind::index,
                                Kind::view,
                                Kind::materialized_view,
                                Kind::routine,
                                Kind::aggregate,
                                Kind::operator_,
                                Kind::operator_class,
                                Kind::operator_family,
                                Kind::cast,
                                Kind::conversion,
                                Kind::language,
                                Kind::trigger,
                                Kind::event_trigger,
                                Kind::rule,
                                Kind::policy,
                                Kind::statistics,
                                Kind::text_search_parser,
                                Kind::text_search_dictionary,
                                Kind::text_search_template,
                                Kind::text_search_configuration,
                                Kind::foreign_data_wrapper,
                                Kind::foreign_server,
                                Kind::user_mapping,
                                Kind::publication,
                                Kind::publication_member,
                                Kind::partition,
                                Kind::inheritance,
                                Kind::owner,
                                Kind::grant,
                                Kind::default_grant,
                                Kind::comment},
                               "add"));
    for (const auto& cell : GridCells(cells)) cells.insert({cell.kind, "drop"});
    cells.merge(cells_of_kinds({Kind::extension,
                                Kind::collation,
                                Kind::type_enum,
                                Kind::type_composite,
                                Kind::attribute,
                                Kind::type_range,
                                Kind::base_type,
                                Kind::domain,
                                Kind::domain_constraint,
                                Kind::sequence,
                                Kind::table,
                                Kind::column,
                                Kind::column_default,
                                Kind::constraint,
                                Kind::index,
                                Kind::view,
                                Kind::materialized_view,
                                Kind::routine,
                                Kind::aggregate,
                                Kind::operator_,
                                Kind::operator_class,
                                Kind::operator_family,
                                Kind::cast,
                                Kind::conversion,
                                Kind::language,
                                Kind::trigger,
                                Kind::event_trigger,
                                Kind::rule,
                                Kind::policy,
                                Kind::statistics,
                                Kind::text_search_parser,
                                Kind::text_search_dictionary,
                                Kind::text_search_template,
                                Kind::text_search_configuration,
                                Kind::foreign_data_wrapper,
                                Kind::foreign_server,
                                Kind::user_mapping,
                                Kind::publication,
                                Kind::publication_member,
                                Kind::partition,
                                Kind::owner,
                                Kind::grant,
                                Kind::default_grant,
                                Kind::comment},
                               "change"));
    cells.merge(cells_of_kinds(
        {Kind::schema, Kind::type_enum, Kind::enum_label, Kind::type_composite, Kind::attribute, Kind::domain,
         Kind::sequence, Kind::table, Kind::column, Kind::index, Kind::view, Kind::materialized_view},
        "rename"));
    for (const auto& [kind, users] : std::initializer_list<Uses>{
             {Kind::column,
              {Kind::view, Kind::materialized_view, Kind::rule, Kind::policy, Kind::trigger, Kind::column, Kind::index,
               Kind::constraint, Kind::routine, Kind::publication_member, Kind::statistics, Kind::sequence}},
             {Kind::table,
              {Kind::view, Kind::materialized_view, Kind::rule, Kind::policy, Kind::routine, Kind::inheritance,
               Kind::partition, Kind::column, Kind::publication_member}},
             {Kind::type_enum,
              {Kind::column, Kind::column_default, Kind::view, Kind::materialized_view, Kind::rule, Kind::policy,
               Kind::trigger, Kind::index, Kind::constraint, Kind::routine, Kind::domain, Kind::attribute,
               Kind::type_range, Kind::aggregate}},
             {Kind::domain,
              {Kind::column, Kind::view, Kind::materialized_view, Kind::policy, Kind::routine, Kind::domain,
               Kind::attribute}},
             {Kind::type_composite, {Kind::column, Kind::view, Kind::routine, Kind::attribute, Kind::domain}},
             {Kind::type_range, {Kind::column, Kind::routine, Kind::view}},
             {Kind::routine,
              {Kind::view, Kind::materialized_view, Kind::rule, Kind::policy, Kind::trigger, Kind::column,
               Kind::column_default, Kind::index, Kind::constraint, Kind::routine, Kind::aggregate, Kind::operator_,
               Kind::cast, Kind::domain_constraint, Kind::event_trigger, Kind::statistics, Kind::operator_class,
               Kind::type_range}},
             {Kind::view, {Kind::view, Kind::materialized_view, Kind::routine, Kind::rule}},
             {Kind::materialized_view, {Kind::view, Kind::materialized_view, Kind::routine}},
             {Kind::constraint, {Kind::constraint, Kind::view}},
             {Kind::collation, {Kind::column, Kind::index, Kind::constraint, Kind::view, Kind::domain}},
             {Kind::operator_, {Kind::view, Kind::index, Kind::constraint, Kind::operator_class}},
             {Kind::operator_class, {Kind::index}},
             {Kind::sequence, {Kind::column_default, Kind::view}},
             {Kind::aggregate, {Kind::view}},
             {Kind::text_search_configuration, {Kind::index, Kind::column}},
             {Kind::text_search_dictionary, {Kind::text_search_configuration}},
             {Kind::foreign_server, {Kind::table}},
             {Kind::foreign_data_wrapper, {Kind::foreign_server}},
             {Kind::language, {Kind::routine}},
             {Kind::extension, {Kind::column, Kind::index}},
         })
        for (const auto user : users) cells.insert({kind, under(user)});
    return cells;
}

std::string grid_text(const GridCells& tried, const GridCells& wanted) {
    std::map<Kind, std::pair<std::string, std::string>> lines;
    for (const auto& [kind, event] : tried) lines[kind].first += (lines[kind].first.empty() ? "" : ", ") + event;
    for (const auto& cell : wanted)
        if (!tried.contains(cell)) lines[cell.kind].second += ' ' + cell.event + ',';
    std::string text;
    for (const auto& [kind, events] : lines) {
        text += std::string(to_string(kind)) + ": " + events.first;
        if (!events.second.empty()) text += "; LACKS" + events.second;
        text += '\n';
    }
    return text;
}

}  // namespace rev::test
