#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "app/soundness.hpp"
#include "base/text.hpp"
#include "commands/check_database.hpp"
#include "commands/keep_until_exit.hpp"
#include "commands/registry.hpp"
#include "report/annotation.hpp"
#include "report/error_text.hpp"
#include "report/json.hpp"
#include "report/status_text.hpp"
#include "rewrite/base_check.hpp"
#include "run/prepared.hpp"

namespace rev::commands {
namespace {

struct CheckOptions {
    std::vector<std::string> dialects;
    bool single_head = false;
    bool database_rights = false;
    std::optional<std::string> base;
    std::optional<std::string> format;
    CheckDatabaseOptions database;
};

void declare_check(Arguments& arguments, CheckOptions& options) {
    arguments.options("--dialect", options.dialects, "DIALECT",
                      "every revision must have an upgrade section for it, whose SQL parses: postgresql or sqlite "
                      "(else: those of the configured URLs)");
    arguments.flag("--single-head", options.single_head, "there must be one head only");
    arguments.flag("--database-rights", options.database_rights,
                   "nobody else may change rev's tables; connects to the database");
    arguments.option(
        "--base", options.base, "GITREF",
        "what that branch, tag or commit of Git has must be unchanged, and merged with it there must be no "
        "more heads");
    arguments.choice("--format", options.format, {"text", "github"},
                     "github: each problem as an annotation of GitHub Actions");
    arguments.group("The desired schema");
    arguments.flag("--database", options.database.wanted,
                   "exit with 1 if `rev revision --autogenerate` would write anything");
    arguments.option("--from", options.database.from, "SOURCE",
                     "with --database: heads looks at the revisions alone, without the database");
    arguments.choice("--scratch", options.database.schema.scratch, {"url", "database", "server", "transaction"},
                     "with --database: where scratch databases are made [the first that can be had]");
}

std::vector<Dialect> dialects_from(const std::vector<std::string>& names) {
    std::vector<Dialect> dialects;
    for (const auto& name : names) {
        const auto dialect = find_dialect(name);
        if (!dialect) {
            throw Error(ExitCode::usage, error_codes::bad_dialect, fmt::format("\"{}\" is no dialect", name))
                .with_hint("postgresql or sqlite");
        }
        dialects.push_back(*dialect);
    }
    return dialects;
}

/// A problem for each right on rev's tables that somebody has who is not trusted with it.
void add_foreign_rights(Context& context, std::vector<Error>& problems) {
    const auto database = context.open_for_reading();
    for (const auto& grant : state::find_tables(*database, context.version_table()).foreign_grants)
        problems.push_back(Error(ExitCode::negative, error_codes::foreign_rights, report::foreign_grant_text(grant))
                               .with_hint(grant.revoke()));
}

void add_differences(const Config& config, const std::string& ref, std::vector<Error>& problems) {
    base::ThreadPool pool;
    auto found = rewrite::check_against(rewrite::read_base(config, ref), rewrite::read_checkout(config, pool));
    std::ranges::move(found, std::back_inserter(problems));
}

/// "12 revision files", "12 revision files and 3 repeatables"
std::string files_text(const app::Soundness& soundness) {
    auto text = base::counted(soundness.revisions, "revision file");
    if (soundness.repeatables > 0) text += " and " + base::counted(soundness.repeatables, "repeatable");
    return text;
}

void print_text(Context& context, const app::Soundness& soundness) {
    for (const auto& warning : soundness.warnings) {
        const auto& place = warning.location();
        context.err() << fmt::format("warning: {}:{}:{}: {}; {}\n", base::printable(place.file), place.line,
                                     place.column, base::printable(warning.what()), warning.hint());
    }
    for (const auto& problem : soundness.problems)
        context.out() << report::error_text(problem, context.out_style()) << '\n';
    if (!soundness.problems.empty()) {
        context.out() << base::counted(soundness.problems.size(), "problem") << " in " << files_text(soundness) << '\n';
    } else if (!context.quiet()) {
        context.out() << "Sound: " << files_text(soundness) << ", " << base::counted(soundness.heads, "head") << '\n';
    }
}

void print_annotations(Context& context, const app::Soundness& soundness) {
    for (const auto& problem : soundness.problems) context.out() << report::github_annotation(problem);
}

std::vector<Dialect> dialects_of(Context& context, const CheckOptions& options) {
    return options.dialects.empty() ? context.configured_dialects() : dialects_from(options.dialects);
}

ExitCode run_database(Context& context, const CheckOptions& options) {
    auto database = options.database;
    // Autogeneration compares one schema at a time, or those that the settings name: of several --dialect the first
    // counts.
    if (!options.dialects.empty()) database.schema.dialect = options.dialects.front();
    return check_database(context, database);
}

ExitCode run_check(Context& context, const CheckOptions& options) {
    if (options.database.wanted) return run_database(context, options);
    if (options.database.from || options.database.schema.scratch)
        throw Error(ExitCode::usage, error_codes::usage, "--from and --scratch need --database")
            .with_hint("rev check --database --from heads");
    auto& soundness =
        keep_until_exit(app::check_soundness(context.config(), {dialects_of(context, options), options.single_head}));
    if (options.base) add_differences(context.config(), *options.base, soundness.problems);
    if (options.database_rights) add_foreign_rights(context, soundness.problems);
    if (context.json()) {
        json::write_check(context.out(), soundness.problems, soundness.revisions);
    } else if (options.format == "github") {
        print_annotations(context, soundness);
    } else {
        print_text(context, soundness);
    }
    // Problems are the answer to the question, so the exit code is "no" and not that of a failure.
    return soundness.problems.empty() ? ExitCode::done : ExitCode::negative;
}

}  // namespace

Subcommand check_command() {
    return make_subcommand<CheckOptions>(
        "check", "Check that the revision files are sound; needs no database",
        "  rev check --single-head                       for a pre-commit hook\n"
        "  rev check --dialect postgresql --dialect sqlite\n"
        "  rev check --base origin/main                  for a pull request\n"
        "  rev check --database                          is the desired schema in the revisions?\n"
        "  rev check --database-rights                   may somebody else change rev's tables?",
        declare_check, run_check);
}

}  // namespace rev::commands
