#include "commands/registry.hpp"
#include "commands/revision_list.hpp"

namespace rev {
namespace {

struct Options {
    bool verbose = false;
    bool resolve_dependencies = false;
};

void declare(Arguments& arguments, Options& options) {
    arguments.flag("-v,--verbose", options.verbose, "show each in full");
    arguments.flag("--resolve-dependencies", options.resolve_dependencies, "leave out heads that others depend on");
}

ExitCode run(Context& context, const Options& options) {
    const auto& described = load_described_graph(context, options.verbose);
    const auto heads = options.resolve_dependencies ? resolved_heads(described.graph) : described.graph.heads();
    ListStyle style;
    style.verbose = options.verbose;
    style.parts = {.labels = true, .branch_and_merge_points = false};
    print_revisions(context, described, heads, {}, style);
    return ExitCode::done;
}

}  // namespace

Subcommand heads_command() {
    return make_subcommand<Options>("heads", "List the heads of the revision files",
                                    "  rev heads      one line each\n"
                                    "  rev heads -v   in full",
                                    declare, run);
}

}  // namespace rev
