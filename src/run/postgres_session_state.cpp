#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"
#include "run/session_state.hpp"

namespace rev::postgres_session {
namespace {

// Everything is qualified, operators too: it runs with whatever search_path the section has set.

/// transaction_isolation and the like belong to the transaction in which this runs.
constexpr std::string_view settings_query =
    "SELECT pg_catalog.json_object_agg(s.name, s.setting ORDER BY s.name) FROM pg_catalog.pg_settings s"
    " WHERE s.source OPERATOR(pg_catalog.=) 'session' AND s.name OPERATOR(pg_catalog.!~~) 'transaction\\_%'";

constexpr std::string_view objects_query =
    "SELECT pg_catalog.json_agg(o.name) FROM ("
    "SELECT pg_catalog.format('temporary relation %I', c.relname) AS name FROM pg_catalog.pg_class c"
    " WHERE pg_catalog.pg_my_temp_schema() OPERATOR(pg_catalog.<>) '0'"
    " AND c.relnamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()"
    " AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,S,f}'::pg_catalog.\"char\"[])"
    " UNION ALL SELECT pg_catalog.format('temporary function %I', p.proname) FROM pg_catalog.pg_proc p"
    " WHERE pg_catalog.pg_my_temp_schema() OPERATOR(pg_catalog.<>) '0'"
    " AND p.pronamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()"
    " UNION ALL SELECT pg_catalog.format('prepared statement %I', s.name) FROM pg_catalog.pg_prepared_statements s"
    " UNION ALL SELECT pg_catalog.format('cursor %I', c.name) FROM pg_catalog.pg_cursors c WHERE c.is_holdable"
    " UNION ALL SELECT pg_catalog.format('LISTEN %I', l.channel)"
    " FROM pg_catalog.pg_listening_channels() AS l(channel)) o";

/// Absent where it is the one that logged in: another login may go on.
constexpr std::string_view session_user_query =
    "SELECT session_user FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) a"
    " WHERE pg_catalog.pg_get_userbyid(a.usesysid) OPERATOR(pg_catalog.<>) session_user";

/// rev's own limit of the step, which a resumed run sets itself: perhaps another one.
std::string without_limit(std::string_view name, std::optional<std::chrono::milliseconds> limit) {
    if (!limit) return {};
    return fmt::format(" AND NOT (s.name OPERATOR(pg_catalog.=) '{}' AND s.setting OPERATOR(pg_catalog.=) '{}')", name,
                       limit->count());
}

/// The value of each of the names that is set.
std::string own_settings_query(const std::vector<std::string>& names) {
    if (names.empty()) return "CAST(NULL AS pg_catalog.json)";
    return fmt::format(
        "SELECT pg_catalog.json_object_agg(n.name, pg_catalog.current_setting(n.name, true))"
        " FROM pg_catalog.unnest('{{{}}}'::pg_catalog.text[]) AS n(name)"
        " WHERE pg_catalog.current_setting(n.name, true) IS NOT NULL",
        join(names, ","));
}

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }

/// The word that ends before `end`, blanks between them passed over; in capitals.
std::string word_before(std::string_view sql, std::size_t end) {
    while (end > 0 && std::isspace(static_cast<unsigned char>(sql[end - 1])) != 0) --end;
    std::string word;
    for (; end > 0 && is_name_character(sql[end - 1]); --end)
        word.insert(word.begin(), static_cast<char>(std::toupper(static_cast<unsigned char>(sql[end - 1]))));
    return word;
}

bool may_be_setting(std::string_view sql, std::size_t begin, std::size_t end) {
    const auto name = sql.substr(begin, end - begin);
    const auto dot = name.find('.');
    if (dot == 0 || dot == std::string_view::npos || name.back() == '.') return false;
    if (begin > 0 && sql[begin - 1] == '\'') return end < sql.size() && sql[end] == '\'';
    constexpr std::array<std::string_view, 3> words = {"SET", "SESSION", "LOCAL"};
    return std::ranges::find(words, word_before(sql, begin)) != words.end();
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
    if (!lost.empty()) throw LostSession{join(lost, ", ")};
}

void set_again(Database& database, const Kept& fact) {
    Batch batch;
    batch.own_sql(fmt::format("SELECT pg_catalog.set_config({}, {}, false)", database.quote_literal(fact.name),
                              database.quote_literal(*fact.value)));
    try {
        database.run(batch.commands());
    } catch (const CommandError& error) {
        if (error.exit_code() == ExitCode::database) throw;
        throw LostSession{fmt::format("{} = {} ({})", fact.name, *fact.value, error.what())};
    }
}

}  // namespace

std::vector<std::string> named_settings(std::string_view sql) {
    std::vector<std::string> names;
    for (std::size_t at = 0; at < sql.size();) {
        if (!is_name_character(sql[at])) {
            ++at;
            continue;
        }
        auto end = at;
        while (end < sql.size() && is_name_character(sql[end])) ++end;
        if (may_be_setting(sql, at, end)) names.emplace_back(sql.substr(at, end - at));
        at = end;
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::string capture(const PreparedStep& step) {
    return fmt::format(
        "SELECT pg_catalog.set_config('rev.session', CAST(pg_catalog.json_build_object('settings', COALESCE(({}{}{}),"
        " '{{}}'), 'own', COALESCE(({}), '{{}}'), 'objects', COALESCE(({}), '[]'), 'user', ({}), 'role',"
        " pg_catalog.current_setting('role')) AS pg_catalog.text), true)",
        settings_query, without_limit("lock_timeout", step.limits.lock_timeout),
        without_limit("statement_timeout", step.limits.statement_timeout), own_settings_query(named_settings(step.sql)),
        objects_query, session_user_query);
}

std::vector<std::pair<std::string, std::string>> settings_of(Database& database, const std::string& text) {
    std::vector<std::pair<std::string, std::string>> settings;
    for (const auto& fact : parse(database, text))
        if (fact.kind == "setting" && fact.value) settings.emplace_back(fact.name, *fact.value);
    return settings;
}

void restore(Database& database, const std::string& text) {
    const auto facts = parse(database, text);
    refuse_lost(facts);
    for (const auto& fact : facts)
        if (fact.value) set_again(database, fact);
}

}  // namespace rev::postgres_session
