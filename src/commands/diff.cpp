#include <fmt/format.h>

#include "autogenerate/autogenerate.hpp"
#include "autogenerate/comparison.hpp"
#include "autogenerate/sections.hpp"
#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/schema_work.hpp"
#include "report/schema_json.hpp"
#include "report/schema_text.hpp"

namespace rev::commands {
namespace {

struct DiffOptions {
    std::optional<std::string> from;
    std::optional<std::string> to;
    bool sql = false;
    bool exit_code = false;
    SchemaOptions schema;
};

void declare_diff(Arguments& arguments, DiffOptions& options) {
    arguments.optional_positional("FROM", options.from, "database, schema, a revision, a URL or a path [database]");
    arguments.optional_positional("TO", options.to, "the same [schema]");
    arguments.flag("--sql", options.sql, "print the SQL that leads from one to the other");
    arguments.flag("--exit-code", options.exit_code, "exit with 1 if they differ");
    declare_schema_options(arguments, options.schema);
}

std::string sql_of(const schema::Migration& migration) {
    std::string text;
    for (const auto& draft : migration.revisions) {
        if (!text.empty()) text += '\n';
        if (!draft.transaction) text += "-- outside a transaction\n";
        text += autogenerate::section_text(draft.upgrade, autogenerate::Purpose::file);
    }
    return text;
}

void print_summary(Context& context, const autogenerate::Comparison& comparison, const autogenerate::Source& from,
                   const autogenerate::Source& to) {
    context.out() << report::changes_text(comparison.changes, context.out_style());
    if (context.quiet()) return;
    const auto between = fmt::format("{} and {}", base::printable(autogenerate::describe(from)),
                                     base::printable(autogenerate::describe(to)));
    // Standard output is buffered and standard error is not: on a terminal the answer must come first.
    context.out().flush();
    context.err() << (comparison.changes.empty()
                          ? fmt::format("No difference between {}\n", between)
                          : fmt::format("{} between {}\n", base::counted(comparison.changes.size(), "difference"),
                                        between));
}

ExitCode run_diff(Context& context, const DiffOptions& options) {
    SchemaWork work(context, options.schema);
    const auto from = autogenerate::parse_source(options.from.value_or("database"));
    const auto to = autogenerate::parse_source(options.to.value_or("schema"));
    const auto comparison = autogenerate::compare_sources(work.place(), from, to);
    schema::Migration migration;
    // A plan costs more than a comparison, and the summary does not need it.
    if (options.sql || context.json())
        migration = plan_migration(comparison.from, comparison.to, {.hints = comparison.hints, .tables_with_rows = {}});
    const auto sql = options.sql ? sql_of(migration) : std::string();
    if (context.json())
        json::write_changes(context.out(), comparison.changes, autogenerate::hazards_of(migration),
                            comparison.unmodelled(), sql);
    else if (options.sql)
        context.out() << sql;
    else
        print_summary(context, comparison, from, to);
    work.tell_unmodelled(comparison.unmodelled());
    return options.exit_code && !comparison.changes.empty() ? ExitCode::negative : ExitCode::done;
}

}  // namespace

Subcommand diff_command() {
    return make_subcommand<DiffOptions>(
        "diff", "Show how two schemas differ",
        "  rev diff                          what the database lacks of the desired schema\n"
        "  rev diff heads schema --sql       what the revisions lack, as SQL\n"
        "  rev diff ae10 1975                what the revisions between them change\n"
        "  rev diff ./old.sql ./new.sql --exit-code",
        declare_diff, run_diff);
}

}  // namespace rev::commands
