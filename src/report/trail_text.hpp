#pragma once

#include <ostream>
#include <string>

#include "report/style.hpp"
#include "rev/graph.hpp"
#include "trail/blame.hpp"
#include "trail/prove.hpp"

namespace rev::report {

/// A line for each revision: "leaves  b1  add rank", and below it what is left, why it fails, which rows are lost.
[[nodiscard]] std::string proof_text(const trail::ProvenHistory& proof, Style style);
/// What could not be looked at with rows, a line each; empty: nothing.
[[nodiscard]] std::string without_rows_text(const trail::ProvenHistory& proof);
/// "12 revisions: 9 restore what was before, 2 leave something, 1 fails, ...".
[[nodiscard]] std::string proof_summary(const trail::ProvenHistory& proof);

/// "b1  2026-11-21  add rank" and below it the changes, as `rev diff` words them; revisions in the order given.
[[nodiscard]] std::string changes_by_revision_text(const std::vector<trail::RevisionChanges>& revisions, Style style);

}  // namespace rev::report

namespace rev::json {

/// {"holds", "revisions": [{"revision", "verdict", "left": [...], ...}], "tables_without_rows", "unused_data"}
void write_proof(std::ostream& out, const trail::ProvenHistory& proof);
/// {"objects", "names", "revisions": [{"revision", "message", "created", "changes": [...]}]}
void write_blame(std::ostream& out, const trail::Blame& blame);
/// {"revision", "message", "created", "path", "changes": [...]}, several in an array.
void write_revision_changes(std::ostream& out, const std::vector<trail::RevisionChanges>& revisions);

}  // namespace rev::json
