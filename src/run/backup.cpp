// The backup that a run makes before it changes anything. It never takes the place of a file: what an earlier backup
// holds may be all that is left of something.

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "base/stop_token.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "run/advice.hpp"
#include "run/backup.hpp"
#include "state/log.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::run {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

Error backup_error(const fs::path& file, const std::string& reason) {
    return Error(ExitCode::database, error_codes::backup_failed,
                 fmt::format("cannot write the backup {}: {}", base::printable(file.string()), reason))
        .with_hint("nothing was run; --backup PATH puts it elsewhere");
}

/// The database's name as part of a file name.
std::string base_name(Database& database) {
    const auto info = database.server_info();
    auto name = database.dialect() == Dialect::sqlite ? fs::path(info.database).stem().string() : info.database;
    // A database may have any name, "../x" too. Bytes of UTF-8 stay, as they are letters to whoever named it.
    const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-' || c >= 0x80; };
    std::ranges::replace_if(
        name, [&](char c) { return !is_plain(static_cast<unsigned char>(c)); }, '_');
    return name.empty() ? "database" : name;
}

/// "app-20261121T034711Z.dump"; number: tells several of one second apart.
fs::path file_name(Database& database, int number) {
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    const auto* extension = database.dialect() == Dialect::sqlite ? "db" : "dump";
    const auto suffix = number == 0 ? std::string() : fmt::format("-{}", number + 1);
    return fmt::format("{}-{}{}.{}", base_name(database), base::utc_time(now, "%Y%m%dT%H%M%SZ"), suffix, extension);
}

bool is_folder(const fs::path& path) {
    std::error_code unknown;
    return !path.has_filename() || fs::is_directory(path, unknown);
}

/// A backup holds everything that the database holds, so nobody else may look into its folder.
void make_folder(const fs::path& folder) {
    const auto path = folder.has_filename() ? folder : folder.parent_path();
    // Only the last folder is made: a path that is mistyped further up is an error, no tree of new folders.
    if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return;
    throw backup_error(folder, base::system_message(errno));
}

void write_backup(Database& database, const fs::path& file) {
    try {
        // Under another name until it is whole: a backup that was cut off must not look like one.
        base::PendingFile pending(file, 0600);
        database.back_up(pending.path());
        pending.keep();
    } catch (const std::system_error& error) {
        // The caller decides: in a folder there are other names, for a name that was asked for there is none.
        if (error.code() == std::errc::file_exists) throw;
        throw backup_error(file, error.code().message());
    }
}

fs::path write_into_folder(Database& database, const fs::path& folder) {
    make_folder(folder);
    for (int number = 0;; ++number) {
        const auto file = folder / file_name(database, number);
        std::error_code unknown;
        // Of the link, not of its target: a link to nothing is a name that is taken too.
        if (fs::exists(fs::symlink_status(file, unknown))) continue;
        try {
            write_backup(database, file);
            return file;
        } catch (const std::system_error&) {  // another run took the name meanwhile
        }
    }
}

fs::path write_to(Database& database, const fs::path& where) {
    if (is_folder(where)) return write_into_folder(database, where);
    std::error_code unknown;
    if (fs::exists(fs::symlink_status(where, unknown))) throw backup_error(where, "there is a file of this name");
    try {
        write_backup(database, where);
    } catch (const std::system_error& error) {
        throw backup_error(where, error.code().message());
    }
    return where;
}

void log_backup(Database& database, const state::VersionTable& table, const state::Backup& backup,
                const std::string& tag) {
    state::LogRecord record{.event = "backup", .message = backup.file.string()};
    record.duration = backup.took;
    state::log_alone(database, table, std::move(record), tag);
}

}  // namespace

std::string with_backup_named(const std::string& detail, const fs::path& file) {
    return fmt::format("{}{}the backup that was made before: {}", detail, detail.empty() ? "" : "\n",
                       base::printable(file.string()));
}

state::Backup back_up(Database& database, const state::VersionTable& table, const fs::path& where,
                      const std::string& tag, const base::StopToken& stop) {
    const auto start = Clock::now();
    state::Backup backup;
    try {
        backup.file = write_to(database, where);
    } catch (const Error& error) {
        if (error.code() == error_codes::interrupted && stop.requested())
            throw base::stop_error("nothing was changed", stop);
        throw;
    }
    backup.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    std::error_code unknown;
    backup.bytes = fs::file_size(backup.file, unknown);
    // On failure it is the largest number that there is.
    if (unknown) backup.bytes = 0;
    try {
        log_backup(database, table, backup, tag);
    } catch (const Error& error) {
        // The file is there and complete: whoever reads the error must learn of it, as no log row tells. The run has
        // not begun, so nothing that fails here is a revision's failure.
        throw Error(ExitCode::database, error_codes::backup_not_logged,
                    fmt::format("rev could not record the backup, and did not begin: {}", error.what()))
            .with_detail(with_backup_named(error.detail(), backup.file))
            .with_sqlstate(error.sqlstate())
            .with_hint(error.hint().empty() ? advice_for(error) : error.hint());
    }
    return backup;
}

}  // namespace rev::run
