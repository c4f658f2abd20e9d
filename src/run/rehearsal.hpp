#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run/execute.hpp"

namespace rev::run {

/// A table that was there before the run, and that a step wrote anew into another file.
struct RewrittenTable {
    std::string table;    ///< qualified and quoted
    long long bytes = 0;  ///< on disk after the step, indexes included
};

/// The strongest lock that a step took on a table that was there before the run, where it is stronger than those of the
/// steps before it.
struct TableLock {
    std::string table;  ///< qualified and quoted
    std::string mode;   ///< PostgreSQL's name, such as "AccessExclusiveLock"
};

/// What a step does to the database.
struct StepEffects {
    long long rows = 0;                     ///< inserted, updated and deleted, as far as the database counts them
    std::vector<RewrittenTable> rewritten;  ///< PostgreSQL; by table
    std::vector<TableLock> locks;           ///< PostgreSQL; by table
    std::vector<std::string> written;       ///< SQLite: tables that its statements write rows of; by name
    std::vector<std::string> altered;       ///< SQLite: tables of before with another definition or index; by name
};

/// Why a step was not rehearsed.
enum class Unrehearsed {
    outside_transaction,    ///< it runs outside a transaction
    needs_commit,           ///< it uses an enum value that a step before it adds
    needs_own_transaction,  ///< it fails in a transaction in which something ran before it
    after_such_a_step,      ///< it comes after one of these
};

/// The name of the enumerator.
[[nodiscard]] std::string_view unrehearsed_name(Unrehearsed reason) noexcept;

/// What became of one step in a rehearsal. Refers to the plan, which has to outlive it.
struct RehearsedStep {
    const Step* step = nullptr;              ///< of the plan
    std::optional<Unrehearsed> unrehearsed;  ///< absent: it ran
    std::chrono::milliseconds duration{0};
    StepEffects effects;
    std::vector<std::string> remarks;  ///< what was done otherwise than a run does it, one sentence each
};

/// Runs the plan on the real database in one transaction, looks at what each step did, and rolls all of it back: what
/// stays are the values that sequences gave out. Everything that the steps lock stays locked until then. Stops at the
/// first step that cannot run so; it and all behind it are in the result as not rehearsed. One for each step of the
/// plan, in its order. The caller holds the RunLock. Throws as execute does where a step fails, with the same message;
/// nothing is written, not even the log.
[[nodiscard]] std::vector<RehearsedStep> rehearse(Database& database, const PreparedPlan& plan,
                                                  const ExecuteOptions& options);

}  // namespace rev::run
