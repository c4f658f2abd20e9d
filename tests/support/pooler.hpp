#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "support/postgres.hpp"
#include "support/temporary_folder.hpp"
#include "support/wait_until.hpp"

namespace rev::test {

/// pgbouncer before the test server, in a folder of its own.
class Pooler {
public:
    /// more: further lines of its configuration. place: of the server, "host=... port=...", which takes the user
    /// postgres; empty: the test server.
    explicit Pooler(const std::string& mode, const std::string& more = {}, const std::string& place = {})
        : port_(free_port()) {
        write("users", "\"postgres\" \"postgres\"\n");
        write("pgbouncer.ini",
              "[databases]\n* = " + (place.empty() ? place_of_test_server() : place) +
                  "\n[pgbouncer]\nlisten_addr = 127.0.0.1\n" + "listen_port = " + std::to_string(port_) +
                  "\nunix_socket_dir =\nauth_type = plain\nauth_file = " + (folder_.path() / "users").string() +
                  "\npool_mode = " + mode + "\nlogfile = " + (folder_.path() / "log").string() +
                  "\npidfile = " + (folder_.path() / "pid").string() + "\n" + more + "\n");
        std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
        const std::string user = geteuid() == 0 ? "runuser -u postgres -- " : "";
        run(user + "/usr/sbin/pgbouncer -q -d " + (folder_.path() / "pgbouncer.ini").string());
        wait_until_up();
    }
    ~Pooler() { (void)std::system(("kill $(cat " + (folder_.path() / "pid").string() + ")").c_str()); }
    Pooler(const Pooler&) = delete;
    Pooler& operator=(const Pooler&) = delete;

    /// Of a database of the test server: the same through the pooler.
    [[nodiscard]] std::string url(std::string server_url) const {
        const auto colon = server_url.rfind(':');
        return server_url.replace(colon + 1, server_url.find('/', colon) - colon - 1, std::to_string(port_));
    }

    /// The same with the test server's user and password.
    [[nodiscard]] std::string url() const {
        return "postgresql://postgres:postgres@127.0.0.1:" + std::to_string(port_) + "/postgres";
    }

private:
    static std::string place_of_test_server() {
        const auto server = required_variable("REV_TEST_POSTGRES_URL");
        const auto colon = server.rfind(':');
        return "host=127.0.0.1 port=" + server.substr(colon + 1, server.find('/', colon) - colon - 1);
    }
    /// Below the range that systems take for connections, any of which could have it.
    static int free_port() {
        constexpr int first = 10'240;
        constexpr int count = 9'000;
        for (int tries = 0; tries < count; ++tries) {
            const int port = first + (getpid() + tries * 101) % count;
            if (is_free(port)) return port;
        }
        throw std::runtime_error("no port is free");
    }
    static bool is_free(int port) {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const bool bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(socket);
        return bound;
    }

    static void run(const std::string& command) {
        if (std::system(command.c_str()) != 0) throw std::runtime_error("this failed: " + command);
    }
    void write(const std::string& name, const std::string& text) const { std::ofstream(folder_.path() / name) << text; }
    /// It goes into the background before it listens.
    void wait_until_up() const {
        wait_until("pgbouncer is up", [&] {
            std::ostringstream log;
            log << std::ifstream(folder_.path() / "log").rdbuf();
            return log.str().find("process up") != std::string::npos;
        });
    }

    TemporaryFolder folder_;
    int port_;
};

}  // namespace rev::test
