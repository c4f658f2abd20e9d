#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/database.hpp"
#include "run/batch.hpp"
#include "run/execute.hpp"
#include "run/named_settings.hpp"

namespace rev::run {

// What a section has set in its session: asked of the session itself, kept as text, and set again in another one.

/// A session that cannot be had again as it was: what is missing, in words.
struct LostSession {
    std::string what;
};

/// PostgreSQL. The text is JSON that the server itself writes and reads.
namespace postgres_session {

/// The transaction's setting in which `capture` leaves the text.
inline constexpr std::string_view captured = "pg_catalog.current_setting('rev.session', true)";

/// SQL that asks the session: settings whose source is the session, other than rev's own limits of the step; settings
/// of applications ("app.tenant") that are named, as PostgreSQL lists those nowhere; session user and role; advisory
/// locks of the session; and what no other session can have: temporary objects, prepared statements, cursors, what it
/// listens to. To be run with the section's role and search_path, in the transaction that keeps the answer.
[[nodiscard]] std::string capture(const PreparedStep& step, const NamedSettings& named);

/// The settings that `text` has, without user and role, by name; those whose value could not be read are left out.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> settings_of(Database& database, const std::string& text);

/// Sets again what `text` has. Throws LostSession before anything is set if something cannot be had again, else where a
/// setting or a lock is refused.
void restore(Database& database, const std::string& text);

}  // namespace postgres_session

/// SQLite: the PRAGMAs of the connection that can be read, what is attached, and temporary objects.
class SqliteSession {
public:
    /// Reads the session as it is now.
    explicit SqliteSession(Database& database);

    /// What is other than at `start`, as text; empty: nothing.
    [[nodiscard]] std::string changes_since(const SqliteSession& start) const;

    /// Sets again what `text` has. Throws as postgres_session::restore.
    static void restore(Database& database, const std::string& text);
    /// The same, without a word of temporary objects.
    static void restore_settings(Database& database, const std::string& text);

private:
    std::map<std::string, std::string> pragmas_;   ///< by name
    std::map<std::string, std::string> attached_;  ///< the file, empty in memory, by schema
    std::vector<std::string> temporary_;           ///< "table x", sorted
};

}  // namespace rev::run
