#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schema/migration.hpp"
#include "schema/sqlite/build_model.hpp"
#include "schema/sqlite/schema_view.hpp"

namespace rev::schema::sqlite {

/// Old name -> new name, in lower case.
using Names = std::map<std::string, std::string, std::less<>>;

/// The hints that say something of these two models.
struct ActiveRenames {
    Names tables;  ///< ordinary and virtual ones
    /// By the table's new name.
    std::map<std::string, Names, std::less<>> columns;

    /// Whether nothing is renamed.
    [[nodiscard]] bool empty() const noexcept { return tables.empty() && columns.empty(); }
    /// The other way round, by the tables' old names.
    [[nodiscard]] ActiveRenames inverted() const;
};

/// A hint is inert where the old name is not in `from`, or the new one not in `to`; and where it has been followed: the
/// new name is in `from` already, and what has the old one stays, or all is in its place.
[[nodiscard]] ActiveRenames active_renames(const SchemaView& from, const SchemaView& to, const Hints& hints);

/// One ALTER TABLE ... RENAME after the other, so that each new name is free when its turn comes.
struct RenameStep {
    std::string from;  ///< in lower case
    std::string to;    ///< in lower case; begins with _rev_ where it is out of the way only
};
/// taken: all names that there are.
[[nodiscard]] std::vector<RenameStep> steps_of(const Names& renames, const std::vector<std::string>& taken);

/// What SQLite makes of the statements when it renames. Views and triggers that mention the table are not among them.
void rename_table(std::vector<SchemaObject>& objects, const std::string& old_name, const std::string& new_name);
void rename_column(std::vector<SchemaObject>& objects, const std::string& table, const std::string& old_name,
                   const std::string& new_name);

/// `stem` with a name behind it that is not in `taken`; numbered where it has to be.
[[nodiscard]] std::string free_name(const std::string& stem, const std::vector<std::string>& taken);

}  // namespace rev::schema::sqlite
