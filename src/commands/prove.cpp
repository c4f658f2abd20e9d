#include "trail/prove.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/schema_work.hpp"
#include "commands/trail_progress.hpp"
#include "report/trail_text.hpp"

namespace rev::commands {
namespace {

struct ProveOptions {
    std::vector<std::string> targets;
    std::optional<std::string> data;
    bool no_rows = false;
    SchemaOptions schema;
};

void declare_prove(Arguments& arguments, ProveOptions& options) {
    arguments.optional_positionals("TARGET", options.targets,
                                   "the revisions up to it, or with A:B only those from A to B [heads]");
    arguments.option("--with-data", options.data, "FILE",
                     "rows for the tables: SQL whose statements run as early as the schema allows [made-up rows]");
    arguments.flag("--no-rows", options.no_rows, "leave the tables empty: quicker, and tells nothing of rows");
    declare_schema_options(arguments, options.schema);
}

/// What each target stands for, without what those stand on.
struct Chosen {
    Revisions revisions;
    std::optional<std::vector<RevisionId>> only;
};

Chosen choose(const Graph& graph, const std::vector<std::string>& targets) {
    Chosen chosen;
    bool all_are_ranges = !targets.empty();
    std::vector<RevisionId> only;
    for (const auto& target : targets.empty() ? std::vector<std::string>{"heads"} : targets) {
        const bool is_range = target.find(':') != std::string::npos;
        // A target that is no range stands for all below it as well: then nothing is left out.
        all_are_ranges &= is_range;
        const auto found = app::worded([&] { return is_range ? history(graph, target) : resolve(graph, target); });
        for (const auto* revision : found) {
            chosen.revisions.push_back(revision);
            only.push_back(revision->id);
        }
    }
    if (all_are_ranges) chosen.only = std::move(only);
    return chosen;
}

std::optional<scratch::DdlText> read_data(const ProveOptions& options) {
    if (!options.data) return std::nullopt;
    if (options.no_rows)
        throw Error(ExitCode::usage, error_codes::bad_arguments, "--with-data and --no-rows exclude each other");
    auto texts = scratch::read_ddl(std::vector{std::filesystem::absolute(*options.data).lexically_normal()});
    if (texts.size() == 1) return scratch::DdlText{*options.data, std::move(texts.front().text)};
    scratch::DdlText all{*options.data, {}};
    for (const auto& text : texts) all.text += text.text + "\n";
    return all;
}

ExitCode run_prove(Context& context, const ProveOptions& options) {
    // Before the revisions are read, which may take longer: whether the file is there is known at once.
    auto data = read_data(options);
    SchemaWork work(context, options.schema);
    work.place().leave_live_alone();
    auto chosen = choose(work.graph(), options.targets);
    require_replays(work.place());
    const auto proof = trail::prove(work.place(), {.revisions = std::move(chosen.revisions),
                                                   .only = std::move(chosen.only),
                                                   .with_rows = !options.no_rows,
                                                   .data = std::move(data),
                                                   .tell = trail_progress(context, "Proving")});
    if (context.json())
        json::write_proof(context.out(), proof);
    else
        context.out() << report::proof_text(proof, context.out_style());
    context.out().flush();
    if (!context.quiet()) {
        if (!context.json()) context.err() << report::without_rows_text(proof);
        context.err() << report::proof_summary(proof) << '\n';
    }
    return proof.holds() ? ExitCode::done : ExitCode::negative;
}

}  // namespace

Subcommand prove_command() {
    return make_subcommand<ProveOptions>(
        "prove", "Run each revision up, down and up again in scratch, and say what its downgrade leaves",
        "  rev prove                          exit code 1 if a downgrade leaves something or fails\n"
        "  rev prove ae10:head                only the newest ones\n"
        "  rev prove --with-data rows.sql     with rows of your own in the tables",
        declare_prove, run_prove);
}

}  // namespace rev::commands
