#include "lint/effects.hpp"

#include <algorithm>
#include <array>

namespace rev::lint {
namespace {

struct LockText {
    std::string_view name;
    std::string_view words;
};
/// In the order of PostgreSQL's lock numbers (lockdefs.h), 1 to 8: LOCK TABLE's parse tree has the number, pg_locks the
/// name.
constexpr std::array locks = std::to_array<LockText>({{"", ""},
                                                      {"AccessShareLock", "ACCESS SHARE"},
                                                      {"RowShareLock", "ROW SHARE"},
                                                      {"RowExclusiveLock", "ROW EXCLUSIVE"},
                                                      {"ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE"},
                                                      {"ShareLock", "SHARE"},
                                                      {"ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"},
                                                      {"ExclusiveLock", "EXCLUSIVE"},
                                                      {"AccessExclusiveLock", "ACCESS EXCLUSIVE"}});

}  // namespace

std::string_view lock_name(LockMode mode) noexcept { return locks[static_cast<std::size_t>(mode)].name; }
std::string_view lock_words(LockMode mode) noexcept { return locks[static_cast<std::size_t>(mode)].words; }

LockMode find_lock(std::string_view name) noexcept {
    const auto* found = std::ranges::find(locks, name, &LockText::name);
    return found == locks.end() ? LockMode::none : static_cast<LockMode>(found - locks.begin());
}

}  // namespace rev::lint
