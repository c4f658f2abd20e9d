#pragma once

#include <span>
#include <string>

#include "report/style.hpp"
#include "run/rehearsal.hpp"

namespace rev::report {

/// For people, a line for each step, and one for each thing that it did below it:
///
///     upgrade a -> b, add account (12 ms)
///         rows       3
///         rewrites   public.account (16 kB)
///         locks      public.account (AccessExclusiveLock)
[[nodiscard]] std::string rehearsal_text(std::span<const run::RehearsedStep> steps, Style style);

}  // namespace rev::report
