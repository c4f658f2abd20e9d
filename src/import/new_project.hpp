#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "import/draft.hpp"
#include "import/history.hpp"

namespace rev::foreign {

/// The files of a project without its revisions.
struct NewProject {
    Config config;
    std::vector<NewFile> files;  ///< alembic.yaml and templates/
    std::vector<std::string> remarks;
};

/// A project in `directory`, which has no alembic.yaml: versions/ and templates/, or other names where these are taken.
/// Its URL is ${DATABASE_URL}: never the other tool's. Writes nothing.
[[nodiscard]] NewProject new_project(const std::filesystem::path& directory, Numbering numbering,
                                     const History& history, std::span<const Dialect> dialects);

}  // namespace rev::foreign
