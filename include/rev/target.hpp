#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rev {

/// The grammar of targets, read without a graph; nothing is looked up. Source: docs/targets.md.
///
///     target   = range | point
///     range    = [point] ":" [point]
///     point    = [label "@"] (symbol | [symbol] ("+" | "-") digits)
struct Target {
    std::string text;                  ///< as written
    std::optional<std::string> label;  ///< what stands before the first `@`
    std::string symbol;            ///< id, partial id, label, `head`, `heads`, `base`, `current`; empty in `+2`, `-1`
    std::optional<long> relative;  ///< signed steps of `+2`, `-1`, `ae10+2`
};

/// The two ends of a range; an empty text is an open end.
struct TargetRange {
    std::string lower;
    std::string upper;
};

/// Splits one point. Throws GraphError bad_target on an empty text, a `:` or a number of steps that is too large.
[[nodiscard]] Target parse_target(std::string_view text);

/// nullopt if `text` has no `:`. Throws GraphError bad_target on more than one `:`.
[[nodiscard]] std::optional<TargetRange> parse_range(std::string_view text);

/// Words that no revision id and no label may be: head, heads, base, current.
[[nodiscard]] bool is_reserved_word(std::string_view text) noexcept;

}  // namespace rev
