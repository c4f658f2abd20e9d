#include "import/versions.hpp"

#include <fmt/format.h>

#include "import/folder.hpp"

namespace rev::foreign {

void KnownVersions::add(const Migration& migration) {
    const auto [first, is_new] = files_.emplace(migration.version, migration.file);
    if (!is_new)
        throw bad_file(migration.file, fmt::format("has the version of {}: {}", first->second, migration.version));
}

Migration numbered_migration(const std::string& file_name) {
    constexpr std::string_view extension = ".sql";
    const auto digits = leading_digits(file_name);
    Migration migration;
    migration.version = migration.id = file_name.substr(0, digits);
    migration.name = in_words(std::string_view(file_name).substr(digits, file_name.size() - digits - extension.size()));
    migration.created = time_of_digits(file_name);
    return migration;
}

}  // namespace rev::foreign
