#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/database.hpp"
#include "support/temporary_folder.hpp"

namespace rev::test {

/// A change of a table such as the version table.
inline constexpr auto insert_version = "INSERT INTO versions (id) VALUES (?)";

inline Command sql(std::string_view text, std::size_t first_line = 1) {
    Command command;
    command.sql = text;
    command.first_line = first_line;
    return command;
}

inline Command of_kind(Command::Kind kind, std::string_view text = {}) {
    Command command;
    command.kind = kind;
    command.sql = text;
    return command;
}

inline Command begin() { return of_kind(Command::Kind::begin); }
inline Command commit() { return of_kind(Command::Kind::commit); }
inline Command reset() { return of_kind(Command::Kind::reset); }
inline Command expect_empty(std::string_view text) { return of_kind(Command::Kind::expect_empty, text); }

inline Command change(std::string_view text, std::vector<SqlValue> parameters = {}) {
    auto command = of_kind(Command::Kind::change, text);
    command.parameters = std::move(parameters);
    return command;
}

inline BatchResult run(Database& database, const std::vector<Command>& commands) { return database.run(commands); }

/// The error of a batch that must fail.
inline CommandError failure_of(Database& database, const std::vector<Command>& commands) {
    try {
        database.run(commands);
    } catch (const CommandError& error) {
        return error;
    }
    throw std::runtime_error("the batch did not fail");
}

/// Rows as text: columns joined by `|`, rows by line feeds, NULL as "NULL".
inline std::string rows(Database& database, std::string_view query, const std::vector<SqlValue>& parameters = {}) {
    std::string text;
    for (const auto& row : database.query_in_session(query, parameters)) {
        if (!text.empty()) text += '\n';
        for (std::size_t i = 0; i < row.size(); ++i) text += (i > 0 ? "|" : "") + row[i].value_or("NULL");
    }
    return text;
}

/// The error of opening a database that cannot be opened.
inline Error open_failure(const DatabaseUrl& url, const OpenOptions& options = {}) {
    try {
        (void)open_database(url, options);
    } catch (const Error& error) {
        return error;
    }
    throw std::runtime_error("the database could be opened");
}

/// All of an error that people and programs get to see.
inline std::string all_text(const Error& error) {
    return std::string(error.what()) + "\n" + error.detail() + "\n" + error.hint() + "\n" + error.location().line_text;
}

/// What a shell command prints; its exit code must be 0.
inline std::string output_of(const std::string& command) {
    std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("popen failed");
    std::string output;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) output += static_cast<char>(c);
    if (pclose(pipe) != 0) throw std::runtime_error(command + " failed: " + output);
    return output;
}

inline void write_file(const std::filesystem::path& path, std::string_view text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return (std::ostringstream() << in.rdbuf()).str();
}

inline DatabaseUrl sqlite_url(const std::filesystem::path& file) {
    DatabaseUrl url;
    url.dialect = Dialect::sqlite;
    url.database = file.string();
    return url;
}

}  // namespace rev::test
