#include "scratch/server_process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>

#include "base/files.hpp"

namespace rev::scratch {
namespace {

constexpr int cannot_run = 127;

/// What the new process does before it becomes the program: calls that are safe between fork and exec, no others.
[[noreturn]] void become(const std::vector<char*>& arguments, const char* folder, int log,
                         const std::optional<SystemUser>& user, pid_t parent) {
    // exec() keeps what is blocked and what is ignored; only handlers it takes away.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    // Shells start what runs in the background with SIGINT and SIGQUIT ignored: then the server would not hear the
    // signal that ends it, until it has handlers of its own.
    for (const int number : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ}) ::signal(number, SIG_DFL);
    // A session of its own: Ctrl-C in the terminal is for rev, which then stops the server itself.
    ::setsid();
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    if (user && (::setgroups(0, nullptr) != 0 || ::setgid(user->group) != 0 || ::setuid(user->user) != 0))
        ::_exit(cannot_run);
    // Behind setuid(), which forgets it.
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    // It may have died before it was asked to be told of.
    if (::getppid() != parent || ::chdir(folder) != 0) ::_exit(cannot_run);
    ::execv(arguments.front(), arguments.data());
    ::_exit(cannot_run);
}

int code_of(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

std::optional<SystemUser> find_user(const char* name) {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    // getpwnam() has one entry for all threads.
    if (::getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return std::nullopt;
    return SystemUser{found->pw_uid, found->pw_gid};
}

}  // namespace

std::optional<SystemUser> server_user() {
    if (::geteuid() != 0) return std::nullopt;
    for (const char* name : {"postgres", "nobody"})
        if (const auto user = find_user(name)) return user;
    return std::nullopt;
}

ServerProcess::ServerProcess(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                             const std::filesystem::path& log, const std::optional<SystemUser>& user) {
    std::vector<char*> list;
    for (const auto& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));
    list.push_back(nullptr);
    const base::FileDescriptor output(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    const auto parent = ::getpid();
    child_ = ::fork();
    if (child_ < 0) throw std::system_error(errno, std::generic_category(), arguments.front());
    if (child_ == 0) become(list, folder.c_str(), output.number(), user, parent);
}

ServerProcess::~ServerProcess() {
    if (exit_code_) return;
    // PostgreSQL's immediate shutdown: there is nothing to be saved. Whoever does not heed it is killed.
    constexpr int longest_tries = 500;
    constexpr std::chrono::milliseconds between_tries{10};
    ::kill(child_, SIGQUIT);
    for (int tries = 0; tries < longest_tries && !has_ended(); ++tries) std::this_thread::sleep_for(between_tries);
    if (!exit_code_) ::kill(child_, SIGKILL);
    wait();
}

bool ServerProcess::has_ended() {
    int status = 0;
    if (!exit_code_ && ::waitpid(child_, &status, WNOHANG) == child_) exit_code_ = code_of(status);
    return exit_code_.has_value();
}

int ServerProcess::wait() {
    int status = 0;
    while (!exit_code_) {
        if (::waitpid(child_, &status, 0) == child_)
            exit_code_ = code_of(status);
        else if (errno != EINTR)
            exit_code_ = cannot_run;
    }
    return *exit_code_;
}

}  // namespace rev::scratch
