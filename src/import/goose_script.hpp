#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/goose_environment.hpp"

namespace rev::foreign {

/// The lines of one direction, other annotations in them.
struct GoosePart {
    std::string sql;                ///< lines end with a line feed alone, as goose sends them
    std::vector<std::size_t> ends;  ///< offsets at which goose ends what it sends in one piece, ascending
};

/// A file of goose, taken apart.
struct GooseScript {
    GoosePart up;
    GoosePart down;           ///< empty where there is no Down
    bool can_go_down = true;  ///< else goose refuses what stands behind Down, and only when it goes down
    bool in_transaction = true;
    std::vector<std::size_t> dropped = {};  ///< numbers of lines that goose does not send
    std::vector<std::string> filled_in;     ///< names of variables that ENVSUB filled in, sorted, each once
};

/// Throws Error with ExitCode::graph, located, for what goose's parser refuses on its way up. environment: for ENVSUB.
[[nodiscard]] GooseScript parse_goose_script(std::string_view text, const std::string& shown,
                                             const Environment& environment);

}  // namespace rev::foreign
