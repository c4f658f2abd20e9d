#include "schema/sqlite/rebuild.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "schema/sqlite/build_model.hpp"

namespace rev::schema::sqlite {
namespace {

/// What of the old table becomes what of the new one.
struct Copy {
    std::vector<std::string> columns;        ///< of the new table, quoted where needed
    std::vector<std::string> values;         ///< expressions over the old one
    std::vector<const Fact*> without_value;  ///< columns that need one and get none
};

bool is_without_rowid(const TableView& table) {
    if (!table.is_whole()) return table.table->attributes.contains("without_rowid");
    const auto text = tokens_of(table.sql());
    return has_name(text, text.all_from(0), "without") && has_name(text, text.all_from(0), "rowid");
}

/// A name of the rowid that no column of the table has taken; empty: there is none.
std::string rowid_name(const TableView& table) {
    if (is_without_rowid(table)) return {};
    for (const auto* name : {"rowid", "_rowid_", "oid"})
        if (table.column(name) == nullptr) return name;
    return {};
}

/// The column that is the rowid under another name, in lower case. A table that could not be split may have one.
std::string rowid_column(const TableView& table) {
    if (const auto definition = table.definition()) return definition->rowid_column();
    for (const auto* column : table.columns)
        if (column->notes.contains("key_position") && value_of(column->attributes, "type") == "integer")
            return column->id.name.back();
    return {};
}

/// A name as SQL has it, perhaps in quotes, as a text.
std::string name_as_text(const std::string& name) { return literal(tokens_of(name).name(0)); }

bool mentions_word(const TableView& table, std::string_view word) {
    const auto text = tokens_of(table.sql());
    return has_name(text, text.all_from(0), word);
}

/// SQLite takes a bare word and "x" for a string in a DEFAULT, and for a column elsewhere.
std::string default_expression(const Fact& column) {
    const auto written = value_of(column.notes, "default");
    const auto normal = value_of(column.attributes, "default");
    return normal.starts_with('\'') ? normal : written;
}

/// STRICT takes no text into a BLOB column, and no blob into a TEXT column, though the bytes are the same.
std::string cast_for_strict(const Rebuild& task, const Fact& old, const Fact& column, std::string value) {
    const auto type = value_of(column.attributes, "type");
    const auto old_type = value_of(old.attributes, "type");
    if (!task.to.table->attributes.contains("strict") || type == old_type) return value;
    const bool was_blob = old_type.empty() || old_type.find("blob") != std::string::npos;
    if (type == "blob" || (type == "text" && was_blob))
        return fmt::format("CAST({} AS {})", value, type == "blob" ? "BLOB" : "TEXT");
    return value;
}

/// The value of a column that is on both sides.
std::string kept_value(const Rebuild& task, const Fact& old, const Fact& column) {
    auto value = cast_for_strict(task, old, column, quoted_name(old));
    const auto default_value = default_expression(column);
    const bool is_newly_needed = takes_no_null(column, task.to) && !takes_no_null(old, task.from);
    if (!is_newly_needed || default_value.empty() || base::lower_case(default_value) == "null") return value;
    return fmt::format("COALESCE({}, {})", value, default_value);
}

/// rowid: of the new table, where it is not a column; the old one's values, "" if it has none.
void copy_rowid(const Rebuild& task, const std::string& old_rowid, Copy& copy) {
    const auto name = rowid_name(task.to);
    // Where a column is the rowid, that column is copied already.
    if (name.empty() || old_rowid.empty() || !rowid_column(task.to).empty()) return;
    copy.columns.push_back(name);
    copy.values.push_back(old_rowid);
}

Copy copy_of(const Rebuild& task, const std::string& old_rowid) {
    Copy copy;
    copy_rowid(task, old_rowid, copy);
    const auto key = rowid_column(task.to);
    for (const auto* column : task.to.columns) {
        const auto& name = column->id.name.back();
        if (is_generated(*column)) continue;
        const auto* old = task.from.column(name);
        const auto using_expression = task.using_expressions.find(name);
        std::string value;
        if (using_expression != task.using_expressions.end()) {
            value = using_expression->second;
        } else if (old != nullptr) {
            value = kept_value(task, *old, *column);
        } else if (name == key && !old_rowid.empty()) {
            value = old_rowid;
        } else {
            if (needs_value(*column, task.to)) copy.without_value.push_back(column);
            continue;
        }
        copy.columns.push_back(quoted_name(*column));
        copy.values.push_back(std::move(value));
    }
    return copy;
}

Hazard hazard(HazardKind kind, const FactId& object, std::string detail) { return {kind, object, std::move(detail)}; }

std::vector<Hazard> hazards_of_drops(const TableChange& change) {
    std::vector<Hazard> hazards;
    for (const auto* column : change.dropped)
        hazards.push_back(hazard(HazardKind::deletes_data, column->id,
                                 fmt::format("column {} is dropped", value_of(column->notes, "name"))));
    return hazards;
}

std::string constraint_name(const Fact& constraint) {
    const auto name = value_of(constraint.notes, "name");
    return name.empty() ? constraint.id.name.back() : name;
}

/// STRICT refuses what is not of its column's type.
void add_hazards_of_types(const Rebuild& task, std::vector<Hazard>& hazards) {
    if (!task.to.table->attributes.contains("strict")) return;
    const bool is_newly_strict = !task.from.table->attributes.contains("strict");
    for (const auto* column : task.to.columns) {
        const auto& name = column->id.name.back();
        const auto* old = task.from.column(name);
        if (old == nullptr || is_generated(*column) || task.using_expressions.contains(name)) continue;
        const auto type = value_of(column->attributes, "type");
        if (type == "any" || (!is_newly_strict && type == value_of(old->attributes, "type"))) continue;
        hazards.push_back(
            hazard(HazardKind::may_fail, column->id,
                   fmt::format("fails on values of {} that are not {}: `-- rev:using EXPRESSION` at the end "
                               "of its line converts them",
                               value_of(column->notes, "name"), type)));
    }
}

/// What rows that are there may not meet.
std::vector<Hazard> hazards_of_copy(const Rebuild& task, const Copy& copy) {
    std::vector<Hazard> hazards;
    for (const auto* column : copy.without_value)
        hazards.push_back(hazard(HazardKind::may_fail, column->id,
                                 fmt::format("column {} is NOT NULL and has no default: fails if the table has rows",
                                             value_of(column->notes, "name"))));
    for (const auto* column : task.to.columns) {
        const auto* old = task.from.column(column->id.name.back());
        const bool is_new = old != nullptr && takes_no_null(*column, task.to) && !takes_no_null(*old, task.from);
        const bool has_default = column->attributes.contains("default");
        if (is_new && !has_default)
            hazards.push_back(hazard(HazardKind::may_fail, column->id,
                                     fmt::format("fails on rows without a {}", value_of(column->notes, "name"))));
    }
    for (const auto* constraint : task.to.constraints) {
        const auto is_there = [&](const Fact* other) { return *other == *constraint; };
        if (std::ranges::any_of(task.from.constraints, is_there)) continue;
        hazards.push_back(hazard(HazardKind::may_fail, constraint->id,
                                 fmt::format("fails on rows that do not meet {}", constraint_name(*constraint))));
    }
    add_hazards_of_types(task, hazards);
    return hazards;
}

std::string place_to_fill_in(const Rebuild& task, const Copy& copy) {
    if (!task.has_rows || copy.without_value.empty()) return {};
    std::vector<std::string> names;
    for (const auto* column : copy.without_value) names.push_back(value_of(column->notes, "name"));
    return fmt::format("a value for {} in the rows that table {} has", base::join(names, ", "), task.from.name());
}

/// Tokens of the new table's statement that name the table itself; more than one: a column is written table.column.
std::vector<std::size_t> own_names(const TableView& table, const TokenText& text) {
    const std::size_t name_token = text.is(1, "TABLE") ? 2 : 3;
    std::vector<std::size_t> tokens{name_token};
    for (auto token = name_token + 1; token + 1 < text.tokens.size(); ++token)
        if (text.is_name(token) && text.is(token + 1, ".") && text.folded_name(token) == table.table->id.name.back())
            tokens.push_back(token);
    return tokens;
}

class RebuildWriter {
public:
    explicit RebuildWriter(const Rebuild& task)
        : task_(task), text_(tokens_of(task.to.sql())), own_names_(own_names(task.to, text_)) {}

    std::vector<Statement> write() {
        if (own_names_.size() > 1) {
            write_through_copy();
        } else {
            write_beside();
        }
        return std::move(statements_);
    }

private:
    void write_beside();
    void write_through_copy();
    void add_copy(const std::string& source, const std::string& target, const std::string& old_rowid,
                  const std::string& order);
    void add(std::string sql, std::vector<Hazard> hazards = {}, std::string to_fill_in = {}) {
        statements_.push_back({.sql = std::move(sql),
                               .hazards = std::move(hazards),
                               .to_fill_in = std::move(to_fill_in),
                               .object = task_.to.table->id});
    }
    // AUTOINCREMENT must not give a number twice, so that what it has reached goes along.
    [[nodiscard]] bool keeps_sequence() const {
        return mentions_word(task_.from, "autoincrement") && mentions_word(task_.to, "autoincrement");
    }

    const Rebuild& task_;
    TokenText text_;
    std::vector<std::size_t> own_names_;
    std::vector<Statement> statements_;
};

void RebuildWriter::add_copy(const std::string& source, const std::string& target, const std::string& old_rowid,
                             const std::string& order) {
    const auto copy = copy_of(task_, old_rowid);
    if (copy.columns.empty()) return;
    // A conflict clause of the table must not drop a row without a word.
    const bool has_clause = has_name(text_, text_.all_from(0), "conflict");
    auto sql = fmt::format("INSERT {}INTO {} ({})\nSELECT {}\nFROM {}", has_clause ? "OR ABORT " : "", target,
                           base::join(copy.columns, ", "), base::join(copy.values, ", "), source);
    // In the order of the rowid, so that new ones, where they are given out, come in the same order.
    if (!order.empty()) sql += "\nORDER BY " + order;
    add(std::move(sql), hazards_of_copy(task_, copy), place_to_fill_in(task_, copy));
}

void RebuildWriter::write_beside() {
    const auto& target = task_.new_name;
    const auto old_name = task_.from.quoted();
    const auto rowid = rowid_name(task_.from);
    add(with_tokens_replaced(text_, own_names_, target),
        // SQLite's own way (lang_altertable.html): a new table, the rows, away with the old one, and the name.
        {hazard(HazardKind::rewrites_table, task_.to.table->id, "the table is made anew and its rows are copied")});
    // Before the rows: they would begin a row of their own in sqlite_sequence.
    if (keeps_sequence())
        add(fmt::format(
            "INSERT INTO sqlite_sequence (name, seq)\nSELECT {}, seq\nFROM sqlite_sequence\nWHERE name = {}",
            name_as_text(target), literal(task_.from.name())));
    add_copy(old_name, target, rowid, rowid);
    add("DROP TABLE " + old_name, hazards_of_drops(task_.change));
    // Else SQLite resolves every view first, and those on this table have none to look at.
    add("PRAGMA legacy_alter_table = ON");
    add(fmt::format("ALTER TABLE {} RENAME TO {}", target, task_.to.quoted()));
    add("PRAGMA legacy_alter_table = OFF");
}

/// A column that is written table.column in a CHECK is none of a table of another name.
void RebuildWriter::write_through_copy() {
    const auto& rows = task_.rows_name;
    const auto old_name = task_.from.quoted();
    const auto rowid = rowid_name(task_.from);
    const std::string kept_rowid = rowid.empty() ? "" : "_rev_rowid";
    add(fmt::format("CREATE TABLE {} AS\nSELECT {}*\nFROM {}", rows, rowid.empty() ? "" : rowid + " AS _rev_rowid, ",
                    old_name),
        {hazard(HazardKind::rewrites_table, task_.to.table->id, "the table is made anew and its rows are copied")});
    if (keeps_sequence())
        add(fmt::format("UPDATE sqlite_sequence SET name = {} WHERE name = {}", name_as_text(rows),
                        literal(task_.from.name())));
    add("DROP TABLE " + old_name, hazards_of_drops(task_.change));
    add(task_.to.sql());
    if (keeps_sequence())
        add(fmt::format("UPDATE sqlite_sequence SET name = {} WHERE name = {}", literal(task_.to.name()),
                        name_as_text(rows)));
    add_copy(rows, task_.to.quoted(), kept_rowid, kept_rowid);
    add("DROP TABLE " + rows);
}

/// An option of FTS5, such as content='post'; nullopt: not given.
std::optional<std::string> option_of(const Fact& fact, std::string_view option) {
    const auto text = tokens_of(fact.notes.at("sql"));
    for (std::size_t token = 0; token + 2 < text.tokens.size(); ++token)
        if (text.is_name(token) && text.folded_name(token) == option && text.is(token + 1, "=") &&
            text.is_name(token + 2))
            return text.name(token + 2);
    return std::nullopt;
}

/// Whether it indexes the rows of another table.
bool is_index_of_other(const Fact& fact) {
    const auto content = option_of(fact, "content");
    return content && !content->empty();
}

bool keeps_no_content(const Fact& fact) {
    const auto content = option_of(fact, "content");
    return content && content->empty();
}

/// Whether it only shows what others hold.
bool is_read_only(const Fact& fact) {
    constexpr std::array<std::string_view, 4> modules{"fts5vocab", "fts4aux", "fts3tokenize", "dbstat"};
    return std::ranges::find(modules, value_of(fact.attributes, "module")) != modules.end();
}

bool has_rowid(const Fact& fact) {
    return value_of(fact.attributes, "module").starts_with("fts") && !is_read_only(fact);
}

}  // namespace

std::vector<Statement> rebuild(const Rebuild& task) { return RebuildWriter(task).write(); }

std::vector<Statement> create_virtual(const Fact& fact) {
    std::vector<Statement> statements{{.sql = fact.notes.at("sql"), .object = fact.id}};
    if (value_of(fact.attributes, "module") == "fts5" && is_index_of_other(fact))
        statements.push_back(
            // FTS5 over another table knows nothing of rows that are there before it.
            {.sql = fmt::format("INSERT INTO {0} ({0}) VALUES ('rebuild')", quoted_name(fact)), .object = fact.id});
    return statements;
}

std::vector<Statement> rebuild_virtual(const Fact& from, const Fact& to, const std::string& rows_name) {
    std::vector<std::string> columns;
    if (has_rowid(from) && has_rowid(to)) columns.emplace_back("rowid");
    const auto old_columns = names_in(value_of(from.notes, "columns"));
    for (const auto& name : names_in(value_of(to.notes, "columns")))
        if (std::ranges::any_of(old_columns, [&](const auto& old) { return base::same_name(old, name); }))
            columns.push_back(quoted_if_needed(name));
    const bool has_rows = !keeps_no_content(from) && !is_index_of_other(to) && !is_read_only(from) && !is_read_only(to);
    const bool keeps_rows = has_rows && columns.size() > (has_rowid(to) ? 1U : 0U);
    std::vector<Statement> statements;
    const auto add = [&](std::string sql) { statements.push_back({.sql = std::move(sql), .object = to.id}); };
    if (keeps_rows)
        add(fmt::format("CREATE TABLE {} AS\nSELECT {}\nFROM {}", rows_name,
                        has_rowid(from) && has_rowid(to) ? "rowid AS _rev_rowid" + base::join(columns, ", ").substr(5)
                                                         : base::join(columns, ", "),
                        quoted_name(from)));
    add("DROP TABLE " + quoted_name(from));
    if (keeps_no_content(from))
        statements.back().hazards.push_back(
            hazard(HazardKind::deletes_data, from.id, "the index keeps no content: it is empty afterwards"));
    std::ranges::move(create_virtual(to), std::back_inserter(statements));
    if (!keeps_rows) return statements;
    auto values = columns;
    if (values.front() == "rowid") values.front() = "_rev_rowid";
    add(fmt::format("INSERT INTO {} ({})\nSELECT {}\nFROM {}", quoted_name(to), base::join(columns, ", "),
                    base::join(values, ", "), rows_name));
    add("DROP TABLE " + rows_name);
    return statements;
}

}  // namespace rev::schema::sqlite
