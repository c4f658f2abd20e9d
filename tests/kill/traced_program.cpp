#include "kill/traced_program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <system_error>

namespace rev::test {
namespace {

constexpr int system_call_stop = SIGTRAP | 0x80;  ///< with PTRACE_O_TRACESYSGOOD

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

bool is_lock(std::uint64_t command) {
    return command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

/// Whether a database can notice the call. Progress messages on standard output and error are left out.
bool is_noticed(const __ptrace_syscall_info& call) {
    const auto& arguments = call.entry.args;
    switch (call.entry.nr) {
        case SYS_write:
            return arguments[0] > 2;
        case SYS_pwrite64:
        case SYS_fsync:
        case SYS_fdatasync:
        case SYS_ftruncate:
        case SYS_unlinkat:
        case SYS_sendto:
        case SYS_sendmsg:
        case SYS_recvfrom:
#ifdef SYS_unlink
        case SYS_unlink:
#endif
            return true;
        case SYS_openat:
            return (arguments[2] & O_CREAT) != 0;
        case SYS_fcntl:
            return is_lock(arguments[1]);
        default:
            return false;
    }
}

bool is_noticed_call(pid_t pid) {
    __ptrace_syscall_info call{};
    if (::ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof call, &call) <= 0) return false;
    return call.op == PTRACE_SYSCALL_INFO_ENTRY && is_noticed(call);
}

/// Waits for the next stop; false at the program's end, which is left for its owner to wait for.
bool wait_for_stop(pid_t pid, int& status) {
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WSTOPPED | WNOWAIT) != 0)
        if (errno != EINTR) throw_errno("waitid");
    if (info.si_code == CLD_EXITED || info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED) return false;
    return ::waitpid(pid, &status, 0) == pid;
}

/// Lets it run to its next system call, or signal, which is passed on.
void go_on(pid_t pid, int status) {
    const int signal_number = WSTOPSIG(status);
    const bool pass_on = signal_number != system_call_stop && signal_number != SIGTRAP;
    if (::ptrace(PTRACE_SYSCALL, pid, nullptr, pass_on ? signal_number : 0) != 0 && errno != ESRCH)
        throw_errno("ptrace");
}

}  // namespace

TracedResult run_traced(const Arguments& command, ProgramOptions options, std::size_t at,
                        const std::function<void(const RunningProgram&)>& blow) {
    options.traced = true;
    RunningProgram program(command, options);
    TracedResult traced;
    int status = 0;
    bool watched = false;
    while (wait_for_stop(program.pid(), status)) {
        if (!watched) {
            constexpr auto wishes = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
            if (::ptrace(PTRACE_SETOPTIONS, program.pid(), nullptr, wishes) != 0) throw_errno("ptrace");
            watched = true;
        }
        if (WSTOPSIG(status) == system_call_stop && is_noticed_call(program.pid()) && ++traced.calls == at)
            blow(program);
        go_on(program.pid(), status);
    }
    traced.result = program.wait();
    return traced;
}

}  // namespace rev::test
