#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/style.hpp"
#include "schema/migration.hpp"

namespace rev::report {

/// "added column public.crew.rank", "changed column public.crew.nm: type from text to character varying(20)",
/// "renamed table public.crew to staff". Nothing in it can steer a terminal.
[[nodiscard]] std::string change_text(const schema::Change& change);

/// One line a change, marked with `+`, `-`, `~` or `>`, with line ends. What comes or goes with its table is left out.
/// most: the rest is counted; 0: all.
[[nodiscard]] std::string changes_text(std::span<const schema::Change> changes, Style style, std::size_t most = 0);

/// "not compared: 2 operators (a, b), 1 cast"; empty if there is nothing.
[[nodiscard]] std::string unmodelled_text(std::span<const schema::Unmodelled> unmodelled);

/// "deletes_data (column public.crew.nm): the column's values are lost".
[[nodiscard]] std::string hazard_text(const schema::Hazard& hazard);

}  // namespace rev::report
