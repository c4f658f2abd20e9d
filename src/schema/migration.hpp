#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "schema/model.hpp"

namespace rev::schema {

/// One difference between two models, for people and for JSON.
struct Change {
    enum class Action : std::uint8_t { add, drop, alter, rename };
    Action action = Action::add;
    FactId id;              ///< in the model where it is; rename, alter: in the new one
    std::string attribute;  ///< alter: which
    std::string before;     ///< alter: its value; rename: the old name
    std::string after;
};

/// What a statement may do to those who use the database. The names are those of lint's rules.
enum class HazardKind : std::uint8_t {
    deletes_data,
    rewrites_table,
    blocks_reads,
    blocks_writes,
    may_fail,  ///< on rows that are there
    breaks_old_code,
    empties_column,
    not_undoable,
    changes_permissions,
    possible_rename,  ///< a drop and an add that are alike: the detail gives the hint to write
};
[[nodiscard]] std::string_view to_string(HazardKind kind);  ///< "deletes_data"
/// Of all kinds, in their order.
[[nodiscard]] std::vector<std::string> hazard_names();

/// A hazard of one statement.
struct Hazard {
    HazardKind kind = HazardKind::may_fail;
    FactId object;       ///< what is harmed
    std::string detail;  ///< a sentence without a full stop
};

/// One SQL statement of a section.
struct Statement {
    std::string sql;  ///< without `;` at its end
    std::vector<Hazard> hazards = {};
    /// A place to fill in: `sql` may not be written as it is where the table holds rows. The text says what is needed.
    /// The section then gets the marked place instead; a proof runs `sql`.
    std::string to_fill_in = {};
    FactId object = {};  ///< the table (or other object) that it works on: statements of one are written together
};

/// What one revision file is to hold.
struct RevisionDraft {
    std::string title;                ///< behind the message where there are several: "new enum labels"; empty if alone
    bool transaction = true;          ///< false: its sections run outside a transaction (CONCURRENTLY)
    bool sqlite_foreign_keys = true;  ///< false: SQLite's enforcement is off meanwhile (a rebuild)
    std::vector<Statement> upgrade;
    std::vector<Statement> downgrade;
};

/// Something has another name in the new model: the old id, and the new one (of the same kind).
struct Rename {
    FactId from;
    FactId to;
};

/// The expression that turns a column's old value into the new type's: `-- rev:using EXPRESSION`.
struct UsingExpression {
    FactId column;
    std::string expression;
};

/// What a person has said that two models do not tell.
struct Hints {
    std::vector<Rename> renames;
    std::vector<UsingExpression> using_expressions;
};

/// What decides how a migration is written, besides the models.
struct MigrationOptions {
    Hints hints;
    bool online = false;                ///< PostgreSQL: a second revision in forms that do not block
    bool foreign_keys_enforced = true;  ///< SQLite: runs enforce foreign keys
    std::set<FactId> tables_with_rows;  ///< of the live database: where a NOT NULL column needs a value to fill in
};

/// All that leads from one model to the other and back.
struct Migration {
    std::vector<Change> changes;           ///< of the upgrade, sorted by id
    std::vector<RevisionDraft> revisions;  ///< in order; none: the models are equal
    std::vector<Rename> possible_renames;  ///< a drop and an add that look alike, for which no hint was given
};

/// The difference of two models of one dialect. Hints whose old name is not in `from`, or whose new name is not in
/// `to`, are inert.
[[nodiscard]] std::vector<Change> compare(const Model& from, const Model& to, const Hints& hints = {});

/// Plans both directions, each from the two models (a downgrade is never turned text). Same input, same bytes.
[[nodiscard]] Migration plan_migration(const Model& from, const Model& to, const MigrationOptions& options = {});

}  // namespace rev::schema
