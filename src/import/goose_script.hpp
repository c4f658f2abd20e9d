#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rev::foreign {

/// A file of goose, taken apart.
struct GooseScript {
    std::string up;                 ///< the lines between the annotations Up and Down, other annotations in it
    std::string down;               ///< empty where there is no Down
    std::vector<std::size_t> ends;  ///< offsets in `up` at which goose ends a statement, ascending
    bool in_transaction = true;
    std::vector<std::string> filled_in;  ///< names of variables that ENVSUB filled in, sorted, each once
};

/// Throws Error with ExitCode::graph, located, for what goose's parser refuses. environment: for ENVSUB.
[[nodiscard]] GooseScript parse_goose_script(
    std::string_view text, const std::string& shown,
    const std::function<std::optional<std::string>(std::string_view name)>& environment);

/// `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}` and `${NAME?message}` filled in; `$$` and `\$` are a `$`.
/// names: of what was filled in, added to. Returns nullopt for another form, or for `?` without a value.
[[nodiscard]] std::optional<std::string> fill_in_environment(
    std::string_view line, const std::function<std::optional<std::string>(std::string_view name)>& environment,
    std::vector<std::string>& names);

}  // namespace rev::foreign
