#include "db/postgres_pool.hpp"

#include <poll.h>

#include <cstdlib>

#include "db/postgres_session.hpp"

namespace rev {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// False when the time is over.
bool wait_for_answer(PGconn* connection, Clock::time_point deadline) {
    while (PQisBusy(connection) == 1) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        pollfd socket = {PQsocket(connection), POLLIN, 0};
        if (left.count() <= 0 || poll(&socket, 1, static_cast<int>(left.count())) <= 0) return false;
        if (PQconsumeInput(connection) == 0) return true;
    }
    return true;
}

}  // namespace

OtherSession ask_for_other_session(const DatabaseUrl& url, milliseconds longest) {
    auto quick = url;
    quick.query["connect_timeout"] = "2";
    try {
        const auto session = connect_postgres(quick);
        const auto deadline = Clock::now() + longest;
        OtherSession other;
        if (PQsendQuery(session.raw, "BEGIN; SELECT pg_catalog.pg_backend_pid()") == 0) return other;
        while (wait_for_answer(session.raw, deadline)) {
            const Result result(PQgetResult(session.raw));
            if (!result) break;
            if (PQresultStatus(result.get()) == PGRES_TUPLES_OK)
                other = {OtherSession::Answer::pid, std::atoi(PQgetvalue(result.get(), 0, 0))};
            if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR) other.answer = OtherSession::Answer::no_transaction;
        }
        return other;
    } catch (const Error&) {
        return {};  // no second connection to be had
    }
}

}  // namespace rev
