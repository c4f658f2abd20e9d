#include "script/listing.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "rev/error.hpp"

namespace rev::script {

namespace fs = std::filesystem;

namespace {

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};
using OpenFolder = std::unique_ptr<DIR, CloseFolder>;
/// A folder has one identity, whatever paths, links and mounts lead to it.
using FolderIdentity = std::pair<dev_t, ino_t>;

Error folder_error(const fs::path& folder, std::string code, const std::string& what) {
    return Error(ExitCode::graph, std::move(code), fmt::format("{} {}", shown_path(folder), what))
        .with_location({shown_path(folder), 0, 0, {}});
}

/// The setting that names the folders.
struct Setting {
    std::string_view name;
    std::string_view missing_code;
};
constexpr Setting version_setting{"version_locations", error_codes::no_version_location};
constexpr Setting repeatable_setting{"repeatable_locations", error_codes::no_repeatable_location};

Error cannot_open(const fs::path& folder, int error_number, const Setting& setting) {
    const std::string code(setting.missing_code);
    if (error_number == ENOENT) {
        return folder_error(folder, code, fmt::format("does not exist; it is one of {}", setting.name))
            .with_hint(fmt::format("create the folder, or correct {} in alembic.yaml", setting.name));
    }
    if (error_number == ENOTDIR) {
        return folder_error(folder, code, fmt::format("is no folder; it is one of {}", setting.name))
            .with_hint(fmt::format("correct {} in alembic.yaml", setting.name));
    }
    return folder_error(folder, error_codes::unreadable_folder,
                        "cannot be read: " + base::system_message(error_number));
}

/// A dot hides a file: editors and file managers leave their own there.
bool is_revision_name(std::string_view name) noexcept { return name.ends_with(".sql") && !name.starts_with('.'); }

/// Links to folders are not followed: they may lead back up.
bool is_folder(const DIR* folder, const dirent& entry) {
    // Some file systems do not say it in the folder's entry.
    if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
    struct stat status {};
    return ::fstatat(::dirfd(const_cast<DIR*>(folder)), entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(status.st_mode);
}

class Lister {
public:
    Lister(const Setting& setting, bool recursive) : setting_(setting), recursive_(recursive) {}

    void add(const fs::path& path) {
        base::FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!descriptor.is_open()) throw cannot_open(path, errno, setting_);
        if (!is_new(descriptor)) return;
        // closedir() closes its descriptor, and ours stays for openat().
        base::FileDescriptor copy(::fcntl(descriptor.number(), F_DUPFD_CLOEXEC, 0));
        const OpenFolder folder(::fdopendir(copy.number()));
        if (!folder) throw cannot_open(path, errno, setting_);
        copy.release();
        const auto subfolders = add_entries(folder.get(), path);
        name_folder(path, std::move(descriptor));
        if (!recursive_) return;
        for (const auto& subfolder : subfolders) add(path / subfolder);
    }

    [[nodiscard]] Listing take() { return std::move(listing_); }

private:
    bool is_new(const base::FileDescriptor& folder) {
        struct stat status {};
        // A folder that cannot be told is taken as new: to read it is what was asked for.
        return ::fstat(folder.number(), &status) != 0 || seen_.insert({status.st_dev, status.st_ino}).second;
    }

    /// Adds the files of a folder, sorted, as files of the folder that is named next. Returns its subfolders, sorted.
    std::vector<std::string> add_entries(DIR* folder, const fs::path& path) {
        std::vector<std::string> subfolders;
        const auto first = listing_.files.size();
        for (;;) {
            // readdir() gives a null pointer at the end and for an error; only errno tells the two apart.
            errno = 0;
            const auto* entry = ::readdir(folder);
            if (entry == nullptr) break;
            const std::string_view name = entry->d_name;
            if (is_revision_name(name)) {
                listing_.files.push_back(
                    {keep(name), static_cast<std::uint32_t>(listing_.folders.size()), entry->d_type == DT_REG});
            } else if (recursive_ && !name.starts_with('.') && is_folder(folder, *entry)) {
                subfolders.emplace_back(name);
            }
        }
        if (errno != 0) throw cannot_open(path, errno, setting_);
        // The order in a folder is the file system's, and messages and graphs must not depend on it.
        std::ranges::sort(std::span(listing_.files).subspan(first),
                          [](const ListedFile& a, const ListedFile& b) { return std::strcmp(a.name, b.name) < 0; });
        std::ranges::sort(subfolders);
        return subfolders;
    }

    const char* keep(std::string_view name) {
        // From one large block for all: a string for each of 100,000 names would be felt.
        auto* const kept = static_cast<char*>(listing_.names->allocate(name.size() + 1, 1));
        *std::ranges::copy(name, kept).out = '\0';
        return kept;
    }

    /// Unless it has no files.
    void name_folder(const fs::path& path, base::FileDescriptor descriptor) {
        if (listing_.files.empty() || listing_.files.back().folder < listing_.folders.size()) return;
        auto prefix = shown_path(path);
        prefix = prefix == "." ? "" : prefix + "/";
        listing_.folders.push_back({path, std::move(descriptor), std::move(prefix)});
    }

    const Setting& setting_;
    bool recursive_;
    std::set<FolderIdentity> seen_;
    Listing listing_;
};

}  // namespace

Listing list_revision_files(const Config& config) {
    Lister lister(version_setting, config.recursive_version_locations);
    for (const auto& location : config.version_locations) lister.add(location);
    return lister.take();
}

Listing list_repeatable_files(const Config& config) {
    Lister lister(repeatable_setting, true);
    for (const auto& location : config.repeatable_locations) lister.add(location);
    return lister.take();
}

/// By the text of the paths alone: links stay as they were written.
std::string shown_path(const fs::path& file) {
    std::error_code failure;
    const auto here = fs::current_path(failure);
    const auto relative = file.lexically_normal().lexically_relative(here);
    const bool below = !failure && !relative.empty() && *relative.begin() != "..";
    auto shown = below ? relative : file.lexically_normal();
    if (!shown.has_filename()) shown = shown.parent_path();
    return shown.string();
}

}  // namespace rev::script
