#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/repeatables.hpp"
#include "app/run_context.hpp"
#include "db/database.hpp"
#include "rev/error.hpp"
#include "rev/graph.hpp"
#include "run/changed.hpp"
#include "script/script_directory.hpp"
#include "state/logged.hpp"
#include "state/state.hpp"

namespace rev::app {

/// Where the database stands: what `rev status` answers.
struct Status {
    std::string url;  ///< for display
    Dialect dialect = Dialect::sqlite;
    bool is_missing_file = false;      ///< the URL names an SQLite file that is not there
    std::optional<Error> unreachable;  ///< why; then all that is asked of the database is empty
    ServerInfo server;
    std::vector<RevisionId> rows;  ///< sorted
    Revisions current;             ///< of the rows that are known
    Revisions pending;             ///< in the order to run them
    Revisions heads;
    std::vector<state::MissingRevision> unknown;  ///< applied, and in no file
    /// Rows that are within a squash whose old files are there, and that squash.
    std::vector<std::pair<RevisionId, RevisionId>> within_squashes;
    std::vector<RepeatableStatus> repeatables;  ///< those with a file in the order to make them, then those without
    std::string undo;                           ///< the command that undoes `unknown`; empty if the log cannot
    std::vector<state::UnfinishedRun> unfinished;
    std::vector<run::ChangedRevision> changed;        ///< applied, and their file differs from what was run
    std::vector<state::ForeignGrant> foreign_grants;  ///< who else may change rev's tables
    std::optional<Capabilities> capabilities;         ///< if they were asked about
    std::optional<LockHolder> holder;                 ///< who runs or writes now, as far as it is known
    std::vector<Error> unsound;                       ///< what `rev check` finds in the files
    std::vector<std::string> unadopted;               ///< see find_unadopted_tables
    std::vector<Error> unwritten;       ///< sections that are still to be written, also of applied revisions
    bool has_graph = true;              ///< false: the files are so unsound that only `rows` is known
    std::vector<std::string> problems;  ///< other sentences
    std::vector<std::string> next;      ///< commands to type, best first

    /// Something that a person must look at; a change of comments alone is none.
    [[nodiscard]] bool is_odd() const;
    /// Reachable, nothing pending, nothing odd, no tables that no revision made, no repeatable to be made.
    [[nodiscard]] bool is_up_to_date() const {
        return !unreachable && pending.empty() && unadopted.empty() && !is_odd() &&
               !has_repeatables_to_make(repeatables);
    }
    /// One word: "not_reachable", "up_to_date", "needs_attention", "running", "not_adopted" or
    /// "behind".
    [[nodiscard]] std::string_view state() const;
};

/// A project's status and the graph that it points into; of no revision, if the files make none.
struct ProjectStatus {
    Graph graph;
    Status status;
};

/// Whether the database is asked what it can do.
enum class AskCapabilities { no, yes };

/// url: what the connector opens. That the database cannot be reached, or the files are unsound, is part of the answer.
/// Throws Error if the project cannot be read at all.
[[nodiscard]] ProjectStatus read_status(const ScriptDirectory& scripts, const app::Connector& connector,
                                        const DatabaseUrl& url, AskCapabilities ask = AskCapabilities::no);

}  // namespace rev::app
