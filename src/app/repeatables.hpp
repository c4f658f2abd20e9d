#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"
#include "rev/graph.hpp"
#include "rev/plan.hpp"
#include "script/repeatables.hpp"
#include "script/script_directory.hpp"
#include "state/state.hpp"

namespace rev::app {

/// How a repeatable object stands in a database, as the log tells it.
enum class RepeatableState {
    current,       ///< was made from its file as it is
    changed,       ///< its file is another one than it was made from
    missing,       ///< was never made, or was dropped and not made again
    without_file,  ///< was made, and its file is gone: it stays
};
/// "current", "changed", "missing" or "without_file".
[[nodiscard]] std::string_view repeatable_state_name(RepeatableState state) noexcept;

/// One repeatable object and how it stands.
struct RepeatableStatus {
    std::string name;
    std::string path;  ///< without_file: the last one that was known
    RepeatableState state = RepeatableState::current;
};

/// Those with a file in the order to make them, then those without by name. Throws Error, located: one has no section
/// for the dialect.
[[nodiscard]] std::vector<RepeatableStatus> compare_repeatables(const script::Repeatables& repeatables,
                                                                const state::LoggedRepeatables& logged,
                                                                Dialect dialect);

/// The same of a database. Without `repeatable_locations` nothing is asked: what was made once is then no matter of the
/// project's.
[[nodiscard]] std::vector<RepeatableStatus> find_repeatables(Database& database, const state::FoundTables& tables,
                                                             const ScriptDirectory& scripts);

/// Whether an upgrade to the heads would make one.
[[nodiscard]] bool has_repeatables_to_make(std::span<const RepeatableStatus> repeatables);

/// "2 repeatables changed, 1 missing"; empty: all that have a file are current, and none is without.
[[nodiscard]] std::string repeatables_text(std::span<const RepeatableStatus> repeatables);

/// What is known of the database for which a plan gets its steps of repeatables.
struct RepeatableFacts {
    const script::Repeatables& repeatables;
    state::LoggedRepeatables logged;
    Dialect dialect = Dialect::sqlite;
};

/// What the log would tell of a database that nobody can ask, for a script: all are there, in another form; from
/// nothing, none is.
[[nodiscard]] state::LoggedRepeatables unasked_repeatables(const script::Repeatables& repeatables,
                                                           std::span<const RevisionId> from);

/// Adds to a plan of an upgrade or a downgrade: before its first step, if it has one, the drops of those that ask for
/// it and of what needs them, the latter first; behind its last one, if an upgrade's end is at the heads of `graph`,
/// what is to be made, where the same are dropped first if their files have changed. Throws Error as
/// compare_repeatables.
void add_repeatables(Plan& plan, const Graph& graph, Direction direction, const RepeatableFacts& facts);

}  // namespace rev::app
