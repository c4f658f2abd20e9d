// `rev check --database`: the same search as `rev revision --autogenerate`, of which nothing is written.

#include "commands/check_database.hpp"

#include <fmt/format.h>

#include "autogenerate/autogenerate.hpp"
#include "base/text.hpp"
#include "report/schema_json.hpp"
#include "report/schema_text.hpp"

namespace rev::commands {
namespace {

void print_text(Context& context, const std::vector<autogenerate::Lack>& lacks, std::size_t changes) {
    for (const auto& lack : lacks) {
        if (lacks.size() > 1 && !lack.migration.changes.empty()) context.out() << dialect_name(lack.dialect) << ":\n";
        context.out() << report::changes_text(lack.migration.changes, context.out_style());
    }
    context.out().flush();
    if (context.quiet()) return;
    // In the words of `alembic check`.
    context.err() << (changes == 0 ? std::string("No new upgrade operations detected\n")
                                   : fmt::format("{} not in any revision; `rev revision --autogenerate -m ...` writes "
                                                 "one\n",
                                                 changes == 1 ? std::string("1 change is")
                                                              : fmt::format("{} changes are", changes)));
}

}  // namespace

ExitCode check_database(Context& context, const CheckDatabaseOptions& options) {
    SchemaWork work(context, options.schema);
    autogenerate::AutogenerateRequest request;
    request.from = options.from;
    // Nothing is dropped here, so neither an empty schema nor a DROP needs a word from anybody.
    request.allow_empty = true;
    request.drops_confirmed = true;
    const auto lacks = autogenerate::find_lacks(work.places(), request);
    std::vector<schema::Change> changes;
    std::vector<schema::Hazard> hazards;
    for (const auto& lack : lacks) {
        work.warn_of_drift(lack.drift);
        if (!lack.base_reason.empty()) context.err() << "warning: " << base::printable(lack.base_reason) << '\n';
        const auto found = autogenerate::hazards_of(lack.migration);
        changes.insert(changes.end(), lack.migration.changes.begin(), lack.migration.changes.end());
        hazards.insert(hazards.end(), found.begin(), found.end());
        work.tell_unmodelled(lack.desired.model.unmodelled());
    }
    if (context.json())
        json::write_changes(context.out(), changes, hazards, {});
    else
        print_text(context, lacks, changes.size());
    return changes.empty() ? ExitCode::done : ExitCode::negative;
}

}  // namespace rev::commands
