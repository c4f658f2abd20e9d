#include "db/relay.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

#include "db/database_url.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

/// What a client sends before it closes the connection; nobody answers.
constexpr std::string_view goodbye("X\0\0\0\4", 5);

sockaddr_in local_address(int port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

void no_delay(int socket) {
    const int yes = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(what);
}

bool send_all(int socket, std::string_view data) {
    while (!data.empty()) {
        const auto sent = send(socket, data.data(), data.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        data.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

Relay::Relay()
    : listener_(socket(AF_INET, SOCK_STREAM, 0)),
      server_port_(std::stoi(parse_database_url(required_variable("REV_TEST_POSTGRES_URL")).port)) {
    auto address = local_address(0);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    require(bind(listener_, generic, size) == 0 && listen(listener_, 8) == 0, "the relay cannot listen");
    require(getsockname(listener_, generic, &size) == 0, "the relay has no port");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

Relay::~Relay() {
    stop_ = true;
    thread_.join();
    close(listener_);
}

std::string Relay::through(const std::string& url) const {
    const auto from = ":" + std::to_string(server_port_) + "/";
    auto changed = url;
    return changed.replace(changed.find(from), from.size(), ":" + std::to_string(port_) + "/");
}

void Relay::serve() {
    while (!stop_) {
        pollfd waiting = {listener_, POLLIN, 0};
        if (poll(&waiting, 1, 20) <= 0) continue;
        const int client = accept(listener_, nullptr, nullptr);
        const int server = socket(AF_INET, SOCK_STREAM, 0);
        const auto address = local_address(server_port_);
        no_delay(client);
        no_delay(server);
        if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) relay(client, server);
        close(client);
        close(server);
    }
}

void Relay::relay(int client, int server) {
    bool server_spoke = true;
    std::array<char, 1 << 16> buffer = {};
    while (!stop_) {
        std::array<pollfd, 2> both = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
        if (poll(both.data(), both.size(), 20) <= 0) continue;
        const bool from_client = both[0].revents != 0;
        const auto got = read(from_client ? client : server, buffer.data(), buffer.size());
        if (got <= 0) return;
        const std::string_view data(buffer.data(), static_cast<std::size_t>(got));
        if (from_client && server_spoke && data != goodbye) ++round_trips_;
        server_spoke = !from_client;
        if (!send_all(from_client ? server : client, data)) return;
        const auto fault = from_client ? fault_at(data) : Fault::none;
        if (fault == Fault::silence) {
            is_silent_ = true;
            while (!stop_) ::poll(nullptr, 0, 20);
            return;
        }
        if (fault == Fault::break_off) {
            // The server acts on what it got before it sees the end.
            shutdown(server, SHUT_WR);
            while (read(server, buffer.data(), buffer.size()) > 0) continue;
            return;
        }
    }
}

Relay::Fault Relay::fault_at(std::string_view data) {
    const auto holds = [&](const std::string& text) { return data.find(text) != std::string_view::npos; };
    const std::lock_guard held(fault_mutex_);
    if (!silent_after_.empty() && holds(silent_after_)) return Fault::silence;
    if (holds(break_behind_)) break_behind_.clear();
    if (break_after_.empty() || !break_behind_.empty() || !holds(break_after_)) return Fault::none;
    break_after_.clear();
    return Fault::break_off;
}

}  // namespace rev::test
