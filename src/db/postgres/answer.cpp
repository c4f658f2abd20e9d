#include "db/postgres/answer.hpp"

#include <poll.h>

#include <algorithm>

namespace rev::db {

using std::chrono::milliseconds;

bool wait_for_answer(PGconn* connection, std::chrono::steady_clock::time_point deadline,
                     const std::function<bool()>& ends) {
    constexpr milliseconds between_questions{100};
    while (PQisBusy(connection) == 1) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0 || (ends && ends())) return false;
        const auto pause = ends ? std::min(left, between_questions) : left;
        pollfd socket = {PQsocket(connection), POLLIN, 0};
        const int ready = poll(&socket, 1, static_cast<int>(pause.count()));
        // An interrupted poll() counts as no answer.
        if (ready < 0) return false;
        // The result that PQgetResult then gives says that the connection is lost.
        if (ready > 0 && PQconsumeInput(connection) == 0) return true;
    }
    return true;
}

}  // namespace rev::db
