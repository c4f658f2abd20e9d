#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "rev/revision.hpp"
#include "script/revision_file.hpp"
#include "state/state.hpp"

namespace rev::app {

/// A repeatable object that a database has as its file says, whoever made it.
struct MadeObject {
    std::string name;
    std::string path;   ///< of the file, as shown
    RevisionFile file;  ///< its bytes may be on no disk yet
};

/// What the record of another tool says of a database, in rev's terms.
struct ForeignState {
    /// Of the graph, each once: what the tool or rev has run, with all that it stands on. Absent: the tool has no
    /// record there, and the rows stay.
    std::optional<std::vector<RevisionId>> applied = {};
    std::vector<MadeObject> objects = {};  ///< those that the log does not have yet
    std::string message = {};              ///< of the log's `import` row
};

/// Where another tool keeps what it has applied. rev goes on from there, and leaves it as it is.
class ForeignRecord {
public:
    ForeignRecord() = default;
    virtual ~ForeignRecord() = default;
    ForeignRecord(const ForeignRecord&) = delete;
    ForeignRecord& operator=(const ForeignRecord&) = delete;

    /// What it says. rows: of the version table. Called before the run lock is held, and once more behind hold().
    /// Throws Error for what cannot be taken over.
    [[nodiscard]] virtual ForeignState read(Database& database, const state::FoundTables& tables,
                                            std::span<const RevisionId> rows) = 0;
    /// Keeps everybody else from changing it until the transaction ends that was just begun. Throws Error.
    virtual void hold(Database& database) = 0;
    /// Called when all is written and nothing is committed: what it throws takes all of it back.
    virtual void before_commit() = 0;
};

}  // namespace rev::app
