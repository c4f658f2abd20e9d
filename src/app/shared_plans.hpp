#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "app/migrate.hpp"
#include "run/changed.hpp"
#include "run/prepared.hpp"

namespace rev::app {

/// What runs of one request on many databases have in common, worked out once: the plan of equal rows, the SQL of
/// equal plans, what the revision files are. Thread-safe.
class SharedPlans {
public:
    /// make_plan(). request, graph: the same at each call. Throws GraphError.
    [[nodiscard]] Plan plan(const MigrateRequest& request, const Graph& graph, const std::vector<RevisionId>& rows);
    /// rev::prepare(), each time anew where a revision uses variables. scripts, and the options but for variables and
    /// what the database decides: the same at each call. Throws Error.
    [[nodiscard]] run::PreparedPlan prepare(Plan plan, const ScriptDirectory& scripts,
                                            const run::PrepareOptions& options);
    [[nodiscard]] const std::shared_ptr<run::FileChecksums>& files() const noexcept { return files_; }

private:
    struct Prepared {
        run::PrepareOptions options;
        run::PreparedPlan plan;  ///< in which no revision uses variables
    };
    [[nodiscard]] std::optional<run::PreparedPlan> find(const Plan& plan, const run::PrepareOptions& options);

    std::mutex mutex_;
    std::map<std::vector<RevisionId>, Plan> plans_;  ///< by rows
    std::vector<Prepared> prepared_;
    std::shared_ptr<run::FileChecksums> files_ = std::make_shared<run::FileChecksums>();
};

}  // namespace rev::app
