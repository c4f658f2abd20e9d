#include "app/ensure_version.hpp"

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "report/json.hpp"
#include "report/text_reporter.hpp"

namespace rev::commands {
namespace {

struct EnsureVersionOptions {
    bool sql = false;
    std::optional<std::string> dialect;
};

void declare_ensure_version(Arguments& arguments, EnsureVersionOptions& options) {
    arguments.flag("--sql", options.sql, "print the SQL as a script and connect to no database");
    arguments.choice("--dialect", options.dialect, {"postgresql", "sqlite"},
                     "with --sql: for which database, if not the URL's");
}

ExitCode write_script(Context& context, const EnsureVersionOptions& options) {
    const auto dialect = options.dialect ? find_dialect(*options.dialect) : context.database_url().dialect;
    app::write_ensure_version(context.config(), dialect.value_or(Dialect::postgresql), context.out());
    return ExitCode::done;
}

ExitCode run_ensure_version(Context& context, const EnsureVersionOptions& options) {
    if (options.sql) return write_script(context, options);
    report::TextReporter reporter(context.err(), context.err_style(), context.quiet());
    const bool created = app::ensure_version(context.config(), context.connector(reporter), reporter);
    if (context.json()) json::write_created(context.out(), created);
    const auto name = base::printable_word(context.config().version_table);
    reporter.say(created ? "Created the table " + name : "The table " + name + " is there already");
    return ExitCode::done;
}

}  // namespace

Subcommand ensure_version_command() {
    return make_subcommand<EnsureVersionOptions>("ensure-version", "Create the version table if it is not there",
                                                 "  rev ensure-version", declare_ensure_version, run_ensure_version);
}

}  // namespace rev::commands
