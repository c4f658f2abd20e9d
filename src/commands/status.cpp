#include "app/status.hpp"

#include <fmt/format.h>

#include "autogenerate/comparison.hpp"
#include "base/text.hpp"
#include "commands/keep_until_exit.hpp"
#include "commands/registry.hpp"
#include "commands/schema_work.hpp"
#include "report/json.hpp"
#include "report/status_text.hpp"
#include "report/text_reporter.hpp"
#include "state/reporter.hpp"

namespace rev::commands {
namespace {

struct StatusOptions {
    bool exit_code = false;
    bool drift = false;
};

void declare_status(Arguments& arguments, StatusOptions& options) {
    arguments.flag("--exit-code", options.exit_code, "exit with 1 unless the database is up to date");
    arguments.flag("--drift", options.drift, "replay the revisions in scratch, and look for changes by hand");
}

void add_drift(app::Status& status, Context& context) {
    // Nothing to replay, or nothing to compare it with.
    if (status.unreachable || !status.has_graph || !status.unknown.empty()) return;
    try {
        SchemaWork work(context, {});
        const auto drift = autogenerate::find_drift(work.place());
        if (!drift.changes.empty())
            status.problems.push_back(
                fmt::format("the database differs from what its revisions make ({}); `rev drift` shows it",
                            base::counted(drift.changes.size(), "difference")));
    } catch (const Error& error) {
        // A stop is meant for the command; any other failure of the search leaves the status as true as it was.
        if (error.exit_code() == ExitCode::interrupted || error.exit_code() == ExitCode::terminated) throw;
        status.problems.push_back(fmt::format("whether it was changed by hand is not known: {}", error.what()));
    }
}

ExitCode exit_code_of(const app::Status& status, const StatusOptions& options) {
    // The files come first: without them the rest cannot be judged.
    if (!status.unsound.empty()) return ExitCode::graph;
    if (status.unreachable) return ExitCode::database;
    return options.exit_code && !status.is_up_to_date() ? ExitCode::negative : ExitCode::done;
}

ExitCode run_status(Context& context, const StatusOptions& options) {
    state::Reporter silent;  // a connection that changes nothing tells of its waits itself
    auto& [graph, status] =
        keep_until_exit(app::read_status(context.scripts(), context.connector(silent), context.database_url(),
                                         context.verbose() ? app::AskCapabilities::yes : app::AskCapabilities::no));
    if (options.drift) add_drift(status, context);
    if (context.json()) {
        json::write_status(context.out(), graph, status);
    } else {
        context.out() << report::status_text(graph, status, context.list_length(), context.out_style());
    }
    return exit_code_of(status, options);
}

}  // namespace

Subcommand status_command() {
    return make_subcommand<StatusOptions>(
        "status", "Show where the database stands and what to do next",
        "  rev status\n"
        "  rev -n production status --exit-code   exit code 1 unless it is up to date\n"
        "  rev -v status   also what the server lets rev do, and what stands in for the rest",
        declare_status, run_status);
}

}  // namespace rev::commands
