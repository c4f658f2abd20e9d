#include "commands/registry.hpp"
#include "commands/revision_list.hpp"

namespace rev::commands {
namespace {

struct BranchesOptions {
    bool verbose = false;
};

void declare_branches(Arguments& arguments, BranchesOptions& options) {
    arguments.flag("-v,--verbose", options.verbose, "show each in full");
}

ExitCode run_branches(Context& context, const BranchesOptions& options) {
    const auto& described = load_described_graph(context, options.verbose);
    const auto points = described.graph.branch_points();
    if (context.json()) {
        json::write_revisions(context.out(), described.graph, points, {});
        return ExitCode::done;
    }
    std::string text;
    for (const auto* point : points) {
        append_branch(text, described.graph, *point, options.verbose, described.description_of(*point),
                      context.out_style());
    }
    context.out() << text;
    return ExitCode::done;
}

}  // namespace

Subcommand branches_command() {
    return make_subcommand<BranchesOptions>("branches", "List the branch points and what they branch into",
                                            "  rev branches -v   with messages", declare_branches, run_branches);
}

}  // namespace rev::commands
