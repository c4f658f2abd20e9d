#include <fmt/format.h>

#include "commands/completion_scripts.hpp"
#include "commands/registry.hpp"

namespace rev::commands {
namespace {

struct CompletionCommandOptions {
    std::string shell;
};

void declare_completion_command(Arguments& arguments, CompletionCommandOptions& options) {
    arguments.positional("SHELL", options.shell, "bash, zsh or fish");
}

std::string_view script_for(const std::string& shell) {
    if (shell == "bash") return bash_completion;
    if (shell == "zsh") return zsh_completion;
    if (shell == "fish") return fish_completion;
    throw Error(ExitCode::usage, error_codes::unknown_shell,
                fmt::format("there is no completion for the shell \"{}\"", shell))
        .with_hint("bash, zsh or fish");
}

ExitCode run_completion_command(Context& context, const CompletionCommandOptions& options) {
    context.out() << script_for(options.shell);
    return ExitCode::done;
}

}  // namespace

Subcommand completion_command() {
    return make_subcommand<CompletionCommandOptions>(
        "completion", "Print what a shell needs to complete commands and revisions",
        "  eval \"$(rev completion bash)\"       in ~/.bashrc\n"
        "  eval \"$(rev completion zsh)\"        in ~/.zshrc, behind compinit\n"
        "  rev completion fish | source        in ~/.config/fish/config.fish",
        declare_completion_command, run_completion_command);
}

}  // namespace rev::commands
