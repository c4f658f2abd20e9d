#include "commands/autogenerate.hpp"
#include "commands/new_revision.hpp"
#include "commands/registry.hpp"

namespace rev::commands {
namespace {

struct RevisionOptions {
    std::optional<std::string> message;
    std::vector<std::string> heads;
    bool splice = false;
    std::vector<std::string> branch_labels;
    std::vector<std::string> depends_on;
    std::optional<std::string> version_path;
    std::optional<std::string> id;
    AutogenerateOptions autogenerate;
};

void declare_revision(Arguments& arguments, RevisionOptions& options) {
    arguments.option("-m,--message", options.message, "MSG", "what the revision does");
    arguments.options("--head", options.heads, "REV", "what it revises: a head, LABEL@head, or base [head]");
    arguments.flag("--splice", options.splice, "allow a revision that is no head; this makes a branch");
    arguments.options("--branch-label", options.branch_labels, "LABEL", "name the branch that starts here");
    arguments.options("--depends-on", options.depends_on, "REV", "what must be applied before it, besides its parents");
    arguments.option("--version-path", options.version_path, "DIR", "which of version_locations to write to");
    arguments.option("--rev-id", options.id, "ID", "the id, instead of a random one");
    declare_autogenerate_options(arguments, options.autogenerate);
}

ExitCode run_revision(Context& context, const RevisionOptions& options) {
    ScriptRequest request;
    request.node.id = options.id.value_or("");
    if (!options.heads.empty()) request.node.heads = options.heads;
    request.node.splice = options.splice;
    request.node.branch_labels = options.branch_labels;
    request.node.depends_on = options.depends_on;
    request.message = options.message.value_or("empty message");
    if (options.version_path) request.version_path = *options.version_path;
    if (options.autogenerate.wanted) return autogenerate_revision(context, request, options.autogenerate);
    refuse_without_autogenerate(options.autogenerate);
    return create_revision(context, request);
}

}  // namespace

Subcommand revision_command() {
    return make_subcommand<RevisionOptions>("revision", "Write a new revision file",
                                            "  rev revision -m \"add account table\"\n"
                                            "  rev revision --autogenerate -m \"add account table\"\n"
                                            "  rev revision -m \"start billing\" --head base --branch-label billing\n"
                                            "  rev revision -m \"add invoice\" --head billing@head --depends-on 1975",
                                            declare_revision, run_revision);
}

}  // namespace rev::commands
