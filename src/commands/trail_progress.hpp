#pragma once

#include <chrono>
#include <ostream>

#include "commands/context.hpp"
#include "rev/revision.hpp"
#include "trail/blame.hpp"

namespace rev::commands {

/// Says of a long walk through a history how far it is, every few seconds on standard error; nothing where `--quiet`.
/// doing: "Proving". context: must outlive what it gives.
[[nodiscard]] trail::Progress trail_progress(Context& context, std::string doing);

}  // namespace rev::commands
