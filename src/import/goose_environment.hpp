#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rev::foreign {

/// The process's environment.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// A line between goose's ENVSUB ON and OFF with its variables filled in: `$NAME`, `${NAME}`, `${NAME:-default}`,
/// `${NAME-default}`, `${NAME?message}` and `${NAME:offset:length}`, where a default may hold others. Names begin with
/// a letter. `$$` and `\$` are a `$`; `\\` and `$(` stay; so does a `$` before anything else. names: of what was filled
/// in, added to. Returns nullopt for another form in braces, or for `?` without a value.
[[nodiscard]] std::optional<std::string> fill_in_environment(std::string_view line, const Environment& environment,
                                                             std::vector<std::string>& names);

}  // namespace rev::foreign
