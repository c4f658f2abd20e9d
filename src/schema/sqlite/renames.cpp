#include "schema/sqlite/renames.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "base/text.hpp"
#include "schema/sqlite/table_definition.hpp"

namespace rev::schema::sqlite {
namespace {

using NameSet = std::set<std::string, std::less<>>;

/// The names of one scope: tables, or the columns of a table.
struct Scope {
    NameSet from;
    NameSet to;
    /// Whether what has that name is the same on both sides, and in its place.
    std::function<bool(const std::string&)> is_in_place;
};

/// Of those that are possible: new name free, or freed by another, or taken by something that goes.
Names choose(Names possible, const Scope& scope) {
    std::erase_if(possible, [&](const auto& each) {
        const auto& [old_name, new_name] = each;
        return old_name == new_name || !scope.from.contains(old_name) || !scope.to.contains(new_name);
    });
    const auto is_new_name = [&](const std::string& name) {
        return std::ranges::any_of(possible, [&](const auto& each) { return each.second == name; });
    };
    std::erase_if(possible, [&](const auto& each) {
        const auto& [old_name, new_name] = each;
        const bool is_done = scope.from.contains(new_name) && scope.to.contains(old_name) && !is_new_name(old_name);
        // A circle of names that was gone through already looks as one that was not: each thing tells.
        const bool is_circle = scope.from.contains(new_name) && is_new_name(old_name) && possible.contains(new_name);
        return is_done || (is_circle && scope.is_in_place(old_name) && scope.is_in_place(new_name));
    });
    return possible;
}

std::string last_part(const FactId& id) { return id.name.empty() ? std::string() : base::lower_case(id.name.back()); }
std::string table_part(const FactId& id) {
    return id.name.size() < 2 ? std::string() : base::lower_case(id.name[id.name.size() - 2]);
}

NameSet table_names(const SchemaView& view) {
    NameSet names;
    for (const auto& [name, table] : view.tables) names.insert(name);
    for (const auto& [name, table] : view.virtual_tables) names.insert(name);
    return names;
}

NameSet column_names(const TableView& table) {
    NameSet names;
    for (const auto* column : table.columns) names.insert(column->id.name.back());
    return names;
}

bool is_same_table(const TableView* from, const TableView* to) {
    const auto equal = [](const Fact* left, const Fact* right) { return *left == *right; };
    return from != nullptr && to != nullptr && *from->table == *to->table &&
           std::ranges::equal(from->columns, to->columns, equal) &&
           std::ranges::equal(from->constraints, to->constraints, equal);
}

Names table_renames(const SchemaView& from, const SchemaView& to, const Hints& hints) {
    Names possible;
    for (const auto& rename : hints.renames)
        if (rename.from.kind == Kind::table || rename.from.kind == Kind::virtual_table)
            possible.emplace(last_part(rename.from), last_part(rename.to));
    return choose(std::move(possible), {table_names(from), table_names(to), [&](const std::string& name) {
                                            return is_same_table(from.table(name), to.table(name));
                                        }});
}

/// The table of `from` that becomes `table`.
std::string old_name_of(const std::string& table, const Names& table_renames) {
    for (const auto& [old_name, new_name] : table_renames)
        if (new_name == table) return old_name;
    return table;
}

/// A hint says the table's old name, or its new one.
std::string new_table_of(const Rename& rename, const SchemaView& to, const Names& table_renames) {
    const auto renamed = table_renames.find(table_part(rename.from));
    if (renamed != table_renames.end()) return renamed->second;
    return to.table(table_part(rename.to)) != nullptr ? table_part(rename.to) : table_part(rename.from);
}

bool is_in_place(const TableView& from, const TableView& to, const std::string& column) {
    const auto* before = from.column(column);
    const auto* after = to.column(column);
    return before != nullptr && after != nullptr && before->attributes == after->attributes &&
           before->notes.at("position") == after->notes.at("position");
}

/// All tokens of a table's statement that name one of its columns.
std::vector<std::size_t> own_column_uses(const TableDefinition& table, const std::string& table_name,
                                         const std::string& column) {
    std::set<std::size_t> found;
    const auto add_names = [&](const std::vector<std::size_t>& tokens) {
        for (const auto token : tokens)
            if (table.text.folded_name(token) == column) found.insert(token);
    };
    const auto add_uses = [&](TokenRange range) {
        for (const auto token : column_uses(table.text, range, column)) found.insert(token);
    };
    for (const auto& each : table.columns) {
        add_names({each.name_token});
        add_uses(each.generated);
    }
    for (const auto& constraint : table.constraints) {
        add_names(constraint.columns);
        add_uses(constraint.expression);
        const bool is_own_parent = constraint.parent && table.text.folded_name(*constraint.parent) == table_name;
        if (is_own_parent) add_names(constraint.parent_columns);
    }
    return {found.begin(), found.end()};
}

std::vector<std::size_t> parent_column_uses(const TableDefinition& table, const std::string& parent,
                                            const std::string& column) {
    std::set<std::size_t> found;
    for (const auto& constraint : table.constraints) {
        if (!constraint.parent || table.text.folded_name(*constraint.parent) != parent) continue;
        for (const auto token : constraint.parent_columns)
            if (table.text.folded_name(token) == column) found.insert(token);
    }
    return {found.begin(), found.end()};
}

/// The table's own name, and it as a parent.
std::vector<std::size_t> table_uses(const TableDefinition& table, const std::string& name) {
    std::set<std::size_t> found;
    if (table.text.folded_name(table.name_token) == name) found.insert(table.name_token);
    for (const auto& constraint : table.constraints) {
        if (constraint.parent && table.text.folded_name(*constraint.parent) == name) found.insert(*constraint.parent);
        for (auto token = constraint.expression.first; token < constraint.expression.last; ++token)
            if (table.text.is(token + 1, ".") && table.text.folded_name(token) == name) found.insert(token);
    }
    return {found.begin(), found.end()};
}

/// The token of an index's table, behind ON.
std::size_t index_table_token(const TokenText& text) { return text.is(1, "UNIQUE") ? 5 : 4; }

void replace(SchemaObject& object, const TokenText& text, const std::vector<std::size_t>& tokens,
             const std::string& name) {
    if (!tokens.empty()) object.sql = with_tokens_replaced(text, tokens, quoted_if_needed(name));
}

}  // namespace

ActiveRenames ActiveRenames::inverted() const {
    ActiveRenames others;
    for (const auto& [old_name, new_name] : tables) others.tables.emplace(new_name, old_name);
    for (const auto& [table, names] : columns) {
        // Columns are told by the new name of their table, which is the old one on the way back.
        auto& names_back = others.columns[old_name_of(table, tables)];
        for (const auto& [old_name, new_name] : names) names_back.emplace(new_name, old_name);
    }
    return others;
}

ActiveRenames active_renames(const SchemaView& from, const SchemaView& to, const Hints& hints) {
    ActiveRenames active;
    active.tables = table_renames(from, to, hints);
    std::map<std::string, Names, std::less<>> possible;
    for (const auto& rename : hints.renames)
        if (rename.from.kind == Kind::column)
            possible[new_table_of(rename, to, active.tables)].emplace(last_part(rename.from), last_part(rename.to));
    for (auto& [table, names] : possible) {
        const auto* before = from.table(old_name_of(table, active.tables));
        const auto* after = to.table(table);
        if (before == nullptr || after == nullptr) continue;
        auto chosen =
            choose(std::move(names), {column_names(*before), column_names(*after),
                                      [&](const std::string& name) { return is_in_place(*before, *after, name); }});
        if (!chosen.empty()) active.columns.emplace(table, std::move(chosen));
    }
    return active;
}

std::string free_name(const std::string& stem, const std::vector<std::string>& taken) {
    auto name = stem;
    for (int number = 2; std::ranges::find(taken, name) != taken.end(); ++number)
        name = fmt::format("{}_{}", stem, number);
    return name;
}

std::vector<RenameStep> steps_of(const Names& renames, const std::vector<std::string>& taken) {
    std::vector<RenameStep> steps;
    std::vector<std::string> names = taken;
    const auto add = [&](const std::string& old_name, const std::string& new_name) {
        steps.push_back({old_name, new_name});
        std::ranges::replace(names, old_name, new_name);
    };
    const auto put_aside = [&](const std::string& name) {
        auto aside = free_name("_rev_old_" + name, names);
        add(name, aside);
        return aside;
    };
    for (const auto& [old_name, new_name] : renames)
        // The name is taken by something that goes: it makes room, and is dropped under the other name.
        if (std::ranges::find(names, new_name) != names.end() && !renames.contains(new_name)) (void)put_aside(new_name);
    Names left = renames;
    // Each turn makes one rename, or breaks a circle by putting one of its names aside: it ends.
    while (!left.empty()) {
        const auto is_free = [&](const auto& each) { return std::ranges::find(names, each.second) == names.end(); };
        if (const auto next = std::ranges::find_if(left, is_free); next != left.end()) {
            add(next->first, next->second);
            left.erase(next);
            continue;
        }
        const auto [old_name, new_name] = *left.begin();
        left.erase(old_name);
        left.emplace(put_aside(old_name), new_name);
    }
    return steps;
}

void rename_table(std::vector<SchemaObject>& objects, const std::string& old_name, const std::string& new_name) {
    const auto folded = base::lower_case(old_name);
    for (auto& object : objects) {
        const bool is_it = base::lower_case(object.name) == folded;
        const bool is_on_it = base::lower_case(object.table) == folded;
        if (object.type == "table") {
            if (const auto table = read_table(object.sql))
                replace(object, table->text, table_uses(*table, folded), new_name);
            else if (is_it)
                replace(object, tokens_of(object.sql), {2}, new_name);
        } else if (object.type == "virtual table" && is_it) {
            replace(object, tokens_of(object.sql), {3}, new_name);
        } else if (object.type == "index" && is_on_it) {
            const auto text = tokens_of(object.sql);
            replace(object, text, {index_table_token(text)}, new_name);
        }
        if (is_it && object.type != "index") object.name = new_name;
        if (is_on_it) object.table = new_name;
    }
}

void rename_column(std::vector<SchemaObject>& objects, const std::string& table, const std::string& old_name,
                   const std::string& new_name) {
    const auto folded = base::lower_case(table);
    for (auto& object : objects) {
        if (object.type == "index" && base::lower_case(object.table) == folded) {
            const auto text = tokens_of(object.sql);
            replace(object, text, column_uses(text, text.all_from(index_table_token(text) + 1), old_name), new_name);
        } else if (object.type == "table") {
            const auto definition = read_table(object.sql);
            if (!definition) continue;
            const bool is_it = base::lower_case(object.name) == folded;
            replace(object, definition->text,
                    is_it ? own_column_uses(*definition, folded, old_name)
                          : parent_column_uses(*definition, folded, old_name),
                    new_name);
        }
    }
}

}  // namespace rev::schema::sqlite
