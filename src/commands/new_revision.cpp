#include "commands/new_revision.hpp"

#include <fmt/format.h>

#include <set>

#include "base/text.hpp"
#include "commands/keep_until_exit.hpp"
#include "report/json.hpp"

namespace rev::commands {
namespace {

/// A merge of one revision would be a plain one that says "merge".
void refuse_lone_merge(const Graph& graph, const std::vector<std::string>& symbols) {
    std::set<const Revision*> parents;
    for (const auto& symbol : symbols) {
        const auto found = app::worded([&] { return resolve(graph, symbol); });
        // Several symbols may name one revision.
        parents.insert(found.begin(), found.end());
    }
    if (parents.size() > 1) return;
    const auto what = parents.empty() ? std::string("none") : fmt::format("only {}", (*parents.begin())->id);
    throw Error(ExitCode::graph, error_codes::nothing_to_merge,
                fmt::format("a merge joins two revisions or more, and `{}` names {}", base::join(symbols, " "), what))
        .with_hint("`rev heads` lists the heads; `rev revision` writes a revision that follows one");
}

}  // namespace

ExitCode create_revision(Context& context, const ScriptRequest& request) {
    const auto scripts = context.scripts();
    const auto& graph = keep_until_exit(scripts.load_graph());
    if (request.merge) refuse_lone_merge(graph, request.node.heads);
    const auto created = app::worded([&] { return scripts.create(graph, request); });
    if (!context.quiet()) {
        for (const auto& text : created.hook_output) context.err() << base::printable(text);
    }
    if (context.json()) {
        // Only in a graph that has it is known whether it is a head, and which labels it has from its parents.
        const auto grown = app::graph_with(graph, created.revision);
        json::write_revision(context.out(), grown, *grown.find(created.revision.id));
    } else if (!context.quiet()) {
        // Letter for letter Alembic's line, since people compare the two, and scripts read it.
        context.out() << "  Generating " << base::printable(created.file.string()) << " ...  done\n";
    }
    return ExitCode::done;
}

}  // namespace rev::commands
