#pragma once

#include <span>
#include <string>
#include <string_view>

#include "script/source.hpp"

namespace rev::script {

/// Where a placeholder may stand.
enum class PlaceholderPlace {
    anywhere,
    in_comment,  ///< in a line that begins with `--`: the value is a person's text, and never becomes SQL
    alone,       ///< alone on its line: the value has several lines
};

/// What stands for `${name}` in a template.
struct Placeholder {
    std::string_view name;
    std::string value;
    PlaceholderPlace place = PlaceholderPlace::anywhere;
};

/// The template with each `${name}` replaced once; `$${` stands for `${`. Line ends are those of the template.
/// Throws Error with ExitCode::usage, located: an unknown placeholder, one in the wrong place, `${` without `}`.
[[nodiscard]] std::string fill_template(const Source& source, std::span<const Placeholder> placeholders);

}  // namespace rev::script
