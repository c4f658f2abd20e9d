#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rev/revision.hpp"

namespace rev::rewrite {

/// `text`, the whole revision file `path`, with other values in the line of one header key; every other byte stays,
/// as do the blanks before the value and the line's end. values: none leaves the value empty. Throws Error with
/// ExitCode::graph: "no_header_line" where the header has no such line, and as parse_header.
[[nodiscard]] std::string with_header_value(std::string_view text, std::string_view path, std::string_view key,
                                            const std::vector<std::string>& values);

/// The same, for the ids in a line that are renamed: `from` becomes `to`, the rest of the line stays. A line that is
/// not there, or does not name `from`, changes nothing.
[[nodiscard]] std::string with_renamed_id(std::string_view text, std::string_view key, const RevisionId& from,
                                          const RevisionId& to);

}  // namespace rev::rewrite
