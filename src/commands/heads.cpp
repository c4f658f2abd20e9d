#include "commands/registry.hpp"
#include "commands/revision_list.hpp"
#include "script/head_file.hpp"

namespace rev::commands {
namespace {

struct HeadsOptions {
    bool verbose = false;
    bool resolve_dependencies = false;
    bool write = false;
};

void declare_heads(Arguments& arguments, HeadsOptions& options) {
    arguments.flag("-v,--verbose", options.verbose, "show each in full");
    arguments.flag("--resolve-dependencies", options.resolve_dependencies, "leave out heads that others depend on");
    arguments.flag("--write", options.write, "write the head file anew, which `head_file: true` asks for");
}

void write_head_file(const Config& config, const Graph& graph) {
    if (!config.head_file)
        throw Error(ExitCode::usage, error_codes::no_head_file, "the project keeps no head file")
            .with_hint("write `head_file: true` into alembic.yaml");
    script::update_head_file(config, graph);
}

ExitCode run_heads(Context& context, const HeadsOptions& options) {
    const auto& described = load_described_graph(context, options.verbose);
    const auto heads = options.resolve_dependencies ? resolved_heads(described.graph) : described.graph.heads();
    if (options.write) write_head_file(context.config(), described.graph);
    ListStyle style;
    style.verbose = options.verbose;
    style.parts = {.labels = true, .branch_and_merge_points = false};
    print_revisions(context, described, heads, {}, style);
    return ExitCode::done;
}

}  // namespace

Subcommand heads_command() {
    return make_subcommand<HeadsOptions>("heads", "List the heads of the revision files",
                                         "  rev heads      one line each\n"
                                         "  rev heads -v   in full\n"
                                         "  rev heads --write   after Git has reported a conflict in versions/HEAD",
                                         declare_heads, run_heads);
}

}  // namespace rev::commands
