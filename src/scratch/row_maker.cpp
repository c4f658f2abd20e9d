// Makes rows up. The database says what a column is, and judges each row: one that it refuses is tried again with
// other values in the columns that the refusal is about.
#include "scratch/row_maker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "scratch/fill.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::scratch {
namespace {

constexpr std::size_t rows_a_table = 2;
constexpr std::size_t most_attempts = 400;

enum class Filling { all, required };

std::string with_number(std::string value, std::size_t number) {
    const auto digits = std::to_string(number);
    for (auto at = value.find("{n}"); at != std::string::npos; at = value.find("{n}", at + digits.size()))
        value.replace(at, 3, digits);
    return value;
}

/// The search for one row that a table takes.
class RowSearch {
public:
    RowSearch(Database& database, const RowTable& table, std::size_t number, Filling filling)
        : database_(database), table_(table), number_(number), choice_(table.columns.size(), 0) {
        for (const auto& column : table.columns)
            used_.push_back(!column.values.empty() && (filling == Filling::all || column.required));
    }

    /// The likeliest one.
    [[nodiscard]] std::string first() const { return insert(); }

    /// The INSERT that worked; empty: none did.
    std::string find() {
        for (std::size_t attempt = 0; attempt < most_attempts; ++attempt) {
            auto sql = insert();
            const auto refused = refusal_of(database_, {.kind = Command::Kind::sql, .sql = sql});
            if (!refused) return sql;
            reason_ = refused->what();
            if (!try_others(*refused)) return {};
        }
        return {};
    }

    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

private:
    [[nodiscard]] std::string insert() const {
        std::vector<std::string> names;
        std::vector<std::string> values;
        for (std::size_t i = 0; i < table_.columns.size(); ++i) {
            if (!used_[i]) continue;
            names.push_back(database_.quote_identifier(table_.columns[i].name));
            values.push_back(with_number(table_.columns[i].values[choice_[i]], number_));
        }
        if (names.empty()) return fmt::format("INSERT INTO {} DEFAULT VALUES", table_.name);
        return fmt::format("INSERT INTO {} ({}) VALUES ({})", table_.name, base::join(names, ", "),
                           base::join(values, ", "));
    }

    /// Goes on to the next values of the columns that the refusal is about; false: there are none.
    bool try_others(const CommandError& refused) {
        auto about = columns_of(refused);
        std::erase_if(about, [&](std::size_t column) { return !used_[column]; });
        // A value that does not fit its type was one of those tried in turn.
        if (about.empty()) about = turning_;
        if (about.empty()) return false;
        if (about != turning_) {
            for (const auto column : turning_)
                if (std::ranges::find(about, column) != about.end()) choice_[column] = 0;
            turning_ = about;
        }
        for (const auto column : about) {
            if (++choice_[column] < table_.columns[column].values.size()) return true;
            choice_[column] = 0;
        }
        return false;
    }

    [[nodiscard]] std::vector<std::size_t> columns_of(const CommandError& refused) const {
        const std::string_view message = refused.what();
        for (const auto& rule : table_.rules)
            if (message.find('"' + rule.name + '"') != std::string_view::npos ||
                message.ends_with("constraint failed: " + rule.name))
                return rule.columns;
        std::vector<std::size_t> named;
        if (const auto at = message.find("constraint failed: "); at != std::string_view::npos)
            named = columns_in(message.substr(at));  // SQLite: "UNIQUE constraint failed: crew.id, crew.nm"
        if (named.empty() && refused.sqlstate() == sqlstate::not_null_violation) named = columns_in(message);
        if (named.empty() && (refused.sqlstate() == sqlstate::check_violation || message.starts_with("CHECK")))
            named = ruled();
        return named;
    }

    [[nodiscard]] std::vector<std::size_t> columns_in(std::string_view message) const {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < table_.columns.size(); ++i) {
            const auto& name = table_.columns[i].name;
            for (const auto& written : {"\"" + name + "\"", "." + name + ",", "." + name})
                if (message.find(written) != std::string_view::npos &&
                    (written.back() != name.back() || message.ends_with(written))) {
                    found.push_back(i);
                    break;
                }
        }
        return found;
    }

    /// All columns that any rule is about: for a refusal that names none, such as a missing partition.
    [[nodiscard]] std::vector<std::size_t> ruled() const {
        std::set<std::size_t> all;
        for (const auto& rule : table_.rules) all.insert(rule.columns.begin(), rule.columns.end());
        return {all.begin(), all.end()};
    }

    Database& database_;
    const RowTable& table_;
    std::size_t number_;
    std::vector<std::size_t> choice_;  ///< of each column, which of its values
    std::vector<bool> used_;
    std::vector<std::size_t> turning_;  ///< the columns whose values are tried in turn
    std::string reason_;
};

/// Equal for tables that take the same rows.
std::string shape_of(const RowTable& table) {
    std::string shape = table.name;
    for (const auto& column : table.columns)
        shape += fmt::format("\n{}\t{}\t{}", column.name, column.required, base::join(column.values, "\t"));
    for (const auto& rule : table.rules) shape += "\n" + rule.name;
    return shape;
}

}  // namespace

bool RowMaker::repeat(Database& database, const RowTable& table, const std::string& shape) {
    const auto known = known_.find(shape);
    if (known == known_.end()) return false;
    bool any = try_inserts(database, known->second);
    // Where one of them is refused, the others may be taken.
    if (!any && known->second.size() > 1)
        for (const auto& sql : known->second) any |= try_insert(database, sql);
    if (any) filled_.insert(table.name);
    if (any) remember(table, known->second);
    return any;
}

void RowMaker::remember(const RowTable& table, const std::vector<std::string>& rows) {
    by_name_[table.plain_name] = rows;
    addresses_[table.plain_name] = table.name;
}

bool RowMaker::fill(Database& database, const RowTable& table) {
    const auto shape = shape_of(table);
    if (repeat(database, table, shape)) return true;
    std::string reason;
    for (const auto filling : {Filling::all, Filling::required}) {
        std::vector<std::string> found;
        // Most tables take the likeliest rows, and in one exchange.
        for (std::size_t number = 1; number <= rows_a_table; ++number)
            found.push_back(RowSearch(database, table, number, filling).first());
        if (!try_inserts(database, found)) found.clear();
        for (std::size_t number = found.size() + 1; number <= rows_a_table; ++number) {
            RowSearch search(database, table, number, filling);
            auto sql = search.find();
            if (!sql.empty()) found.push_back(std::move(sql));
            if (reason.empty()) reason = search.reason();
            if (found.empty()) break;  // another number will hardly do
        }
        if (found.empty()) continue;
        remember(table, found);
        known_[shape] = std::move(found);
        // In an earlier round it was refused, as the table that it refers to was empty.
        failed_.erase(shape);
        filled_.insert(table.name);
        return true;
    }
    failed_.insert(shape);
    reasons_[table.name] = reason;
    return false;
}

std::set<std::string> RowMaker::fill_empty_tables(Database& database,
                                                  const std::optional<std::set<std::string>>& only) {
    auto wanted = only;
    if (wanted) fill_as_before(database, *wanted);
    if (wanted && wanted->empty()) return {};
    auto tables = read_empty_tables(database, {without_, wanted}, kept_);
    std::set<std::string> left;
    std::erase_if(tables, [&](const RowTable& table) {
        const bool has_failed = failed_.contains(shape_of(table));
        if (has_failed) left.insert(table.plain_name);
        return has_failed;
    });
    // Once more where another table has got rows meanwhile: a key may lead there now.
    fill_in_rounds(tables, [&](const RowTable& table) { return fill(database, table); });
    for (const auto& table : tables) left.insert(table.plain_name);
    return left;
}

/// To describe a table takes longer than to see whether the rows of another time fit.
void RowMaker::fill_as_before(Database& database, std::set<std::string>& tables) {
    std::vector<std::string> asked;
    std::vector<Query> queries;
    for (const auto& name : tables) {
        if (!by_name_.contains(name)) continue;
        asked.push_back(name);
        queries.push_back({.sql = fmt::format("SELECT EXISTS (SELECT 1 FROM {})", addresses_.at(name))});
    }
    if (asked.empty()) return;
    std::vector<std::vector<SqlRow>> answers;
    try {
        answers = database.query_all(queries);
    } catch (const Error& error) {
        if (error.code() == error_codes::interrupted || error.code() == error_codes::connection_lost) throw;
        return;  // a view has the name now, or nothing
    }
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto& has_rows = answers.at(i).at(0).at(0);
        if ((has_rows != "f" && has_rows != "0") || try_inserts(database, by_name_.at(asked[i])))
            tables.erase(asked[i]);
    }
}

bool TableChoice::has(const std::string& name, const std::string& plain_name) const {
    return !without.contains(base::lower_case(name)) && (!only || only->contains(plain_name));
}

std::vector<TableWithoutRows> RowMaker::failures() const {
    std::vector<TableWithoutRows> tables;
    for (const auto& [name, reason] : reasons_)
        if (!filled_.contains(name)) tables.push_back({name, reason});
    return tables;
}

std::vector<RowTable> read_empty_tables(Database& database, const TableChoice& choice, KeptQueries* kept) {
    return database.dialect() == Dialect::sqlite ? read_empty_sqlite_tables(database, choice)
                                                 : read_empty_postgres_tables(database, choice, kept);
}

namespace {

/// A decimal number as it is written, without sign: 18, 0.5.
bool is_plain_number(std::string_view text) { return text.find_first_not_of("0123456789.") == std::string_view::npos; }

/// Values whose length is the number, or one less.
std::vector<std::string> texts_of_length(std::string_view number) {
    if (number.size() > 4 || number.find('.') != std::string_view::npos) return {};
    const auto length = static_cast<std::size_t>(std::stoul(std::string(number)));
    if (length == 0 || length > 1000) return {};
    return {"'" + std::string(length - 1, 'A') + "{n}'", "'" + std::string(length - 1, '1') + "{n}'",
            "'" + std::string(length, 'a') + "{n}'"};
}

}  // namespace

std::vector<std::string> values_in_check(const std::string& check, Dialect dialect, bool is_text) {
    std::vector<std::string> values;
    const auto add = [&](std::string value) {
        if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
    };
    constexpr std::size_t most = 40;
    sql::SqlScanner scanner(check, dialect);
    for (auto token = scanner.next(); token.kind != sql::SqlToken::Kind::end && values.size() < most;
         token = scanner.next()) {
        const auto written = scanner.text_of(token);
        if (token.kind == sql::SqlToken::Kind::string) add(std::string(written));
        if (token.kind != sql::SqlToken::Kind::number || !is_plain_number(written)) continue;
        if (is_text) {
            // A length, most likely.
            for (auto& text : texts_of_length(written)) add(std::move(text));
            continue;
        }
        for (const auto* change : {"", " + 1", " - 1"}) add(fmt::format("({}{})", written, change));
    }
    return values;
}

}  // namespace rev::scratch
