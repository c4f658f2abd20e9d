#include "import/versions.hpp"

#include <fmt/format.h>

#include "import/folder.hpp"

namespace rev::foreign {

void KnownVersions::add(const Migration& migration) {
    const auto [first, is_new] = files_.emplace(migration.version, migration.file);
    if (!is_new)
        throw bad_file(migration.file, fmt::format("has the version of {}: {}", first->second, migration.version));
}

}  // namespace rev::foreign
