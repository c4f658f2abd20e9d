#include "app/connect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <utility>

#include "base/interrupt.hpp"
#include "base/stop_token.hpp"
#include "base/text.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::app {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds between_tries{200};
constexpr milliseconds between_words{1000};  // the reporter thins them out

/// Codes of open_database for a server that may come yet.
bool may_come(const Error& error) {
    // A wrong password or a missing database does not mend itself: those end the waiting at once.
    constexpr std::array<std::string_view, 5> codes = {error_codes::host_not_found, error_codes::host_unreachable,
                                                       error_codes::connection_refused, error_codes::connection_timeout,
                                                       error_codes::server_not_ready};
    return std::ranges::find(codes, error.code()) != codes.end();
}

/// One try ends with the waiting, unless the URL says how long it may take.
DatabaseUrl with_connect_timeout(DatabaseUrl url, milliseconds left) {
    if (url.dialect != Dialect::postgresql || std::getenv("PGCONNECT_TIMEOUT") != nullptr) return url;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
    // emplace leaves a connect_timeout that the URL has. From libpq's smallest value to the driver's own default.
    url.query.emplace("connect_timeout", std::to_string(std::clamp<long long>(seconds, 2, 10)));
    return url;
}

/// The same code and exit code as without waiting, as a script decides by them.
Error gave_up(const Error& error, milliseconds wait) {
    const auto seconds = std::chrono::duration<double>(wait).count();
    return Error(error.exit_code(), error.code(), fmt::format("gave up after {} s: {}", seconds, error.what()))
        .with_detail(error.detail())
        .with_hint(error.hint())
        .with_sqlstate(error.sqlstate());
}

}  // namespace

std::string wait_text(const LockWait& wait) {
    const auto lock = wait.lock.empty() ? std::string("a lock") : wait.lock;
    return wait.sessions.empty() ? lock : fmt::format("{}, held by {}", lock, base::join(wait.sessions, "; "));
}

state::VersionTable version_table(const Config& config) {
    return {config.version_table_schema, config.version_table, config.create_version_table_schema};
}

namespace {

void take_server_settings(OpenOptions& options, const Config& config) {
    options.lease = config.run_lock_lease;
    options.transactional_ddl = config.transactional_ddl;
    if (config.run_lock == RunLocks::session) options.run_lock = RunLockKind::session;
    if (config.run_lock == RunLocks::lease) options.run_lock = RunLockKind::lease;
}

}  // namespace

/// Neither notices nor progress: reading is quick, and its output is the answer alone.
OpenOptions reading_options(const Config& config) {
    OpenOptions options;
    options.read_only = true;
    options.directory = config.directory;
    options.lock_timeout = config.lock_timeout;
    take_server_settings(options, config);
    return options;
}

OpenOptions writing_options(const Config& config, state::Reporter& reporter, const base::StopToken& stop) {
    OpenOptions options;
    options.directory = config.directory;
    options.lock_timeout = config.lock_timeout;
    options.on_notice = [&reporter](auto severity, auto message) { reporter.notice(severity, message); };
    options.on_wait = [&reporter](auto waited) { reporter.waiting("the database's lock", waited); };
    options.on_blocked = [&reporter](const auto& wait, auto waited) { reporter.waiting(wait_text(wait), waited); };
    options.on_progress = [&reporter](auto doing) { reporter.progress(doing); };
    // By value: the options outlive the call, and copies of the token share its request.
    options.interrupted = [stop] { return stop.requested(); };
    take_server_settings(options, config);
    return options;
}

bool is_missing_file(const Config& config, const DatabaseUrl& url) {
    std::error_code unknown;
    return url.dialect == Dialect::sqlite && !url.database.empty() &&
           // Only what is certainly not there: a folder without permission may have it.
           fs::status(config.directory / url.database, unknown).type() == fs::file_type::not_found;
}

std::unique_ptr<Database> open_waiting(const DatabaseUrl& url, const OpenOptions& options, milliseconds wait,
                                       state::Reporter& reporter, const base::StopToken& stop) {
    if (wait == milliseconds{0}) return open_database(url, options);
    const auto start = Clock::now();
    auto next_word = start;
    std::string reason;
    while (true) {
        const auto waited = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
        try {
            return open_database(with_connect_timeout(url, wait - waited), options);
        } catch (const Error& error) {
            if (!may_come(error)) throw;
            // Before the stop: who has waited long enough is told why, and not that it was stopped.
            if (Clock::now() - start >= wait) throw gave_up(error, wait);
            if (stop.requested()) throw base::stop_error("nothing was changed", stop);
            if (reason != error.what() || Clock::now() >= next_word) {
                reason = error.what();
                next_word = Clock::now() + between_words;
                reporter.waiting(fmt::format("the database: {}", reason),
                                 std::chrono::duration_cast<milliseconds>(Clock::now() - start));
            }
        }
        const auto left = wait - (Clock::now() - start);
        if (left > Clock::duration::zero()) std::this_thread::sleep_for(std::min<Clock::duration>(between_tries, left));
    }
}

Connector connector_to(DatabaseUrl url, const Config& config, milliseconds wait, state::Reporter& reporter) {
    Connector connector;
    connector.is_missing_file = [url, &config] { return is_missing_file(config, url); };
    connector.open = [url = std::move(url), &config, wait, &reporter](Access access) {
        const auto options = access == Access::read ? reading_options(config) : writing_options(config, reporter);
        return open_waiting(url, options, wait, reporter);
    };
    return connector;
}

}  // namespace rev::app
