#pragma once

#include <filesystem>
#include <string>

#include "rev/config.hpp"
#include "script/local_time.hpp"

namespace rev::script {

/// What a new file's name is made of.
struct FileNameParts {
    std::string id;
    std::string message;
    LocalTime created;
    std::string number = {};  ///< for {number}
};

/// file_template filled in: a relative path that ends in `.sql`, has no hidden component and leads nowhere else. It has
/// folders only when recursive_version_locations is set. Throws Error with ExitCode::usage: unknown placeholder.
[[nodiscard]] std::filesystem::path revision_file_name(const Config& config, const FileNameParts& parts);

}  // namespace rev::script
