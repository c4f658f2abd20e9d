#include "import/ids.hpp"

#include <algorithm>
#include <set>

#include "base/utf8.hpp"
#include "import/checksums.hpp"
#include "import/folder.hpp"
#include "script/revision_file.hpp"

namespace rev::foreign {
namespace {

// The column of the version table holds no more, and Alembic's is as wide.
constexpr std::size_t longest = 32;
constexpr std::size_t hash_digits = 8;

bool fits(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

/// One `_` for each character that does not fit.
std::string cleaned(const std::string& name) {
    std::string id;
    for (const char c : name) {
        if (base::is_continuation_byte(c)) continue;
        id += fits(c) ? c : '_';
    }
    // Of a file whose name begins with a dot nobody takes notice, rev itself neither.
    if (id.starts_with('.')) id.front() = '_';
    return id;
}

std::string with_hash(std::string id, const std::string& name) {
    // Long names may begin alike: the hash of the whole one keeps them apart, and is the same in each import.
    id.resize(std::min(id.size(), longest - hash_digits - 1));
    return id + "_" + sha256_hex(name).substr(0, hash_digits);
}

}  // namespace

std::vector<RevisionId> ids_of(std::span<const Migration> migrations) {
    std::vector<RevisionId> ids;
    std::set<RevisionId> taken;
    for (const auto& migration : migrations) {
        auto id = cleaned(migration.id);
        // With the version, as two migrations may have one id: those of a change that Sqitch has reworked.
        if (!is_valid_revision_id(id) || taken.contains(id)) id = with_hash(id, migration.id + migration.version);
        taken.insert(id);
        ids.push_back(std::move(id));
    }
    return ids;
}

Numbering numbering_of(std::span<const RevisionId> ids) {
    constexpr std::size_t timestamp_digits = 14;
    if (ids.empty()) return Numbering::random;
    const auto digits = [](const RevisionId& id) { return leading_digits(id); };
    if (std::ranges::all_of(ids, [&](const auto& id) { return digits(id) == timestamp_digits; }))
        return Numbering::timestamp;
    const bool are_numbers = std::ranges::all_of(
        ids, [&](const auto& id) { return digits(id) == id.size() && id.size() < timestamp_digits; });
    return are_numbers ? Numbering::sequential : Numbering::random;
}

}  // namespace rev::foreign
