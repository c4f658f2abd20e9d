#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "db/database_url.hpp"
#include "import/folder.hpp"

namespace rev::foreign {

/// A program that runs under the project's interpreter and works on a scratch database. Source: python/guard.py.
struct PythonTask {
    std::string text;                       ///< of the program
    std::string modules;                    ///< that the interpreter must be able to import: "alembic, sqlalchemy"
    std::vector<std::string> programs;      ///< whose first line may name that interpreter
    std::filesystem::path project;          ///< where it runs
    nlohmann::json request;                 ///< what the program is told beside the scratch database
    std::string baseline = {};              ///< SQL of what is there before the first migration; empty: nothing
    bool only_asks = false;                 ///< it connects to nothing: what kind of database is wanted has to stay
    std::string maintenance_database = {};  ///< PostgreSQL: another one on the scratch server
    /// Is told what the program has reached, while it waits. Runs on another thread.
    std::function<void(const std::string& reached)> at_checkpoint = {};
};

/// The objects that it answered. Throws Error: ExitCode::usage without an interpreter ("no_python"), ExitCode::graph
/// for what fails ("recording_failed") or is refused ("recording_refused").
[[nodiscard]] std::vector<nlohmann::json> run_python(const PythonTask& task, const DatabaseUrl& scratch,
                                                     const Files& files);

// Values of an answer's object.

/// Empty: null, or not there.
[[nodiscard]] std::string text_in(const nlohmann::json& object, const char* key);
[[nodiscard]] std::vector<std::string> texts_in(const nlohmann::json& object, const char* key);

/// One SQL text of statements, each ended by a semicolon.
[[nodiscard]] std::string joined_statements(const nlohmann::json& statements);

/// Throws Error with ExitCode::graph ("foreign_file") where a literal is the value of a variable whose name says
/// that it is secret. file: as messages show it.
void refuse_secrets(const std::string& sql, const std::string& file);

}  // namespace rev::foreign
