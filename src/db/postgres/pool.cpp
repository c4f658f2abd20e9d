// Whether a pooler shares sessions cannot be asked of it: its protocol is PostgreSQL's. But if this session is idle and
// another client is given it, it is shared.

#include "db/postgres/pool.hpp"

#include <cstdlib>

#include "db/postgres/answer.hpp"

namespace rev::db {

using std::chrono::milliseconds;

OtherClient::OtherClient(const DatabaseUrl& url) {
    auto quick = url;
    quick.query["connect_timeout"] = "2";
    try {
        session_ = connect_postgres(quick);
    } catch (const Error&) {  // no second connection to be had
        return;
    }
}

OtherSession OtherClient::ask(milliseconds longest) {
    OtherSession other;
    const auto deadline = std::chrono::steady_clock::now() + longest;
    // In a transaction, so that the session is this client's until the answer is there; it is given back with its end.
    if (session_.raw == nullptr || PQsendQuery(session_.raw, "BEGIN; SELECT pg_catalog.pg_backend_pid(); COMMIT") == 0)
        return other;
    while (wait_for_answer(session_.raw, deadline)) {
        const Result result(PQgetResult(session_.raw));
        if (!result) return other;
        if (PQresultStatus(result.get()) == PGRES_TUPLES_OK)
            other = {OtherSession::Answer::pid, std::atoi(PQgetvalue(result.get(), 0, 0))};
        if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR) other.answer = OtherSession::Answer::no_transaction;
    }
    // Its next answer would be this one.
    session_ = {};
    return other;
}

}  // namespace rev::db
