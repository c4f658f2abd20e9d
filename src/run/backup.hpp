#pragma once

#include <filesystem>
#include <string>

#include "base/stop_token.hpp"
#include "db/database.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::run {

/// Backs the database up (see Database::back_up) into a new file, which is complete or absent, mode 0600, and adds a
/// `backup` row with its path to the log. where: the file, which must not be there yet, or a folder (there already, or
/// with a final `/`: it is made with mode 0700) in which the file is named after the database and the time, such as
/// app-20261121T034711Z.dump. The caller holds the RunLock. Throws Error with ExitCode::database: "backup_failed" and
/// what Database::back_up throws, or as stop_requested() asks for.
/// Where the row cannot be written: "backup_not_logged", whose detail names the file. stop: as the database's
/// OpenOptions::interrupted asks for it.
state::Backup back_up(Database& database, const state::VersionTable& table, const std::filesystem::path& where,
                      const std::string& tag = {}, const base::StopToken& stop = {});
/// An error's detail with a line that names the backup.
[[nodiscard]] std::string with_backup_named(const std::string& detail, const std::filesystem::path& file);

}  // namespace rev::run
