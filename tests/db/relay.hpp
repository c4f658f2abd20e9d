#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace rev::test {

/// A TCP relay before the server of REV_TEST_POSTGRES_URL, for one connection at a time, that counts round trips:
/// how often the client asks something after the server has spoken.
class Relay {
public:
    Relay();
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    /// `url` (of this server) with the relay's port.
    [[nodiscard]] std::string through(const std::string& url) const;
    [[nodiscard]] int round_trips() const noexcept { return round_trips_; }
    /// Breaks the connection as soon as the client has sent something that holds `text`; the server gets it still.
    void break_after(const std::string& text) { break_after("", text); }
    /// The same, but not before the client has sent `first`, which may be in the same piece.
    void break_after(const std::string& first, const std::string& text) {
        const std::lock_guard held(fault_mutex_);
        break_behind_ = first;
        break_after_ = text;
    }
    /// Like a network that drops what it is given: from then on, nothing goes on in either direction, and nobody who
    /// connects is answered. The connections stay open.
    void fall_silent_after(const std::string& text) {
        const std::lock_guard held(fault_mutex_);
        silent_after_ = text;
    }
    [[nodiscard]] bool is_silent() const noexcept { return is_silent_; }

private:
    enum class Fault { none, silence, break_off };

    void serve();
    void relay(int client, int server);
    /// What the client's `data` brings about, by what the test's thread has asked for.
    Fault fault_at(std::string_view data);

    std::mutex fault_mutex_;
    std::string break_after_;
    std::string break_behind_;
    std::string silent_after_;
    int listener_ = -1;
    int server_port_ = 0;
    int port_ = 0;
    std::atomic<int> round_trips_ = 0;
    std::atomic<bool> is_silent_ = false;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

}  // namespace rev::test
