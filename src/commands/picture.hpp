#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/repeatables.hpp"
#include "commands/context.hpp"
#include "report/graph_picture.hpp"
#include "state/state.hpp"

namespace rev::commands {

/// What is asked of the database about a range of revisions.
enum class DatabaseFacts {
    none,    ///< only what the range needs
    rows,    ///< its rows
    states,  ///< what is applied, current and pending
    log,     ///< that, and what the log says of each revision
};

/// A range of the graph.
struct RevisionRange {
    const Graph* graph = nullptr;  ///< of the revisions: that of the files, or graph_with_rows() where rows were read
    Revisions revisions;           ///< newest first
    std::optional<std::vector<RevisionId>> rows;     ///< absent: no database was asked
    std::vector<state::LogEntry> log;                ///< newest first
    std::optional<ServerInfo> server;                ///< if the log was asked for
    std::vector<app::RepeatableStatus> repeatables;  ///< empty unless more than the range was asked for
};

/// range: as for history(); nullopt means everything. Throws Error, also for a row without a file where its state is
/// asked for: nobody could say what is applied.
[[nodiscard]] RevisionRange read_range(Context& context, const ScriptDirectory& scripts, const Graph& graph,
                                       const std::optional<std::string>& range, DatabaseFacts facts);

/// A picture of them, with their states if they were asked for. The range's graph must outlive it.
[[nodiscard]] report::GraphPicture make_picture(RevisionRange range, DatabaseFacts facts);

}  // namespace rev::commands
