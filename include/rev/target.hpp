#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rev::graph {

/// The grammar of targets, read without a graph; nothing is looked up. Source: docs/targets.md.
///
///     target   = range | point
///     range    = [point] ":" [point]
///     point    = [label "@"] (symbol | [symbol] ("+" | "-") digits)
/// A value: what asks the graph takes it, and never takes a text apart again. A graph may have a name that reads like
/// something else (a branch label `side-2`), so a text that is no target is found out when it is looked up.
struct Target {
    /// Never throws for what `text` holds. Implicit, because a target is what people write.
    Target(std::string_view text);                                       // NOLINT(google-explicit-constructor)
    Target(const std::string& text) : Target(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)
    Target(const char* text) : Target(std::string_view(text)) {}         // NOLINT(google-explicit-constructor)

    std::string text;                  ///< as written
    std::optional<std::string> label;  ///< what stands before the first `@`
    std::string name;                  ///< what stands behind it, or all of `text`
    std::string symbol;            ///< id, partial id, label, `head`, `heads`, `base`, `current`; empty in `+2`, `-1`
    std::optional<long> relative;  ///< signed steps of `+2`, `-1`, `ae10+2`
    std::string problem;           ///< why it is a target only if it is a name, a sentence; empty: it is one

    /// `core@ae10` of `core@ae10+2`; itself without steps.
    [[nodiscard]] Target without_steps() const;
};

/// The two ends of a range; an empty text is an open end.
struct TargetRange {
    std::string lower;
    std::string upper;
};

/// A target that must be one. Throws GraphError bad_target on an empty text, a `:` or a number of steps that is too
/// large.
[[nodiscard]] Target parse_target(std::string_view text);

/// nullopt if `text` has no `:`. Throws GraphError bad_target on more than one `:`.
[[nodiscard]] std::optional<TargetRange> parse_range(std::string_view text);

/// Words that no revision id and no label may be: head, heads, base, current.
[[nodiscard]] bool is_reserved_word(std::string_view text) noexcept;

}  // namespace rev::graph

namespace rev {
using graph::is_reserved_word;
using graph::parse_range;
using graph::parse_target;
using graph::Target;
using graph::TargetRange;
}  // namespace rev
