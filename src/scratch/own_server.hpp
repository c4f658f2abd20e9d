#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "db/database_url.hpp"
#include "scratch/scratch_folder.hpp"
#include "scratch/server_process.hpp"

namespace rev::scratch {

/// A PostgreSQL server in a temporary folder that only this process uses: a Unix socket, no network, nothing synced.
class OwnServer {
public:
    /// programs: the folder of `initdb` and `postgres`. superuser: its name. Throws Error ("no_scratch") that says what
    /// the programs said, and "interrupted".
    OwnServer(const std::filesystem::path& programs, const std::string& superuser,
              const std::function<bool()>& interrupted);

    /// Of its database `postgres`.
    [[nodiscard]] const DatabaseUrl& url() const noexcept { return url_; }

private:
    void initialise(const std::filesystem::path& programs, const std::string& superuser);
    void start(const std::filesystem::path& programs);
    void wait_until_ready(const std::function<bool()>& interrupted);
    [[nodiscard]] std::string last_words() const;

    ScratchFolder folder_;
    std::optional<SystemUser> user_ = server_user();
    DatabaseUrl url_;
    std::unique_ptr<ServerProcess> server_;  ///< ends before its folder goes
};

/// The folder with `initdb` and `postgres` of a major version; 0: the newest there is. nullopt: there is none.
[[nodiscard]] std::optional<std::filesystem::path> find_server_programs(int major_version);

}  // namespace rev::scratch
