#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "import/draft.hpp"
#include "import/session_settings.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

/// What `rev import` is asked for, the database aside.
struct ImportRequest {
    std::string tool;               ///< empty: found from the files
    std::filesystem::path path;     ///< of the other project, absolute
    ProjectPlace place;             ///< where rev's project is or is to be
    std::vector<Dialect> dialects;  ///< asked for; empty: what the tool's files say
    ReadOptions reading;
    Obstacles obstacles = Obstacles::refuse;
};

/// The other tool's files as revisions, nothing written yet.
struct Import {
    const Tool* tool = nullptr;
    Place place;
    std::string shown_folder;  ///< of the migrations, for people
    History history;
    Draft draft;
};

/// Throws Error with ExitCode::usage (no tool, several, an unsupported one) or ExitCode::graph (files).
[[nodiscard]] Import read_import(const ImportRequest& request);

/// Drafts the revisions anew, each with what the files before it leave to the session: see Verified::to_carry.
void carry_over(Import& import, const ImportRequest& request, const std::vector<SessionSettings>& left);

/// Adds IMPORT.md (or IMPORT-2.md ... where that is there) to what is to be written. verified: one line on it.
void add_report(Import& import, const std::string& verified);

/// Directions for a person: what is left to do, one a line. The report has them, and so does the end of the command.
[[nodiscard]] std::vector<std::string> left_to_do(const Import& import);

}  // namespace rev::foreign
