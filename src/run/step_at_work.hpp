#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "db/database.hpp"
#include "run/prepared.hpp"
#include "run/session_state.hpp"
#include "state/ledger.hpp"
#include "state/log.hpp"

namespace rev::run {

/// A step at work.
struct StepAtWork {
    using Clock = std::chrono::steady_clock;

    const PreparedStep& step;
    state::LogRecord record;
    Clock::time_point start = Clock::now();
    std::optional<SqliteSession> session_at_start = {};  ///< SQLite, where it is asked what the section sets

    // Outside a transaction:
    std::optional<state::Progress> ledger = {};    ///< what rev_progress has for it
    state::Progress place = {};                    ///< what comes next, the ledger perhaps behind it
    bool recorded = false;                         ///< version rows and log have it already
    std::size_t statement = 1;                     ///< the one at work
    std::size_t opener = 0;                        ///< index of the one that opened the section's own transaction
    std::string session = {};                      ///< SQLite: what the section has set in it
    std::optional<std::string> kept_session = {};  ///< SQLite: what the ledger has of that
    SqlValue invalid_indexes = {};                 ///< PostgreSQL: before the statement that may leave one more

    /// Since `start`, rounded down.
    [[nodiscard]] std::chrono::milliseconds elapsed() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    }
};

}  // namespace rev::run
