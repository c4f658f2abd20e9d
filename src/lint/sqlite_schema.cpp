#include "lint/sqlite_schema.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "sql/names.hpp"
#include "sql/sql_cursor.hpp"

namespace rev::lint {

std::string take_plain_name(sql::SqlCursor& cursor) {
    std::string name = plain_name(cursor.text());
    cursor.advance();
    if (cursor.accept_symbol(".")) {
        name = plain_name(cursor.text());
        cursor.advance();
    }
    return name;
}

namespace {

/// `(a, b)`; the cursor is at the parenthesis or at something else.
std::vector<std::string> take_names(sql::SqlCursor& cursor) {
    std::vector<std::string> names;
    if (!cursor.accept_symbol("(")) return names;
    for (int depth = 1; !cursor.at_end() && depth > 0; cursor.advance()) {
        if (cursor.at_symbol("(")) ++depth;
        if (cursor.at_symbol(")")) --depth;
        if (depth == 1 && cursor.at_name()) names.push_back(plain_name(cursor.text()));
    }
    return names;
}

/// From behind REFERENCES to the end of the definition.
SqliteReference take_reference(sql::SqlCursor& cursor) {
    SqliteReference reference;
    reference.table = take_plain_name(cursor);
    (void)take_names(cursor);
    while (!cursor.at_end()) {
        if (cursor.accept({"ON", "DELETE"})) {
            // These write to other rows when one is deleted; RESTRICT and NO ACTION only refuse.
            reference.acts = cursor.at_word("CASCADE") || cursor.at_word("SET");
        } else if (cursor.at_word("DEFAULT") || cursor.at_word("CHECK") || cursor.at_word("UNIQUE")) {
            // The column's own clauses go on here, and are not the reference's.
            break;
        } else {
            cursor.advance();
        }
    }
    return reference;
}

/// Skips `( ... )`; whether it held a literal alone, which may have a sign.
bool take_parentheses(sql::SqlCursor& cursor, std::string& text) {
    bool is_literal = true;
    int depth = 0;
    do {
        if (cursor.at_symbol("(")) ++depth;
        if (cursor.at_symbol(")")) --depth;
        const bool is_constant_word = cursor.at_word("NULL") || cursor.at_word("TRUE") || cursor.at_word("FALSE");
        const bool is_operator = cursor.at_symbol("+") || cursor.at_symbol("*") || cursor.at_symbol("||");
        if ((cursor.at_word() && !is_constant_word) || is_operator) is_literal = false;
        text += cursor.text();
        cursor.advance();
    } while (depth > 0 && !cursor.at_end());
    return is_literal;
}

void take_default(sql::SqlCursor& cursor, SqliteColumn& column) {
    std::string text;
    if (cursor.at_symbol("(")) {
        column.has_constant_default = take_parentheses(cursor, text);
    } else {
        if (cursor.at_symbol("-") || cursor.at_symbol("+")) {
            text += cursor.text();
            cursor.advance();
        }
        // ADD COLUMN of SQLite takes none of these three where the table has rows: they are no constants.
        column.has_constant_default =
            !(cursor.at_word("CURRENT_TIMESTAMP") || cursor.at_word("CURRENT_DATE") || cursor.at_word("CURRENT_TIME"));
        text += cursor.text();
        cursor.advance();
    }
    // DEFAULT NULL gives NOT NULL nothing to go by, as if it were not there.
    column.default_value = base::lower_case(text) == "null" ? std::nullopt : std::optional(text);
}

bool begins_table_constraint(const sql::SqlCursor& cursor) {
    static constexpr std::array<std::string_view, 5> words = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"};
    return std::ranges::any_of(words, [&](std::string_view word) { return cursor.at_word(word); });
}

void read_table_constraint(std::string_view definition, SqliteTable& table) {
    sql::SqlCursor cursor(definition, Dialect::sqlite);
    if (cursor.accept("CONSTRAINT")) cursor.advance();
    if (cursor.accept({"FOREIGN", "KEY"})) {
        auto columns = take_names(cursor);
        cursor.accept("REFERENCES");
        auto reference = take_reference(cursor);
        reference.columns = columns;
        table.constrained.insert(columns.begin(), columns.end());
        table.references.push_back(std::move(reference));
        return;
    }
    const bool is_key = cursor.at_word("PRIMARY") || cursor.at_word("UNIQUE");
    if (!is_key) return table.constrained.merge(names_in(definition));
    cursor.accept("PRIMARY");
    cursor.advance();
    for (auto& name : take_names(cursor)) table.constrained.insert(std::move(name));
}

/// The parts between the commas of the outermost parentheses.
std::vector<std::string_view> parts_of(std::string_view statement) {
    std::vector<std::string_view> parts;
    sql::SqlCursor cursor(statement, Dialect::sqlite);
    while (!cursor.at_end() && !cursor.at_symbol("(")) cursor.advance();
    std::size_t begin = 0;
    int depth = 0;
    for (; !cursor.at_end(); cursor.advance()) {
        const auto at = cursor.offset();
        if (cursor.at_symbol("(") && ++depth == 1) begin = at + 1;
        const bool closes = cursor.at_symbol(")") && --depth == 0;
        if (!closes && !(depth == 1 && cursor.at_symbol(","))) continue;
        parts.push_back(statement.substr(begin, at - begin));
        begin = at + 1;
        if (closes) break;
    }
    return parts;
}

}  // namespace

SqliteColumn* SqliteTable::find_column(std::string_view name) {
    const auto found = std::ranges::find(columns, name, &SqliteColumn::name);
    return found == columns.end() ? nullptr : &*found;
}

const SqliteColumn* SqliteTable::find_column(std::string_view name) const {
    const auto found = std::ranges::find(columns, name, &SqliteColumn::name);
    return found == columns.end() ? nullptr : &*found;
}

std::string plain_name(std::string_view token) { return sql::folded_name(token, Dialect::sqlite); }

SqliteColumn read_column(std::string_view definition, SqliteTable& table) {
    SqliteColumn column;
    sql::SqlCursor cursor(definition, Dialect::sqlite);
    column.name = plain_name(cursor.text());
    cursor.advance();
    while (!cursor.at_end()) {
        if (cursor.accept({"NOT", "NULL"})) {
            column.is_not_null = true;
        } else if (cursor.accept({"PRIMARY", "KEY"}) || cursor.accept("UNIQUE")) {
            column.is_unique = true;
        } else if (cursor.accept("DEFAULT")) {
            take_default(cursor, column);
        } else if (cursor.accept("STORED")) {
            column.is_stored = true;
        } else if (cursor.accept("AS")) {
            column.is_generated = true;
        } else if (cursor.accept("REFERENCES")) {
            auto reference = take_reference(cursor);
            reference.columns = {column.name};
            column.references = reference.table;
            table.references.push_back(std::move(reference));
        } else if (cursor.accept("CHECK")) {
            std::string ignored;
            (void)take_parentheses(cursor, ignored);
        } else {
            cursor.advance();
        }
    }
    return column;
}

SqliteTable read_table(std::string_view statement) {
    SqliteTable table;
    for (const auto part : parts_of(statement)) {
        const sql::SqlCursor cursor(part, Dialect::sqlite);
        if (begins_table_constraint(cursor)) {
            read_table_constraint(part, table);
        } else if (!cursor.at_end()) {
            table.columns.push_back(read_column(part, table));
        }
    }
    return table;
}

std::set<std::string> names_in(std::string_view text) {
    std::set<std::string> names;
    for (sql::SqlCursor cursor(text, Dialect::sqlite); !cursor.at_end(); cursor.advance())
        if (cursor.at_name()) names.insert(plain_name(cursor.text()));
    return names;
}

}  // namespace rev::lint
