// What a section that runs outside a transaction has set in its session, as one JSON text that the ledger keeps, and
// how another session gets it again. Settings can be set again; temporary tables, cursors, prepared statements and the
// like cannot, so they are named only to be refused.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "run/named_settings.hpp"
#include "run/session_state.hpp"

namespace rev::run::postgres_session {
namespace {

// Everything is qualified, operators too: it runs with whatever search_path the section has set.

/// transaction_isolation and the like belong to the transaction in which this runs. Without what the connection, the
/// role or the database sets: the next session gets that by itself.
constexpr std::string_view settings_query =
    "SELECT pg_catalog.json_object_agg(s.name, s.setting ORDER BY s.name) FROM pg_catalog.pg_settings s"
    " WHERE s.source OPERATOR(pg_catalog.=) 'session' AND s.name OPERATOR(pg_catalog.!~~) 'transaction\\_%'";

/// Whatever DISCARD TEMP would drop depends on the schema of temporary objects: tables, functions, types, collations
/// ...
constexpr std::string_view objects_query =
    "SELECT pg_catalog.json_agg(o.name) FROM ("
    "SELECT pg_catalog.format('temporary %s %s', i.type, COALESCE(i.name, i.identity)) AS name"
    " FROM pg_catalog.pg_depend d CROSS JOIN LATERAL"
    " pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) i"
    " WHERE pg_catalog.pg_my_temp_schema() OPERATOR(pg_catalog.<>) '0'"
    " AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass"
    " AND d.refobjid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()"
    " UNION ALL SELECT pg_catalog.format('prepared statement %I', s.name) FROM pg_catalog.pg_prepared_statements s"
    // Other cursors end with their transaction.
    " UNION ALL SELECT pg_catalog.format('cursor %I', c.name) FROM pg_catalog.pg_cursors c WHERE c.is_holdable"
    " UNION ALL SELECT pg_catalog.format('LISTEN %I', l.channel)"
    " FROM pg_catalog.pg_listening_channels() AS l(channel)) o";

/// Absent where it is the one that logged in: another login may go on.
constexpr std::string_view session_user_query =
    "SELECT session_user FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) a"
    " WHERE pg_catalog.pg_get_userbyid(a.usesysid) OPERATOR(pg_catalog.<>) session_user";

/// Locks of the session: in the transaction in which this runs, nothing else has taken any. "exclusive 7" has one key,
/// "shared 3, 4" two. The run lock may be among them.
constexpr std::string_view locks_query =
    "SELECT pg_catalog.json_agg(pg_catalog.concat(CASE WHEN l.mode OPERATOR(pg_catalog.=) 'ShareLock' THEN 'shared ' "
    "ELSE 'exclusive ' END,"
    " CASE WHEN l.objsubid OPERATOR(pg_catalog.=) 1 THEN CAST((CAST(l.classid AS pg_catalog.int8) "
    "OPERATOR(pg_catalog.<<) 32)"
    " OPERATOR(pg_catalog.|) CAST(l.objid AS pg_catalog.int8) AS pg_catalog.text)"
    " ELSE pg_catalog.concat(CAST(l.classid AS pg_catalog.int4), ', ', CAST(l.objid AS pg_catalog.int4)) END))"
    " FROM pg_catalog.pg_locks l WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.granted"
    " AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()";

/// rev's own limit of the step, which a resumed run sets itself: perhaps another one.
std::string without_limit(std::string_view name, std::optional<std::chrono::milliseconds> limit) {
    if (!limit) return {};
    return fmt::format(" AND NOT (s.name OPERATOR(pg_catalog.=) '{}' AND s.setting OPERATOR(pg_catalog.=) '{}')", name,
                       limit->count());
}

/// The value of each of the names that is set. What is put together of pieces may be any two of them.
std::string own_settings_query(const NamedSettings& named) {
    if (named.names.empty() && named.pieces.empty()) return "CAST(NULL AS pg_catalog.json)";
    const auto pieces = base::join(named.pieces, ",");
    // The second argument of current_setting(): NULL for a setting that is not there, where one argument would fail.
    // The names are words and dots only, so they need no quotes within the array.
    return fmt::format(
        "SELECT pg_catalog.json_object_agg(n.name, pg_catalog.current_setting(n.name, true)) FROM ("
        "SELECT pg_catalog.unnest('{{{}}}'::pg_catalog.text[]) UNION SELECT pg_catalog.concat(a, '.', b)"
        " FROM pg_catalog.unnest('{{{}}}'::pg_catalog.text[]) AS a, pg_catalog.unnest('{{{}}}'::pg_catalog.text[]) AS b"
        ") AS n(name) WHERE pg_catalog.current_setting(n.name, true) IS NOT NULL",
        base::join(named.names, ","), pieces, pieces);
}

/// A fact of the kept text: what it is, its name and its value.
struct Kept {
    std::string kind;
    std::string name;
    SqlValue value;
};

std::vector<Kept> parse(Database& database, const std::string& text) {
    // In the order in which they are to be set: as another user, the settings might be refused.
    constexpr std::string_view query =
        "WITH s AS (SELECT CAST(? AS pg_catalog.json) AS j)"
        " SELECT 'object', o, NULL FROM s,"
        " pg_catalog.json_array_elements_text(pg_catalog.json_extract_path(s.j, 'objects')) AS o"
        " UNION ALL SELECT 'lock', l, NULL FROM s,"
        " pg_catalog.json_array_elements_text(pg_catalog.json_extract_path(s.j, 'locks')) AS l"
        " UNION ALL SELECT 'setting', e.key, e.value FROM s,"
        " pg_catalog.json_each_text(pg_catalog.json_extract_path(s.j, 'settings')) AS e"
        " UNION ALL SELECT 'setting', e.key, e.value FROM s,"
        " pg_catalog.json_each_text(pg_catalog.json_extract_path(s.j, 'own')) AS e"
        " UNION ALL SELECT 'user', 'session_authorization', pg_catalog.json_extract_path_text(s.j, 'user') FROM s"
        " UNION ALL SELECT 'user', 'role', pg_catalog.json_extract_path_text(s.j, 'role') FROM s";
    const std::array<SqlValue, 1> parameters{text};
    std::vector<Kept> facts;
    for (const auto& row : database.query(query, parameters))
        facts.push_back({row[0].value_or(""), row[1].value_or(""), row[2]});
    return facts;
}

void refuse_lost(const std::vector<Kept>& facts) {
    std::vector<std::string> lost;
    for (const auto& fact : facts) {
        if (fact.kind == "object") lost.push_back(fact.name);
        if (fact.kind == "setting" && !fact.value)
            lost.push_back(fmt::format("setting {}, whose value could not be read", fact.name));
    }
    if (!lost.empty()) throw LostSession{base::join(lost, ", ")};
}

void set_again(Database& database, const Kept& fact) {
    Batch batch;
    batch.own_sql(fmt::format("SELECT pg_catalog.set_config({}, {}, false)", database.quote_literal(fact.name),
                              database.quote_literal(*fact.value)));
    try {
        database.run(batch.commands());
    } catch (const CommandError& error) {
        // The server is gone or so: the session is not lost for good, and another try may work.
        if (error.exit_code() == ExitCode::database) throw;
        throw LostSession{fmt::format("{} = {} ({})", fact.name, *fact.value, error.what())};
    }
}

/// name: see locks_query.
void lock_again(Database& database, std::string_view name) {
    constexpr std::string_view shared = "shared ";
    constexpr std::string_view exclusive = "exclusive ";
    const bool is_shared = name.starts_with(shared);
    const auto keys = name.substr(is_shared ? shared.size() : exclusive.size());
    if (keys.find_first_not_of("-0123456789, ") != std::string_view::npos)
        throw LostSession{fmt::format("the advisory lock {}", name)};
    const auto sql = fmt::format("SELECT pg_catalog.pg_try_advisory_lock{}({})", is_shared ? "_shared" : "", keys);
    if (database.query(sql).at(0).at(0) != "t")
        throw LostSession{fmt::format("the advisory lock {}, which another session holds now,", keys)};
}

}  // namespace

/// One SELECT that returns nothing worth reading: the text goes into a setting of the transaction, from which the
/// ledger's statement behind it takes it. So both travel in one message.
std::string capture(const PreparedStep& step, const NamedSettings& named) {
    return fmt::format(
        "SELECT pg_catalog.set_config('rev.session', CAST(pg_catalog.json_build_object('settings', COALESCE(({}{}{}),"
        " '{{}}'), 'own', COALESCE(({}), '{{}}'), 'objects', COALESCE(({}), '[]'), 'locks', COALESCE(({}), '[]'), "
        "'user', ({}),"
        " 'role', pg_catalog.current_setting('role')) AS pg_catalog.text), true)",
        settings_query, without_limit("lock_timeout", step.limits.lock_timeout),
        without_limit("statement_timeout", step.limits.statement_timeout), own_settings_query(named), objects_query,
        locks_query, session_user_query);
}

std::vector<std::pair<std::string, std::string>> settings_of(Database& database, const std::string& text) {
    std::vector<std::pair<std::string, std::string>> settings;
    for (const auto& fact : parse(database, text))
        if (fact.kind == "setting" && fact.value) settings.emplace_back(fact.name, *fact.value);
    return settings;
}

void restore(Database& database, const std::string& text) {
    const auto facts = parse(database, text);
    // Before the first is set: a session that cannot be had wholly is not begun.
    refuse_lost(facts);
    for (const auto& fact : facts) {
        if (fact.kind == "lock") lock_again(database, fact.name);
        if (fact.value) set_again(database, fact);
    }
}

}  // namespace rev::run::postgres_session
