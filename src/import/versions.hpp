#pragma once

#include <map>
#include <string>

#include "import/history.hpp"

namespace rev::foreign {

/// For tools to which two files of one version are a mistake.
class KnownVersions {
public:
    /// Throws Error with ExitCode::graph, located in the migration's file, if another one has had its version.
    void add(const Migration& migration);

private:
    std::map<std::string, std::string> files_;  ///< by version
};

/// Of a file `20240101120000_add_users.sql`: its number as version and id, the words behind it as name, the time that
/// the number may be.
[[nodiscard]] Migration numbered_migration(const std::string& file_name);

}  // namespace rev::foreign
