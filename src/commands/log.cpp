#include "commands/registry.hpp"
#include "report/json.hpp"
#include "report/status_text.hpp"

namespace rev::commands {
namespace {

struct LogOptions {
    std::size_t limit = 0;
    bool verbose = false;
};

void declare_log(Arguments& arguments, LogOptions& options) {
    arguments.number("-n,--limit", options.limit, "the newest N events only; 0: all");
    arguments.flag("-v,--verbose", options.verbose,
                   "also where the SQL came from, the rows after it, tag, run and version of rev");
}

ExitCode run_log(Context& context, const LogOptions& options) {
    const auto database = context.open_for_reading();
    const auto entries = state::read_log(*database, context.version_table(), options.limit);
    if (context.json()) {
        json::write_log(context.out(), entries);
        return ExitCode::done;
    }
    const auto style = context.out_style();
    for (const auto& entry : entries) {
        context.out() << log_text(entry, style);
        if (options.verbose) context.out() << report::log_details(entry);
    }
    if (entries.empty() && !context.quiet()) context.err() << "The log is empty\n";
    return ExitCode::done;
}

}  // namespace

Subcommand log_command() {
    return make_subcommand<LogOptions>("log", "Show what was run, when, by whom, how long it took; newest first",
                                       "  rev log -n 10   the newest ten events", declare_log, run_log);
}

}  // namespace rev::commands
