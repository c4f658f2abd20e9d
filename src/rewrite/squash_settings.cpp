#include "rewrite/squash_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "rev/error.hpp"
#include "sql/sql_cursor.hpp"
#include "sql/statements.hpp"

namespace rev::rewrite {
namespace {

/// The same that the driver runs behind a revision.
constexpr std::string_view end_of_postgresql_session =
    "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL;\n"
    "CLOSE ALL; DEALLOCATE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES;";

constexpr std::string_view end_of_deferred_keys = "PRAGMA defer_foreign_keys = OFF;";

Error outlives_its_part(const RevisionFile& part, const Section& section, const Statement& statement,
                        const std::string& what) {
    const auto& revision = part.header.revision;
    const auto place = base::position_of(part.text, section.offset + statement.offset);
    return Error(ExitCode::graph, error_codes::not_squashable,
                 fmt::format("{} cannot be squashed: {}", revision.id, what))
        .with_location({revision.path, place.line, place.column, std::string(place.line_text)})
        .with_hint("squash the revisions below it and those above it apart");
}

/// Whether a statement of PostgreSQL can leave something in its session: all that is no plain definition or change of
/// rows, and what makes temporary objects.
bool may_leave_something(const Statement& statement) {
    sql::SqlCursor cursor(statement.text, Dialect::postgresql);
    constexpr std::array plain{"CREATE",  "ALTER", "DROP",   "INSERT", "UPDATE", "DELETE",
                               "COMMENT", "GRANT", "REVOKE", "COPY",   "MERGE",  "TRUNCATE"};
    const bool is_plain = std::ranges::any_of(plain, [&](const char* word) { return cursor.at_word(word); });
    // set_config() may be called in any statement, in a DEFAULT, for one.
    for (bool calls_setter = false; !cursor.at_end(); cursor.advance()) {
        calls_setter = cursor.at_word("SET_CONFIG") || cursor.at_word("TEMP") || cursor.at_word("TEMPORARY");
        if (calls_setter) return true;
    }
    return !is_plain;
}

/// Whether a section with this statement cannot be one that SQLite runs too, and may leave something.
bool is_only_postgresql(const Statement& statement) {
    sql::SqlCursor cursor(statement.text, Dialect::postgresql);
    // A section that both dialects run may have none of these; one that has them is PostgreSQL's, whatever its marker
    // says.
    constexpr std::array words{"SET",     "RESET",   "DO",      "CALL",    "LISTEN",
                               "PREPARE", "EXECUTE", "DISCARD", "DECLARE", "LOAD"};
    if (std::ranges::any_of(words, [&](const char* word) { return cursor.at_word(word); })) return true;
    for (; !cursor.at_end(); cursor.advance())
        if (cursor.at_word("SET_CONFIG")) return true;
    return false;
}

std::string end_of_postgresql(const RevisionFile& part, const Section& section) {
    const auto statements = split_statements(part.text_of(section), Dialect::postgresql);
    return std::string(std::ranges::any_of(statements, may_leave_something) ? end_of_postgresql_session : "");
}

/// What a PRAGMA is called; empty: the statement is none, or one that only asks.
std::string pragma_set_by(const Statement& statement) {
    sql::SqlCursor cursor(statement.text, Dialect::sqlite);
    if (!cursor.accept("PRAGMA")) return {};
    auto name = base::lower_case(cursor.take_name());
    if (const auto dot = name.rfind('.'); dot != std::string::npos) name.erase(0, dot + 1);
    return cursor.at_symbol("=") || cursor.at_symbol("(") ? name : std::string();
}

bool makes_temporary_object(const Statement& statement) {
    sql::SqlCursor cursor(statement.text, Dialect::sqlite);
    return cursor.accept("CREATE") && (cursor.at_word("TEMP") || cursor.at_word("TEMPORARY"));
}

std::string end_of_sqlite(const RevisionFile& part, const Section& section) {
    constexpr std::array harmless{"foreign_keys",  // nothing within a transaction
                                  "foreign_key_check", "integrity_check",  "quick_check",  "table_info",
                                  "index_list",        "foreign_key_list", "user_version", "application_id"};
    bool defers = false;
    for (const auto& statement : split_statements(part.text_of(section), Dialect::sqlite)) {
        const auto pragma = pragma_set_by(statement);
        if (pragma == "defer_foreign_keys") {
            defers = true;
        } else if (!pragma.empty() && std::ranges::find(harmless, pragma) == harmless.end()) {
            throw outlives_its_part(part, section, statement,
                                    fmt::format("PRAGMA {} would hold for what follows", pragma));
        }
        if (makes_temporary_object(statement))
            throw outlives_its_part(part, section, statement, "a temporary object would be there for what follows");
        sql::SqlCursor cursor(statement.text, Dialect::sqlite);
        if (cursor.at_word("ATTACH") || cursor.at_word("DETACH"))
            throw outlives_its_part(part, section, statement, "an attached database would be there for what follows");
    }
    return std::string(defers ? end_of_deferred_keys : "");
}

}  // namespace

std::string end_of_settings(const RevisionFile& part, const Section& section, const std::optional<Dialect>& key) {
    if (key) return *key == Dialect::postgresql ? end_of_postgresql(part, section) : end_of_sqlite(part, section);
    if (auto sqlite = end_of_sqlite(part, section); !sqlite.empty()) return sqlite;  // PostgreSQL knows no PRAGMA
    const auto statements = split_statements(part.text_of(section), Dialect::postgresql);
    return std::string(std::ranges::any_of(statements, is_only_postgresql) ? end_of_postgresql_session : "");
}

}  // namespace rev::rewrite
