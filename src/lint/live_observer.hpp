#pragma once

#include <chrono>
#include <vector>

#include "lint/observer.hpp"

namespace rev::lint {

/// Looks at sections in a transaction of a database with real rows, which is open and that nobody commits.
class LiveObserver : private Observer {
public:
    /// lock_timeout: the longest wait of a statement. Nothing is made up.
    LiveObserver(Database& database, std::chrono::milliseconds lock_timeout);

    /// Of each statement. Throws CommandError where a lock is not had.
    [[nodiscard]] std::vector<ObservedStatement> observe(const SectionText& section);

    using Observer::has_failed;

private:
    std::chrono::milliseconds lock_timeout_;
};

}  // namespace rev::lint
