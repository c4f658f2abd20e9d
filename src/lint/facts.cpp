#include "lint/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"

namespace rev::lint {
namespace {

std::string duration_of(double seconds) {
    if (seconds < 90) return fmt::format("{:.0f} s", std::max(seconds, 1.0));
    if (seconds < 5400) return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.0f} h", seconds / 3600);
}

std::string rows_of(long long rows) {
    if (rows >= 10'000'000) return fmt::format("{} million rows", rows / 1'000'000);
    return fmt::format("{} rows", rows);
}

void run_below(Observer& observer, const SectionText& section) {
    try {
        observer.run(section);
    } catch (CommandError& error) {
        auto location = error.location();
        location.file = section.path;
        throw Error(error)
            .with_location(std::move(location))
            .with_hint("facts need the revisions below to run in scratch");
    }
}

}  // namespace

ObservedFacts observe(const ScriptDirectory& scripts, const Graph& graph, const LintRequest& request,
                      const FactsRequest& facts) {
    std::set<std::string> asked;
    for (const auto* revision : request.revisions) asked.insert(revision->path);
    const auto place = scratch::open_place(facts.place);
    // With the extensions of the real one: revisions use their types.
    const auto scratch_database = place->make(place->target_extensions());
    Observer observer(scratch_database->database(), facts.rows);
    ObservedFacts observed;
    bool is_first = true;
    for (const SectionText& section : sections_of(scripts, graph, request)) {
        // What comes after a failure runs on a schema that nobody will have.
        if (observer.has_failed()) break;
        if (!asked.contains(section.path)) {
            run_below(observer, section);
            continue;
        }
        observed[section.path] = observer.observe(section, is_first || !request.is_one_plan);
        is_first = false;
    }
    return observed;
}

TableSizes read_sizes(Database& database) {
    TableSizes sizes;
    for (const auto& row :
         // reltuples is the planner's estimate, -1 where a table was never analyzed: no table is read for this.
         database.query("SELECT CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname, "
                        "c.reltuples::bigint::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
                        "WHERE c.relkind IN ('r', 'p', 'm') AND c.reltuples > 0 "
                        "AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"))
        sizes[row[0].value_or("")] = std::atoll(row[1].value_or("0").c_str());
    return sizes;
}

void apply_sizes(const TableSizes& sizes, std::vector<Finding>& findings) {
    // What one core reads and writes of narrow rows: an estimate that is meant to be right by a factor of three.
    constexpr double read_in_a_second = 3'000'000;
    constexpr double written_in_a_second = 400'000;
    for (Finding& finding : findings) {
        const auto found = sizes.find(finding.relation);
        if (found == sizes.end()) continue;
        const bool writes = finding.rule == Rule::table_rewrite || (finding.facts && finding.facts->rewrite);
        const double seconds = static_cast<double>(found->second) / (writes ? written_in_a_second : read_in_a_second);
        finding.message += fmt::format("; about {} at {}", duration_of(seconds), rows_of(found->second));
        if (finding.facts) finding.facts->rows = found->second;
    }
}

}  // namespace rev::lint
