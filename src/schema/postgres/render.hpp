#pragma once

#include <string>
#include <vector>

#include "schema/migration.hpp"

namespace rev::schema::postgres {

/// What statements are written for.
struct RenderContext {
    const Model& before;
    const Model& after;
    const MigrationOptions& options;
    int version = 0;                         ///< server_version_num
    bool upgrade = true;                     ///< a downgrade has nothing to fill in
    bool online = false;                     ///< in forms that wait for nobody, outside a transaction
    std::set<FactId> remade = {};            ///< enum types that are made anew though labels could be added
    std::set<FactId> not_null_to_name = {};  ///< columns, see names_that_meet()
};

using Statements = std::vector<Statement>;

/// A table and what is written within its CREATE TABLE.
struct NewTable {
    const Fact* table = nullptr;
    std::vector<const Fact*> columns;      ///< in order; none that it inherits
    std::vector<const Fact*> defaults;     ///< of these columns
    std::vector<const Fact*> constraints;  ///< any order
    std::vector<const Fact*> parents;      ///< inheritance, in order
};
/// CREATE TABLE, then what can only be said by ALTER TABLE: settings of columns and constraints, row security.
[[nodiscard]] Statements create_table(const NewTable& table, const RenderContext& context);

/// A column of a table that is there, with its default (may be null).
[[nodiscard]] Statements add_column(const Fact& column, const Fact* column_default, const RenderContext& context);

/// Any fact of another kind, by itself.
[[nodiscard]] Statements create_object(const Fact& fact, const RenderContext& context);
[[nodiscard]] Statements drop_object(const Fact& fact, const RenderContext& context);
/// Whether `before` becomes `after` by alter_object(); else it has to be made anew.
[[nodiscard]] bool can_alter(const Fact& before, const Fact& after, const RenderContext& context);
[[nodiscard]] Statements alter_object(const Fact& before, const Fact& after, const RenderContext& context);

/// ALTER TABLE ... ALTER COLUMN ... TYPE, also where only the type of that name is another.
[[nodiscard]] Statement change_type(const Fact& before, const Fact& after, bool type_is_remade,
                                    const RenderContext& context);

// By group of kinds; each answers nothing for a kind that is not its own.
[[nodiscard]] Statements create_table_part(const Fact& fact, const RenderContext& context);
[[nodiscard]] Statements drop_table_part(const Fact& fact, const RenderContext& context);
[[nodiscard]] Statements alter_table_part(const Fact& before, const Fact& after, const RenderContext& context);
[[nodiscard]] Statements alter_table_itself(const Fact& before, const Fact& after, const RenderContext& context);
[[nodiscard]] Statements alter_column(const Fact& before, const Fact& after, const RenderContext& context);
[[nodiscard]] Statements create_type(const Fact& fact, const RenderContext& context);
[[nodiscard]] Statements alter_type(const Fact& before, const Fact& after, const RenderContext& context);
/// " CASCADE" where tables are of the attribute's type, which change with it.
[[nodiscard]] std::string with_typed_tables(const Fact& attribute, const RenderContext& context);
[[nodiscard]] Statements create_routine(const Fact& fact);
[[nodiscard]] Statements create_said(const Fact& fact, const RenderContext& context);
[[nodiscard]] Statements drop_said(const Fact& fact, const RenderContext& context);
[[nodiscard]] Statements change_grant(const Fact* before, const Fact* after, const RenderContext& context);

/// What default privileges give to a new object, turned into what it has in the new model.
[[nodiscard]] Statements take_back_default_grants(const Fact& object, const std::vector<const Fact*>& default_grants,
                                                  const RenderContext& context);

/// `name=value` lists: what SET and RESET need to get from one to the other; empty where there is nothing to do.
struct OptionChange {
    std::string set;
    std::string reset;
};
/// In the order of `after`; names of RESET sorted.
[[nodiscard]] OptionChange change_options(const std::string& before, const std::string& after);
/// OPTIONS (ADD ..., SET ..., DROP ...) of foreign data; empty where nothing changes.
[[nodiscard]] std::string change_foreign_options(const std::string& before, const std::string& after);
/// The options of CREATE SEQUENCE, each behind a blank; `prefix`: what the names of attributes begin with.
[[nodiscard]] std::string sequence_options(const Fact& fact, std::string_view prefix);
/// The options of ALTER SEQUENCE, and of ALTER COLUMN with `word` "SET " before each.
[[nodiscard]] std::string change_sequence(const Fact& before, const Fact& after, std::string_view prefix,
                                          std::string_view word);

/// The table that is a fact's parent, or the fact itself.
[[nodiscard]] FactId object_of(const Fact& fact);
/// sql: without a final `;`. fact: its object_of() is what the statement works on.
[[nodiscard]] Statement statement(std::string sql, const Fact& fact);
[[nodiscard]] Statement statement(std::string sql, const Fact& fact, HazardKind hazard, std::string detail);

}  // namespace rev::schema::postgres
