#include "lint/sqlite_judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "lint/guard_answer.hpp"

namespace rev::lint {

void SqliteJudge::add(std::size_t number, Rule rule, std::string message) {
    findings_.push_back(finding_at(*section_, number, rule, std::move(message)));
}

void SqliteJudge::lose(std::size_t number, Rule rule, const std::string& message, std::string table,
                       std::vector<std::string> columns) {
    auto finding = finding_at(*section_, number, rule, message + ", and code that still runs may ask for it");
    removals_.push_back({std::move(finding), std::move(table), std::move(columns)});
}

SqliteTable* SqliteJudge::find_table(const std::string& name) {
    const auto found = schema_.tables.find(name);
    return found == schema_.tables.end() ? nullptr : &found->second;
}

bool SqliteJudge::is_old(const SqliteTable* table) const {
    // What no revision has made was there before.
    return table == nullptr || (table->made_in != plan_ && !table->is_temporary);
}

std::string_view SqliteJudge::rest_of(const sql::SqlCursor& cursor, std::size_t number) const {
    const auto text = statement(number).text;
    if (cursor.at_end()) return {};
    return text.substr(static_cast<std::size_t>(cursor.text().data() - text.data()));
}

void SqliteJudge::read(const SectionText& section) {
    section_ = &section;
    keeps_references_ = false;
    for (std::size_t number = 0; number < section.statements.size(); ++number) read_statement(number);
    trial_.end_section();
}

void SqliteJudge::read_statement(std::size_t number) {
    const auto guard = guard_answer(*section_, number, schema_);
    if (guard == GuardAnswer::left_out) return;
    const auto before = findings_.size();
    read_unguarded(number);
    if (guard != GuardAnswer::open) return ask_sqlite(number, before);
    trial_.skip();
    // Its guard has surely been written against these.
    const auto is_foreseen = [](const Finding& finding) {
        return finding.rule == Rule::existing_object || finding.rule == Rule::missing_object;
    };
    findings_.erase(
        std::remove_if(findings_.begin() + static_cast<std::ptrdiff_t>(before), findings_.end(), is_foreseen),
        findings_.end());
}

/// Where nothing was found yet that would stop the statement. first_finding: the first of the statement's own.
void SqliteJudge::ask_sqlite(std::size_t number, std::size_t first_finding) {
    const auto why = trial_.try_statement(statement(number));
    if (!why) return;
    const auto stops = [](const Finding& finding) { return finding.level == Level::error; };
    if (std::none_of(findings_.begin() + static_cast<std::ptrdiff_t>(first_finding), findings_.end(), stops))
        add(number, Rule::failed, *why);
}

void SqliteJudge::read_unguarded(std::size_t number) {
    if (section_->in_transaction) read_outside(number);
    sql::SqlCursor cursor(statement(number).text, Dialect::sqlite);
    if (cursor.accept("CREATE")) return create(number, cursor);
    if (cursor.accept({"ALTER", "TABLE"})) return alter(number, cursor);
    if (cursor.accept("DROP")) return drop(number, cursor);
    if (cursor.accept("PRAGMA")) return pragma(number);
    find_strings_in_double_quotes(number);
    if (cursor.accept("INSERT") || cursor.accept("REPLACE")) return note_copied_rows(cursor);
    if (cursor.at_word("UPDATE") || cursor.at_word("DELETE")) change_rows(number, cursor);
}

void SqliteJudge::read_outside(std::size_t number) {
    const Statement& each = statement(number);
    if (each.kind == StatementKind::transaction_control)
        return add(number, Rule::outside_transaction,
                   fmt::format("{} in a revision that runs in a transaction", each.command));
    if (each.kind != StatementKind::outside_transaction) return;
    const bool is_pragma = each.facts.verb == sql::Verb::pragma;
    add(number, is_pragma ? Rule::sqlite_pragma : Rule::outside_transaction,
        fmt::format("{} {} in a transaction", each.command, is_pragma ? "has no effect, or fails," : "cannot run"));
}

void SqliteJudge::create(std::size_t number, sql::SqlCursor cursor) {
    const bool is_temporary = cursor.accept("TEMP") || cursor.accept("TEMPORARY");
    cursor.accept("UNIQUE");
    if (cursor.accept("TABLE")) return create_table(number, cursor, is_temporary);
    // Its columns are its module's affair.
    if (cursor.accept({"VIRTUAL", "TABLE"})) {
        cursor.accept({"IF", "NOT", "EXISTS"});
        SqliteTable table;
        table.is_complete = false;
        table.made_in = plan_;
        schema_.tables[take_plain_name(cursor)] = std::move(table);
        return;
    }
    for (const std::string_view kind : {"INDEX", "VIEW", "TRIGGER"})
        if (cursor.accept(kind)) return create_dependent(base::lower_case(kind), number, cursor);
}

void SqliteJudge::create_table(std::size_t number, sql::SqlCursor cursor, bool is_temporary) {
    const bool if_not_exists = cursor.accept({"IF", "NOT", "EXISTS"});
    const std::string name = take_plain_name(cursor);
    if (find_table(name) != nullptr && !is_temporary) {
        if (!if_not_exists) add(number, Rule::existing_object, fmt::format("there is a table {} already", name));
        return;
    }
    SqliteTable table;
    if (cursor.at_word("AS")) {
        table.is_complete = false;
    } else {
        table = read_table(rest_of(cursor, number));
    }
    table.made_in = plan_;
    table.is_temporary = is_temporary;
    for (SqliteColumn& column : table.columns) column.made_in = plan_;
    bool knows_others = true;
    for (const SqliteReference& reference : table.references)
        knows_others = knows_others && (reference.table == name || find_table(reference.table) != nullptr);
    schema_.tables[name] = std::move(table);
    // Elsewhere than in a check, names in double quotes are those of columns and tables.
    if (knows_others && names_in(statement(number).text).contains("check")) find_strings_in_double_quotes(number);
}

void SqliteJudge::create_dependent(std::string_view kind, std::size_t number, sql::SqlCursor cursor) {
    const bool if_not_exists = cursor.accept({"IF", "NOT", "EXISTS"});
    const std::string name = take_plain_name(cursor);
    if (schema_.dependents.contains(name)) {
        if (!if_not_exists) add(number, Rule::existing_object, fmt::format("there is a {} {} already", kind, name));
        return;
    }
    SqliteDependent made;
    made.kind = kind;
    made.names = names_in(rest_of(cursor, number));
    while (kind != "view" && !cursor.at_end() && !cursor.accept("ON")) cursor.advance();
    if (kind != "view" && !cursor.at_end()) made.table = take_plain_name(cursor);
    schema_.dependents[name] = std::move(made);
    if (kind == "view") find_strings_in_double_quotes(number);
}

/// SQLite reads all views and triggers anew on each ALTER TABLE, and refuses it if one names what is not there.
void SqliteJudge::check_broken_dependents(std::size_t number) {
    for (const auto& each : schema_.dependents) {  // clang 14 lets no lambda have a structured binding
        const auto& name = each.first;
        const auto& dependent = each.second;
        // Indexes go with their table.
        if (dependent.kind == "index") continue;
        const auto is_gone = [&](const std::string& table) {
            return dropped_.contains(table) && dependent.names.contains(table) && find_table(table) == nullptr;
        };
        const auto gone = std::ranges::find_if(dropped_, is_gone);
        if (gone == dropped_.end()) continue;
        return add(number, Rule::sqlite_rename,
                   fmt::format("this fails, as the {} {} names {}, which is not there", dependent.kind, name, *gone));
    }
}

void SqliteJudge::alter(std::size_t number, sql::SqlCursor cursor) {
    const std::string name = take_plain_name(cursor);
    if (cursor.accept({"RENAME", "TO"})) {
        // PRAGMA legacy_alter_table: names in views and triggers are then left as they are, and not looked at.
        if (!keeps_references_) check_broken_dependents(number);
        return rename_table(number, name, plain_name(cursor.text()));
    }
    if (cursor.accept("RENAME")) {
        check_broken_dependents(number);
        cursor.accept("COLUMN");
        const std::string column = plain_name(cursor.text());
        cursor.advance();
        if (SqliteTable* table = find_table(name)) return rename_column(number, *table, column, cursor);
        return lose(number, Rule::rename, fmt::format("column {} of {} is renamed", column, name));
    }
    if (cursor.accept("ADD")) {
        cursor.accept("COLUMN");
        return add_column(number, name, rest_of(cursor, number));
    }
    if (!cursor.accept("DROP")) return;
    check_broken_dependents(number);
    cursor.accept("COLUMN");
    drop_column(number, name, plain_name(cursor.text()));
}

void SqliteJudge::rename_table(std::size_t number, const std::string& from, const std::string& to) {
    SqliteTable* table = find_table(from);
    std::vector<std::string> columns;
    if (table != nullptr)
        for (const auto& column : table->columns) columns.push_back(column.name);
    if (is_old(table)) lose(number, Rule::rename, fmt::format("table {} is renamed", from), from, columns);
    if (table == nullptr) return;
    if (find_table(to) != nullptr)
        return add(number, Rule::existing_object, fmt::format("there is a table {} already", to));
    auto node = schema_.tables.extract(from);
    node.key() = to;
    node.mapped().renamed_in = plan_;
    schema_.tables.insert(std::move(node));
    dropped_.erase(to);
    for (auto& [name, dependent] : schema_.dependents) {
        if (dependent.table == from) dependent.table = to;
        if (!keeps_references_ && dependent.names.erase(from) != 0) dependent.names.insert(to);
    }
    if (keeps_references_) return;
    bool is_referred_to = false;
    // Since SQLite 3.26, a rename follows into the foreign keys of other tables: an old table that is moved away takes
    // them with it, and they point to nothing once it is dropped.
    for (auto& [name, other] : schema_.tables) {
        for (auto& reference : other.references) {
            if (reference.table != from) continue;
            reference.table = to;
            is_referred_to = is_referred_to || name != to;
        }
    }
    if (is_referred_to)
        renamed_.insert_or_assign(
            to,
            finding_at(*section_, number, Rule::sqlite_rename,
                       fmt::format("foreign keys that refer to {} follow this rename to {}, which is gone at the end",
                                   from, to)));
}

void SqliteJudge::rename_column(std::size_t number, SqliteTable& table, const std::string& name,
                                sql::SqlCursor cursor) {
    cursor.accept("TO");
    SqliteColumn* column = table.find_column(name);
    if (column == nullptr) {
        if (table.is_complete) add(number, Rule::missing_object, fmt::format("there is no column {}", name));
        return;
    }
    if (is_old(&table) && column->made_in != plan_)
        lose(number, Rule::rename, fmt::format("column {} is renamed", name));
    column->name = plain_name(cursor.text());
    if (table.constrained.erase(name) != 0) table.constrained.insert(column->name);
}

void SqliteJudge::add_column(std::size_t number, const std::string& name, std::string_view definition) {
    SqliteTable unknown;
    SqliteTable* known = find_table(name);
    SqliteTable& table = known == nullptr ? unknown : *known;
    SqliteColumn column = read_column(definition, table);
    column.made_in = plan_;
    // Source of these: "ALTER TABLE ADD COLUMN" of SQLite's manual.
    const bool has_rows = is_old(known);
    const auto refuse = [&](std::string_view why) {
        add(number, Rule::sqlite_column, fmt::format("column {} cannot be added to {}: {}", column.name, name, why));
    };
    if (table.find_column(column.name) != nullptr) {
        add(number, Rule::existing_object, fmt::format("table {} has a column {} already", name, column.name));
    } else if (column.is_unique) {
        refuse("it is PRIMARY KEY or UNIQUE");
    } else if (has_rows && column.is_not_null && !column.default_value && !column.is_generated) {
        add(number, Rule::not_null_column,
            fmt::format("column {} must not be NULL, and has no default for the rows of {} that are there", column.name,
                        name));
    } else if (has_rows && !column.has_constant_default) {
        refuse("its default is no constant, and there may be rows");
    } else if (has_rows && column.is_stored) {
        refuse("it is STORED, and there may be rows");
    } else if (has_rows && column.references && column.default_value && section_->enforces_foreign_keys) {
        refuse("it refers to another table and has a default that is not NULL, and foreign keys are enforced");
    } else if (const auto why = has_rows ? trial_.refuse_rows(std::string(definition)) : std::nullopt) {
        refuse("its default does not pass its own check, and there may be rows");
    }
    table.columns.push_back(std::move(column));
}

void SqliteJudge::drop_column(std::size_t number, const std::string& name, const std::string& column) {
    SqliteTable* table = find_table(name);
    const SqliteColumn* found = table == nullptr ? nullptr : table->find_column(column);
    if (table != nullptr && table->is_complete && found == nullptr)
        return add(number, Rule::missing_object, fmt::format("table {} has no column {}", name, column));
    const bool is_new = found != nullptr && found->made_in == plan_;
    if (is_old(table) && !is_new)
        lose(number, Rule::drop_column, fmt::format("column {} of {} is dropped", column, name), name, {column});
    if (table == nullptr) return;
    const auto refers = [&](const SqliteReference& reference) {
        return std::ranges::find(reference.columns, column) != reference.columns.end();
    };
    const bool is_key = found != nullptr && found->is_unique;
    const bool is_constrained = table->constrained.contains(column) || std::ranges::any_of(table->references, refers);
    if (is_key || is_constrained)
        add(number, Rule::sqlite_column,
            fmt::format("column {} cannot be dropped from {}: a constraint of the table names it", column, name));
    // SQLite checks the whole schema after the column is gone, and refuses what no longer makes sense.
    for (const auto& [dependent_name, dependent] : schema_.dependents) {
        const bool is_about = dependent.table == name || dependent.names.contains(name);
        if (!is_about || !dependent.names.contains(column)) continue;
        add(number, Rule::sqlite_column,
            fmt::format("column {} cannot be dropped from {}: the {} {} names it", column, name, dependent.kind,
                        dependent_name));
        break;
    }
    std::erase_if(table->columns, [&](const SqliteColumn& each) { return each.name == column; });
}

void SqliteJudge::drop(std::size_t number, sql::SqlCursor cursor) {
    const bool is_table = cursor.at_word("TABLE");
    const bool is_view = cursor.at_word("VIEW");
    cursor.advance();
    const bool if_exists = cursor.accept({"IF", "EXISTS"});
    const std::string name = take_plain_name(cursor);
    if (is_table) return drop_table(number, name, if_exists);
    const bool is_known = schema_.dependents.erase(name) != 0;
    if (is_view && (is_known || !if_exists))
        lose(number, Rule::drop_object, fmt::format("view {} is dropped", name), "view " + name);
}

void SqliteJudge::drop_table(std::size_t number, const std::string& name, bool if_exists) {
    SqliteTable* table = find_table(name);
    if (table == nullptr && if_exists) return;
    std::vector<std::string> columns;
    if (table != nullptr)
        for (const auto& column : table->columns) columns.push_back(column.name);
    const bool was_renamed = table != nullptr && table->renamed_in == plan_;
    if (is_old(table) && !was_renamed)
        lose(number, Rule::drop_table, fmt::format("table {} is dropped", name), name, columns);
    const auto refers = [&](const SqliteReference& reference) { return reference.table == name; };
    for (const auto& [other, each] : schema_.tables) {
        const bool is_referred_to = other != name && std::ranges::any_of(each.references, refers);
        // DROP TABLE deletes all rows first, as DELETE FROM would, which sets off ON DELETE.
        if (!is_referred_to || !section_->enforces_foreign_keys || !is_old(table)) continue;
        add(number, Rule::sqlite_rebuild,
            fmt::format("foreign keys are enforced, so that this deletes the rows of {} that refer to {}, or fails",
                        other, name));
        break;
    }
    schema_.tables.erase(name);
    dropped_.insert(name);
    std::erase_if(schema_.dependents, [&](const auto& each) { return each.second.table == name; });
}

void SqliteJudge::change_rows(std::size_t number, sql::SqlCursor cursor) {
    const bool is_delete = cursor.at_word("DELETE");
    cursor.advance();
    if (is_delete) cursor.accept("FROM");
    if (cursor.accept("OR")) cursor.advance();
    const std::string name = take_plain_name(cursor);
    // A WHERE within a subquery narrows the subquery.
    int depth = 0;
    for (; !cursor.at_end(); cursor.advance()) {
        if (cursor.at_symbol("(")) ++depth;
        if (cursor.at_symbol(")")) --depth;
        const bool narrows = depth == 0 && (cursor.at_word("WHERE") || cursor.at_word("LIMIT"));
        if (narrows) return;
    }
    if (is_old(find_table(name)) && !small_tables_.contains(name))
        add(number, Rule::change_all_rows,
            fmt::format("this {} every row of {} in one statement", is_delete ? "deletes" : "updates", name));
}

void SqliteJudge::pragma(std::size_t number) {
    const auto& facts = statement(number).facts;
    if (facts.pragma.name == "legacy_alter_table" && facts.sets_pragma)
        keeps_references_ = sql::is_on(facts.pragma_value);
}

/// Names of columns, tables and aliases are the only ones that a statement on known tables can mean.
void SqliteJudge::find_strings_in_double_quotes(std::size_t number) {
    const auto text = statement(number).text;
    if (text.find('"') == std::string_view::npos) return;
    std::set<std::string> known;
    for (sql::SqlCursor cursor(text, Dialect::sqlite); !cursor.at_end(); cursor.advance())
        if (cursor.at_word()) known.insert(plain_name(cursor.text()));
    bool is_complete = false;
    for (const auto& name : names_in(text)) {
        const SqliteTable* table = find_table(name);
        if (table == nullptr) continue;
        if (!table->is_complete) return;
        is_complete = true;
        known.insert(name);
        for (const auto& column : table->columns) known.insert(column.name);
    }
    if (!is_complete) return;
    static constexpr std::array<std::string_view, 9> before_a_value = {"=", "<>", "!=", "==", "<", ">", "||", "(", ","};
    bool may_be_value = false;
    for (sql::SqlCursor cursor(text, Dialect::sqlite); !cursor.at_end(); cursor.advance()) {
        const bool is_quoted = cursor.text().starts_with('"');
        if (is_quoted && may_be_value && !known.contains(plain_name(cursor.text())))
            return add(number, Rule::sqlite_double_quotes,
                       fmt::format("{} names nothing, and is read as a string", base::printable_word(cursor.text())));
        // An alias is a name from here on.
        if (is_quoted) known.insert(plain_name(cursor.text()));
        may_be_value = std::ranges::find(before_a_value, cursor.text()) != before_a_value.end() ||
                       cursor.at_word("LIKE") || cursor.at_word("THEN") || cursor.at_word("ELSE") ||
                       cursor.at_word("WHEN") || cursor.at_word("SELECT") || cursor.at_word("IS");
    }
}

/// Into a table of this plan, from another one: all rows, unless words say that they are chosen. What comes in two
/// parts is taken to be whole.
void SqliteJudge::note_copied_rows(sql::SqlCursor cursor) {
    if (cursor.accept("OR")) cursor.advance();
    cursor.accept("INTO");
    SqliteTable* table = find_table(take_plain_name(cursor));
    if (table == nullptr || table->made_in != plan_) return;
    bool is_chosen = false;
    for (; !cursor.at_end(); cursor.advance())
        for (const std::string_view word : {"WHERE", "LIMIT", "GROUP", "DISTINCT", "EXCEPT", "INTERSECT", "VALUES"})
            is_chosen = is_chosen || cursor.at_word(word);
    const bool is_second = table->rows == SqliteTable::Rows::some;
    table->rows = is_chosen && !is_second ? SqliteTable::Rows::some : SqliteTable::Rows::all;
}

/// A table that was built anew is there; its rows are not.
bool SqliteJudge::tell_lost_rows(const SqliteTable& table, Removal& removal) const {
    const bool is_anew = table.made_in == plan_ && table.rows != SqliteTable::Rows::all && table.is_complete &&
                         removal.finding.rule == Rule::drop_table && !small_tables_.contains(removal.table);
    if (is_anew)
        removal.finding.message = fmt::format("table {} is built anew {} its rows", removal.table,
                                              table.rows == SqliteTable::Rows::none ? "without" : "with only some of");
    return is_anew;
}

/// A table that was built anew is there; what it lacks is not.
void SqliteJudge::tell_lost_columns(const SqliteTable& table, Removal& removal) {
    std::erase_if(removal.columns, [&](const std::string& column) { return table.find_column(column) != nullptr; });
    Finding& finding = removal.finding;
    finding.rule = Rule::drop_column;
    finding.hint = text_of(Rule::drop_column).hint;
    finding.message = fmt::format("table {} is built anew without {}, and code that still runs may ask for it",
                                  removal.table, base::join(removal.columns, ", "));
}

std::vector<Finding> SqliteJudge::end_plan() {
    for (Removal& removal : removals_) {
        const bool is_view = removal.table.starts_with("view ") && schema_.dependents.contains(removal.table.substr(5));
        const SqliteTable* table = find_table(removal.table);
        const auto has_column = [&](const std::string& column) { return table->find_column(column) != nullptr; };
        const bool is_there_again =
            is_view || (table != nullptr && (!table->is_complete || std::ranges::all_of(removal.columns, has_column)));
        const bool has_lost_rows = is_there_again && table != nullptr && tell_lost_rows(*table, removal);
        if (is_there_again && !has_lost_rows) continue;
        if (table != nullptr && !has_lost_rows && removal.finding.rule != Rule::drop_column)
            tell_lost_columns(*table, removal);
        findings_.push_back(std::move(removal.finding));
    }
    removals_.clear();
    for (auto& renamed : renamed_) {
        const auto& name = renamed.first;
        auto& finding = renamed.second;
        const auto refers = [&](const SqliteReference& reference) { return reference.table == name; };
        const bool is_referred_to = std::ranges::any_of(
            schema_.tables, [&](const auto& each) { return std::ranges::any_of(each.second.references, refers); });
        if (is_referred_to && find_table(name) == nullptr) findings_.push_back(finding);
    }
    renamed_.clear();
    return std::exchange(findings_, {});
}

}  // namespace rev::lint
