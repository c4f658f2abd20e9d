#include "commands/command_line.hpp"
#include "commands/registry.hpp"
#include "report/json.hpp"
#include "rev/version.hpp"

namespace rev::commands {
namespace {

struct HelpOptions {
    std::optional<std::string> command;
};

void declare_help(Arguments& arguments, HelpOptions& options) {
    arguments.optional_positional("COMMAND", options.command, "the command to tell of; without one: all of them");
}

ExitCode run_help(Context& context, const HelpOptions& options) {
    // Through the parser, so that the text is the same as that of --help.
    std::vector<std::string> asked{"--help"};
    if (options.command) asked.insert(asked.begin(), *options.command);
    GlobalOptions unused;
    context.out() << parse_command_line(asked, subcommands(), unused).text;
    return ExitCode::done;
}

struct VersionOptions {};

void declare_version(Arguments& /*arguments*/, VersionOptions& /*options*/) {}

ExitCode run_version(Context& context, const VersionOptions& /*options*/) {
    if (context.json())
        json::write_version(context.out(), base::version);
    else
        context.out() << "rev " << base::version << '\n';
    return ExitCode::done;
}

}  // namespace

Subcommand help_command() {
    return make_subcommand<HelpOptions>("help", "Show what rev or one of its commands takes",
                                        "  rev help           all commands\n"
                                        "  rev help upgrade   the same as rev upgrade --help",
                                        declare_help, run_help);
}

Subcommand version_command() {
    return make_subcommand<VersionOptions>("version", "Print the version",
                                           "  rev version          the same as rev --version\n"
                                           "  rev version --json",
                                           declare_version, run_version);
}

}  // namespace rev::commands
