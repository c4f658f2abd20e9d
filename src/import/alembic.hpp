#pragma once

#include <filesystem>
#include <string>

#include "import/tool.hpp"

namespace rev::foreign {

/// What the recorder is told. Source: python/alembic.py.
struct RecordRequest {
    std::filesystem::path project;   ///< the folder that Python's modules are found from
    std::filesystem::path ini;       ///< alembic.ini
    std::string script_location;     ///< empty: as the ini says
    bool needs_application = false;  ///< Flask-Migrate: env.py asks the application
};

/// Reads a project by running its revisions against a scratch database. Throws Error with ExitCode::usage where there
/// is no interpreter, dialect or scratch database for it, ExitCode::graph for what fails in the project itself.
[[nodiscard]] History record_history(const RecordRequest& request, Files& files);

}  // namespace rev::foreign
