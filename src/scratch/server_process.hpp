#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rev::scratch {

/// Whom a program runs as where this process may choose.
struct SystemUser {
    uid_t user = 0;
    gid_t group = 0;
};
/// PostgreSQL refuses to run as root: then it is the user postgres, else nobody. nullopt: as this process.
[[nodiscard]] std::optional<SystemUser> server_user();

/// A program without a shell, in a session of its own, so that no terminal interrupts it; its outputs go to `log`. It
/// gets SIGQUIT when this process ends, however it ends. Ended with SIGQUIT by the destructor.
class ServerProcess {
public:
    /// Throws std::system_error where no process can be made; a program that cannot be run ends with code 127.
    ServerProcess(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                  const std::filesystem::path& log, const std::optional<SystemUser>& user);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    /// Asks without waiting. Once true, it stays so.
    [[nodiscard]] bool has_ended();
    /// Waits for its end; as a shell tells it.
    int wait();

private:
    pid_t child_ = -1;
    std::optional<int> exit_code_;
};

}  // namespace rev::scratch
