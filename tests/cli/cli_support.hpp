#pragma once

#include <string>
#include <string_view>

#include "support/program.hpp"
#include "support/text.hpp"

namespace rev::test {

/// Runs rev and requires its exit code; a failure shows what it printed.
ProgramResult expect(const TemporaryProject& project, std::string_view line, int exit_code = 0);

/// Starts rev on the project's database.
[[nodiscard]] RunningProgram start(const TemporaryProject& project, std::string_view line);

/// Waits until it says `text` on standard error. Throws if it ends without, or goes on for too long.
void wait_for(RunningProgram& program, std::string_view text);

/// The message behind the first "error: " on standard error; empty if there is none.
[[nodiscard]] std::string error_of(const ProgramResult& result);
/// The same for "hint: ".
[[nodiscard]] std::string hint_of(const ProgramResult& result);

/// Whether a terminal would obey something in it, or show the text in another order than it is.
[[nodiscard]] bool steers_a_terminal(std::string_view text);

/// a1 <- b1 (label bee) and c1, both merged by m1; each makes a table of its name.
void write_diamond(const TemporaryProject& project);
/// a1 <- b1 <- c1.
void write_line(const TemporaryProject& project);

}  // namespace rev::test
