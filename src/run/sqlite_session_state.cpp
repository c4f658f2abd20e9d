// The text has a line for each fact: "pragma NAME=VALUE", "attached SCHEMA=FILE", "temporary table NAME".

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

#include "base/text.hpp"
#include "run/session_state.hpp"
#include "sql/pragmas.hpp"

namespace rev::run {
namespace {

/// It can only be tried.
constexpr std::string_view case_sensitive_like = "case_sensitive_like";
constexpr std::string_view pragma_word = "pragma ";
constexpr std::string_view attached_word = "attached ";
constexpr std::string_view temporary_word = "temporary ";

std::string first_value(const std::vector<SqlRow>& rows) {
    return rows.empty() || rows.front().empty() ? std::string() : rows.front().front().value_or("");
}

std::string read_pragma(Database& database, std::string_view name) {
    if (name == case_sensitive_like) return first_value(database.query("SELECT NOT ('a' LIKE 'A')"));
    return first_value(database.query(fmt::format("PRAGMA {}", name)));
}

bool is_readable(const sql::Pragma& pragma) { return pragma.readable == sql::Pragma::Readable::yes; }

bool is_known(std::string_view pragma) {
    return pragma == case_sensitive_like || is_readable(sql::find_pragma(pragma));
}

/// "name=value"
std::pair<std::string, std::string> split_pair(std::string_view text) {
    const auto equals = std::min(text.find('='), text.size());
    return {std::string(text.substr(0, equals)), std::string(text.substr(std::min(equals + 1, text.size())))};
}

void set_pragma(Database& database, const std::string& name, const std::string& value) {
    const auto assignment = fmt::format("{} = {}", name, value);
    const bool is_word = std::ranges::all_of(value, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
    // The ledger is only a table: nothing else that stands in it may run.
    if (!is_known(name) || !is_word) throw LostSession{"PRAGMA " + assignment};
    if (read_pragma(database, name) == value) return;
    // It tells FAST as 2, and takes 2 for yes.
    const bool is_fast = name == "secure_delete" && value == "2";
    (void)database.query("PRAGMA " + (is_fast ? "secure_delete = FAST" : assignment));
    // SQLite takes a value that it does not know without an error, and keeps the old one.
    if (read_pragma(database, name) != value) throw LostSession{"PRAGMA " + assignment};
}

void attach(Database& database, const std::string& schema, const std::string& file) {
    // SQLite would make a file that is gone anew, and empty.
    if (file.empty() || !std::filesystem::exists(file))
        throw LostSession{fmt::format("the attached database {} ({})", schema, file.empty() ? "in memory" : file)};
    (void)database.query(
        fmt::format("ATTACH {} AS {}", database.quote_literal(file), database.quote_identifier(schema)));
}

}  // namespace

SqliteSession::SqliteSession(Database& database) {
    for (const auto& pragma : sql::known_pragmas())
        if (is_readable(pragma)) pragmas_[std::string(pragma.name)] = read_pragma(database, pragma.name);
    pragmas_[std::string(case_sensitive_like)] = read_pragma(database, case_sensitive_like);
    for (const auto& row : database.query("PRAGMA database_list"))
        // They are in every session; "temp" is listed once it has something in it.
        if (row.at(1) != "main" && row.at(1) != "temp") attached_[row.at(1).value_or("")] = row.at(2).value_or("");
    for (const auto& row : database.query("SELECT type || ' ' || name FROM sqlite_temp_master"
                                          " WHERE type IN ('table', 'view', 'trigger') ORDER BY 1"))
        temporary_.push_back(row.at(0).value_or(""));
}

std::string SqliteSession::changes_since(const SqliteSession& start) const {
    std::vector<std::string> lines;
    for (const auto& object : temporary_)
        if (!std::ranges::binary_search(start.temporary_, object))
            // A name may have a line end, and the text has a line for each fact.
            lines.push_back(fmt::format("{}{}", temporary_word, base::printable(object)));
    for (const auto& [schema, file] : attached_)
        if (!start.attached_.contains(schema)) lines.push_back(fmt::format("{}{}={}", attached_word, schema, file));
    for (const auto& [name, value] : pragmas_)
        if (start.pragmas_.at(name) != value) lines.push_back(fmt::format("{}{}={}", pragma_word, name, value));
    return base::join(lines, "\n");
}

void SqliteSession::restore(Database& database, const std::string& text) {
    std::vector<std::string> lost;
    for (const auto& line : base::split_list(text, '\n'))
        if (line.starts_with(temporary_word)) lost.push_back(line);
    if (!lost.empty()) throw LostSession{base::join(lost, ", ")};
    restore_settings(database, text);
}

void SqliteSession::restore_settings(Database& database, const std::string& text) {
    for (const auto& line : base::split_list(text, '\n')) {
        const auto rest = [&](std::string_view word) { return split_pair(std::string_view(line).substr(word.size())); };
        if (line.starts_with(attached_word)) {
            const auto [schema, file] = rest(attached_word);
            attach(database, schema, file);
        } else if (line.starts_with(pragma_word)) {
            const auto [name, value] = rest(pragma_word);
            set_pragma(database, name, value);
        }
    }
}

}  // namespace rev::run
