#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rev/database.hpp"

namespace rev::lint {

/// What a relation that a statement has locked looks like before the transaction ends.
struct LockedRelation {
    std::string oid;
    std::string modes;    ///< with a blank between them
    std::string file;     ///< relfilenode; empty: it has none
    long long scans = 0;  ///< that the session has counted
};

/// What was seen behind one statement.
struct Sight {
    std::vector<LockedRelation> relations = {};
    std::vector<LockedRelation> before = {};  ///< by what has to run in the same transaction in front of it
    double milliseconds = 0;
};

/// Several statements in one message, each in a transaction of its own, and what is seen before each of these ends: to
/// ask for it in messages of its own would take longer than most statements. The session's own settings
/// (`rev.lint_...`) keep what was seen until it is fetched. PostgreSQL.
class ObservedMessage {
public:
    /// Of the scans that the session has counted before: handed_on: the server knows of them, which it is told behind
    /// this message too; kept_back: the session still counts them, as it cannot be told to hand them on.
    enum class Scans { kept_back, handed_on };
    /// number: of the message, another one for each since the session's settings were reset.
    ObservedMessage(std::size_t number, Scans scans) : number_(number), scans_(scans) {}

    /// local: what ends with the transaction and has to run before it, as SQL.
    void add(const Command& statement, const std::string& local);

    [[nodiscard]] bool is_empty() const noexcept { return statements_ == 0; }

    /// What came of sending it.
    struct Outcome {
        std::vector<std::optional<Sight>> sights;  ///< of each statement; absent: it did not run, or nobody knows
        std::vector<std::string> scanned = {};     ///< "oid number": what the session had counted before
        std::optional<CommandError> failure = {};
        std::size_t failed = 0;  ///< which statement
    };
    /// Throws where the connection is lost or somebody stops it.
    [[nodiscard]] Outcome send(Database& database);

private:
    void add_own(std::string sql);
    [[nodiscard]] std::string setting(std::size_t statement, std::string_view moment) const;
    [[nodiscard]] Query fetch() const;

    std::size_t number_;
    Scans scans_;
    std::deque<std::string> texts_;  ///< of commands_
    std::vector<Command> commands_;
    std::vector<std::size_t> statement_of_;  ///< of each command
    std::size_t statements_ = 0;
};

/// Those that the transaction has locked until now.
[[nodiscard]] std::vector<LockedRelation> read_locked(Database& database);

}  // namespace rev::lint
