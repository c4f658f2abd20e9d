#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "autogenerate/workplace.hpp"
#include "rev/graph.hpp"
#include "schema/migration.hpp"

namespace rev::trail {

/// What one revision changes in a schema.
struct RevisionChanges {
    const Revision* revision = nullptr;
    std::vector<schema::Change> changes;  ///< with renames
};

/// Is told before each revision; number: from 1.
using Progress = std::function<void(const Revision& revision, std::size_t number, std::size_t of)>;

/// What is known of an object's history. Refers to the graph of the revisions.
struct Blame {
    std::vector<std::string> objects;        ///< "table public.crew", as it is called now or was at last; sorted
    std::vector<std::string> names;          ///< every name that one of them has had, in words, in that order
    std::vector<RevisionChanges> revisions;  ///< oldest first; only those that change one of the objects
    std::vector<std::string> near;           ///< if there is no such object: names that are alike
};

/// Which revisions made, changed, renamed or dropped an object: anything that has a name. name: its parts, from the
/// outermost in: {"crew"}, {"crew", "nm"}, {"public", "crew", "nm"}. Where there is such an object now, those of that
/// name before it that are no longer there belong to it. Throws RunError, Error "no_scratch", and as a stop does.
[[nodiscard]] Blame blame(autogenerate::Workplace& place, const Revisions& revisions,
                          const std::vector<std::string>& name, const Progress& tell);

/// Parts of `crew.nm` or `public."My Table".nm`.
[[nodiscard]] std::vector<std::string> name_parts(std::string_view text);

/// What the revision itself changes, behind all that it stands on.
[[nodiscard]] RevisionChanges changes_of(autogenerate::Workplace& place, const Revision& revision);

}  // namespace rev::trail
