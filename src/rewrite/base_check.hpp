#pragma once

#include <string>
#include <vector>

#include "base/thread_pool.hpp"
#include "rev/error.hpp"
#include "rewrite/base_files.hpp"

namespace rev::rewrite {

/// What a checkout does to the revisions of another commit that it should not, each with the command that mends it and
/// where it is, ExitCode::graph; by file, then what concerns the graph as a whole:
/// "removed_revision", "changed_revision" (parents, dependencies, settings, sections by their tokens; comments, the
/// message and what was still to be written may change), "inserted_below", "duplicate_id", "label_taken",
/// "more_heads" (merged with the commit, than it has). What the checkout has from the commit at which it left the other
/// one is not held against it. A revision that says `squashes:` stands for those that it names.
/// files: of the checkout, those whose header can be read, in load order.
[[nodiscard]] std::vector<Error> check_against(const Base& base, const std::vector<BaseRevision>& files);

/// The checkout's files for it, read in full. Those that cannot be read are left out.
[[nodiscard]] std::vector<BaseRevision> read_checkout(const Config& config, base::ThreadPool& pool);

}  // namespace rev::rewrite
