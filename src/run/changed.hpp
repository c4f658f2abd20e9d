#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "db/database.hpp"
#include "rev/graph.hpp"
#include "run/execute.hpp"
#include "run/prepared.hpp"
#include "script/script_directory.hpp"
#include "state/state.hpp"

namespace rev::run {

/// An applied revision whose file is another one than when it was applied.
struct ChangedRevision {
    const Revision* revision = nullptr;
    bool comments_only = false;  ///< the SQL is the same: only comments or white space changed
    bool ran_nothing = false;    ///< its upgrade had no statement when it was applied
};

/// What the upgrade sections of revision files are now, each read once. Thread-safe.
class FileChecksums {
public:
    /// raw_checksum of its section for the dialect; empty if there is none. Throws Error if the file cannot be read.
    [[nodiscard]] std::string of(const Revision& revision, Dialect dialect, const ScriptDirectory& scripts);

private:
    std::mutex mutex_;
    std::map<std::pair<RevisionId, Dialect>, std::string> sums_;
};

/// Compares applied revisions with the log. Reads each file once, however often it is asked.
class ChangedFinder {
public:
    /// scripts: must outlive it. files: what others have read of the same scripts; null: nothing.
    explicit ChangedFinder(const ScriptDirectory& scripts, std::shared_ptr<FileChecksums> files = nullptr)
        : scripts_(scripts), files_(files ? std::move(files) : std::make_shared<FileChecksums>()) {}

    /// Those of `revisions` (applied ones) whose upgrade section differs from what the log says was run, in their
    /// order. Revisions that the log does not know (applied by another tool, stamped) are passed over. Throws Error.
    [[nodiscard]] std::vector<ChangedRevision> find(const state::AppliedChecksums& logged, Dialect dialect,
                                                    const Revisions& revisions);

private:
    const ScriptDirectory& scripts_;
    std::shared_ptr<FileChecksums> files_;
};

/// ChangedFinder::find once, with what the log says now.
[[nodiscard]] std::vector<ChangedRevision> find_changed(Database& database, const state::FoundTables& tables,
                                                        const Revisions& revisions, const ScriptDirectory& scripts);

/// `rev repair REV --accept-changed`: from now on the file as it is counts as what was applied. Adds an `accept` row.
/// Throws Error if the file could not be run.
void accept_changed(Database& database, const Graph& graph, const Revision& revision, const ScriptDirectory& scripts,
                    const PrepareOptions& prepare, const ExecuteOptions& options);

}  // namespace rev::run
