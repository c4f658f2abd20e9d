#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <map>
#include <string>

namespace rev::db {

/// A file system in which a connection's other files (ATTACH, VACUUM INTO) are kept beside its main one, whatever their
/// path: trying a revision must not write the files that it would write in earnest. Each is empty at first. It is known
/// to SQLite by its name while it lives, and for connections of one thread.
class EnclosedFiles {
public:
    /// main_file: absolute. Others are called as it is, with "-attached-1", "-attached-2" behind. Throws
    /// std::bad_alloc.
    explicit EnclosedFiles(const std::filesystem::path& main_file);
    ~EnclosedFiles();
    EnclosedFiles(const EnclosedFiles&) = delete;
    EnclosedFiles& operator=(const EnclosedFiles&) = delete;

    /// For sqlite3_open_v2().
    [[nodiscard]] const char* name() const { return name_.c_str(); }

    /// Whether an ATTACH of that file would leave this file system. file: as SQLite's authorizer is told; null: an
    /// expression that is worked out later.
    [[nodiscard]] static bool is_left_by(const char* file);

private:
    [[nodiscard]] int enclose(const char* file, int size, char* path);

    sqlite3_vfs* system_;
    std::string main_file_;
    std::map<std::string, std::string> enclosed_;  ///< by the path that was asked for
    std::string name_;
    sqlite3_vfs own_;
};

}  // namespace rev::db
