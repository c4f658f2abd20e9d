#pragma once

#include <deque>
#include <optional>
#include <set>
#include <span>

#include "rev/graph.hpp"
#include "run/changed.hpp"
#include "script/script_directory.hpp"
#include "state/logged.hpp"
#include "state/state.hpp"

namespace rev::app {

/// `--from-log`: revisions that have no file here, or another one than was run, as the log has them.
class FromLog {
public:
    /// graph: of the files. Both must outlive it.
    FromLog(const Graph& graph, const ScriptDirectory& scripts) : graph_(graph), finder_(scripts) {}

    /// Reads the log. Returns the files' graph with the missing revisions that are applied in this state, whose
    /// checksums were read; it lives as long as this object. Throws Error.
    const Graph& read(Database& database, const state::DatabaseState& state);

    /// From now on the SQL of these revisions, and of no other, is the log's.
    void use_only(std::set<RevisionId> ids) { used_ = std::move(ids); }

    /// For PrepareOptions::logged.
    [[nodiscard]] std::optional<RevisionFile> file_of(const Revision& revision) const;

    /// Revisions whose SQL is the log's.
    [[nodiscard]] const std::set<RevisionId>& used() const noexcept { return used_; }

private:
    const Graph& graph_;
    run::ChangedFinder finder_;
    std::deque<Graph> graphs_;
    std::optional<state::LoggedRevisions> logged_;
    std::set<RevisionId> used_;
};

/// Those that have a file, as `files` has them, in their order.
[[nodiscard]] Revisions with_file(const Graph& files, const Revisions& revisions);

/// The command that undoes the missing revisions and nothing else, `TARGET` in it if no single target does; empty if
/// the log does not have what it needs. rows: of the version table.
[[nodiscard]] std::string undo_command(const Graph& graph, std::span<const state::MissingRevision> missing,
                                       std::span<const RevisionId> rows);

}  // namespace rev::app
