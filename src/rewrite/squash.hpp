#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rev/dialect.hpp"
#include "rev/graph.hpp"
#include "rewrite/row_statements.hpp"
#include "script/revision_file.hpp"

namespace rev::rewrite {

/// The revisions of a range FROM:TO that is one line: oldest first, two or more. Either end may be a symbol that names
/// one revision; FROM may be empty or `base`. Throws Error with ExitCode::graph, located at the file of the revision
/// that stands in the way: "not_a_line" (a branch point, a merge, a dependency from or to the middle, a label there),
/// "nothing_to_squash"; and as `resolve_one`.
[[nodiscard]] Revisions find_range(const Graph& graph, std::string_view range);

/// One revision in place of many.
struct Squash {
    RevisionHeader header;  ///< id, created, settings of the last; parents of the first; path is empty
    std::string text;       ///< the whole file
};

/// Their SQL in order, each part under a comment that names it; of the downgrade sections in reverse order, unless one
/// part has none: then the squash has none. Between two parts stands what ends the settings of the first, where it may
/// have made some: as they end between two revisions. Verify sections are the last part's. parts: whole files, oldest
/// first, of revisions that find_range() answered. message: may be empty.
/// Throws Error with ExitCode::graph, located: "not_squashable" for a part with `transaction: false`, or with settings,
/// variables or sections for other dialects than its neighbours'; for a section that is still to be written; for
/// SQLite's temporary objects, attached databases and PRAGMAs that would outlive their part; for SQL that ends within a
/// comment or a string.
[[nodiscard]] Squash make_squash(std::span<const RevisionFile> parts, std::string_view message);

/// SQL of a squash that was not taken from its parts.
struct SchemaSections {
    std::string text;  ///< from the first marker on
    bool transaction = true;
    bool sqlite_foreign_keys = true;
};
/// One revision that makes the schema which the parts make. Below its first marker stands what it does not carry over.
/// It has no verify sections. parts: as make_squash() takes them; message: may be empty.
[[nodiscard]] Squash make_schema_squash(std::span<const RevisionFile> parts, std::string_view message,
                                        const SchemaSections& sections, std::span<const RowStatement> left_out);

/// The graph's revisions with a squash in place of those of `line`, in load order.
[[nodiscard]] std::vector<Revision> with_squash(const Graph& graph, const Revisions& line, const Revision& squash);

/// Whether all parts have a downgrade section. One irreversible part makes the whole irreversible.
[[nodiscard]] bool is_reversible(std::span<const RevisionFile> parts);

/// The dialects for which the sections of a file can run: those that its sections name, or both.
[[nodiscard]] std::vector<Dialect> dialects_of(const RevisionFile& file);

}  // namespace rev::rewrite
