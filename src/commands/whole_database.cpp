#include "commands/whole_database.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <system_error>

#include "app/connect.hpp"
#include "base/files.hpp"
#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "report/text_reporter.hpp"

namespace rev::commands {

namespace fs = std::filesystem;

namespace {

/// What SQLite and rev keep beside the file.
constexpr std::array companions{"-wal", "-shm", "-journal", "-rev-lock"};

Error no_database_name(const DatabaseUrl& url) {
    return Error(ExitCode::usage, error_codes::no_database_name,
                 fmt::format("{} names no database that could be made or dropped", url.display()))
        .with_hint(url.dialect == Dialect::sqlite ? "such as sqlite:///app.db" : "such as postgresql://host/app");
}

bool is_in_memory(const DatabaseUrl& url) { return url.database.empty() || url.database == ":memory:"; }

/// An empty file is a database that nothing was written into.
bool is_database_file(const fs::path& file) {
    constexpr std::string_view magic = "SQLite format 3";
    std::ifstream in(file, std::ios::binary);
    std::array<char, magic.size()> start{};
    in.read(start.data(), start.size());
    const std::string_view found(start.data(), static_cast<std::size_t>(in.gcount()));
    return in.is_open() && (found.empty() || found == magic);
}

void remove_file(const fs::path& file) {
    std::error_code failure;
    // No failure if there is none of this name.
    fs::remove(file, failure);
    if (failure)
        throw Error(ExitCode::database, error_codes::permission_denied,
                    fmt::format("cannot remove {}: {}", base::printable(file.string()), failure.message()));
}

void run_alone(Database& database, const std::string& sql) {
    // CREATE DATABASE and DROP DATABASE cannot run in a transaction block, nor beside other statements in one message.
    Command command;
    command.sql = sql;
    const std::array commands{command};
    (void)database.run(commands);
}

bool has_sqlstate(const Error& error, std::string_view sqlstate) { return error.sqlstate() == sqlstate; }

}  // namespace

void refuse_protected(Context& context, std::string_view action) {
    const auto& config = context.config();
    if (!config.is_protected) return;
    const auto where = config.environment.empty() ? std::string("this project") : "environment " + config.environment;
    throw Error(ExitCode::usage, error_codes::protected_database,
                fmt::format("{} is protected: rev does not {} there", where, action))
        .with_hint("`protected: true` in alembic.yaml says so; no option goes over it");
}

WholeDatabase::WholeDatabase(Context& context) : context_(context), url_(context.database_url()) {
    if (is_sqlite() ? is_in_memory(url_) : url_.database.empty()) throw no_database_name(url_);
    if (is_sqlite()) file_ = fs::absolute(context.config().directory / url_.database).lexically_normal();
}

std::string WholeDatabase::name() const { return url_.display(); }

/// PostgreSQL lets nobody make or drop the database that he is connected to. "postgres" is there for this; template1
/// comes second, as CREATE DATABASE copies it, which a session of somebody else in it prevents.
std::unique_ptr<Database> WholeDatabase::open_maintenance() {
    report::TextReporter reporter(context_.err(), context_.err_style(), context_.quiet());
    const auto options = app::writing_options(context_.config(), reporter);
    auto maintenance = url_;
    for (const char* name : {"postgres", "template1"}) {
        if (url_.database == name) continue;
        maintenance.database = name;
        try {
            return app::open_waiting(maintenance, options, context_.wait(), reporter);
        } catch (const Error& error) {
            if (error.code() != error_codes::no_such_database) throw;
        }
    }
    throw Error(ExitCode::database, error_codes::no_maintenance_database,
                fmt::format("the server of {} has neither a database postgres nor template1", name()))
        .with_hint("make or drop the database with the server's own tools");
}

bool WholeDatabase::is_there() {
    if (is_sqlite()) return fs::exists(file_);
    const std::array<SqlValue, 1> name{url_.database};
    return !open_maintenance()->query("SELECT 1 FROM pg_database WHERE datname = ?", name).empty();
}

bool WholeDatabase::create() { return is_sqlite() ? create_file() : create_on_server(); }

bool WholeDatabase::drop(OtherSessions others) { return is_sqlite() ? drop_file() : drop_on_server(others); }

bool WholeDatabase::create_file() {
    try {
        // An empty file is a valid, empty database to SQLite, and it fails where there is one already.
        base::create_text_file(file_, "");
        return true;
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::file_exists) return false;
        throw Error(ExitCode::database, error_codes::cannot_open,
                    fmt::format("cannot make {}: {}", base::printable(file_.string()), error.code().message()))
            .with_hint("its folder must be there and writable");
    }
}

bool WholeDatabase::create_on_server() {
    if (is_there()) return false;
    const auto database = open_maintenance();
    try {
        run_alone(*database, "CREATE DATABASE " + database->quote_identifier(url_.database));
        return true;
    } catch (const Error& error) {
        if (has_sqlstate(error, sqlstate::duplicate_database)) return false;  // somebody else was quicker
        throw Error(ExitCode::database, error_codes::cannot_create, error.what())
            .with_sqlstate(error.sqlstate())
            .with_detail(error.detail())
            .with_hint("the role needs the right to: ALTER ROLE ... CREATEDB");
    }
}

/// Whoever runs a revision now would go on in a file that nobody finds any more.
void WholeDatabase::refuse_running() {
    const auto database = context_.open_for_reading();
    const auto holder = state::find_run(*database, state::find_tables(*database, context_.version_table()));
    if (!holder) return;
    throw Error(ExitCode::database, error_codes::locked, fmt::format("a run is on {}: {}", name(), holder->description))
        .with_hint("wait for its end");
}

bool WholeDatabase::drop_file() {
    if (!fs::exists(file_)) return false;
    // Of a link, the file that it leads to is the database, and SQLite keeps its companions beside that.
    const auto real = fs::canonical(file_);
    if (!fs::is_regular_file(real) || !is_database_file(real))
        throw Error(ExitCode::database, error_codes::not_a_database,
                    fmt::format("{} is no SQLite database, and is not removed", base::printable(file_.string())))
            .with_hint("`rev --url` or url in alembic.yaml names another file than you meant");
    refuse_running();
    remove_file(real);
    // A -wal or -journal that is left behind would be taken for that of a new file of the same name.
    for (const auto* companion : companions) remove_file(real.string() + companion);
    if (fs::is_symlink(file_)) remove_file(file_);
    return true;
}

bool WholeDatabase::drop_on_server(OtherSessions others) {
    if (!is_there()) return false;
    const auto database = open_maintenance();
    try {
        run_alone(*database, "DROP DATABASE " + database->quote_identifier(url_.database) +
                                 (others == OtherSessions::end ? " WITH (FORCE)" : ""));
        return true;
    } catch (const Error& error) {
        if (has_sqlstate(error, sqlstate::invalid_catalog_name)) return false;  // somebody else was quicker
        // object_in_use
        const bool is_in_use = has_sqlstate(error, sqlstate::object_in_use);
        throw Error(ExitCode::database, is_in_use ? error_codes::database_in_use : error_codes::cannot_drop,
                    error.what())
            .with_sqlstate(error.sqlstate())
            .with_detail(error.detail())
            .with_hint(is_in_use ? "--force ends the other sessions" : "only its owner and superusers may drop it");
    }
}

}  // namespace rev::commands
