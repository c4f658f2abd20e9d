#include "scratch/ddl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/files.hpp"
#include "base/text.hpp"
#include "rev/error.hpp"
#include "rev/statements.hpp"
#include "script/listing.hpp"

namespace rev::scratch {

namespace fs = std::filesystem;

namespace {

Error not_readable(const fs::path& path, const std::string& why) {
    return Error(ExitCode::graph, error_codes::schema_not_readable,
                 fmt::format("cannot read {}: {}", script::shown_path(path), why))
        .with_hint("check `schema` in alembic.yaml, or the path");
}

DdlText read_file(const fs::path& file) {
    try {
        return {script::shown_path(file), base::read_text_file(file)};
    } catch (const std::system_error& error) {
        throw not_readable(file, error.code().message());
    }
}

bool is_sql_file(const fs::directory_entry& entry) {
    const auto name = entry.path().filename().native();
    // Editors keep copies of open files under names that begin with a dot.
    return entry.is_regular_file() && entry.path().extension() == ".sql" && !name.starts_with('.');
}

std::vector<fs::path> sql_files_below(const fs::path& folder) {
    std::vector<fs::path> files;
    try {
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            if (is_sql_file(entry)) files.push_back(entry.path());
    } catch (const fs::filesystem_error& error) {
        throw not_readable(folder, error.code().message());
    }
    if (files.empty()) throw not_readable(folder, "there is no *.sql file in it");
    // The order in which a folder gives its files out differs from machine to machine.
    std::sort(files.begin(), files.end());
    return files;
}

/// What a desired schema does not hold, by the start of a statement's command.
struct Refused {
    std::string_view command;
    std::string_view advice;
};

constexpr std::string_view data_advice =
    "a desired schema holds definitions only: rows are written by a revision (`rev revision -m ...`) or by the "
    "application; pg_dump --schema-only leaves them out";
constexpr std::string_view role_advice =
    "roles belong to the whole server: create them where the server is set up, or in scratch_setup for a server of "
    "scratch_url";
constexpr std::string_view server_advice = "it belongs to the whole server: do it where the server is set up";

constexpr std::string_view subscription_advice =
    "it begins to copy another server's rows as soon as it is there: create it where the server is set up";
constexpr std::string_view rollback_advice = "what is taken back is no part of the schema: remove it";
constexpr std::string_view file_advice = "a desired schema is one database without rows, and touches no other file";

constexpr std::array refused_commands = {
    Refused{"COPY", data_advice},
    Refused{"INSERT", data_advice},
    Refused{"UPDATE", data_advice},
    Refused{"DELETE", data_advice},
    Refused{"MERGE", data_advice},
    Refused{"TRUNCATE", data_advice},
    Refused{"REPLACE", data_advice},
    Refused{"CREATE ROLE", role_advice},
    Refused{"ALTER ROLE", role_advice},
    Refused{"DROP ROLE", role_advice},
    Refused{"CREATE GROUP", role_advice},
    Refused{"ALTER GROUP", role_advice},
    Refused{"DROP GROUP", role_advice},
    Refused{"CREATE USER", role_advice},
    Refused{"ALTER USER", role_advice},
    Refused{"DROP USER", role_advice},
    Refused{"CREATE DATABASE", server_advice},
    Refused{"ALTER DATABASE", server_advice},
    Refused{"DROP DATABASE", server_advice},
    Refused{"CREATE TABLESPACE", server_advice},
    Refused{"ALTER TABLESPACE", server_advice},
    Refused{"DROP TABLESPACE", server_advice},
    Refused{"ALTER SYSTEM", server_advice},
    Refused{"CREATE SUBSCRIPTION", subscription_advice},
    Refused{"ALTER SUBSCRIPTION", subscription_advice},
    Refused{"DROP SUBSCRIPTION", subscription_advice},
    Refused{"ROLLBACK", rollback_advice},
    Refused{"ROLLBACK TO SAVEPOINT", rollback_advice},
    Refused{"ABORT", rollback_advice},
    Refused{"PREPARE TRANSACTION", rollback_advice},
    Refused{"ATTACH", file_advice},
    Refused{"DETACH", file_advice},
    Refused{"VACUUM", file_advice},
};

std::optional<std::string_view> find_advice(const Statement& statement) {
    if (statement.command.ends_with("CONCURRENTLY"))
        return "write it without CONCURRENTLY: a desired schema is loaded into an empty database; `--online` writes "
               "the "
               "revision with it";
    const auto found = std::ranges::find(refused_commands, statement.command, &Refused::command);
    if (found == refused_commands.end()) return std::nullopt;
    return found->advice;
}

Location location_of(const DdlText& ddl, std::size_t offset) {
    const auto position = base::position_of(ddl.text, offset);
    return {.file = ddl.shown,
            .line = position.line,
            .column = position.column,
            .line_text = std::string(position.line_text)};
}

/// What is no text would be a server's error without its place, or part of a name.
void require_utf8(const DdlText& ddl) {
    const auto nul = ddl.text.find('\0');
    const auto invalid = nul != std::string::npos ? std::optional(nul) : base::find_invalid_utf8(ddl.text);
    if (!invalid) return;
    throw Error(ExitCode::graph, error_codes::not_a_schema,
                fmt::format("byte 0x{:02x} is not valid UTF-8 text", static_cast<unsigned char>(ddl.text[*invalid])))
        .with_location(location_of(ddl, *invalid))
        .with_hint("save the file as UTF-8 text");
}

}  // namespace

std::vector<DdlText> read_ddl(std::span<const fs::path> paths) {
    std::vector<DdlText> texts;
    for (const auto& path : paths) {
        // What is not there is no folder either; to read it as a file then says why not.
        std::error_code unknown;
        if (fs::is_directory(path, unknown)) {
            for (const auto& file : sql_files_below(path)) texts.push_back(read_file(file));
        } else {
            texts.push_back(read_file(path));
        }
    }
    return texts;
}

void refuse_what_is_no_schema(const DdlText& ddl, Dialect dialect) {
    require_utf8(ddl);
    for (const auto& statement : split_statements(ddl.text, dialect)) {
        const auto advice = find_advice(statement);
        if (!advice) continue;
        throw Error(ExitCode::graph, error_codes::not_a_schema,
                    fmt::format("{} in a desired schema", statement.command))
            .with_location(location_of(ddl, statement.offset))
            .with_hint(std::string(*advice));
    }
}

/// Blanks in their place, so that the server's positions are those of the file.
std::string without_restrict_commands(std::string text) {
    // pg_dump writes them since the minor releases of August 2025. They are psql's, and no SQL.
    for (const std::string_view command : {"\\restrict ", "\\unrestrict "}) {
        for (auto at = text.find(command); at != std::string::npos; at = text.find(command, at + 1)) {
            const bool begins_line = at == 0 || text[at - 1] == '\n';
            const auto end = std::min(text.find_first_of("\r\n", at), text.size());
            if (begins_line) text.replace(at, end - at, end - at, ' ');
        }
    }
    return text;
}

}  // namespace rev::scratch
