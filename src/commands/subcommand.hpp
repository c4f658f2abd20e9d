#pragma once

#include <functional>
#include <memory>
#include <string>

#include "commands/arguments.hpp"
#include "commands/context.hpp"
#include "rev/error.hpp"

namespace rev::commands {

/// One command of the program: what `rev --help` says of it, which arguments it takes, what it does.
struct Subcommand {
    /// Runs the command with the arguments that were parsed. Throws Error.
    using Run = std::function<ExitCode(Context&)>;

    std::string name;      ///< with `-`; `_` is accepted in its place
    std::string summary;   ///< one line, without a full stop
    std::string examples;  ///< for --help: lines of a command and what it does
    /// Declares the arguments; what it returns keeps their values.
    std::function<Run(Arguments&)> declare;
};

/// A Subcommand from an options struct, a function that declares its members as arguments, and one that runs.
template <typename Options>
[[nodiscard]] Subcommand make_subcommand(std::string name, std::string summary, std::string examples,
                                         void (*declare)(Arguments&, Options&),
                                         ExitCode (*run)(Context&, const Options&)) {
    return {std::move(name), std::move(summary), std::move(examples), [declare, run](Arguments& arguments) {
                auto options = std::make_shared<Options>();
                declare(arguments, *options);
                return [options, run](Context& context) { return run(context, *options); };
            }};
}

}  // namespace rev::commands
