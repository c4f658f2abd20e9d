#include "base/text.hpp"
#include "commands/registry.hpp"
#include "report/json.hpp"
#include "report/text_reporter.hpp"

namespace rev::commands {
namespace {

struct Options {
    bool sql = false;
    std::optional<std::string> dialect;
};

void declare(Arguments& arguments, Options& options) {
    arguments.flag("--sql", options.sql, "print the SQL as a script and connect to no database");
    arguments.choice("--dialect", options.dialect, {"postgresql", "sqlite"},
                     "with --sql: for which database, if not the URL's");
}

ExitCode write_script(Context& context, const Options& options) {
    const auto dialect = options.dialect ? find_dialect(*options.dialect) : context.database_url().dialect;
    const auto writer = open_sql_writer(dialect.value_or(Dialect::postgresql), context.out());
    ensure_version_table(*writer, context.version_table());
    return ExitCode::done;
}

bool has_version_table(Context& context) {
    const auto database = context.open_for_reading();
    return !state::find_tables(*database, context.version_table()).version.empty();
}

ExitCode run(Context& context, const Options& options) {
    if (options.sql) return write_script(context, options);
    report::TextReporter reporter(context.err(), context.err_style(), context.quiet());
    bool created = false;
    // Asked without a lock, so that the command waits for nobody where there is nothing to do.
    if (!has_version_table(context)) {
        const auto database = context.open_for_writing(reporter);
        const state::RunLock lock(*database, context.version_table(), context.config().lock_timeout, reporter);
        created = state::ensure_version_table(*database, context.version_table());
    }
    if (context.json()) json::write_created(context.out(), created);
    const auto name = base::printable_word(context.config().version_table);
    reporter.say(created ? "Created the table " + name : "The table " + name + " is there already");
    return ExitCode::done;
}

}  // namespace

Subcommand ensure_version_command() {
    return make_subcommand<Options>("ensure-version", "Create the version table if it is not there",
                                    "  rev ensure-version", declare, run);
}

}  // namespace rev::commands
