#include "outages/own_server.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <stdexcept>

#include "support/postgres.hpp"

namespace rev::test {
namespace {

void run_or_throw(const Arguments& command) {
    const auto result = run_program(command, {"/", {}, {}});
    if (result.exit_code != 0) throw std::runtime_error(command.back() + ": " + result.out + result.err);
}

/// The server refuses to run as root.
Arguments as_server_user(Arguments command) {
    if (::geteuid() == 0) command.insert(command.begin(), {"runuser", "-u", "postgres", "--"});
    return command;
}

std::string program(const std::string& name) { return required_variable("REV_TEST_POSTGRES_BIN") + "/" + name; }

}  // namespace

OwnServer::OwnServer(std::size_t largest_file) : largest_file_(largest_file) {
    give(folder_.path());
    run_or_throw(as_server_user({program("initdb"), "-D", data().string(), "--username=postgres", "--auth=trust",
                                 "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"}));
    std::ofstream(data() / "postgresql.conf", std::ios::app)
        << "listen_addresses = ''\nunix_socket_directories = '" << folder_.path().string() << "'\n";
    start();
}

OwnServer::~OwnServer() {
    try {
        stop_at_once();
    } catch (const std::exception&) {  // it is stopped already
    }
}

std::string OwnServer::url() const { return "postgresql://postgres@/postgres?host=" + folder_.path().string(); }

void OwnServer::start() const {
    Arguments limit;
    if (largest_file_ != 0) limit = {"prlimit", "--fsize=" + std::to_string(largest_file_)};
    auto command = as_server_user({});
    command.insert(command.end(), limit.begin(), limit.end());
    command.insert(command.end(),
                   {program("pg_ctl"), "-D", data().string(), "-l", (data() / "server.log").string(), "-w", "start"});
    run_or_throw(command);
}

void OwnServer::stop_at_once() const {
    run_or_throw(as_server_user({program("pg_ctl"), "-D", data().string(), "-m", "immediate", "-w", "stop"}));
}

void OwnServer::begin_recovery() const {
    std::ofstream(data() / "postgresql.conf", std::ios::app) << "hot_standby = off\n";
    std::ofstream(data() / "standby.signal").close();
    give(data() / "standby.signal");
    start();
}

void OwnServer::end_recovery() const {
    run_or_throw(as_server_user({program("pg_ctl"), "-D", data().string(), "-w", "promote"}));
}

std::string OwnServer::query(const std::string& sql) const {
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(url().c_str()), PQfinish);
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), sql.c_str()), PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(PQerrorMessage(connection.get()));
    std::string rows;
    for (int row = 0; row < PQntuples(result.get()); ++row)
        rows += (row == 0 ? "" : "\n") + std::string(PQgetvalue(result.get(), row, 0));
    return rows;
}

void OwnServer::give(const std::filesystem::path& folder) const {
    if (::geteuid() == 0) run_or_throw({"chown", "postgres", folder.string()});
}

}  // namespace rev::test
