#pragma once

namespace rev::base {

/// Opens something on each of the descriptors 0, 1 and 2 that is closed, so that no file or socket that is opened later
/// gets its number and with it what is meant for a terminal. Standard input is at its end then, standard error is
/// swallowed, and writing to standard output fails, as it should: an answer would be lost. For the start of a program.
void open_closed_streams() noexcept;

}  // namespace rev::base
