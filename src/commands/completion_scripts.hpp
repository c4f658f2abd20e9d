#pragma once

#include <string_view>

namespace rev::commands {

// The files of src/commands/completion/.
extern const std::string_view bash_completion;
extern const std::string_view zsh_completion;
extern const std::string_view fish_completion;

}  // namespace rev::commands
