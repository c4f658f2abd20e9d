#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "base/stop_token.hpp"
#include "db/database.hpp"
#include "rev/graph.hpp"
#include "run/execute.hpp"
#include "script/script_directory.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::app {

/// See app/shared_plans.hpp.
class SharedPlans;

/// What a connection is opened for.
enum class Access {
    read,  ///< changes nothing: does not even make an SQLite file that is missing
    write,
};

/// How a use case comes to its database.
struct Connector {
    /// Opens a connection. Throws Error.
    std::function<std::unique_ptr<Database>(Access)> open;
    /// Whether it is an SQLite file that is not there yet: it must not appear before there is something to write to it.
    std::function<bool()> is_missing_file = [] { return false; };
};

/// What a use case is handed. Nothing in it is a terminal's, and nothing the process's unless the caller says so: many
/// of them may be at work at once, each on a thread and a database of its own.
struct RunContext {
    const ScriptDirectory& scripts;  ///< also the threads that read them: ScriptDirectory::pool()
    const Graph& graph;              ///< of the scripts
    const Connector& connector;
    state::Reporter& reporter;  ///< called on the calling thread
    base::StopToken stop = {};  ///< the connector's OpenOptions::interrupted asks for the same one
    run::TimeSource now = std::chrono::system_clock::now;
    /// Goes before the scripts' own: a database of many that share the scripts. Null: the scripts' own.
    const Config* settings = nullptr;
    /// What was read of the database, with nothing unfinished, and what the connection checks as it takes the run lock
    /// (see Database::lock_with_next_run). An upgrade, a downgrade or a stamp asks no more. Null, or if the connection
    /// has the lock not ready: it asks.
    const state::DatabaseState* known = nullptr;
    std::optional<long long> lease = {};  ///< see ExecuteOptions::lease
    SharedPlans* shared = nullptr;        ///< null: the only run of its request

    /// What counts for this run.
    [[nodiscard]] const Config& config() const noexcept { return settings == nullptr ? scripts.config() : *settings; }
};

}  // namespace rev::app
