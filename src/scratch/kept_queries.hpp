#pragma once

#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "db/database.hpp"

namespace rev::scratch {

/// A session keeps what it has counted of reads and writes for a second, but for this. PostgreSQL 15 and later.
inline constexpr const char* hand_on_counts_sql = "SELECT pg_stat_force_next_flush()";
/// "true" if the server knows that, and counts.
inline constexpr const char* can_hand_on_counts_sql =
    "SELECT (current_setting('server_version_num')::int >= 150000 AND current_setting('track_counts')::bool)::text";

/// From now on the session plans what it has prepared once, and not for each parameter: that would take longer than to
/// answer it. By indexes: when it is planned the catalogs are small, and to read all of them looks cheap. Where there
/// is no index the plan looks dear then, but it is not worth compiling. The counters of one table are read three times
/// at most in one question: to copy them for that, as PostgreSQL 15 and later do, takes three times as long.
inline constexpr const char* keep_plans_sql =
    "SELECT set_config(name, CASE name WHEN 'plan_cache_mode' THEN 'force_generic_plan' "
    "WHEN 'stats_fetch_consistency' THEN 'none' ELSE 'off' END, false) "
    "FROM pg_settings WHERE name IN ('plan_cache_mode', 'enable_seqscan', 'jit', 'stats_fetch_consistency')";

/// A question that is asked again and again. Its parts must outlive whoever asks it: constants, as a rule.
struct KeptQuery {
    std::string_view name;       ///< of its prepared statement: a word, another one for each question
    std::string_view parameter;  ///< its type; empty: it has none
    std::string_view sql;        ///< with a `?` where the parameter stands, which is one place at most
};

/// One question with its parameter.
struct KeptQuestion {
    const KeptQuery* query = nullptr;
    SqlValue parameter = {};
};

/// Asks over a connection that nobody resets, so that the server plans each question once and for all: for questions
/// about few rows of the catalogs that takes longer than to answer them. PostgreSQL.
class KeptQueries {
public:
    /// database: must outlive it.
    explicit KeptQueries(Database& database) : database_(database) {}

    /// In one exchange, or two where one of them is new.
    [[nodiscard]] std::vector<std::vector<SqlRow>> ask(std::span<const KeptQuestion> questions);
    /// What asks it, for those who send it with queries of their own. Asks nothing, unless the question is new.
    [[nodiscard]] Query query_of(const KeptQuestion& question);

private:
    void prepare(std::span<const KeptQuestion> questions);

    Database& database_;
    std::set<std::string_view> known_;  ///< names
};

/// Asks through `kept`; null: asks `database`, which keeps nothing.
[[nodiscard]] std::vector<std::vector<SqlRow>> ask(Database& database, KeptQueries* kept,
                                                   std::span<const KeptQuestion> questions);

}  // namespace rev::scratch
