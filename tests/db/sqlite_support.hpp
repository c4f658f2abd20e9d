#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "db/fixtures.hpp"

namespace rev::test {

/// An empty path: a database in memory.
inline std::unique_ptr<Database> open_sqlite(const std::filesystem::path& file, const OpenOptions& options = {}) {
    return open_database(sqlite_url(file), options);
}

inline OpenOptions read_only() {
    OpenOptions options;
    options.read_only = true;
    return options;
}

/// The names of what is in a folder, in order.
inline std::vector<std::string> files_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

}  // namespace rev::test
