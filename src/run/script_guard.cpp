#include "run/script_guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace rev::run {
namespace {

// Whoever runs the script has more rights than others who may make operators and functions in his search_path.
// Everything is qualified; IN would look for its operator along that path.

std::string array_of(const Database& database, const std::vector<RevisionId>& ids) {
    std::vector<std::string> quoted;
    for (const auto& id : ids) quoted.push_back(database.quote_literal(id));
    return fmt::format("(ARRAY[{}])", base::join(quoted, ", "));
}

std::string is_one_of(const Database& database, const std::vector<RevisionId>& ids) {
    return fmt::format("version_num OPERATOR(pg_catalog.=) ANY {}", array_of(database, ids));
}

std::string missing_or_other(const Database& database, const std::vector<RevisionId>& expected) {
    if (expected.empty()) return "true";
    return fmt::format("version_num OPERATOR(pg_catalog.<>) ALL {}", array_of(database, expected));
}

/// Ids that must not be there, although the step does not touch them: a step that only adds a row cannot tell from its
/// own whether it, or what follows it, was run.
std::vector<RevisionId> later_rows(const Plan& plan, const Step& step, const state::RowSet& rows) {
    std::vector<RevisionId> later;
    const bool only_adds = std::ranges::all_of(
        step.changes, [](const RowChange& change) { return change.kind == RowChange::Kind::insert; });
    const auto expected = rows.all();
    for (const auto& other : plan.steps) {
        if (!only_adds && other != step) continue;
        for (const auto& change : other.changes)
            if (!change.to.empty() && std::ranges::find(expected, change.to) == expected.end())
                later.push_back(change.to);
    }
    return later;
}

}  // namespace

std::string version_guard(const Database& database, const state::Tables& tables, const Plan& plan, const Step& step,
                          const state::RowSet& rows) {
    std::vector<RevisionId> needed;
    for (const auto& change : step.changes)
        if (!change.from.empty()) needed.push_back(change.from);
    if (step.repeatable != nullptr) needed = rows.first(rows.size());
    std::string wrong;
    if (plan.from.empty()) {
        needed = rows.first(rows.size());
        wrong = missing_or_other(database, needed);
    } else {
        const auto later = later_rows(plan, step, rows);
        wrong = later.empty() ? "false" : is_one_of(database, later);
    }
    // In the order in which string_agg() names what is there.
    std::ranges::sort(needed);
    const auto found = needed.empty()
                           ? std::string("0")
                           : fmt::format("pg_catalog.count(*) FILTER (WHERE {})", is_one_of(database, needed));
    // The failing cast shows its text in the error, whatever language the server speaks.
    return fmt::format(
        // One row whatever the table has, as it is an aggregate without GROUP BY; CASE evaluates the cast only where it
        // is meant to fail.
        "SELECT CASE WHEN {} OPERATOR(pg_catalog.=) {} AND pg_catalog.count(*) FILTER (WHERE {}) "
        "OPERATOR(pg_catalog.=) 0 THEN 1 ELSE CAST(pg_catalog.concat({}, "
        "coalesce(pg_catalog.string_agg(version_num, ', ' ORDER BY version_num), 'no row')) AS integer) END "
        "AS version_rows FROM {};\n",
        found, needed.size(), wrong,
        database.quote_literal(fmt::format("{} should have {}, but has ", tables.name,
                                           needed.empty() ? std::string("no row") : base::join(needed, ", "))),
        tables.version);
}

}  // namespace rev::run
