#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "sql/statements.hpp"

namespace rev::run {

/// Names of settings of applications (app.tenant) that SQL may set. PostgreSQL lists such settings nowhere, and answers
/// only for a name.
struct NamedSettings {
    std::vector<std::string> names;   ///< that stand behind SET or in a string, with a dot; sorted, each once
    std::vector<std::string> pieces;  ///< words in the strings of what calls set_config(); two may make up a name
};

/// What PostgreSQL's SQL names, in strings and bodies of functions too. A name that is put together elsewhere is not
/// found.
[[nodiscard]] NamedSettings named_settings(std::string_view sql);

/// The same of a section and of the functions of the database that it may call: those that set something.
[[nodiscard]] NamedSettings named_settings(Database& database, std::string_view section);

/// Whether statements, or functions of the database that they or triggers may call, set for the session what has a name
/// that is worked out, such as a column's value: nobody can ask for such a setting then. What stands before a RESET ALL
/// does not count.
[[nodiscard]] bool works_out_names(Database& database, std::span<const Statement> statements);
/// The same of SQL alone, functions that it makes included.
[[nodiscard]] bool works_out_names(std::string_view sql);

}  // namespace rev::run
