#include "rev/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/walk.hpp"
#include "report/error_text.hpp"
#include "report/json.hpp"
#include "report/text_reporter.hpp"

namespace rev {
namespace {

struct Options {
    std::vector<std::string> symbols;
};

void declare(Arguments& arguments, Options& options) {
    arguments.optional_positionals("REV", options.symbols, "applied revisions; without one: all that are applied");
}

/// In the order in which they would be applied.
Revisions applied_in_order(const Graph& graph, const std::vector<RevisionId>& rows) {
    const auto all = applied(graph, rows);
    const std::set<const Revision*> wanted(all.begin(), all.end());
    Revisions ordered;
    for (const auto& step : plan_upgrade(graph, {}, "heads").steps)
        if (wanted.contains(step.revision)) ordered.push_back(step.revision);
    return ordered;
}

[[noreturn]] void throw_not_applied(const Revision& revision) {
    throw Error(ExitCode::graph, "not_applied", fmt::format("revision {} is not applied", revision.id))
        .with_hint(fmt::format("`rev upgrade {}` runs its verify sections too", revision.id));
}

Revisions chosen(const Graph& graph, const std::vector<RevisionId>& rows, const std::vector<std::string>& symbols) {
    const auto all = applied_in_order(graph, rows);
    if (symbols.empty()) return all;
    std::set<const Revision*> wanted;
    for (const auto& symbol : symbols) {
        for (const auto* revision : resolve(graph, symbol, rows)) {
            if (std::ranges::find(all, revision) == all.end()) throw_not_applied(*revision);
            wanted.insert(revision);
        }
    }
    Revisions result;
    std::ranges::copy_if(all, std::back_inserter(result), [&](const auto* each) { return wanted.contains(each); });
    return result;
}

std::string indented(std::string_view text) {
    std::string result;
    for (bool at_start = true; const char c : text) {
        if (at_start) result += "    ";
        result += c;
        at_start = c == '\n';
    }
    return result;
}

std::string line_of(const json::Verified& verified, Style style) {
    const auto& section = *verified.section;
    auto text = fmt::format("{}  {} ({}:{})", verified.failure ? style.bad("failed") : style.good("ok    "),
                            style.id(section.revision->id), printable(section.revision->path), section.line());
    if (!section.revision->message.empty()) text += ", " + printable(section.revision->message);
    text += fmt::format(" ({})\n", duration_text(verified.took));
    return verified.failure ? text + indented(error_text(*verified.failure, style)) : text;
}

std::string summary(const std::vector<json::Verified>& results, std::size_t failed, std::size_t without) {
    return fmt::format("{} ok, {} failed; {} without one", counted(results.size() - failed, "verify section"), failed,
                       counted(without, "applied revision"));
}

json::Verified run_timed(Database& database, const VerifySection& section) {
    const auto start = std::chrono::steady_clock::now();
    auto failure = run_verify(database, section);
    const auto took = std::chrono::steady_clock::now() - start;
    return {&section, std::move(failure), std::chrono::duration_cast<std::chrono::milliseconds>(took)};
}

ExitCode run(Context& context, const Options& options) {
    const auto scripts = context.scripts();
    const auto graph = scripts.load_graph();
    const auto database = context.open_for_reading();
    const auto table = context.version_table();
    const auto rows = read_rows(*database, table);
    const auto revisions = worded(*database, table, graph, [&] { return chosen(graph, rows, options.symbols); });
    auto options_of_files = prepare_options(context.config(), {}, database->dialect());
    options_of_files.backslash = database->backslash();
    auto plan = plan_verify(revisions, scripts, options_of_files);
    add_sessions(plan, *database, table);

    std::vector<json::Verified> results;
    for (const auto& section : plan.sections) {
        results.push_back(run_timed(*database, section));
        if (!context.json()) context.out() << line_of(results.back(), context.out_style()) << std::flush;
    }
    const auto failed = static_cast<std::size_t>(
        std::ranges::count_if(results, [](const auto& each) { return each.failure.has_value(); }));
    if (context.json()) json::write_verified(context.out(), results, plan.without);
    context.out().flush();
    if (!context.quiet()) context.err() << summary(results, failed, plan.without) << '\n';
    return failed == 0 ? ExitCode::done : ExitCode::negative;
}

}  // namespace

Subcommand verify_command() {
    return make_subcommand<Options>("verify", "Run the verify sections of what is applied, read-only",
                                    "  rev verify        of all applied revisions; exit code 1 if one fails\n"
                                    "  rev verify ae10   of one",
                                    declare, run);
}

}  // namespace rev
