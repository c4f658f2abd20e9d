#include "scratch/own_server.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <map>
#include <system_error>
#include <thread>
#include <vector>

#include "base/process.hpp"
#include "base/text.hpp"
#include "db/database.hpp"

namespace rev::scratch {

namespace fs = std::filesystem;

namespace {

Error no_server(const std::string& message) { return Error(ExitCode::database, error_codes::no_scratch, message); }

bool has_programs(const fs::path& folder) {
    return ::access((folder / "initdb").c_str(), X_OK) == 0 && ::access((folder / "postgres").c_str(), X_OK) == 0;
}

/// 15 of "postgres (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)"; 0: not known.
int major_version_of(const fs::path& folder) {
    try {
        const auto said = base::run_process({(folder / "postgres").string(), "--version"}).output;
        const auto at = said.find_first_of("0123456789");
        int version = 0;
        if (at != std::string::npos) std::from_chars(said.data() + at, said.data() + said.size(), version);
        return version;
    } catch (const std::system_error&) {
        // It does not run. As version 0 it is taken only where there is nothing else.
        return 0;
    }
}

/// Where distributions put the programs of one version each: /usr/lib/postgresql/15/bin, /usr/pgsql-15/bin.
std::vector<fs::path> folders_of_distributions() {
    std::vector<fs::path> folders;
    std::error_code unknown;
    for (fs::directory_iterator entry("/usr/lib/postgresql", unknown), end; !unknown && entry != end;
         entry.increment(unknown))
        folders.push_back(entry->path() / "bin");
    for (fs::directory_iterator entry("/usr", unknown), end; !unknown && entry != end; entry.increment(unknown))
        if (entry->path().filename().native().starts_with("pgsql-")) folders.push_back(entry->path() / "bin");
    folders.emplace_back("/usr/local/pgsql/bin");
    return folders;
}

std::vector<fs::path> candidate_folders() {
    auto folders = folders_of_distributions();
    const char* path = std::getenv("PATH");
    for (const auto& folder : base::split_list(path == nullptr ? "" : path, ':'))
        if (!folder.empty()) folders.emplace_back(folder);
    return folders;
}

}  // namespace

std::optional<fs::path> find_server_programs(int major_version) {
    std::map<int, fs::path> by_version;
    for (const auto& folder : candidate_folders())
        // The first folder of a version counts: distributions' own before what PATH has.
        if (has_programs(folder)) by_version.emplace(major_version_of(folder), folder);
    if (by_version.empty()) return std::nullopt;
    if (major_version == 0) return by_version.rbegin()->second;
    const auto found = by_version.find(major_version);
    return found == by_version.end() ? std::nullopt : std::optional(found->second);
}

OwnServer::OwnServer(const fs::path& programs, const std::string& superuser, const std::function<bool()>& interrupted) {
    if (::geteuid() == 0 && !user_) throw no_server("PostgreSQL does not run as root, and there is no user nobody");
    if (user_ && ::chown(folder_.path().c_str(), user_->user, user_->group) != 0)
        throw no_server("the temporary folder cannot be given to the server's user");
    initialise(programs, superuser);
    start(programs);
    url_.dialect = Dialect::postgresql;
    url_.user = superuser;
    url_.database = "postgres";
    // No port is opened: the number is part of the socket's file name.
    url_.query = {{"host", folder_.path().string()}, {"port", "5432"}};
    wait_until_ready(interrupted);
}

void OwnServer::initialise(const fs::path& programs, const std::string& superuser) {
    // Without passwords, as only this user can enter the folder of the socket. Every system has the locale C; databases
    // get that of the target. What a power failure would lose is lost with the folder anyway.
    ServerProcess initdb({(programs / "initdb").string(), "-D", (folder_.path() / "data").string(), "-U", superuser,
                          "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"},
                         folder_.path(), folder_.path() / "log", user_);
    if (initdb.wait() != 0) throw no_server("initdb failed: " + last_words());
}

void OwnServer::start(const fs::path& programs) {
    std::vector<std::string> arguments = {(programs / "postgres").string(),
                                          "-D",
                                          (folder_.path() / "data").string(),
                                          "-k",
                                          folder_.path().string(),
                                          "-p",
                                          "5432"};
    // No port, only the socket; nothing of it has to survive; nobody's tables grow old in it.
    for (const char* setting : {"listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off",
                                "autovacuum=off", "max_connections=20", "logging_collector=off"}) {
        arguments.emplace_back("-c");
        arguments.emplace_back(setting);
    }
    server_ = std::make_unique<ServerProcess>(arguments, folder_.path(), folder_.path() / "log", user_);
}

void OwnServer::wait_until_ready(const std::function<bool()>& interrupted) {
    constexpr std::chrono::seconds longest{60};
    constexpr std::chrono::milliseconds between_tries{20};
    for (const auto start = std::chrono::steady_clock::now();; std::this_thread::sleep_for(between_tries)) {
        try {
            // Only a connection tells that it is ready: the socket is there before that.
            (void)open_database(url_, {});
            return;
        } catch (const Error&) {  // not yet
            if (server_->has_ended()) throw no_server("the server did not start: " + last_words());
            if (interrupted && interrupted()) throw no_server("the start of the server was interrupted");
            if (std::chrono::steady_clock::now() - start > longest) throw no_server("the server did not start in time");
        }
    }
}

std::string OwnServer::last_words() const {
    try {
        const auto log = base::read_text_file(folder_.path() / "log");
        const auto text = base::trim(log);
        // The last line has the reason; those before it tell how far it came.
        const auto line = text.rfind('\n');
        return base::printable(line == std::string_view::npos ? text : text.substr(line + 1));
    } catch (const std::system_error&) {
        return "it said nothing";
    }
}

}  // namespace rev::scratch
