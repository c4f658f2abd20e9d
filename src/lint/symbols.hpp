#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lint/tree.hpp"
#include "lint/types.hpp"

namespace rev::lint {

/// A name with its schema.
struct Name {
    std::string schema;
    std::string name;

    friend auto operator<=>(const Name&, const Name&) = default;
};
/// As people write it: without `public`.
[[nodiscard]] std::string shown(const Name& name);

/// A plan is what a database lacks; plans are numbered, and what an earlier one made was there before. 0: nobody knows.
using PlanNumber = std::size_t;

/// A column of a table or view.
struct Column {
    std::string name;
    SqlType type;
    bool is_not_null = false;
    bool has_default = false;  ///< one that gives existing and new rows something else than NULL
    bool is_generated = false;
    bool is_identity = false;
    std::set<std::string> computed_from = {};  ///< of a generated one: columns that its expression names
    std::set<std::string> calls = {};          ///< functions that its default calls
    std::string sequence = {};                 ///< that its default or identity needs, with a schema if one is written
    PlanNumber made_in = 0;
};

/// A constraint of a table.
struct Constraint {
    /// NOT NULL is the column's, see Column::is_not_null.
    enum class Kind { check, unique, primary_key, foreign_key, exclusion };
    Kind kind = Kind::check;
    std::string name;
    std::vector<std::string> columns;                  ///< of a check: all that its expression names
    Node expression;                                   ///< of a check
    bool is_valid = true;                              ///< false: NOT VALID, rows that are there may break it
    Name referenced = {};                              ///< of a foreign key
    std::vector<std::string> referenced_columns = {};  ///< of a foreign key; empty: the primary key
};

/// An index of a table or materialized view, a key's included.
struct Index {
    std::string name;
    std::vector<std::string> columns;  ///< keys in their order; an expression is an empty name
    std::set<std::string> mentions;    ///< every column that keys, expressions and predicate name
    bool is_unique = false;
    bool is_plain = true;  ///< columns only, without a predicate
};

/// A trigger or policy of a table.
struct TablePart {
    bool is_trigger = true;
    std::set<std::string> columns;  ///< that it names: UPDATE OF, WHEN, USING, WITH CHECK
    std::string function;           ///< of a trigger
    long long events = 0;           ///< of a trigger: a sum of TRIGGER_TYPE_INSERT and the like
};

/// A table, view, materialized view or sequence.
struct Relation {
    enum class Kind { table, partitioned_table, view, materialized_view, sequence, other };
    Kind kind = Kind::table;
    Name name;
    std::vector<Column> columns = {};
    std::vector<Constraint> constraints = {};
    std::vector<Index> indexes = {};
    std::map<std::string, TablePart> parts = {};  ///< triggers and policies, by name
    std::set<Name> reads = {};                    ///< of a view: relations that it selects from
    std::set<std::string> reads_columns = {};     ///< of a view: column names in its text; "*" stands for all
    std::optional<Name> parent = {};              ///< of a partition
    bool is_default_partition = false;
    Node bound = {};                           ///< of a partition: its PartitionBoundSpec
    std::set<std::string> partition_key = {};  ///< columns; empty: no key, or one of expressions alone
    bool is_unlogged = false;
    bool is_temporary = false;
    bool is_complete = true;  ///< all columns are known
    bool is_populated = true;
    PlanNumber made_in = 0;
    PlanNumber renamed_in = 0;  ///< what it was called before is gone already

    /// Unquoted names, exactly. nullptr: none is known, see is_complete.
    [[nodiscard]] Column* find_column(std::string_view column);
    [[nodiscard]] const Column* find_column(std::string_view column) const;
    [[nodiscard]] Constraint* find_constraint(std::string_view constraint);
    [[nodiscard]] const Constraint* find_primary_key() const;
    [[nodiscard]] const Index* find_index(std::string_view index) const;
    /// Whether it holds rows that are written into it.
    [[nodiscard]] bool is_table() const { return kind == Kind::table || kind == Kind::partitioned_table; }
    /// Whether a unique index without a predicate stands on exactly these columns, in any order.
    [[nodiscard]] bool is_unique_on(std::vector<std::string> columns) const;
    /// Forgets a column and what stood on it.
    void drop_column(const std::string& column);
};

/// An enum type.
struct Enum {
    std::vector<std::string> labels;
    PlanNumber made_in = 0;
};

/// A domain, with what counts for a rewrite.
struct Domain {
    SqlType base;
    bool has_constraints = false;
    bool has_default = false;
};

/// A routine, or several of one name: see is_overloaded.
struct Function {
    bool is_volatile = true;
    bool is_immutable = false;
    bool is_overloaded = false;
    Node inlined;                 ///< the one expression that a call of an SQL function becomes; none: it stays a call
    std::string parameters = {};  ///< their types
    std::vector<std::string> names = {};  ///< of those that take values; empty ones have none
    std::string result = {};              ///< its type
    std::string definition = {};          ///< the CREATE statement of one in PL/pgSQL; else empty
    std::vector<Node> statements = {};    ///< of one in SQL
};

/// What the revisions below have made, as far as their text tells; later revisions of a plan see what earlier ones did.
class Symbols {
public:
    [[nodiscard]] Relation* find_relation(const Name& name);
    [[nodiscard]] const Relation* find_relation(const Name& name) const;
    [[nodiscard]] Enum* find_enum(const SqlType& type);
    [[nodiscard]] const Enum* find_enum(const SqlType& type) const;
    [[nodiscard]] Domain* find_domain(const SqlType& type);
    [[nodiscard]] const Domain* find_domain(const SqlType& type) const;
    /// Several of one name: the most volatile.
    [[nodiscard]] const Function* find_function(const Name& name) const;
    /// The relation that has the index, or nullptr.
    [[nodiscard]] Relation* find_index_owner(const Name& index);

    /// A name without schema: the first schema of the search path that has such a relation, else the first of all.
    [[nodiscard]] Name resolve(std::string_view schema, std::string_view name) const;
    /// A RangeVar.
    [[nodiscard]] Name resolve(const Node& range_var) const;
    /// The last one or two names of a list of names.
    [[nodiscard]] Name resolve(const std::vector<std::string>& names) const;
    /// Of a type or function, which lint looks for without regard to the search path.
    [[nodiscard]] Name resolve_type(const SqlType& type) const;

    /// Without domains: what is stored.
    [[nodiscard]] SqlType base_of(SqlType type) const;
    [[nodiscard]] bool has_constrained_domain(SqlType type) const;
    /// Whether the relation, or one that is not known, was there before this plan.
    [[nodiscard]] bool is_old(const Name& relation) const;
    [[nodiscard]] bool is_old(const Relation& relation) const;

    std::map<Name, Relation> relations = {};
    std::map<Name, Enum> enums = {};
    std::map<Name, Domain> domains = {};
    std::map<Name, Function> functions = {};
    std::set<Name> other_types = {};                    ///< composite, range and the like: only that they are there
    std::vector<std::string> search_path = {"public"};  ///< as SET has left it
    PlanNumber plan = 1;                                ///< of what is read now
    bool is_complete = true;                            ///< nothing that was run is beyond what lint reads
};

}  // namespace rev::lint
