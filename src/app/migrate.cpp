// The one way to version rows and log for everything that changes them: look without the lock, so that most runs need
// none; then once more under it, as another run may have been quicker. What else rev does to a database changes no row
// of these: ensure_version.cpp makes the empty tables, seeds.cpp runs files that are no revisions, and whole databases,
// schemas and a fleet's queue are made beside them.

#include "app/migrate.hpp"

#include <utility>

#include "app/work.hpp"
#include "run/changed.hpp"

namespace rev::app {
namespace {

std::unique_ptr<Work> make_work(const MigrateRequest& request, const RunContext& context) {
    switch (request.mode) {
        case MigrateMode::upgrade:
        case MigrateMode::downgrade:
        case MigrateMode::stamp:
            return make_target_work(request, context);
        case MigrateMode::resume:
            return make_resume_work(request, context);
        case MigrateMode::take_over:
            return make_take_over_work(request, context);
        case MigrateMode::repair_applied:
        case MigrateMode::repair_not_applied:
        case MigrateMode::accept_changed:
            break;
    }
    return make_repair_work(request, context);
}

MigrateResult act_under_lock(Work& work, Database& database, const RunContext& context) {
    state::RunLock lock(database, work.table(), context.config().lock_timeout, context.reporter, context.stop,
                        work.questions(database));
    work.take(database, lock.take_answers());
    auto result = work.act(database);
    // Not left to the destructor: that the lock was lost meanwhile must not go unsaid.
    lock.release();
    return result;
}

}  // namespace

MigrateResult migrate(const MigrateRequest& request, const RunContext& context) {
    const auto work = make_work(request, context);
    auto database = context.connector.open(work->first_access());
    if (auto answer = work->look(*database)) return std::move(*answer);
    // A connection that may only read cannot become one that writes, so that one is opened anew.
    if (work->first_access() != work->last_access()) database = context.connector.open(work->last_access());
    try {
        return act_under_lock(*work, *database, context);
    } catch (Error& error) {
        // By reference: it may be a derived class, whose further members throw; keeps.
        work->explain(error);
        throw;
    }
}

}  // namespace rev::app
