#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rev/config.hpp"
#include "rev/graph.hpp"

namespace rev::script {

/// The folder for the old files of a squash: `squashed/ID` beside the version location that has `file`, which is the
/// squash's. No revision there counts: it is no version location. Throws Error with ExitCode::usage
/// ("squashed_is_versions") where it lies within one all the same.
[[nodiscard]] std::filesystem::path squashed_folder(const Config& config, const std::filesystem::path& file,
                                                    const RevisionId& id);

/// Graphs in which squashes are taken apart again, as a database that is within one of them needs it.
class SquashedFiles {
public:
    /// config: must outlive it.
    explicit SquashedFiles(const Config& config) : config_(config) {}

    /// `graph` with the old revisions in place of each squash that one of the rows is within: what stood on the squash
    /// stands on the last of them, which has its id. The old revisions' paths are those of their old files. nullopt: no
    /// row is within a squash. A row of which some old file is missing is left as it is: nothing knows it then.
    /// rows: of the version table.
    [[nodiscard]] std::optional<Graph> taken_apart(const Graph& graph, std::span<const RevisionId> rows);

private:
    [[nodiscard]] std::optional<std::vector<Revision>> line_of(const Revision& squash) const;

    const Config& config_;
};

/// The squash of which `row` is a part other than the last; nullptr: none.
[[nodiscard]] const Revision* find_squash_around(const Graph& graph, std::string_view row);

}  // namespace rev::script
