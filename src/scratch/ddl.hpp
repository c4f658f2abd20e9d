#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "rev/dialect.hpp"

namespace rev::scratch {

/// DDL, and what it is called in messages: a path as the user would write it, or a program.
struct DdlText {
    std::string shown;
    std::string text;
};

/// Files in the order given; a folder stands for the *.sql files in it and below, by name. Throws Error with
/// ExitCode::graph ("schema_not_readable"): a path that is not there or cannot be read, a folder without such a file.
[[nodiscard]] std::vector<DdlText> read_ddl(std::span<const std::filesystem::path> paths);

/// What may not stand at the top level of a desired schema: data, what reaches beyond the database or to another file,
/// what takes statements back, and bytes that are no text. Throws Error
/// with ExitCode::graph ("not_a_schema"), located, with what to do instead. Bodies of functions are not looked at.
void refuse_what_is_no_schema(const DdlText& ddl, Dialect dialect);

/// Without the lines `\restrict ...` and `\unrestrict ...` that pg_dump writes for psql; every other line stays where
/// it is.
[[nodiscard]] std::string without_restrict_commands(std::string text);

}  // namespace rev::scratch
