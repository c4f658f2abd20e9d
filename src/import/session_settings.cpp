// A tool that runs all files of one call in one session leaves to each file what those before it have set. What that is
// only the server knows: a function may have set it, or a transaction taken it back. So it is asked behind each file.
#include "import/session_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "import/table.hpp"
#include "run/named_settings.hpp"
#include "sql/literals.hpp"

namespace rev::foreign {
namespace {

/// These change neither what is made nor rows: messages, limits, how a query is run.
constexpr std::array<std::string_view, 24> without_effect{
    "application_name",          "backend_flush_after",
    "client_min_messages",       "commit_delay",
    "commit_siblings",           "constraint_exclusion",
    "cursor_tuple_fraction",     "deadlock_timeout",
    "effective_cache_size",      "effective_io_concurrency",
    "hash_mem_multiplier",       "idle_in_transaction_session_timeout",
    "idle_session_timeout",      "lock_timeout",
    "logical_decoding_work_mem", "maintenance_io_concurrency",
    "maintenance_work_mem",      "plan_cache_mode",
    "quote_all_identifiers",     "statement_timeout",
    "synchronous_commit",        "temp_buffers",
    "transaction_timeout",       "work_mem"};
constexpr std::array<std::string_view, 11> kinds_without_effect{"auto_explain.", "debug_", "enable_",       "geqo",
                                                                "jit",           "log_",   "max_parallel_", "parallel_",
                                                                "tcp_",          "track_", "vacuum_"};

/// These decide where and whether things come to be, which shows in the catalogs.
constexpr std::array<std::string_view, 6> seen_in_catalogs{"check_function_bodies", "default_table_access_method",
                                                           "default_tablespace",    "default_toast_compression",
                                                           "row_security",          "temp_tablespaces"};

/// Behind it every name has its schema.
bool is_empty_path(const std::string& name, const std::string& value) {
    return name == "search_path" && (value.empty() || value == "\"\"");
}

/// pg_settings has only names without a dot, these apart.
constexpr std::array<std::string_view, 2> unlisted{"session_authorization", "role"};

constexpr std::string_view block_start = "-- Settings that earlier files leave to the session:\n";
constexpr std::string_view block_end = "-- The file itself:\n";

std::optional<std::string> value_of(const SessionSettings& settings, const std::string& name) {
    const auto found = settings.find(name);
    return found == settings.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

bool has_effect(std::string_view name) {
    return std::ranges::find(without_effect, name) == without_effect.end() &&
           std::ranges::none_of(kinds_without_effect, [&](std::string_view kind) { return name.starts_with(kind); });
}

SessionWatch::SessionWatch(Database& database) : database_(database), at_first_(now()) {}

SessionSettings SessionWatch::now() {
    std::string sql =
        "SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings WHERE source OPERATOR(pg_catalog.=) "
        "'session' AND setting IS DISTINCT FROM reset_val";
    std::vector<std::string> names(names_.begin(), names_.end());
    names.insert(names.end(), unlisted.begin(), unlisted.end());
    for (const auto& name : names)
        sql += fmt::format(" UNION ALL SELECT {0}, pg_catalog.current_setting({0}, true)",
                           sql::text_literal(name, Dialect::postgresql));
    SessionSettings settings;
    for (const auto& row : database_.query_in_session(sql))
        if (const auto name = text_of(row[0]); has_effect(name)) settings[name] = text_of(row[1]);
    return settings;
}

SessionSettings SessionWatch::behind(std::string_view sql) {
    for (const auto& name : run::named_settings(sql).names) names_.insert(name);
    auto settings = now();
    std::erase_if(settings, [&](const auto& setting) {
        const auto first = value_of(at_first_, setting.first);
        // A setting of an application that nobody has set is none, or empty once somebody has.
        return first ? *first == setting.second : names_.contains(setting.first) && setting.second.empty();
    });
    return settings;
}

bool may_change_rows(const SessionSettings& settings) {
    return std::ranges::any_of(settings, [](const auto& setting) {
        return !is_empty_path(setting.first, setting.second) &&
               std::ranges::find(seen_in_catalogs, setting.first) == seen_in_catalogs.end();
    });
}

std::string settings_block(const SessionSettings& settings) {
    if (settings.empty()) return {};
    std::string text(block_start);
    const auto add = [&](const auto& setting) {
        text += fmt::format("SELECT pg_catalog.set_config({}, {}, false);\n",
                            sql::text_literal(setting.first, Dialect::postgresql),
                            sql::text_literal(setting.second, Dialect::postgresql));
    };
    // Another role may not be allowed to make the others.
    const auto is_role = [](const auto& setting) {
        return std::ranges::find(unlisted, setting.first) != unlisted.end();
    };
    for (const auto& setting : settings)
        if (!is_role(setting)) add(setting);
    for (const auto name : unlisted)
        if (const auto found = settings.find(std::string(name)); found != settings.end()) add(*found);
    return text.append(block_end);
}

std::string_view without_settings_block(std::string_view sql) {
    if (!sql.starts_with(block_start)) return sql;
    const auto end = sql.find(block_end);
    return end == std::string_view::npos ? sql : sql.substr(end + block_end.size());
}

void carry_over(History& history, const Tool& tool, const std::vector<SessionSettings>& left) {
    for (std::size_t at = 0; at + 1 < history.migrations.size() && at < left.size(); ++at) {
        history.migrations[at + 1].carried = settings_block(left[at]);
        for (const auto& [name, value] : left[at]) {
            if (at > 0 && value_of(left[at - 1], name) == value) continue;
            // It holds until another file sets it otherwise.
            auto last = at + 1;
            while (last + 1 < history.migrations.size() && last < left.size() && value_of(left[last], name) == value)
                ++last;
            const auto& first_file = history.migrations[at + 1].file;
            const auto& last_file = history.migrations[last].file;
            history.remarks.push_back(fmt::format(
                "{} sets {} to {}, and {} runs the files of one call in one session: {} with that setting",
                history.migrations[at].file, name, sql::text_literal(value, Dialect::postgresql), tool.title,
                last == at + 1 ? fmt::format("the revision of {} begins", first_file)
                               : fmt::format("the revisions from {} to {} begin", first_file, last_file)));
        }
    }
}

}  // namespace rev::foreign
