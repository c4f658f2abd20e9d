#include "base/text.hpp"
#include "commands/new_revision.hpp"
#include "commands/registry.hpp"

namespace rev::commands {
namespace {

struct MergeOptions {
    std::vector<std::string> heads;
    std::optional<std::string> message;
    std::vector<std::string> branch_labels;
    std::optional<std::string> id;
};

void declare_merge(Arguments& arguments, MergeOptions& options) {
    arguments.positionals("REV", options.heads, "the revisions to merge, or heads for all heads");
    arguments.option("-m,--message", options.message, "MSG", "what the revision does [merge REV and REV]");
    arguments.options("--branch-label", options.branch_labels, "LABEL", "name the branch that starts here");
    arguments.option("--rev-id", options.id, "ID", "the id, instead of a random one");
}

ExitCode run_merge(Context& context, const MergeOptions& options) {
    ScriptRequest request;
    request.merge = true;
    request.node.id = options.id.value_or("");
    request.node.heads = options.heads;
    request.node.branch_labels = options.branch_labels;
    request.message = options.message.value_or("merge " + base::join(options.heads, " and "));
    return create_revision(context, request);
}

}  // namespace

Subcommand merge_command() {
    return make_subcommand<MergeOptions>("merge", "Write a revision that joins branches",
                                         "  rev merge heads -m \"merge accounts and billing\"\n"
                                         "  rev merge ae10 27c6",
                                         declare_merge, run_merge);
}

}  // namespace rev::commands
