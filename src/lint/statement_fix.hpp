#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lint/effects.hpp"
#include "lint/rules.hpp"
#include "lint/symbols.hpp"

namespace rev::lint {

/// A statement of a downgrade section that takes back what another revision does now.
struct Counterpart {
    enum class Kind { drop_index, drop_constraint, create_index };
    Kind kind = Kind::drop_index;
    std::string name;
    std::string table = {};       ///< of a constraint, without schema
    bool is_partitioned = false;  ///< an index of a partitioned table, which nothing drops CONCURRENTLY
};

/// The one safe form of a statement, in parts: a first revision makes what is brief, a second one, behind it, what
/// takes long but blocks nobody. SQL without `;`.
struct StatementFix {
    std::vector<std::string> first;         ///< in the place of the statement; empty: all of it moves
    std::vector<std::string> second;        ///< in their order
    std::vector<std::string> first_down;    ///< at the start of the first one's downgrade
    std::vector<std::string> second_down;   ///< in their order
    std::vector<Counterpart> counterparts;  ///< what second_down does, the downgrade of the first has to leave
    bool is_undone_by_counterpart = false;  ///< second_down is the counterpart itself, CONCURRENTLY
    bool leaves_transactions = false;       ///< a part of `second` cannot run in a transaction
    std::vector<std::string> names = {};    ///< indexes and constraints that are there only behind `second`
    std::string validated_table = {};       ///< whose constraint is valid only behind `second`; without schema
};

/// A statement with findings, and what is known of it.
struct FixSubject {
    std::string_view text;            ///< the statement, without `;`
    const Node& tree;                 ///< of the statement
    const StatementEffects& effects;  ///< what it does
    const Symbols& symbols;           ///< as it leaves them
    std::optional<Relation> before;   ///< the relation that it works on, as it was before it
    const std::set<Rule>& rules;      ///< of its findings
    int server_version = 15;          ///< PostgreSQL's major one
};

/// Thrown where a statement, or a whole file, is left as it is.
struct NoFix {
    std::string reason;  ///< why, in a sentence part
};

/// Throws NoFix.
[[nodiscard]] StatementFix fix_statement(const FixSubject& subject);

/// The index that a CREATE INDEX makes. Throws NoFix where nothing is known of it.
[[nodiscard]] const Index& made_index(const FixSubject& subject);

/// Of an ALTER TABLE, action by action. Throws NoFix.
[[nodiscard]] StatementFix fix_alter_table(const FixSubject& subject);

/// Of a CREATE INDEX on a partitioned table: first the parent's index, which is not valid and reads nothing, then one
/// of each partition, which is attached to it. The last one makes it valid. Throws NoFix.
[[nodiscard]] StatementFix fix_partitioned_index(const FixSubject& subject);

/// The relation that a statement works on: of an ALTER TABLE, CREATE INDEX, DROP INDEX ...
[[nodiscard]] std::optional<Relation> subject_relation(const Node& tree, Symbols& symbols);

/// A SET NOT NULL or DROP CONSTRAINT behind a VALIDATE CONSTRAINT that moves: it moves, too.
[[nodiscard]] std::optional<StatementFix> fix_behind_validation(std::string_view text, const Node& tree,
                                                                const std::string& table);

/// Whether an action of an ALTER TABLE drops that constraint.
[[nodiscard]] bool drops_constraint(const Node& command, const std::string& name);

/// Whether a statement of a downgrade section is the counterpart; an ALTER TABLE may do more.
[[nodiscard]] bool is_counterpart(const Node& tree, const Counterpart& counterpart);

}  // namespace rev::lint
