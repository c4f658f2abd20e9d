// An application that upgrades its database when it starts.
//
//     embedded notes.db                   its own SQLite connection, revisions compiled in
//     embedded postgresql://app@db/notes  a URL
//     embedded notes.db versions          revisions of a folder
#include <sqlite3.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <rev/project.hpp>
#include <string>

#include "revisions.hpp"

namespace {

using Connection = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

Connection open_sqlite(const char* file) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open(file, &opened);
    Connection connection(opened, sqlite3_close);
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(opened));
    return connection;
}

void tell(const rev::RunEvent& event) {
    using Kind = rev::RunEvent::Kind;
    if (event.kind == Kind::step_started)
        std::cout << event.number << "/" << event.of << " " << event.revision->message << std::flush;
    if (event.kind == Kind::step_finished) std::cout << ": done\n";
    if (event.kind == Kind::waiting) std::cout << "waiting for " << event.text << std::endl;
    if (event.kind == Kind::warning) std::cout << "warning: " << event.text << std::endl;
}

void upgrade(const rev::Project& project, const rev::DatabaseRef& database) {
    rev::RunOptions options;
    options.on_event = tell;
    options.wait = std::chrono::seconds(10);
    const auto result = project.upgrade(database, "heads", options);
    if (result.steps.empty()) std::cout << "nothing to do\n";
    for (const auto* revision : project.current(database)) std::cout << "the database is at " << revision->id << "\n";
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "usage: embedded DATABASE [FOLDER]\n";
        return 2;
    }
    std::signal(SIGINT, rev::request_stop);  // Ctrl-C rolls back the step that runs
    const std::string database = argv[1];
    try {
        const auto project = argc > 2 ? rev::Project::from_folder(argv[2]) : rev::Project::embedded(revisions());
        if (database.find("://") != std::string::npos) {
            upgrade(project, database);
        } else {
            const auto connection = open_sqlite(argv[1]);
            upgrade(project, connection.get());
        }
    } catch (const rev::Error& error) {
        std::cerr << "cannot upgrade the database (" << error.code() << "): " << error.what() << "\n";
        if (error.location().line != 0) std::cerr << error.location().file << ":" << error.location().line << "\n";
        if (!error.hint().empty()) std::cerr << error.hint() << "\n";
        return static_cast<int>(error.exit_code());
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
