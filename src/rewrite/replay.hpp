#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "rev/config.hpp"
#include "rev/database.hpp"
#include "rev/graph.hpp"
#include "rev/plan.hpp"
#include "rev/script_directory.hpp"

namespace rev::rewrite {

/// Revisions, and where their files are.
struct Replayed {
    const Graph& graph;
    const ScriptDirectory& scripts;
};

/// What a database has made of revisions.
struct ReplayedSchema {
    /// The SQL of each object, by its tokens, by its kind and name: "table account", "index account_name".
    std::map<std::string, std::string> objects;
    std::map<std::string, std::set<std::string>> columns;  ///< of each table
    std::map<std::string, std::string> rows;               ///< how many each table has
};

/// How `after` differs from `before`, in sentences without a full stop, by object: "table account is new". rows too.
[[nodiscard]] std::vector<std::string> differences(const ReplayedSchema& before, const ReplayedSchema& after);
/// Tables and columns that `after` has not any more: "table account", "column account.email". What a table that is
/// gone had is not listed besides.
[[nodiscard]] std::vector<std::string> gone(const ReplayedSchema& before, const ReplayedSchema& after);

/// An empty SQLite database in memory that revisions are run on. rev's own tables count as nothing.
class SqliteReplay {
public:
    explicit SqliteReplay(const Config& config);

    /// Throws GraphError, and Error as a run does.
    void up(const Replayed& side, std::string_view target);
    /// To below this revision and what stands on it; the rest stays. Throws as up().
    void down(const Replayed& side, const RevisionId& id);
    [[nodiscard]] ReplayedSchema schema();

private:
    void run(const Replayed& side, const std::function<Plan(std::span<const RevisionId>)>& make_plan);
    [[nodiscard]] bool is_own_table(const std::string& name) const;

    const Config& config_;
    std::unique_ptr<Database> database_;
};

/// The message of the GraphError or Error that `ask` throws; empty: nothing.
[[nodiscard]] std::string failure_of(const std::function<void()>& ask);

}  // namespace rev::rewrite
