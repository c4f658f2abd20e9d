#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "import/draft.hpp"
#include "import/history.hpp"
#include "import/tool.hpp"
#include "rev/graph.hpp"
#include "rev/revision_text.hpp"
#include "run/prepared.hpp"
#include "schema/model.hpp"
#include "scratch/place.hpp"
#include "script/script_directory.hpp"

namespace rev::foreign {

/// A database for trying, and what is left out of its model: rev's own tables.
class TrialDatabase {
public:
    /// place: must outlive it. Has what the project's scratch_setup makes.
    TrialDatabase(scratch::Place& place, const Config& config);

    /// The scratch database; it goes with this object.
    [[nodiscard]] Database& database() { return scratch_->database(); }
    [[nodiscard]] const DatabaseUrl& url() const { return scratch_->url(); }
    /// As it is now, without rev's own tables. without: kinds that are left out. Throws Error.
    [[nodiscard]] schema::Model model(const std::set<schema::Kind>& without = {});

private:
    const Config& config_;
    std::unique_ptr<scratch::ScratchDatabase> scratch_;
};

/// rev's own tables, for catalog::ReadOptions. current_schema: of PostgreSQL's, in which they are where the
/// configuration does not say.
[[nodiscard]] std::vector<std::vector<std::string>> own_tables(const Config& config, Dialect dialect,
                                                               const std::string& current_schema = "public");

/// The model without the version table, for one that was read by whoever did not know its name.
[[nodiscard]] schema::Model without_table(const schema::Model& model, const Config& config);

/// How a tool runs its migrations.
struct ToolRun {
    const Tool& tool;
    std::string_view table;  ///< as History::table has it
    Session session = Session::anew;
};

/// Runs a migration as the other tool sends it. Throws Error, with error_codes::returned_rows if the tool would not
/// find its table behind it.
void run_as_tool(Database& database, const Migration& migration, const ToolRun& run);

/// Makes a repeatable object as rev does.
void apply(Database& database, const RevisionFile& repeatable);

/// The drafted project, whose files may be still to be written, to be run by rev.
class DraftProject {
public:
    /// draft: must outlive it. Reads the files that are there. Throws Error.
    /// Nothing is written.
    explicit DraftProject(const Draft& draft);

    /// Of the whole project, the drafted revisions included.
    [[nodiscard]] const Graph& graph() const noexcept { return graph_; }
    /// Of an upgrade from a database at `rows`, which become those behind it.
    [[nodiscard]] run::PreparedPlan plan(std::vector<RevisionId>& rows, const RevisionId& to, Dialect dialect) const;
    /// Of an upgrade of an empty database to exactly these revisions.
    [[nodiscard]] run::PreparedPlan plan_all(const std::vector<RevisionId>& ids, Dialect dialect) const;
    /// Runs it as `rev upgrade` does. Throws RunError.
    void run(Database& database, const run::PreparedPlan& plan) const;

private:
    static std::vector<std::string> texts_of(const Draft& draft);
    static std::vector<RevisionText> files_of(const Draft& draft, const std::vector<std::string>& texts);

    const Draft& draft_;
    std::vector<std::string> texts_;  ///< by the order of draft_.graph
    std::vector<RevisionText> files_;
    ScriptDirectory scripts_;
    Graph graph_;
};

}  // namespace rev::foreign
