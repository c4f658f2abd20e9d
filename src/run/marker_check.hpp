#pragma once

#include "run/prepared.hpp"

namespace rev::run {

/// The markers of a step whose SQL is read and cut. section: what it is made from. Throws Error, located, for one that
/// cannot be obeyed: on this dialect, in a transaction, in a script.
void read_markers_of(PreparedStep& step, const Section& section, const PrepareOptions& options);

}  // namespace rev::run
