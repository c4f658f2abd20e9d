#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lint/effects.hpp"
#include "lint/symbols.hpp"

namespace rev::lint {

/// What the session has been told, as far as statements before say it.
struct Session {
    enum class TimeZone { unknown, utc, other };
    TimeZone time_zone = TimeZone::unknown;
    std::optional<bool> bounds_lock_waits;  ///< by its own SET lock_timeout; absent: it has not
};

/// Reads statements of PostgreSQL in their order: says what each does to what was there before, and keeps the symbol
/// table as the statement leaves it.
class Interpreter {
public:
    /// server_version: the major one.
    Interpreter(Symbols& symbols, Session& session, int server_version)
        : symbols_(symbols), session_(session), server_version_(server_version) {}

    /// statement: see parse_statement. text: of the whole statement, for what is no tree.
    [[nodiscard]] StatementEffects run(const Node& statement, const std::string& text);

private:
    using Read = void (Interpreter::*)(const Node& statement);
    static Read find_reader(std::string_view type);

    // interpreter.cpp: sessions, and what is made of what
    void set_variable(const Node& statement);
    void select(const Node& statement);
    void run_block(const Node& statement);
    void run_body(const std::string& definition);
    void run_statements(const std::vector<Node>& statements);
    void fire_triggers(const Name& table, long long event);
    void call_procedure(const Node& statement);
    void call_functions(const Node& expression);
    void create_schema(const Node& statement);
    void lock_tables(const Node& statement);
    void comment(const Node& statement);

    // definitions.cpp
    void create_table(const Node& statement);
    void create_table_as(const Node& statement);
    void create_view(const Node& statement);
    void refuse_type(const Name& name);
    void check_replaced_view(const Relation& before, const Relation& after);
    void create_sequence(const Node& statement);
    void create_enum(const Node& statement);
    void create_domain(const Node& statement);
    void create_composite_type(const Node& statement);
    void check_parameter_names(const Name& name, const Function& before, const Function& now);
    void create_function(const Node& statement);
    void create_trigger(const Node& statement);
    void create_policy(const Node& statement);
    void create_rule(const Node& statement);
    void alter_enum(const Node& statement);
    void alter_domain(const Node& statement);
    void inherit_from(const Node& parents, bool as_partition, Relation& relation);
    void copy_like(const Node& clause, Relation& relation);
    bool refuses_existing(const Name& name, const Node& statement);

    // indexes.cpp
    void create_index(const Node& statement);
    void check_partition_key(const Relation& relation, const std::vector<std::string>& columns,
                             const std::string& what);
    void reindex(const Node& statement);
    void vacuum(const Node& statement);
    void cluster(const Node& statement);
    void refresh(const Node& statement);

    // alter_table.cpp
    void alter_table(const Node& statement);
    void move_all(const Node& statement);
    void alter_one(Relation& relation, const Node& command);
    void attach_partition(Relation& parent, const Node& command);
    void detach_partition(Relation& parent, const Node& command);
    void check_bounds(const Name& parent, const Name& partition, const Node& bound);
    void alter_attribute(const Name& type, const Node& command);
    void set_persistence(Relation& relation, bool unlogged);
    void set_tablespace(Relation& relation, const Node& command);

    // columns.cpp
    void add_column(Relation& relation, const Node& command);
    void add_column_constraints(Relation& relation, Column& column, const Node& definition);
    void change_type(Relation& relation, const Node& command);
    void check_dependents_of_type(const Relation& relation, const Column& column);
    [[nodiscard]] TypeChange change_of(const SqlType& from, const SqlType& to, const Node& definition,
                                       const std::string& column) const;
    void recheck(const Relation& relation, const Column& column, const SqlType& type, TypeChange change, bool collates);
    void set_not_null(Relation& relation, const std::string& column);
    void check_new_column(const Relation& relation, const Column& column, const Node& definition);
    void check_plain(const Node& expression, std::string_view what);
    void check_immutable(const Node& expression, const Relation& relation, std::string_view what);
    [[nodiscard]] Column column_of(const Node& definition);
    static void name_sequence(const Relation& relation, Column& column, const Node& definition);
    bool has_column_or_fails(const Relation& relation, const std::string& column);

    // constraints.cpp
    void add_constraint(Relation& relation, const Node& definition, const Column* of_new_column);
    void add_check(Relation& relation, const Node& definition, Constraint constraint);
    void add_foreign_key(Relation& relation, const Node& definition, Constraint constraint,
                         const Column* of_new_column);
    void add_key(Relation& relation, const Node& definition, Constraint constraint);
    void use_index(Relation& relation, const Node& definition, Constraint constraint);
    void validate_constraint(Relation& relation, const std::string& name);
    void drop_constraint(Relation& relation, const Node& command);
    void check_foreign_key_target(const Relation& relation, const Constraint& constraint);

    // drops.cpp
    void drop(const Node& statement);
    void drop_relation(const Name& name, const Node& statement, std::string_view what);
    void drop_index(const Name& name, const Node& statement);
    void drop_type(const Node& object, const Node& statement);
    void drop_function(const Node& object, const Node& statement);
    void drop_schema(const std::string& schema, const Node& statement);
    void drop_part(const Node& object, const Node& statement);
    void drop_column(Relation& relation, const Node& command);
    void drop_owned(const Node& statement);
    [[nodiscard]] bool is_told_of(const Name& name) const;
    void rename(const Node& statement);
    void rename_column(const Node& statement);
    void rename_relation(const Node& statement);
    void rename_type(const Node& statement);
    void set_schema(const Node& statement);
    void lose_dependents(const std::vector<std::string>& dependents, std::string_view of, bool cascade);
    [[nodiscard]] std::vector<std::string> dependents_of(const Name& relation) const;
    [[nodiscard]] std::vector<std::string> views_on(const Name& relation, const std::string& column) const;
    [[nodiscard]] std::vector<std::string> columns_of_type(const SqlType& type) const;
    [[nodiscard]] std::vector<std::string> columns_with_sequence(const Name& sequence) const;
    void forget(const Name& relation);

    // rows.cpp
    void update(const Node& statement);
    void remove_rows(const Node& statement);
    void insert(const Node& statement);
    void read_rows(const Node& query);
    void merge(const Node& statement);
    void truncate(const Node& statement);
    void copy(const Node& statement);
    void change_rows(const Node& statement, bool is_delete);
    void use_common_tables(const Node& statement);
    [[nodiscard]] bool is_selective(const Name& relation, const Node& condition) const;
    [[nodiscard]] bool is_old_table(const Node& from) const;
    [[nodiscard]] bool is_every_row(const Relation* relation, const Node& condition) const;

    /// Notes what is done to a relation, if it was there before.
    void touch(Rule rule, const Name& relation, LockMode lock, Work work = Work::none, std::string why = {});
    void fail(Rule rule, std::string what) { effects_.failures.push_back({rule, std::move(what)}); }
    void lose(Rule rule, std::string what) {
        effects_.removals.push_back({rule, Removal::Kind::other, std::move(what)});
    }
    /// Before it is forgotten: its columns may come back under its name.
    void lose_relation(Rule rule, const Name& relation, std::string what);
    /// The relation, or one of that name of which nothing is known.
    [[nodiscard]] Relation& relation_or_unknown(const Name& name);
    [[nodiscard]] bool is_old(const Relation& relation) const { return symbols_.is_old(relation); }
    [[nodiscard]] static std::string unique_name(const Relation& relation, const std::string& stem);

    Symbols& symbols_;
    Session& session_;
    int server_version_;
    StatementEffects effects_;
    std::string text_;
    Relation unknown_;
    int call_depth_ = 0;
};

/// Whether a DROP, an ALTER and the like was given CASCADE.
[[nodiscard]] bool cascades(const Node& statement);
/// Of a list of DefElem: the argument of that name; an empty node where there is none.
[[nodiscard]] const Node& option_of(const Node& options, std::string_view name);
/// Whether a DefElem of that name is there and not turned off.
[[nodiscard]] bool has_option(const Node& options, std::string_view name);

/// The name that PostgreSQL gives to an index without one: each column, and each expression by its name. statement: of
/// CREATE INDEX. What others of that name are there is not looked at.
[[nodiscard]] std::string default_index_name(const Relation& relation, const Node& statement);

}  // namespace rev::lint
