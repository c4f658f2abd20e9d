#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/command_line.hpp"

namespace rev::commands {

/// What can stand at the end of an unfinished command line.
struct CompletionPoint {
    enum class Kind { command, option, value, positional };

    Kind kind = Kind::command;
    CommandDescription command;                   ///< the program where no command is named yet
    std::optional<ArgumentDescription> argument;  ///< of a value or a positional; absent: one positional too many
    std::string word;                             ///< what is there of it
    std::string prefix;                           ///< what stands before it in the same word: `--config=`
    std::optional<std::string> config_file;
    std::optional<std::string> environment;
};

/// words: what stands behind the program's name up to the cursor, unquoted; the last one is unfinished, maybe empty.
/// Never throws for what the user typed.
[[nodiscard]] CompletionPoint find_completion_point(const std::vector<std::string>& words,
                                                    const std::vector<Subcommand>& commands);

}  // namespace rev::commands
