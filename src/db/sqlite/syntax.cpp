#include "db/sqlite/syntax.hpp"

#include <new>

#include "base/sql_quotes.hpp"
#include "db/sqlite/errors.hpp"

namespace rev::db {
namespace {

/// Empty if the message is about anything else.
std::string missing_table(std::string_view message) {
    constexpr std::string_view sign = "no such table: ";
    const auto at = message.find(sign);
    if (at == std::string_view::npos) return {};
    auto name = message.substr(at + sign.size());
    if (name.starts_with("main.")) name.remove_prefix(5);
    return std::string(name);
}

/// A query that fills a new table may be without an end.
constexpr int instructions_of_slice = 1'000'000;
constexpr int most_slices = 20;

}  // namespace

SqliteSyntax::SqliteSyntax() {
    sqlite3* opened = nullptr;
    sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (opened == nullptr) throw std::bad_alloc();
    connection_.reset(opened);
    sqlite3_progress_handler(
        opened, instructions_of_slice,
        [](void* self) { return static_cast<SqliteSyntax*>(self)->slices_left_-- > 0 ? 0 : 1; }, this);
}

std::string SqliteSyntax::error_in(std::string_view text, Use use) {
    // On a line of its own, as the text may end with a comment.
    const auto with_end = std::string(text) + "\n;";
    // SQLite names one missing table at a time, so each try gets one table further.
    constexpr int most_tables = 20;
    for (int tries = 0; tries < most_tables; ++tries) {
        const bool is_read = use == Use::run ? run(with_end) : can_read_to_end(with_end);
        if (is_read) return {};
        const auto said = message();
        if (is_syntax_error(said)) return said;
        const auto table = missing_table(said);
        if (table.empty() || !make_stand_in(table)) return {};
    }
    return {};
}

/// SQLite looks a table up as soon as it has read what it does with it, which may be before the last word. Where it had
/// come to the end of the statement, the table alone is what is missing.
bool SqliteSyntax::can_read_to_end(const std::string& text) {
    sqlite3_stmt* prepared = nullptr;
    const char* tail = text.c_str();
    const int code = sqlite3_prepare_v2(connection_.get(), text.c_str(), -1, &prepared, &tail);
    const PreparedStatement statement(prepared);
    if (code == SQLITE_OK) return true;
    // The whole of a text that cannot be parsed has been read as well.
    return tail == text.c_str() + text.size() && !missing_table(message()).empty();
}

bool SqliteSyntax::run(const std::string& text) {
    // A section that changes nothing needs no transaction, behind which SQLite reads its whole schema again.
    if (!is_changed_) sqlite3_exec(connection_.get(), "BEGIN", nullptr, nullptr, nullptr);
    is_changed_ = true;
    slices_left_ = most_slices;
    return sqlite3_exec(connection_.get(), text.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

/// It has a single column; that others are missing in it is no syntax error.
bool SqliteSyntax::make_stand_in(const std::string& table) {
    return run("CREATE TABLE " + base::in_quotes(table, '"') + " (stand_in)");
}

void SqliteSyntax::end_section() {
    if (is_changed_) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    is_changed_ = false;
}

}  // namespace rev::db
