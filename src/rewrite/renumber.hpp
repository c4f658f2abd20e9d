#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rev/revision.hpp"
#include "rewrite/base_files.hpp"

namespace rev::rewrite {

/// A revision file that gets another number for its id.
struct Renumbered {
    std::size_t file = 0;  ///< its index among the files that were given
    RevisionId from;
    RevisionId to;
};

/// New numbers for revisions whose ids are numbers and that `base` does not have, so that they follow base's in the
/// order in which they stand on each other. Those that stand right already are left out, and so are ids that are no
/// numbers. revisions: of all files of the checkout in load order; two of them may have one id, as where two branches
/// have taken the same number: then base's file is the one with base's path, or else with base's message.
[[nodiscard]] std::vector<Renumbered> plan_renumbering(const std::vector<Revision>& revisions, const BaseFiles& base);

/// `revisions` with the new ids: of those files and of what they name. What base's files name stays.
[[nodiscard]] std::vector<Revision> renumbered(std::vector<Revision> revisions,
                                               const std::vector<Renumbered>& renumbering, const BaseFiles& base);

/// Which of the files base does not have; by index. See plan_renumbering.
[[nodiscard]] std::vector<bool> files_without_base(const std::vector<Revision>& revisions, const BaseFiles& base);

/// The file name with the new id in place of the old one; as it is where it does not have that.
[[nodiscard]] std::string renamed_file(std::string_view name, const RevisionId& from, const RevisionId& to);

}  // namespace rev::rewrite
