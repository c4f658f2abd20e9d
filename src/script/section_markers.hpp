#pragma once

#include <string>
#include <vector>

#include "script/revision_file.hpp"
#include "script/source.hpp"

namespace rev::sql {
struct BadMarker;
}

namespace rev::script {

/// Whether a line is a marker for the statement below it, such as `-- rev:unless column account.region`: it opens no
/// section. See StatementMarker.
[[nodiscard]] bool is_statement_marker(std::string_view line) noexcept;

/// Refuses what looks like a marker within a section and is none, and markers that say nothing that could be done, or
/// that name one of the file's variables: in comments none is filled in.
/// section: ends where it ends. Throws Error, located.
void check_markers(const Source& source, const Section& section, const std::vector<std::string>& variables);

/// A bad marker as an error about a file. place: of the BadMarker.
[[nodiscard]] Error marker_error(const sql::BadMarker& bad, Location place);

}  // namespace rev::script
