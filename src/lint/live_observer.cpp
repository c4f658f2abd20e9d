#include "lint/live_observer.hpp"

#include <array>

#include "base/sqlstate.hpp"
#include "lint/observed_statement.hpp"

namespace rev::lint {

LiveObserver::LiveObserver(Database& database, std::chrono::milliseconds lock_timeout)
    : Observer(database, 0), lock_timeout_(lock_timeout) {
    (void)known_.look();
    known_.begin_plan();
}

std::vector<ObservedStatement> LiveObserver::observe(const SectionText& section) {
    std::vector<ObservedStatement> all(section.statements.size());
    // What revisions before have locked is not theirs: in a run they have ended by then.
    known_.remember_locks();
    std::array limit = {Command{.kind = Command::Kind::reset}, Command{.kind = Command::Kind::limit}};
    limit[1].lock_timeout = lock_timeout_;
    database_.run(limit);
    for (std::size_t number = 0; number < all.size(); ++number) {
        if (!is_wanted(database_, section, number)) {
            all[number] = left_out();
            continue;
        }
        // Here all share the one transaction that is rolled back; in a run each of these has its own.
        if (!section.in_transaction) known_.remember_locks();
        known_.remember_scans();
        const std::array statement = {command_of(section.statements[number])};
        try {
            const auto start = std::chrono::steady_clock::now();
            database_.run(statement);
            const auto milliseconds = milliseconds_since(start);
            all[number] =
                known_.facts_of({.relations = read_locked(database_), .before = {}, .milliseconds = milliseconds});
        } catch (const CommandError& error) {
            const bool ends = error.connection_lost || error.code() == error_codes::interrupted ||
                              error.sqlstate() == sqlstate::lock_not_available;
            if (ends) throw;
            all[number].failure = error;
            has_failed_ = true;
            return all;
        }
    }
    return all;
}

}  // namespace rev::lint
