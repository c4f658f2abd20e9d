#include "app/status.hpp"

#include "commands/keep_until_exit.hpp"
#include "commands/registry.hpp"
#include "report/json.hpp"
#include "report/status_text.hpp"
#include "report/text_reporter.hpp"

namespace rev {
namespace {

struct Options {
    bool exit_code = false;
};

void declare(Arguments& arguments, Options& options) {
    arguments.flag("--exit-code", options.exit_code, "exit with 1 unless the database is up to date");
}

ExitCode exit_code_of(const Status& status, const Options& options) {
    if (!status.unsound.empty()) return ExitCode::graph;
    if (status.unreachable) return ExitCode::database;
    return options.exit_code && !status.is_up_to_date() ? ExitCode::negative : ExitCode::done;
}

ExitCode run(Context& context, const Options& options) {
    Reporter silent;  // a connection that changes nothing tells of its waits itself
    const auto& [graph, status] =
        keep_until_exit(read_status(context.scripts(), context.connector(silent), context.database_url()));
    if (context.json()) {
        json::write_status(context.out(), graph, status);
    } else {
        context.out() << status_text(graph, status, context.list_length(), context.out_style());
    }
    return exit_code_of(status, options);
}

}  // namespace

Subcommand status_command() {
    return make_subcommand<Options>("status", "Show where the database stands and what to do next",
                                    "  rev status\n"
                                    "  rev -n production status --exit-code   exit code 1 unless it is up to date",
                                    declare, run);
}

}  // namespace rev
