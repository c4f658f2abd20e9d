#include "schema/sqlite/section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"

namespace rev::schema::sqlite {
namespace {

using Way = TableChange::Way;
using FactSet = std::set<FactId>;

std::vector<std::string> all_names(const SchemaView& from, const SchemaView& to) {
    std::vector<std::string> names;
    for (const auto* view : {&from, &to}) {
        for (const auto& [name, table] : view->tables) names.push_back(name);
        for (const auto* facts : {&view->virtual_tables, &view->indexes, &view->views})
            for (const auto& [name, fact] : *facts) names.push_back(name);
    }
    return names;
}

bool is_same(const Fact& fact, const Facts& others) {
    const auto found = others.find(fact.id.name.back());
    return found != others.end() && *found->second == fact;
}

bool has_constraint(const TableView& table, const FactId& id) {
    return std::ranges::any_of(table.constraints, [&](const Fact* each) { return each->id == id; });
}

/// The models with the renames made, so that all else is a difference of equal names.
class SectionWriter {
public:
    explicit SectionWriter(const SectionTask& task)
        : task_(task), from_(task.before), to_(task.after), names_(all_names(from_, to_)) {
        // In this order: each looks at what the one before has found.
        choose_replaced();
        make_renames();
        find_tables_with_rows();
        find_references();
        find_changes();
        choose_in_the_way();
    }

    Section write();

private:
    void choose_replaced();
    void make_renames();
    void rename_tables(std::vector<SchemaObject>& objects);
    void rename_columns(std::vector<SchemaObject>& objects);
    void find_tables_with_rows();
    void find_references();
    void find_changes();
    void choose_in_the_way();
    [[nodiscard]] bool is_kept(const Fact& view_or_trigger) const;
    [[nodiscard]] const SchemaView& now() const { return renamed_view_ ? *renamed_view_ : from_; }
    [[nodiscard]] bool is_made_anew(const std::string& table) const;

    void drop_views_and_triggers();
    void drop_indexes();
    void alter_tables();
    void alter(const TableView& from, const TableView& to, const TableChange& change);
    void make_anew(const TableView& from, const TableView& to, const TableChange& change);
    void change_virtual_tables();
    void drop_tables();
    void add_hazards_of_keys(const FactId& parent, std::vector<Hazard>& hazards) const;
    [[nodiscard]] bool takes_rows_along(const std::string& table, const std::set<std::string>& dropped) const;
    void create_tables();
    void create_indexes();
    void create_views_and_triggers();
    void add(std::string sql, const FactId& object, std::vector<Hazard> hazards = {}) {
        section_.statements.push_back({.sql = std::move(sql), .hazards = std::move(hazards), .object = object});
    }
    void add_all(std::vector<Statement> statements) {
        std::ranges::move(statements, std::back_inserter(section_.statements));
    }
    [[nodiscard]] std::vector<Hazard> hazards_of_drop(const Fact& fact) const;
    [[nodiscard]] bool has_rows(const TableView& table) const;

    const SectionTask& task_;
    const SchemaView& from_;
    const SchemaView& to_;
    std::vector<std::string> names_;
    FactSet dropped_;  ///< views and triggers of `from` that go, or go and come again
    std::vector<Statement> renames_;
    std::optional<Model> renamed_;
    std::optional<SchemaView> renamed_view_;
    std::set<std::string> with_rows_;
    std::map<FactId, std::vector<std::pair<std::string, const Fact*>>> references_;
    std::map<std::string, TableChange> changes_;  ///< by the name of tables that are on both sides
    Section section_;
};

/// Views and triggers that are gone or others in `to`, and what has to be out of the way of a rename: SQLite would
/// write its new name into them, and with it into the names of a view's columns.
void SectionWriter::choose_replaced() {
    for (const auto* kinds : {&from_.views, &from_.triggers})
        for (const auto& [name, fact] : *kinds)
            if (!is_same(*fact, fact->id.kind == Kind::view ? to_.views : to_.triggers)) dropped_.insert(fact->id);
    FactSet renamed;
    for (const auto& [old_name, new_name] : task_.renames.tables) {
        renamed.insert({Kind::table, {old_name}});
        renamed.insert({Kind::virtual_table, {old_name}});
    }
    for (const auto& [table, names] : task_.renames.columns) {
        renamed.insert({Kind::table, {table}});
        for (const auto& [old_name, new_name] : task_.renames.tables)
            if (new_name == table) renamed.insert({Kind::table, {old_name}});
    }
    dropped_.merge(from_.dependents_of(std::move(renamed)));
}

void SectionWriter::make_renames() {
    if (task_.renames.empty()) return;
    auto objects = objects_of(task_.from);
    std::erase_if(objects, [&](const SchemaObject& object) {
        const auto kind = object.type == "view" ? Kind::view : Kind::trigger;
        return dropped_.contains({kind, {base::lower_case(object.name)}});
    });
    rename_tables(objects);
    rename_columns(objects);
    renamed_ = build_model(objects, task_.from.server_version());
    renamed_view_.emplace(*renamed_);
}

void SectionWriter::rename_tables(std::vector<SchemaObject>& objects) {
    std::vector<std::string> taken;
    for (const auto& object : objects)
        if (object.type == "table" || object.type == "virtual table") taken.push_back(base::lower_case(object.name));
    for (const auto& step : steps_of(task_.renames.tables, taken)) {
        const auto is_it = [&](const SchemaObject& each) {
            return base::lower_case(each.name) == step.from && each.type != "index";
        };
        const auto object = std::ranges::find_if(objects, is_it);
        const auto kind = object->type == "table" ? Kind::table : Kind::virtual_table;
        const auto* target = to_.table(step.to);
        const auto found = to_.virtual_tables.find(step.to);
        const auto spelled = target != nullptr                   ? target->name()
                             : found != to_.virtual_tables.end() ? found->second->notes.at("name")
                                                                 : step.to;
        const FactId id{kind, {step.to}};
        renames_.push_back(
            {.sql =
                 fmt::format("ALTER TABLE {} RENAME TO {}", quoted_if_needed(object->name), quoted_if_needed(spelled)),
             .hazards = {{HazardKind::breaks_old_code, id, fmt::format("{} has another name", object->name)}},
             .object = id});
        rename_table(objects, step.from, spelled);
        names_.push_back(step.to);
    }
}

void SectionWriter::rename_columns(std::vector<SchemaObject>& objects) {
    for (const auto& [table, names] : task_.renames.columns) {
        const auto is_it = [&, &folded = table](const SchemaObject& each) {
            return base::lower_case(each.name) == folded && each.type == "table";
        };
        const auto object = std::ranges::find_if(objects, is_it);
        const auto table_name = object->name;
        std::map<std::string, std::string> spelled;
        std::vector<std::string> taken;
        const auto definition = read_table(object->sql);
        if (!definition) continue;
        for (const auto& column : definition->columns) {
            taken.push_back(base::lower_case(column.name));
            spelled[base::lower_case(column.name)] = column.name;
        }
        const auto* target = to_.table(table);
        for (const auto& [old_name, new_name] : steps_of(names, taken)) {
            const auto* column = target->column(new_name);
            const auto name = column == nullptr ? new_name : column->notes.at("name");
            const FactId id{Kind::column, {table, new_name}};
            renames_.push_back(
                {.sql = fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", quoted_if_needed(table_name),
                                    quoted_if_needed(spelled.at(old_name)), quoted_if_needed(name)),
                 .hazards = {{HazardKind::breaks_old_code, id,
                              fmt::format("column {} has another name", spelled.at(old_name))}},
                 .object = {Kind::table, {table}}});
            rename_column(objects, table, old_name, name);
            spelled[new_name] = name;
        }
    }
}

bool SectionWriter::has_rows(const TableView& table) const {
    // Only the live database was asked, and that is not what the downgrade will find.
    return task_.direction == Direction::upgrade && with_rows_.contains(table.table->id.name.front());
}

/// Once for all tables, and under their new names.
void SectionWriter::find_tables_with_rows() {
    for (const auto& id : task_.options.tables_with_rows) {
        if (id.name.empty()) continue;
        auto name = base::lower_case(id.name.back());
        const auto renamed = task_.renames.tables.find(name);
        with_rows_.insert(renamed == task_.renames.tables.end() ? std::move(name) : renamed->second);
    }
}

/// The foreign keys of all tables by the table that they refer to.
void SectionWriter::find_references() {
    for (const auto& [name, table] : now().tables)
        for (const auto* constraint : table.constraints)
            for (const auto& needed : constraint->depends_on) references_[needed].emplace_back(name, constraint);
}

void SectionWriter::find_changes() {
    std::set<std::string> kept_indexes;
    for (const auto& [name, index] : now().indexes)
        if (is_same(*index, to_.indexes)) kept_indexes.insert(name);
    for (const auto& [name, table] : now().tables)
        if (const auto* target = to_.table(name); target != nullptr)
            changes_.emplace(name, change_of(table, *target, kept_indexes, has_rows(*target)));
    for (const auto& hint : task_.options.hints.using_expressions) {
        // A new column that is computed from the others gets its values while the rows are copied.
        if (hint.column.name.size() < 2 || task_.direction == Direction::downgrade) continue;
        const auto change = changes_.find(base::lower_case(hint.column.name[hint.column.name.size() - 2]));
        if (change == changes_.end() || change->second.way != Way::alter) continue;
        const auto name = base::lower_case(hint.column.name.back());
        if (std::ranges::any_of(change->second.added,
                                [&](const Fact* column) { return column->id.name.back() == name; }))
            change->second.way = Way::rebuild;
    }
}

/// SQLite checks every view and trigger after DROP COLUMN, and with RENAME: none may look at what is gone.
void SectionWriter::choose_in_the_way() {
    FactSet altered;
    for (const auto& [name, change] : changes_) {
        if (change.way != Way::alter || change.dropped.empty()) continue;
        const auto dependents = now().dependents_of({{Kind::table, {name}}});
        for (const auto& id : dependents) {
            const auto text = tokens_of(now().find(id)->notes.at("sql"));
            const auto is_named = [&](const Fact* column) {
                return has_name(text, text.all_from(0), column->id.name.back());
            };
            if (std::ranges::any_of(change.dropped, is_named)) {
                dropped_.insert(dependents.begin(), dependents.end());
                break;
            }
        }
        altered.insert({Kind::table, {name}});
    }
    if (!altered.empty() || !task_.renames.empty()) {
        // SQLite reads all views and triggers again with RENAME and DROP COLUMN: one that is broken stops them.
        for (const auto* facts : {&from_.views, &from_.triggers})
            for (const auto& [name, fact] : *facts)
                if (fact->notes.contains("fault")) dropped_.insert(fact->id);
        dropped_.merge(from_.dependents_of(dropped_));
    }
    // With a view its triggers go.
    for (const auto& [name, trigger] : from_.triggers)
        if (trigger->parent && dropped_.contains(*trigger->parent)) dropped_.insert(trigger->id);
}

bool SectionWriter::is_made_anew(const std::string& table) const {
    const auto change = changes_.find(table);
    return change == changes_.end() || change->second.way == Way::rebuild;
}

bool SectionWriter::is_kept(const Fact& fact) const {
    const auto* before = now().find(fact.id);
    if (before == nullptr || dropped_.contains(fact.id)) return false;
    return fact.id.kind == Kind::view || fact.parent->kind != Kind::table || !is_made_anew(fact.parent->name.front());
}

void SectionWriter::drop_views_and_triggers() {
    std::vector<const Fact*> views;
    for (const auto& [name, trigger] : from_.triggers)
        if (dropped_.contains(trigger->id) && !dropped_.contains(trigger->parent.value_or(FactId{})))
            add("DROP TRIGGER " + quoted_name(*trigger), trigger->id);
    for (const auto& [name, view] : from_.views)
        if (dropped_.contains(view->id)) views.push_back(view);
    auto ordered = in_order_of_need(views);
    // What needs others goes before them.
    std::ranges::reverse(ordered);
    for (const auto* view : ordered) add("DROP VIEW " + quoted_name(*view), view->id);
}

/// With a table that is made anew, or dropped, its indexes go.
void SectionWriter::drop_indexes() {
    for (const auto& [name, index] : now().indexes)
        if (!is_same(*index, to_.indexes) && !is_made_anew(index->parent->name.front()))
            add("DROP INDEX " + quoted_name(*index), index->id);
}

std::vector<Hazard> SectionWriter::hazards_of_drop(const Fact& fact) const {
    const auto is_table = fact.id.kind != Kind::column;
    const auto name = fact.notes.at("name");
    std::vector<Hazard> hazards{
        {HazardKind::deletes_data, fact.id, fmt::format("{} {} is dropped", is_table ? "table" : "column", name)}};
    for (const auto& rename : task_.possible_renames)
        if (rename.from == fact.id)
            hazards.push_back(
                {HazardKind::possible_rename, rename.to,
                 fmt::format("if this is {} under another name, write `-- rev:renamed from {}` {} it in the schema",
                             describe(rename.to), name, is_table ? "on the line before" : "behind")});
    return hazards;
}

void SectionWriter::alter_tables() {
    for (const auto& [name, change] : changes_) {
        const auto& from = *now().table(name);
        const auto& to = *to_.table(name);
        if (change.way == Way::alter) alter(from, to, change);
        if (change.way == Way::rebuild) make_anew(from, to, change);
    }
}

void SectionWriter::alter(const TableView& from, const TableView& to, const TableChange& change) {
    for (const auto* column : change.dropped)
        add(fmt::format("ALTER TABLE {} DROP COLUMN {}", from.quoted(), quoted_name(*column)), to.table->id,
            hazards_of_drop(*column));
    for (const auto* column : change.added) {
        std::vector<Hazard> hazards;
        if (needs_value(*column, to))
            hazards.push_back({HazardKind::may_fail, column->id,
                               fmt::format("column {} is NOT NULL and has no default: fails if the table has rows",
                                           column->notes.at("name"))});
        else if (task_.direction == Direction::downgrade && !is_generated(*column))
            hazards.push_back({HazardKind::not_undoable, column->id,
                               fmt::format("what column {} held does not come back", column->notes.at("name"))});
        add(fmt::format("ALTER TABLE {} ADD COLUMN {}", from.quoted(), column->notes.at("definition")), to.table->id,
            std::move(hazards));
    }
}

void SectionWriter::make_anew(const TableView& from, const TableView& to, const TableChange& change) {
    const auto& name = to.table->id.name.front();
    Rebuild task{.from = from, .to = to, .change = change, .new_name = {}, .rows_name = {}, .has_rows = has_rows(to)};
    task.new_name = quoted_if_needed(free_name("_rev_new_" + name, names_));
    task.rows_name = quoted_if_needed(free_name("_rev_rows_" + name, names_));
    if (task_.direction == Direction::upgrade) {
        for (const auto& hint : task_.options.hints.using_expressions) {
            if (hint.column.name.size() < 2 || base::lower_case(hint.column.name[hint.column.name.size() - 2]) != name)
                continue;
            const auto column = base::lower_case(hint.column.name.back());
            const auto* before = from.column(column);
            const auto* after = to.column(column);
            if (after != nullptr && (before == nullptr || *before != *after))
                task.using_expressions[column] = hint.expression;
        }
    }
    add_all(rebuild(task));
    // With enforcement on, DROP TABLE deletes the rows first, with all that ON DELETE then does to other tables.
    section_.foreign_keys = false;
}

void SectionWriter::change_virtual_tables() {
    for (const auto& [name, table] : now().virtual_tables) {
        const auto found = to_.virtual_tables.find(name);
        if (found == to_.virtual_tables.end() || *found->second == *table) continue;
        add_all(rebuild_virtual(*table, *found->second, quoted_if_needed(free_name("_rev_rows_" + name, names_))));
    }
}

/// Whether enforcement would have a word in it: SQLite deletes all rows first, and other tables refer to them.
bool SectionWriter::takes_rows_along(const std::string& table, const std::set<std::string>& dropped) const {
    const FactId id{Kind::table, {table}};
    const auto* own = now().table(table);
    if (own != nullptr && std::ranges::any_of(own->constraints, [](const Fact* constraint) {
            return value_of(constraint->attributes, "definition").find("restrict") != std::string::npos;
        }))
        return true;
    const auto found = references_.find(id);
    if (found == references_.end()) return false;
    return std::ranges::any_of(found->second, [&](const auto& reference) {
        const auto& [name, constraint] = reference;
        if (dropped.contains(name)) return false;
        const auto* after = to_.table(name);
        return after == nullptr || has_constraint(*after, constraint->id);
    });
}

/// A key that stays and then leads nowhere: no row of its table could meet it.
void SectionWriter::add_hazards_of_keys(const FactId& parent, std::vector<Hazard>& hazards) const {
    if (!task_.options.foreign_keys_enforced) return;
    const auto found = references_.find(parent);
    if (found == references_.end()) return;
    for (const auto& [name, constraint] : found->second) {
        const auto* after = to_.table(name);
        if (after != nullptr && has_constraint(*after, constraint->id))
            hazards.push_back(
                {HazardKind::may_fail, constraint->id,
                 fmt::format("fails on rows of {} that refer to it: that foreign key stays", after->name())});
    }
}

std::vector<const Fact*> tables_in_order_of_need(const std::vector<const TableView*>& tables) {
    // A table needs what its foreign keys refer to.
    std::vector<Fact> with_needs;
    std::vector<const Fact*> facts;
    std::map<FactId, const Fact*> by_id;
    with_needs.reserve(tables.size());
    for (const auto* table : tables) {
        auto& fact = with_needs.emplace_back(
            Fact{.id = table->table->id, .parent = {}, .attributes = {}, .notes = {}, .depends_on = {}});
        for (const auto* constraint : table->constraints)
            fact.depends_on.insert(fact.depends_on.end(), constraint->depends_on.begin(), constraint->depends_on.end());
        facts.push_back(&fact);
        by_id.emplace(fact.id, table->table);
    }
    std::vector<const Fact*> ordered;
    for (const auto* fact : in_order_of_need(facts)) ordered.push_back(by_id.at(fact->id));
    return ordered;
}

void SectionWriter::drop_tables() {
    std::vector<const TableView*> tables;
    for (const auto& [name, table] : now().tables)
        if (to_.table(name) == nullptr) tables.push_back(&table);
    auto ordered = tables_in_order_of_need(tables);
    std::ranges::reverse(ordered);
    std::set<std::string> dropped;
    for (const auto* table : ordered) {
        const auto& name = table->id.name.front();
        if (takes_rows_along(name, dropped)) section_.foreign_keys = false;
        dropped.insert(name);
        auto hazards = hazards_of_drop(*table);
        add_hazards_of_keys(table->id, hazards);
        add("DROP TABLE " + quoted_name(*table), table->id, std::move(hazards));
    }
    for (const auto& [name, table] : now().virtual_tables)
        if (!to_.virtual_tables.contains(name))
            add("DROP TABLE " + quoted_name(*table), table->id, hazards_of_drop(*table));
}

void SectionWriter::create_tables() {
    std::vector<const TableView*> tables;
    for (const auto& [name, table] : to_.tables)
        if (now().table(name) == nullptr) tables.push_back(&table);
    for (const auto* table : tables_in_order_of_need(tables)) {
        std::vector<Hazard> hazards;
        if (task_.direction == Direction::downgrade)
            hazards.push_back({HazardKind::not_undoable, table->id,
                               fmt::format("the rows that {} held do not come back", table->notes.at("name"))});
        add(table->notes.at("sql"), table->id, std::move(hazards));
    }
    for (const auto& [name, table] : to_.virtual_tables)
        if (!now().virtual_tables.contains(name)) add_all(create_virtual(*table));
}

void SectionWriter::create_indexes() {
    for (const auto& [name, index] : to_.indexes) {
        if (is_same(*index, now().indexes) && !is_made_anew(index->parent->name.front())) continue;
        std::vector<Hazard> hazards;
        const bool is_new = !is_same(*index, now().indexes);
        if (is_new && index->attributes.contains("unique") && now().table(index->parent->name.front()) != nullptr)
            hazards.push_back({HazardKind::may_fail, index->id, "fails on rows that are not unique"});
        add(index->notes.at("sql"), index->id, std::move(hazards));
    }
}

void SectionWriter::create_views_and_triggers() {
    std::vector<const Fact*> views;
    std::vector<const Fact*> triggers;
    for (const auto& [name, view] : to_.views)
        if (!is_kept(*view)) views.push_back(view);
    for (const auto* view : in_order_of_need(views)) add(view->notes.at("sql"), view->id);
    for (const auto& [name, trigger] : to_.triggers)
        if (!is_kept(*trigger)) triggers.push_back(trigger);
    // SQLite runs the triggers of a table in an order that follows from that in which they were made.
    std::ranges::stable_sort(triggers, {}, [](const Fact* trigger) {
        return std::pair(trigger->attributes.at("table"), std::stol(trigger->notes.at("position")));
    });
    for (const auto* trigger : triggers) add(trigger->notes.at("sql"), trigger->id);
}

Section SectionWriter::write() {
    // What looks at tables goes first and comes last, so that SQLite finds nothing in between that looks at what is not
    // there.
    drop_views_and_triggers();
    drop_indexes();
    add_all(std::move(renames_));
    alter_tables();
    change_virtual_tables();
    drop_tables();
    create_tables();
    create_indexes();
    create_views_and_triggers();
    return std::move(section_);
}

}  // namespace

Section plan_section(const SectionTask& task) { return SectionWriter(task).write(); }

}  // namespace rev::schema::sqlite
