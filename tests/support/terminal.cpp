#include "support/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "support/wait_until.hpp"

namespace rev::test {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void become(std::vector<char*> argv, std::vector<char*> environment, const std::string& directory) {
    if (::chdir(directory.c_str()) == 0) ::execvpe(argv[0], argv.data(), environment.data());
    ::_exit(127);
}

}  // namespace

TerminalSession::TerminalSession(const Arguments& command, const ProgramOptions& options) {
    auto texts = command;
    std::vector<std::string> settings;
    if (!options.environment.contains("TERM")) settings.emplace_back("TERM=xterm");
    for (const auto& [name, value] : child_environment(options.environment)) settings.push_back(name + "=" + value);
    std::vector<char*> argv;
    for (auto& text : texts) argv.push_back(text.data());
    argv.push_back(nullptr);
    std::vector<char*> environment;
    for (auto& setting : settings) environment.push_back(setting.data());
    environment.push_back(nullptr);
    const auto directory = options.directory.string();

    const winsize size{40, 100, 0, 0};
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "forkpty");
    if (pid_ == 0) become(std::move(argv), std::move(environment), directory);
}

TerminalSession::~TerminalSession() {
    ::close(terminal_);
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void TerminalSession::type(std::string_view keys) const {
    while (!keys.empty()) {
        const auto written = ::write(terminal_, keys.data(), keys.size());
        if (written < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "typing");
        if (written > 0) keys.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// Whether there was more. A terminal whose program ended reports an error (EIO). Throws at `end`, with what is
/// awaited.
bool TerminalSession::read_more(std::string_view awaited, Clock::time_point end) {
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        pollfd ready{terminal_, POLLIN, 0};
        const auto count = left > 0 ? ::poll(&ready, 1, static_cast<int>(left)) : 0;
        if (count < 0 && errno == EINTR) continue;
        if (count == 0) throw std::runtime_error(std::string(awaited) + " did not come in time, but: " + shown_);
        const auto got = count > 0 ? ::read(terminal_, buffer.data(), buffer.size()) : 0;
        if (got <= 0) return false;
        shown_.append(buffer.data(), static_cast<std::size_t>(got));
        return true;
    }
}

std::string TerminalSession::wait_for(std::string_view text) {
    const auto end = Clock::now() + longest_wait;
    for (;;) {
        if (const auto found = shown_.find(text); found != std::string::npos) {
            auto before = shown_.substr(0, found + text.size());
            shown_.erase(0, before.size());
            return before;
        }
        if (!read_more(text, end))
            throw std::runtime_error("\"" + std::string(text) + "\" was not shown, but: " + shown_);
    }
}

std::string TerminalSession::read_to_end() {
    const auto end = Clock::now() + longest_wait;
    while (read_more("the program's end", end)) {
    }
    return std::exchange(shown_, {});
}

}  // namespace rev::test
