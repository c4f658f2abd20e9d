#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kill/story.hpp"

namespace rev::test {

/// Rows, columns by `|`, of SQL on a connection that is not rev's. Throws std::runtime_error.
using Query = std::function<std::vector<std::string>(const std::string& sql)>;

/// One row of rev_log.
struct Event {
    std::string event;
    std::string revision;
    std::string heads_after;
    bool says_applied = false;  ///< upgrade, or a repair that counts it as applied
};

/// The row of rev_progress.
struct Ledger {
    std::string revision;
    std::string direction;
    std::size_t statement = 0;
    std::size_t statements = 0;
    std::size_t batches = 0;
};

/// What a database holds.
struct State {
    std::multiset<std::string> facts;
    std::set<std::string> rows;
    std::vector<Event> events;  ///< oldest first
    std::optional<Ledger> ledger;
};

[[nodiscard]] State read_state(Server server, const Query& query);

/// What contradicts what in `state`; empty if schema, version rows, log and ledger agree. facts_count: whether the
/// schema follows the rows (a stamp parts them).
[[nodiscard]] std::vector<std::string> contradictions(const State& state, const std::vector<KnownRevision>& revisions,
                                                      bool facts_count);

/// "{a, b}" for messages.
[[nodiscard]] std::string text_of(const std::multiset<std::string>& facts);

}  // namespace rev::test
