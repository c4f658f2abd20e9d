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
#include "script/listing.hpp"
#include "sql/statements.hpp"

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
constexpr std::string_view concurrently_advice =
    "write it without CONCURRENTLY: a desired schema is loaded into an empty database; `--online` writes the revision "
    "with it";
constexpr std::string_view file_advice = "a desired schema is one database without rows, and touches no other file";

/// Of what CREATE, ALTER and DROP are about; nullopt: it is part of a schema.
std::optional<std::string_view> find_advice(sql::ObjectKind object) {
    switch (object) {
        case sql::ObjectKind::role:
        case sql::ObjectKind::group:
        case sql::ObjectKind::user:
            return role_advice;
        case sql::ObjectKind::database:
        case sql::ObjectKind::tablespace:
        case sql::ObjectKind::system:
            return server_advice;
        case sql::ObjectKind::subscription:
            return subscription_advice;
        default:
            return std::nullopt;
    }
}

/// What a desired schema does not hold; nullopt: it may have the statement.
std::optional<std::string_view> find_advice(const Statement& statement) {
    using sql::TransactionAction;
    using sql::Verb;
    const auto& facts = statement.facts;
    if (facts.concurrently) return concurrently_advice;
    if (facts.is_definition()) return find_advice(facts.object);
    if (facts.transaction_in({TransactionAction::rollback, TransactionAction::rollback_to, TransactionAction::prepare}))
        return rollback_advice;
    switch (facts.main_verb) {
        case Verb::copy:
        case Verb::insert:
        case Verb::update:
        case Verb::delete_rows:
        case Verb::merge:
        case Verb::truncate:
        case Verb::replace:
            return data_advice;
        case Verb::attach:
        case Verb::detach:
        case Verb::vacuum:
            return file_advice;
        default:
            return std::nullopt;
    }
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
