#pragma once

#include <chrono>

#include "rev/database_url.hpp"

namespace rev::db {

/// What another client of a pooler is given.
struct OtherSession {
    enum class Answer {
        pid,             ///< a session of the server
        no_transaction,  ///< the pooler refuses BEGIN: it gives sessions for one statement each
        none             ///< no session within the time
    };
    Answer answer = Answer::none;
    int pid = 0;
};

/// Asks for the pid of a session in a transaction, over a connection of its own, and gives the session back.
[[nodiscard]] OtherSession ask_for_other_session(const DatabaseUrl& url, std::chrono::milliseconds longest);

}  // namespace rev::db
