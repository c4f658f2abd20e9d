#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rev/config.hpp"
#include "rev/graph.hpp"
#include "rev/plan.hpp"
#include "rev/run_result.hpp"
#include "script/revision_file.hpp"
#include "script/script_directory.hpp"
#include "sql/statement_markers.hpp"
#include "sql/statements.hpp"

namespace rev::run {

/// A verify section of a step.
struct VerifyPart {
    std::string sql;
    std::size_t first_line = 1;  ///< of `sql` in the file
    bool expect_empty = false;
    std::string written = {};              ///< as the file has it, where variables were filled in; else empty
    std::vector<FilledIn> variables = {};  ///< those of `written`
};

/// A step with everything that it needs to run: its SQL is read, filled in and split. Has views into itself.
struct PreparedStep {
    PreparedStep() = default;
    PreparedStep(const PreparedStep&) = delete;
    PreparedStep& operator=(const PreparedStep&) = delete;

    Step step;
    std::string path;                           ///< of the revision file, for messages; empty for stamp
    RevisionFile file;                          ///< empty for stamp
    std::string filled_in;                      ///< the section with variables filled in; empty without variables
    std::vector<FilledIn> variables;            ///< where they are in `written`
    std::string_view written;                   ///< the section in `file`
    std::vector<std::string> secrets;           ///< values of variables whose names say that they are: in no message
    std::string_view sql;                       ///< what runs: `filled_in`, or the section in `file`
    std::size_t first_line = 1;                 ///< of `sql` in the file
    std::vector<Statement> statements;          ///< views into `sql`
    std::vector<sql::StatementMarker> markers;  ///< guards and repetitions, in the order of `sql`; views into it
    bool transactional = true;
    std::optional<bool> sqlite_foreign_keys;
    StatementLimits limits = {};
    std::vector<VerifyPart> verify;            ///< upgrade: what runs inside the step after its SQL
    std::string checksum;                      ///< of the section that runs: over its SQL tokens, before variables
    std::string raw_checksum;                  ///< of the section's bytes in the file
    std::optional<std::string> downgrade_sql;  ///< upgrade: kept in the log; absent: irreversible
    std::string header;                        ///< upgrade: kept in the log
    bool from_log = false;                     ///< its SQL is not that of the file
};

/// A plan whose SQL is read and found fit. Refers to the Graph that the plan is of.
struct PreparedPlan {
    Plan plan;
    std::vector<std::shared_ptr<const PreparedStep>> steps;  ///< databases with the same plan share them
};

/// What decides how files are read, apart from what they say themselves.
struct PrepareOptions {
    Dialect dialect = Dialect::sqlite;
    TransactionMode transaction = TransactionMode::per_revision;
    std::map<std::string, std::string> variables;
    StatementLimits limits = {};                ///< where a revision's header has no others
    Backslash backslash = Backslash::ordinary;  ///< of the session, at the start of each revision
    bool transactional_ddl = true;              ///< false: no step runs in a transaction, see Database
    bool is_script = false;                     ///< for --sql: no usual limits, as a script does not try again
    /// What stands for a revision's file (`--from-log`); nullopt: its file. Empty: always the file.
    /// Called on several threads at once.
    std::function<std::optional<RevisionFile>(const Revision&)> logged = {};
};

/// Reads every section that the plan runs, and refuses before anything runs: a missing section (irreversible
/// downgrade), a variable without a value, statements that do not fit the revision's transaction mode. Throws Error.
[[nodiscard]] PreparedPlan prepare(Plan plan, const ScriptDirectory& scripts, const PrepareOptions& options);

/// What the markers of a step say that only its run decides.
using ConditionalSteps = std::map<std::size_t, std::vector<StatementNote>>;  ///< by index of the step in its plan

/// Refuses what prepare() refuses and keeps nothing but what the steps' markers say. Throws Error.
ConditionalSteps check(const Plan& plan, const ScriptDirectory& scripts, const PrepareOptions& options);

/// What is said of a section that a step needs, for this database, and its file does not have.
[[nodiscard]] Error no_section(const RevisionFile& file, SectionKind kind, Dialect dialect);

/// Refuses what prepare() refuses of one section of a file at hand. Throws Error.
void check_file(const RevisionFile& file, Direction direction, const PrepareOptions& options);

/// The upgrade of one revision, whatever the database is at. Throws Error.
[[nodiscard]] PreparedPlan prepare_upgrade_of(const Revision& revision, const Graph& graph,
                                              const ScriptDirectory& scripts, const PrepareOptions& options);

/// A file's verify sections, in file order. Throws Error: a variable without a value, a statement that does not fit.
[[nodiscard]] std::vector<VerifyPart> prepare_verify(const RevisionFile& file, const PrepareOptions& options);

/// The plan prepared: `prepared` if its steps are still these, else prepare(). Throws as that.
[[nodiscard]] PreparedPlan prepare_unless_equal(Plan plan, PreparedPlan prepared, const ScriptDirectory& scripts,
                                                const PrepareOptions& options);

}  // namespace rev::run
