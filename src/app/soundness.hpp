#pragma once

#include <optional>
#include <vector>

#include "rev/config.hpp"
#include "rev/dialect.hpp"
#include "rev/error.hpp"
#include "rev/graph.hpp"

namespace rev::app {

/// What is checked beyond what every run refuses.
struct SoundnessRequest {
    std::vector<Dialect> dialects;  ///< for which every revision must have an upgrade section; empty: for any
    bool single_head = false;       ///< several heads are a problem
};

/// What was found. The project is sound if there are no problems; warnings do not count.
struct Soundness {
    std::vector<Error> warnings = {};  ///< in load order: what does not parse, but may for a newer server
    std::vector<Error> problems;       ///< of the files in load order, of the graph, of its heads, of repeatables
    std::size_t revisions = 0;         ///< files that were read
    std::size_t repeatables = 0;       ///< the same, of repeatable objects
    std::size_t heads = 0;             ///< 0 if the graph is unsound
    std::optional<Graph> graph;        ///< of all files; absent if it is unsound or one of them could not be read
};

/// Everything that is wrong with a project's revision files, not only the first. Throws Error if they cannot be listed.
[[nodiscard]] Soundness check_soundness(const Config& config, const SoundnessRequest& request);

}  // namespace rev::app
