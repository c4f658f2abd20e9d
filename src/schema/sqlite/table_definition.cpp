#include "schema/sqlite/table_definition.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"

namespace rev::schema::sqlite {
namespace {

using Type = ConstraintDefinition::Type;

/// Reads from left to right. What does not fit ends it: failed().
class TableReader {
public:
    explicit TableReader(std::string_view sql) { table_.text = tokens_of(sql); }

    std::optional<TableDefinition> read();

private:
    [[nodiscard]] bool is(std::string_view upper) const { return table_.text.is(at_, upper); }
    [[nodiscard]] bool is_at_end() const { return at_ >= table_.text.tokens.size(); }
    bool take(std::string_view upper) {
        if (!is(upper)) return false;
        ++at_;
        return true;
    }
    void expect(std::string_view upper) { failed_ = !take(upper) || failed_; }
    std::size_t take_name() {
        failed_ = failed_ || !table_.text.is_name(at_);
        return at_++;
    }
    [[nodiscard]] bool has_column_twice() const;
    TokenRange take_parentheses();
    std::vector<std::size_t> take_columns();

    void read_body();
    void read_options();
    void read_column();
    void read_type(ColumnDefinition& column);
    [[nodiscard]] bool is_column_clause() const;
    void read_column_clause(ColumnDefinition& column);
    void read_default(ColumnDefinition& column);
    void read_generated(ColumnDefinition& column);
    [[nodiscard]] bool is_table_constraint() const;
    void read_table_constraints();
    void read_table_constraint();
    void read_key_columns(ConstraintDefinition& constraint);
    void read_conflict_clause();
    void read_reference(ConstraintDefinition& constraint);
    void read_deferral();
    [[nodiscard]] ConstraintDefinition begin_constraint(Type type, std::optional<std::size_t> column);
    void end_constraint(ConstraintDefinition constraint);

    TableDefinition table_;
    std::size_t at_ = 0;
    std::size_t name_at_ = 0;  ///< where a CONSTRAINT name stood that the next clause gets
    std::string name_;
    bool failed_ = false;
};

std::optional<TableDefinition> TableReader::read() {
    expect("CREATE");
    if (!take("TEMP")) (void)take("TEMPORARY");
    expect("TABLE");
    table_.name_token = take_name();
    expect("(");
    if (!failed_) read_body();
    expect(")");
    if (!failed_) read_options();
    // Whatever it does not understand, it does not half understand: then the table is compared as a whole.
    if (failed_ || table_.columns.empty() || has_column_twice()) return std::nullopt;
    return std::move(table_);
}

/// SQLite refuses such a statement: what stands here was not split as SQLite would.
bool TableReader::has_column_twice() const {
    std::set<std::string> names;
    return !std::ranges::all_of(table_.columns,
                                [&](const auto& column) { return names.insert(base::lower_case(column.name)).second; });
}

TokenRange TableReader::take_parentheses() {
    const auto first = at_;
    failed_ = failed_ || !is("(");
    at_ = table_.text.behind_parentheses(at_);
    failed_ = failed_ || !table_.text.is(at_ - 1, ")");
    return {first, at_};
}

/// ( name [...] [, ...] ): the tokens of the names.
std::vector<std::size_t> TableReader::take_columns() {
    std::vector<std::size_t> names;
    expect("(");
    while (!failed_) {
        names.push_back(take_name());
        // COLLATE, ASC or DESC may follow. A parenthesis would be an expression, which no key of a table takes.
        while (!is_at_end() && !is(",") && !is(")") && !is("(")) ++at_;
        if (!take(",")) break;
    }
    expect(")");
    return names;
}

void TableReader::read_body() {
    do {
        // No column may follow the first of these.
        if (is_table_constraint()) return read_table_constraints();
        read_column();
    } while (!failed_ && take(","));
}

void TableReader::read_options() {
    while (!is_at_end() && !failed_) {
        if (take("WITHOUT")) {
            expect("ROWID");
            table_.is_without_rowid = true;
        } else {
            expect("STRICT");
            table_.is_strict = true;
        }
        if (!is_at_end()) expect(",");
    }
}

void TableReader::read_column() {
    ColumnDefinition column;
    column.text.first = at_;
    column.name_token = take_name();
    if (failed_) return;
    column.name = table_.text.name(column.name_token);
    read_type(column);
    while (!failed_ && !is_at_end() && !is(",") && !is(")")) {
        if (!is_column_clause()) {
            failed_ = true;
            return;
        }
        read_column_clause(column);
    }
    column.text.last = at_;
    table_.columns.push_back(std::move(column));
}

void TableReader::read_type(ColumnDefinition& column) {
    column.type.first = at_;
    // A type is any words up to one that begins something else: UNSIGNED BIG INT.
    while (table_.text.is_name(at_) && !is_column_clause()) ++at_;
    if (at_ > column.type.first && is("(")) take_parentheses();
    column.type.last = at_;
}

bool TableReader::is_column_clause() const {
    for (const auto* word : {"CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE",
                             "REFERENCES", "AS", "DEFERRABLE"})
        if (is(word)) return true;
    // GENERATED is no reserved word, and may be part of a type.
    return is("GENERATED") && table_.text.is(at_ + 1, "ALWAYS");
}

void TableReader::read_column_clause(ColumnDefinition& column) {
    const auto index = table_.columns.size();
    const auto first = at_;
    if (take("CONSTRAINT")) {
        // SQLite takes CONSTRAINT and a name as a clause of its own: it need not be followed by what has the name.
        name_at_ = first;
        name_ = table_.text.is_name(at_) ? table_.text.name(at_) : "";
        (void)take_name();
    } else if (is("NOT") && !table_.text.is(at_ + 1, "DEFERRABLE")) {
        column.not_null.first = name_.empty() ? first : name_at_;
        ++at_;
        expect("NULL");
        read_conflict_clause();
        column.not_null.last = at_;
        name_.clear();
    } else if (is("NOT") || is("DEFERRABLE")) {
        // A clause of its own for SQLite's grammar; it counts for the foreign key right before it.
        const auto& constraints = table_.constraints;
        const bool follows = !constraints.empty() && constraints.back().type == Type::foreign_key &&
                             constraints.back().column == index && constraints.back().text.last == first;
        failed_ = failed_ || !follows;
        if (failed_) return;
        read_deferral();
        table_.constraints.back().text.last = at_;
    } else if (take("NULL")) {
        // It says nothing, but may stand there.
        read_conflict_clause();
        name_.clear();
    } else if (take("DEFAULT")) {
        read_default(column);
    } else if (take("COLLATE")) {
        column.collation.first = take_name();
        column.collation.last = at_;
        name_.clear();
    } else if (is("GENERATED") || is("AS")) {
        read_generated(column);
    } else if (is("PRIMARY")) {
        auto constraint = begin_constraint(Type::primary_key, index);
        ++at_;
        expect("KEY");
        constraint.is_descending = is("DESC");
        if (!take("ASC")) (void)take("DESC");
        read_conflict_clause();
        constraint.is_autoincrement = take("AUTOINCREMENT");
        end_constraint(std::move(constraint));
    } else if (is("UNIQUE")) {
        auto constraint = begin_constraint(Type::unique, index);
        ++at_;
        read_conflict_clause();
        end_constraint(std::move(constraint));
    } else if (is("CHECK")) {
        auto constraint = begin_constraint(Type::check, index);
        ++at_;
        constraint.expression = take_parentheses();
        read_conflict_clause();
        end_constraint(std::move(constraint));
    } else {
        auto constraint = begin_constraint(Type::foreign_key, index);
        read_reference(constraint);
        end_constraint(std::move(constraint));
    }
}

/// ( expression ), a literal with or without a sign, or a word.
void TableReader::read_default(ColumnDefinition& column) {
    column.default_value.first = at_;
    if (is("(")) {
        take_parentheses();
    } else {
        if (!take("-")) (void)take("+");
        failed_ = failed_ || is_at_end() || is(",") || is(")");
        ++at_;
    }
    column.default_value.last = at_;
    name_.clear();
}

void TableReader::read_generated(ColumnDefinition& column) {
    if (take("GENERATED")) expect("ALWAYS");
    expect("AS");
    column.generated = take_parentheses();
    column.is_stored = is("STORED");
    if (!take("STORED")) (void)take("VIRTUAL");
    name_.clear();
}

bool TableReader::is_table_constraint() const {
    const auto next_is = [&](std::string_view upper) { return table_.text.is(at_ + 1, upper); };
    // Reserved words all: a column cannot have such a name without quotes.
    return is("CONSTRAINT") || (is("PRIMARY") && next_is("KEY")) || (is("UNIQUE") && next_is("(")) ||
           (is("CHECK") && next_is("(")) || (is("FOREIGN") && next_is("KEY"));
}

/// SQLite wants no comma between them.
void TableReader::read_table_constraints() {
    while (!failed_ && !is(")")) {
        read_table_constraint();
        (void)take(",");
    }
}

void TableReader::read_table_constraint() {
    if (take("CONSTRAINT")) {
        name_ = table_.text.is_name(at_) ? table_.text.name(at_) : "";
        (void)take_name();
        return;
    }
    if (is("PRIMARY") || is("UNIQUE")) {
        auto constraint = begin_constraint(is("PRIMARY") ? Type::primary_key : Type::unique, std::nullopt);
        if (take("PRIMARY")) {
            expect("KEY");
        } else {
            ++at_;
        }
        read_key_columns(constraint);
        end_constraint(std::move(constraint));
    } else if (is("CHECK")) {
        auto constraint = begin_constraint(Type::check, std::nullopt);
        ++at_;
        constraint.expression = take_parentheses();
        read_conflict_clause();
        end_constraint(std::move(constraint));
    } else if (is("FOREIGN")) {
        auto constraint = begin_constraint(Type::foreign_key, std::nullopt);
        ++at_;
        expect("KEY");
        constraint.columns = take_columns();
        read_reference(constraint);
        end_constraint(std::move(constraint));
    } else {
        failed_ = true;
    }
}

void TableReader::read_key_columns(ConstraintDefinition& constraint) {
    const auto first = at_;
    constraint.columns = take_columns();
    // In a key of the table AUTOINCREMENT stands within the parentheses.
    for (auto token = first; token < at_; ++token)
        constraint.is_autoincrement = constraint.is_autoincrement || table_.text.is(token, "AUTOINCREMENT");
    read_conflict_clause();
}

void TableReader::read_conflict_clause() {
    if (!is("ON") || !table_.text.is(at_ + 1, "CONFLICT")) return;
    at_ += 2;
    (void)take_name();
    table_.has_conflict_clause = true;
}

/// REFERENCES table [(columns)] [ON event action | MATCH name]... [deferral]
void TableReader::read_reference(ConstraintDefinition& constraint) {
    expect("REFERENCES");
    constraint.parent = take_name();
    if (is("(")) constraint.parent_columns = take_columns();
    while (!failed_) {
        if (take("MATCH")) {
            (void)take_name();
        } else if (take("ON")) {
            (void)take_name();
            // SET NULL, SET DEFAULT and NO ACTION are two words, CASCADE and RESTRICT one.
            if (!take("SET")) (void)take("NO");
            (void)take_name();
        } else {
            break;
        }
    }
    if (is("DEFERRABLE") || (is("NOT") && table_.text.is(at_ + 1, "DEFERRABLE"))) read_deferral();
}

void TableReader::read_deferral() {
    (void)take("NOT");
    expect("DEFERRABLE");
    if (take("INITIALLY")) (void)take_name();
}

ConstraintDefinition TableReader::begin_constraint(Type type, std::optional<std::size_t> column) {
    ConstraintDefinition constraint;
    constraint.type = type;
    constraint.column = column;
    constraint.name = std::exchange(name_, {});
    constraint.text.first = at_;
    return constraint;
}

void TableReader::end_constraint(ConstraintDefinition constraint) {
    constraint.text.last = std::min(at_, table_.text.tokens.size());
    table_.constraints.push_back(std::move(constraint));
}

}  // namespace

const ColumnDefinition* TableDefinition::find(std::string_view folded) const {
    const auto found =
        std::ranges::find_if(columns, [&](const auto& column) { return base::lower_case(column.name) == folded; });
    return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> TableDefinition::columns_of(const ConstraintDefinition& constraint) const {
    std::vector<std::string> names;
    for (const auto token : constraint.columns) names.push_back(text.folded_name(token));
    if (names.empty() && constraint.column) names.push_back(base::lower_case(columns[*constraint.column].name));
    return names;
}

std::string TableDefinition::rowid_column() const {
    if (is_without_rowid) return {};
    for (const auto& constraint : constraints) {
        if (constraint.type != Type::primary_key) continue;
        const auto key = columns_of(constraint);
        const auto* column = key.size() == 1 ? find(key.front()) : nullptr;
        // A relic of SQLite: INTEGER PRIMARY KEY DESC makes a column of its own.
        const bool is_rowid = column != nullptr && column->type.last == column->type.first + 1 &&
                              text.folded_name(column->type.first) == "integer" && !constraint.is_descending;
        return is_rowid ? key.front() : std::string();
    }
    return {};
}

std::optional<TableDefinition> read_table(std::string_view sql) { return TableReader(sql).read(); }

}  // namespace rev::schema::sqlite
