#pragma once

#include <string>
#include <vector>

namespace rev::commands {

/// util-linux has a program of this name, which reverses the lines of its input. The Debian package of rev moves it to
/// NAME.util-linux beside itself; so `... | rev` in other people's scripts still reaches it: where there are no
/// arguments and standard input is a pipe or a file, it takes over this process. Returns in all other cases.
/// Source: docs/packaging.md.
void give_way_to_namesake(const std::vector<std::string>& arguments);

}  // namespace rev::commands
