#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/migrate.hpp"
#include "commands/context.hpp"
#include "commands/keep_until_exit.hpp"
#include "fleet/roll_out.hpp"
#include "rev/graph.hpp"
#include "script/script_directory.hpp"

namespace rev::commands {

/// What the command line of `rev fleet` says.
struct FleetOptions {
    std::string action;
    std::vector<std::string> arguments;
    std::vector<std::string> members;
    std::optional<std::string> ring;
    std::size_t jobs = 0;  ///< 0: as alembic.yaml says
    bool list_members = false;
    bool exit_code = false;
    bool dry_run = false;
    bool rehearse = false;
    bool yes = false;
    bool applied = false;
    bool not_applied = false;
    bool accept_changed = false;
    bool purge = false;
    bool failed = false;
    bool no_repeatables = false;
    bool detailed_exit_code = false;
    std::size_t max_batches = 0;  ///< 0: no limit
    std::optional<std::string> run;
    std::optional<std::string> lease;  ///< a duration
    std::optional<std::string> tag;
};

/// What every action of `rev fleet` works on. context, options: must outlive it.
struct FleetProject {
    /// Reads the revision files. Throws Error.
    FleetProject(Context& given, const FleetOptions& said)
        : context(given),
          options(said),
          scripts(keep_until_exit(given.scripts())),
          graph(keep_until_exit(scripts.load_graph_and_files())) {}

    /// The options as the use cases take them: --no-repeatables, and --jobs, which goes before alembic.yaml's.
    [[nodiscard]] app::RepeatableUse repeatables() const {
        return options.no_repeatables ? app::RepeatableUse::leave : app::RepeatableUse::run;
    }
    [[nodiscard]] std::size_t jobs() const { return options.jobs > 0 ? options.jobs : context.config().fleet.jobs; }
    /// Refers to this and to the watcher.
    [[nodiscard]] fleet::FleetContext fleet_context(fleet::Watcher& watcher) const {
        return {.scripts = scripts,
                .graph = graph,
                .config = context.config(),
                .given = context.given_variables(),
                .watcher = watcher};
    }

    Context& context;
    const FleetOptions& options;
    ScriptDirectory& scripts;
    const Graph& graph;
};

/// How many results are of that outcome.
[[nodiscard]] inline std::size_t count_of(const std::vector<fleet::MemberResult>& results, fleet::Outcome outcome) {
    return static_cast<std::size_t>(std::ranges::count(results, outcome, &fleet::MemberResult::outcome));
}

}  // namespace rev::commands
