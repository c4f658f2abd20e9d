#pragma once

#include <chrono>

#include "db/database_url.hpp"
#include "db/postgres/session.hpp"

namespace rev::db {

/// What another client of a pooler is given.
struct OtherSession {
    enum class Answer {
        pid,             ///< a session of the server
        no_transaction,  ///< the pooler refuses BEGIN: it gives sessions for one statement each
        none             ///< no session within the time
    };
    Answer answer = Answer::none;
    int pid = 0;  ///< Answer::pid alone
};

/// Another client, over a connection of its own.
class OtherClient {
public:
    /// Connects, in about two seconds at most.
    explicit OtherClient(const DatabaseUrl& url);
    /// The pid of the session that it is given for a transaction, which is over then.
    [[nodiscard]] OtherSession ask(std::chrono::milliseconds longest);

private:
    PostgresSession session_;
};

}  // namespace rev::db
