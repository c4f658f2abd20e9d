#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "report/style.hpp"
#include "rev/graph.hpp"
#include "trail/squashed_range.hpp"

namespace rev::report {

/// Revisions of one side that name a table.
struct TableTouch {
    std::vector<RevisionId> changed_by;
    std::vector<RevisionId> used_by;  ///< that only read it or refer to it
};

/// A table that two sides name, at least one of them to change it.
struct SharedTable {
    std::string name;
    TableTouch mine;
    TableTouch theirs;
};

/// A file whose revision got another number.
struct RenumberedFile {
    RevisionId from;
    RevisionId to;
    std::string path;
    std::string new_path;  ///< the same where the file's name does not have the number
};

/// What `rev rebase` did.
struct RebaseReport {
    std::optional<std::string> base;  ///< the GITREF, if one was asked for
    Revisions moved = {};             ///< in load order; empty: nothing was to do
    Revisions lowest = {};            ///< of these, those whose file changed; as they were before
    const Revision* onto = nullptr;
    std::vector<RenumberedFile> renumbered = {};
    std::vector<SharedTable> tables = {};  ///< by name
    std::vector<std::string> warnings = {};
    bool is_dry_run = false;
};
/// The file that a revision is in after it.
[[nodiscard]] const std::string& path_after(const RebaseReport& report, const Revision& revision);
[[nodiscard]] std::string rebase_text(const RebaseReport& report, Style style);

/// A statement that a squash does not carry over.
struct LeftOutStatement {
    RevisionId revision;
    std::string path;
    std::size_t line = 0;
    std::string sql;  ///< its beginning, in one line
};

/// What `rev squash` did.
struct SquashReport {
    RevisionId id;
    std::vector<RevisionId> squashes;        ///< oldest first
    std::string path;                        ///< of the new file
    std::string old_files = {};              ///< the folder that the old files moved to
    std::vector<std::string> unproven = {};  ///< for which dialects the proof could not be had, and why, in sentences
    std::vector<std::string> warnings = {};
    std::vector<LeftOutStatement> left_out = {};  ///< with --from-schema
    bool is_dry_run = false;
};
/// In what way a squash makes something else than the revisions that it stands for; without a full stop.
[[nodiscard]] std::string squash_difference_text(const trail::SquashProof& proof);
[[nodiscard]] std::string squash_text(const SquashReport& report, Style style);

}  // namespace rev::report

namespace rev::json {

/// One object each, with a line end. Source: docs/json.md.
void write_rebase(std::ostream& out, const report::RebaseReport& report);
void write_squash(std::ostream& out, const report::SquashReport& report);

}  // namespace rev::json
