#include "db/sqlite/enclosed_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

namespace rev::db {
namespace {

/// As SQLite's own file system writes it, which follows links: empty if it cannot.
std::string full_path(sqlite3_vfs* system, const char* file) {
    std::string path(static_cast<std::size_t>(system->mxPathname) + 1, '\0');
    // A link on the way is told of by a code of its own.
    const int code = system->xFullPathname(system, file, system->mxPathname + 1, path.data());
    if ((code & 0xff) != SQLITE_OK) return {};
    path.resize(std::strlen(path.c_str()));
    return path;
}

}  // namespace

EnclosedFiles::EnclosedFiles(const std::filesystem::path& main_file)
    : system_(sqlite3_vfs_find(nullptr)),
      main_file_(full_path(system_, main_file.c_str())),
      // SQLite knows file systems of the whole process by name: no other object has this one's address.
      name_(fmt::format("rev-enclosed-{}", static_cast<const void*>(this))),
      own_(*system_) {
    own_.zName = name_.c_str();
    own_.pNext = nullptr;
    own_.pAppData = this;
    // Its longer names have to fit as well.
    own_.mxPathname += 32;
    // The system's functions find their own settings by the object that they are given, so these hand it to them. What
    // is not set here asks for none.
    own_.xOpen = [](sqlite3_vfs* own, const char* path, sqlite3_file* file, int flags, int* given) {
        auto* system = static_cast<EnclosedFiles*>(own->pAppData)->system_;
        return system->xOpen(system, path, file, flags, given);
    };
    own_.xDelete = [](sqlite3_vfs* own, const char* path, int sync) {
        auto* system = static_cast<EnclosedFiles*>(own->pAppData)->system_;
        return system->xDelete(system, path, sync);
    };
    own_.xAccess = [](sqlite3_vfs* own, const char* path, int flags, int* result) {
        auto* system = static_cast<EnclosedFiles*>(own->pAppData)->system_;
        return system->xAccess(system, path, flags, result);
    };
    // Each name of a database goes through this before its file is opened; journals are called as their databases are.
    own_.xFullPathname = [](sqlite3_vfs* own, const char* file, int size, char* path) {
        return static_cast<EnclosedFiles*>(own->pAppData)->enclose(file, size, path);
    };
    if (sqlite3_vfs_register(&own_, 0) != SQLITE_OK) throw std::bad_alloc();
}

EnclosedFiles::~EnclosedFiles() { sqlite3_vfs_unregister(&own_); }

int EnclosedFiles::enclose(const char* file, int size, char* path) {
    const auto wanted = full_path(system_, file);
    if (wanted.empty()) return SQLITE_CANTOPEN;
    auto place = main_file_;
    if (wanted != main_file_) {
        const auto [found, is_new] = enclosed_.try_emplace(wanted);
        if (is_new) found->second = fmt::format("{}-attached-{}", main_file_, enclosed_.size());
        place = found->second;
    }
    if (place.size() >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
    std::memcpy(path, place.c_str(), place.size() + 1);
    return SQLITE_OK;
}

bool EnclosedFiles::is_left_by(const char* file) {
    if (file == nullptr) return true;
    // The name of a file may choose the file system, where SQLite takes URIs: file:x.db?vfs=unix.
    const std::string_view name(file);
    return name.starts_with("file:") && name.find("vfs=") != std::string_view::npos;
}

}  // namespace rev::db
