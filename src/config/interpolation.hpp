#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rev::config {

/// A variable's value; nullopt if it is not set.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// What is wrong with a `${...}`.
struct InterpolationError : std::runtime_error {
    /// missing: the variable has no value.
    enum class Kind { syntax, missing };
    InterpolationError(Kind kind, const std::string& message, std::string name)
        : std::runtime_error(message), kind(kind), name(std::move(name)) {}
    Kind kind;
    std::string name;  ///< missing: the variable's
};

/// `text` with `${NAME}` and `${NAME:-default}` replaced; the default is used where NAME is not set or empty, and may
/// hold `${...}` itself. `$${` stands for `${`; any other `$` stays. Values are used as they are.
/// Throws InterpolationError.
[[nodiscard]] std::string interpolate(std::string_view text, const Lookup& lookup);

/// Splits as a shell does: white space between words, 'single' and "double" quotes, backslashes; nothing is expanded,
/// and a `${...}` stays in one piece. nullopt: a quote is not closed.
[[nodiscard]] std::optional<std::vector<std::string>> split_words(std::string_view text);

}  // namespace rev::config
