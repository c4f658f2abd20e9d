#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"

namespace rev::lint {

/// What a relation that a statement has locked looks like before the transaction ends.
struct LockedRelation {
    std::string oid;      ///< of pg_class
    std::string modes;    ///< with a blank between them
    std::string file;     ///< relfilenode; empty: it has none
    long long scans = 0;  ///< that the session has counted
};

/// What was seen behind one statement.
struct Sight {
    std::vector<LockedRelation> relations = {};  ///< the oldest first
    std::vector<LockedRelation> before = {};     ///< by what has to run in the same transaction in front of it
    double milliseconds = 0;                     ///< that the statement ran
};

/// Several statements in one message, each in a transaction of its own, and what is seen before each of these ends: to
/// ask for it in messages of its own would take longer than most statements. PostgreSQL.
class ObservedMessage {
public:
    /// Of the scans that the session has counted before: handed_on: the server knows of them, which it is told behind
    /// this message too; kept_back: the session still counts them, as it cannot be told to hand them on.
    enum class Scans { kept_back, handed_on };
    explicit ObservedMessage(Scans scans) : scans_(scans) {}

    /// What ends with the transaction and has to run before a statement.
    struct Local {
        std::string sql = {};
        bool is_of_section = false;  ///< not only of lint's own
    };
    /// In their order. What the command views must live until send().
    void add(const Command& statement, Local local);
    /// Behind the last statement; resets: the section ends with it, and with it what it has left in the session.
    void add_end(bool resets);

    /// Whether no statement was added.
    [[nodiscard]] bool is_empty() const noexcept { return watches_.empty(); }

    /// What came of sending it.
    struct Outcome {
        std::vector<std::optional<Sight>> sights;  ///< of each statement; absent: it did not run
        std::vector<std::string> scanned = {};     ///< "oid number": what the session had counted before
        std::optional<CommandError> failure = {};
        std::size_t failed = 0;  ///< which statement
    };
    /// Throws where the connection is lost or somebody stops it.
    [[nodiscard]] Outcome send(Database& database);

private:
    /// Rows of what was asked before and behind a statement; empty: it did not come to that.
    struct Watch {
        SqlRow begin;
        SqlRow end;
    };
    void add_command(const Command& command);
    void add_fetch(std::string sql, SqlRow& row);

    Scans scans_;
    std::deque<std::string> texts_;  ///< of commands_
    std::vector<Command> commands_;
    std::vector<std::size_t> statement_of_;  ///< of each command
    std::deque<Watch> watches_;              ///< of each statement; commands_ point into them
    SqlRow scanned_;
    SqlRow handed_on_;
};

/// Those that the transaction has locked until now, the oldest first.
[[nodiscard]] std::vector<LockedRelation> read_locked(Database& database);

}  // namespace rev::lint
