#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "db/sqlite/handles.hpp"

namespace rev::db {

/// The lock of a whole run, which SQLite itself has not: a transaction kept open on a small database of its own beside
/// the file, FILE-rev-lock. It ends with its process, whatever ends that, and holds wherever SQLite's own locks hold.
/// The file is made with the mode, the group and as root also the owner of the database's file, stays empty, and is
/// never removed: a run that waits has it open, and would lock a file that nobody finds any more.
class SqliteRunLock {
public:
    /// database: the database's file, links followed.
    explicit SqliteRunLock(const std::filesystem::path& database);

    /// Tries once, without waiting. Throws Error "no_run_lock" with ExitCode::database where the file cannot be made or
    /// written.
    [[nodiscard]] bool try_lock();
    /// False if the file was removed meanwhile, so that others may have locked another one.
    bool unlock() noexcept;

    /// "process 4711 (rev), user app"; "another machine or container" where the system does not tell; nullopt if nobody
    /// holds it. Takes no lock and makes no file. Not to be asked by the holder.
    [[nodiscard]] std::optional<std::string> holder() const;

    /// Where the lock of a database's file is.
    [[nodiscard]] static std::filesystem::path file_beside(const std::filesystem::path& database);

private:
    void open();
    [[noreturn]] void refuse(const std::string& reason);
    [[nodiscard]] bool has_moved() const;

    std::filesystem::path database_;
    std::filesystem::path file_;
    Connection connection_;
};

}  // namespace rev::db
