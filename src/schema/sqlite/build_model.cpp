#include "schema/sqlite/build_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "schema/sqlite/schema_view.hpp"
#include "schema/sqlite/table_definition.hpp"
#include "schema/sqlite/tokens.hpp"

namespace rev::schema::sqlite {
namespace {

using Type = ConstraintDefinition::Type;

FactId id_of(Kind kind, std::string_view name) { return {kind, {base::lower_case(name)}}; }

Kind kind_of(const SchemaObject& object) {
    if (object.type == "virtual table") return Kind::virtual_table;
    if (object.type == "index") return Kind::index;
    if (object.type == "view") return Kind::view;
    if (object.type == "trigger") return Kind::trigger;
    return Kind::table;
}

/// Where an object's statement goes on behind its name. SQLite keeps it without IF NOT EXISTS and the name of a schema.
std::size_t behind_name(const TokenText& text) {
    std::size_t at = 1;
    for (const auto* word : {"TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL"})
        if (text.is(at, word)) ++at;
    // Two more: TABLE or the like, and the name.
    return std::min(at + 2, text.tokens.size());
}

std::string_view name_of(Type type) {
    switch (type) {
        case Type::primary_key:
            return "primary key";
        case Type::unique:
            return "unique";
        case Type::check:
            return "check";
        case Type::foreign_key:
            return "foreign key";
    }
    return {};
}

/// An object and what could be read of its statement.
struct ReadObject {
    const SchemaObject* object;
    std::optional<TableDefinition> table = {};
    TokenText text = {};  ///< of all but tables that could be split
};

/// Whether the reader saw the columns that SQLite made. PRAGMA table_xinfo says 2 for a virtual generated column and 3
/// for a stored one; 1 is a hidden column of a virtual table.
bool agrees(const TableDefinition& table, const std::vector<ColumnInfo>& columns) {
    const auto is_same = [&](const ColumnDefinition& read, const ColumnInfo& made) {
        const bool is_generated = made.hidden == 2 || made.hidden == 3;
        return read.name == made.name && !read.generated.empty() == is_generated &&
               (is_generated ? read.is_stored == (made.hidden == 3)
                             : read.default_value.empty() == made.default_value.empty());
    };
    return columns.empty() || std::ranges::equal(table.columns, columns, is_same);
}

/// What an expression of the table can name.
KnownNames own_names(const TableDefinition& table, const FactId& id) {
    KnownNames names{id.name.front(), "rowid", "_rowid_", "oid"};
    for (const auto& column : table.columns) names.insert(base::lower_case(column.name));
    return names;
}

/// Every quoted one of them is a name.
std::string names_of(const TokenText& text, TokenRange range) {
    KnownNames names;
    for (auto token = range.first; token < range.last; ++token)
        if (text.is_name(token)) names.insert(text.folded_name(token));
    return normal_text(text, range, names);
}

class ModelBuilder {
public:
    explicit ModelBuilder(const std::vector<SchemaObject>& objects) {
        for (const auto& object : objects) read(object);
    }

    std::vector<Fact> build() {
        for (std::size_t i = 0; i < objects_.size(); ++i) add(objects_[i], i);
        return std::move(facts_);
    }

private:
    void read(const SchemaObject& object);
    void add(const ReadObject& read, std::size_t position);
    [[nodiscard]] static Fact begin(const ReadObject& read, std::size_t position);
    void add_table(const ReadObject& read, Fact fact);
    void add_whole_table(const ReadObject& read, Fact fact);
    void add_columns(const TableDefinition& table, const FactId& id, const KnownNames& own);
    void add_constraints(const TableDefinition& table, const FactId& id, const KnownNames& own);
    void add_virtual_table(const ReadObject& read, Fact fact);
    void add_index(const ReadObject& read, Fact fact);
    void add_view_or_trigger(const ReadObject& read, Fact fact);
    [[nodiscard]] std::string normal(const TokenText& text, TokenRange range) const {
        return normal_text(text, range, known_);
    }
    [[nodiscard]] std::string normal_default(const TableDefinition& table, TokenRange range) const;
    [[nodiscard]] std::vector<FactId> mentioned_by(const ReadObject& read) const;

    std::vector<ReadObject> objects_;
    KnownNames known_;
    std::map<std::string, FactId, std::less<>> relations_;  ///< tables and views by name
    std::vector<Fact> facts_;
};

/// All names before the first fact is made: whether "x" is a name or a text depends on what there is (SQLite takes it
/// for a text where no column has the name).
void ModelBuilder::read(const SchemaObject& object) {
    auto& read = objects_.emplace_back(ReadObject{.object = &object});
    known_.insert(base::lower_case(object.name));
    const auto kind = kind_of(object);
    if (kind != Kind::index && kind != Kind::trigger)
        relations_.emplace(base::lower_case(object.name), id_of(kind, object.name));
    for (const auto& column : object.columns) known_.insert(base::lower_case(column.name));
    if (kind != Kind::table) {
        read.text = tokens_of(object.sql);
        return;
    }
    read.table = read_table(object.sql);
    // A statement that was read otherwise than SQLite has read it is not taken apart.
    if (read.table && !agrees(*read.table, object.columns)) read.table.reset();
    if (!read.table) {
        read.text = tokens_of(object.sql);
        return;
    }
    for (const auto& column : read.table->columns) known_.insert(base::lower_case(column.name));
}

void ModelBuilder::add(const ReadObject& read, std::size_t position) {
    auto fact = begin(read, position);
    switch (fact.id.kind) {
        case Kind::table:
            return add_table(read, std::move(fact));
        case Kind::virtual_table:
            return add_virtual_table(read, std::move(fact));
        case Kind::index:
            return add_index(read, std::move(fact));
        default:
            return add_view_or_trigger(read, std::move(fact));
    }
}

Fact ModelBuilder::begin(const ReadObject& read, std::size_t position) {
    const auto& object = *read.object;
    Fact fact;
    fact.id = id_of(kind_of(object), object.name);
    // A comment at its end would swallow the `;` that is set behind it.
    const auto& text = read.table ? read.table->text : read.text;
    const auto end = text.tokens.empty() ? object.sql.size() : text.tokens.back().end;
    fact.notes = {{"name", object.name}, {"sql", object.sql.substr(0, end)}, {"position", std::to_string(position)}};
    if (!object.fault.empty()) fact.notes["fault"] = object.fault;
    return fact;
}

void ModelBuilder::add_table(const ReadObject& read, Fact fact) {
    if (!read.table) return add_whole_table(read, std::move(fact));
    const auto& table = *read.table;
    if (table.is_strict) fact.attributes["strict"] = "true";
    if (table.is_without_rowid) fact.attributes["without_rowid"] = "true";
    const auto id = fact.id;
    facts_.push_back(std::move(fact));
    const auto own = own_names(table, id);
    add_columns(table, id, own);
    add_constraints(table, id, own);
}

void ModelBuilder::add_whole_table(const ReadObject& read, Fact fact) {
    const auto& text = read.text;
    // Without CREATE TABLE and the name, which are the same for all.
    fact.attributes["definition"] = normal(text, {std::min<std::size_t>(3, text.tokens.size()), text.tokens.size()});
    const auto id = fact.id;
    facts_.push_back(std::move(fact));
    std::size_t position = 0;
    for (const auto& info : read.object->columns) {
        Fact column;
        column.id = {Kind::column, {id.name.front(), base::lower_case(info.name)}};
        column.parent = id;
        if (!info.type.empty()) column.attributes["type"] = base::lower_case(info.type);
        if (info.is_not_null) column.attributes["not_null"] = "not null";
        if (!info.default_value.empty()) column.attributes["default"] = info.default_value;
        if (info.hidden > 1) column.attributes["generated"] = info.hidden == 3 ? "stored" : "virtual";
        column.notes = {{"name", info.name}, {"position", std::to_string(position++)}};
        if (info.key_position > 0) column.notes["key_position"] = std::to_string(info.key_position);
        facts_.push_back(std::move(column));
    }
}

/// A bare word and "x" are strings in a DEFAULT, whatever their case.
std::string ModelBuilder::normal_default(const TableDefinition& table, TokenRange range) const {
    const auto& text = table.text;
    const bool is_word_or_name = range.last == range.first + 1 && text.is_name(range.first) &&
                                 text.tokens[range.first].kind != sql::SqlToken::Kind::string;
    if (!is_word_or_name) return normal(text, range);
    for (const auto* word : {"NULL", "TRUE", "FALSE", "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"})
        if (text.is(range.first, word)) return base::lower_case(word);
    return literal(text.name(range.first));
}

void ModelBuilder::add_columns(const TableDefinition& table, const FactId& id, const KnownNames& own) {
    std::size_t position = 0;
    for (const auto& column : table.columns) {
        Fact fact;
        fact.id = {Kind::column, {id.name.front(), base::lower_case(column.name)}};
        fact.parent = id;
        // These are never texts, whatever their quotes.
        if (!column.type.empty()) fact.attributes["type"] = names_of(table.text, column.type);
        if (!column.collation.empty()) fact.attributes["collation"] = names_of(table.text, column.collation);
        if (!column.not_null.empty()) fact.attributes["not_null"] = normal(table.text, column.not_null);
        if (!column.generated.empty()) {
            fact.attributes["generated"] = normal_text(table.text, column.generated, own);
            fact.attributes["storage"] = column.is_stored ? "stored" : "virtual";
        }
        if (!column.default_value.empty()) {
            fact.attributes["default"] = normal_default(table, column.default_value);
            fact.notes["default"] = std::string(table.text.text(column.default_value));
        }
        fact.notes["name"] = column.name;
        fact.notes["definition"] = std::string(table.text.text(column.text));
        fact.notes["position"] = std::to_string(position++);
        facts_.push_back(std::move(fact));
    }
}

void ModelBuilder::add_constraints(const TableDefinition& table, const FactId& id, const KnownNames& own) {
    std::set<std::string> names;
    for (const auto& constraint : table.constraints) {
        Fact fact;
        fact.parent = id;
        fact.attributes["type"] = name_of(constraint.type);
        const bool is_expression = constraint.type == Type::check;
        auto definition = normal_text(table.text, constraint.text, is_expression ? own : known_);
        auto name = constraint.name.empty() ? definition : base::lower_case(constraint.name);
        if (constraint.column) {
            const auto column = base::lower_case(table.columns[*constraint.column].name);
            fact.attributes["column"] = column;
            if (constraint.name.empty()) name = column + ' ' + definition;
        }
        if (!constraint.name.empty()) fact.attributes["name"] = base::lower_case(constraint.name);
        fact.attributes["definition"] = std::move(definition);
        if (constraint.parent) {
            const auto parent = relations_.find(table.text.folded_name(*constraint.parent));
            if (parent != relations_.end() && parent->second != id) fact.depends_on = {parent->second};
        }
        // SQLite minds neither two constraints of one name nor the same one twice.
        auto unique = name;
        for (int number = 2; !names.insert(unique).second; ++number) unique = fmt::format("{} #{}", name, number);
        fact.id = {Kind::constraint, {id.name.front(), unique}};
        fact.notes["name"] = constraint.name;
        facts_.push_back(std::move(fact));
    }
}

/// What follows the name is the module's own language; its strings and names are as written.
void ModelBuilder::add_virtual_table(const ReadObject& read, Fact fact) {
    const auto& text = read.text;
    const auto first = behind_name(text);
    if (text.is(first, "USING") && first + 1 < text.tokens.size()) {
        fact.attributes["module"] = text.folded_name(first + 1);
        std::string arguments;
        for (auto token = first + 2; token < text.tokens.size(); ++token) {
            if (!arguments.empty()) arguments += ' ';
            arguments += text.text(token);
        }
        fact.attributes["arguments"] = std::move(arguments);
    } else {
        fact.attributes["definition"] = normal(text, text.all_from(0));
    }
    std::vector<std::string> columns;
    for (const auto& column : read.object->columns)
        if (column.hidden == 0) columns.push_back(column.name);
    if (!columns.empty()) fact.notes["columns"] = name_list(columns);
    facts_.push_back(std::move(fact));
}

void ModelBuilder::add_index(const ReadObject& read, Fact fact) {
    const auto& text = read.text;
    fact.parent = id_of(Kind::table, read.object->table);
    fact.attributes["table"] = base::lower_case(read.object->table);
    if (text.is(1, "UNIQUE")) fact.attributes["unique"] = "true";
    auto at = behind_name(text) + 2;  // ON table
    const auto end = text.behind_parentheses(at);
    fact.attributes["columns"] = normal(text, {at, end});
    if (end < text.tokens.size()) fact.attributes["where"] = normal(text, text.all_from(end + 1));
    facts_.push_back(std::move(fact));
}

void ModelBuilder::add_view_or_trigger(const ReadObject& read, Fact fact) {
    const auto& text = read.text;
    if (fact.id.kind == Kind::trigger) {
        const auto found = relations_.find(base::lower_case(read.object->table));
        fact.parent = found != relations_.end() ? found->second : id_of(Kind::table, read.object->table);
        fact.attributes["table"] = base::lower_case(read.object->table);
    }
    fact.attributes["definition"] = normal(text, text.all_from(behind_name(text)));
    fact.depends_on = mentioned_by(read);
    // A view may have a column of its own name.
    std::erase(fact.depends_on, fact.id);
    facts_.push_back(std::move(fact));
}

/// Tables and views whose names stand in it: at least those that it needs.
std::vector<FactId> ModelBuilder::mentioned_by(const ReadObject& read) const {
    std::set<FactId> found;
    for (std::size_t token = behind_name(read.text); token < read.text.tokens.size(); ++token) {
        if (!read.text.is_name(token)) continue;
        const auto relation = relations_.find(read.text.folded_name(token));
        if (relation != relations_.end()) found.insert(relation->second);
    }
    return {found.begin(), found.end()};
}

std::string_view type_of(Kind kind) {
    switch (kind) {
        case Kind::table:
            return "table";
        case Kind::virtual_table:
            return "virtual table";
        case Kind::index:
            return "index";
        case Kind::view:
            return "view";
        case Kind::trigger:
            return "trigger";
        default:
            return {};
    }
}

ColumnInfo column_info(const Fact& column) {
    const auto generated = value_of(column.attributes, "generated");
    ColumnInfo info;
    info.name = value_of(column.notes, "name");
    info.type = value_of(column.attributes, "type");
    info.is_not_null = column.attributes.contains("not_null");
    info.default_value = value_of(column.attributes, "default");
    info.key_position = column.notes.contains("key_position") ? std::stoi(column.notes.at("key_position")) : 0;
    info.hidden = generated.empty() ? 0 : generated == "stored" ? 3 : 2;
    return info;
}

}  // namespace

Model build_model(const std::vector<SchemaObject>& objects, int server_version, std::vector<Unmodelled> unmodelled) {
    auto facts = ModelBuilder(objects).build();
    return {Dialect::sqlite, server_version, std::move(facts), std::move(unmodelled)};
}

std::vector<SchemaObject> objects_of(const Model& model) {
    std::vector<std::pair<long, SchemaObject>> objects;
    for (const auto& fact : model.facts()) {
        const auto type = type_of(fact.id.kind);
        if (type.empty()) continue;
        auto& [position, object] = objects.emplace_back();
        position = std::stol(fact.notes.at("position"));
        object.type = type;
        object.name = fact.notes.at("name");
        object.sql = fact.notes.at("sql");
        object.table = value_of(fact.attributes, "table");
        for (const auto& name : names_in(value_of(fact.notes, "columns")))
            object.columns.push_back({.name = name, .type = {}});
    }
    std::map<std::string, SchemaObject*, std::less<>> whole_tables;
    for (auto& [position, object] : objects) {
        const auto* fact = model.find(id_of(Kind::table, object.name));
        if (object.type == "table" && fact->attributes.contains("definition"))
            whole_tables[fact->id.name.front()] = &object;
    }
    std::vector<std::pair<long, std::pair<SchemaObject*, ColumnInfo>>> columns;
    for (const auto& fact : model.facts()) {
        if (fact.id.kind != Kind::column) continue;
        const auto table = whole_tables.find(fact.id.name.front());
        if (table != whole_tables.end())
            columns.emplace_back(std::stol(fact.notes.at("position")), std::pair(table->second, column_info(fact)));
    }
    std::ranges::stable_sort(columns, {}, [](const auto& each) { return each.first; });
    for (auto& [position, column] : columns) column.first->columns.push_back(std::move(column.second));
    std::ranges::stable_sort(objects, {}, [](const auto& each) { return each.first; });
    std::vector<SchemaObject> sorted;
    for (auto& [position, object] : objects) sorted.push_back(std::move(object));
    return sorted;
}

std::string name_list(const std::vector<std::string>& names) {
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ", ") + quoted_if_needed(name);
    return list;
}

std::vector<std::string> names_in(std::string_view list) {
    const auto text = tokens_of(list);
    std::vector<std::string> names;
    for (std::size_t token = 0; token < text.tokens.size(); ++token)
        if (text.is_name(token)) names.push_back(text.name(token));
    return names;
}

}  // namespace rev::schema::sqlite
