#include "commands/new_revision.hpp"

#include "base/text.hpp"
#include "commands/keep_until_exit.hpp"
#include "report/json.hpp"

namespace rev {
namespace {

/// The graph with the new revision in it.
Graph graph_with(const Graph& graph, const Revision& revision) {
    std::vector<Revision> revisions(graph.revisions().begin(), graph.revisions().end());
    revisions.push_back(revision);
    return worded([&] { return Graph(std::move(revisions)); });
}

}  // namespace

ExitCode create_revision(Context& context, const ScriptRequest& request) {
    const auto scripts = context.scripts();
    const auto& graph = keep_until_exit(scripts.load_graph());
    const auto created = worded([&] { return scripts.create(graph, request); });
    if (!context.quiet()) {
        for (const auto& text : created.hook_output) context.err() << printable(text);
    }
    if (context.json()) {
        const auto grown = graph_with(graph, created.revision);
        json::write_revision(context.out(), grown, *grown.find(created.revision.id));
    } else if (!context.quiet()) {
        context.out() << "  Generating " << printable(created.file.string()) << " ...  done\n";
    }
    return ExitCode::done;
}

}  // namespace rev
