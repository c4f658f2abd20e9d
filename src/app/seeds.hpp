#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "rev/config.hpp"

namespace rev::app {

/// A file of `seed:`, read.
struct Seed {
    std::filesystem::path file;
    std::string text;
};

/// Those of the configuration, in order. Throws Error with ExitCode::usage ("no_seed") for one that cannot be read.
[[nodiscard]] std::vector<Seed> read_seeds(const Config& config);

/// Runs each in a transaction of its own, in order; nothing of it is recorded. Throws Error, located in the file: with
/// ExitCode::usage "seed_not_transactional" for a statement that does not fit into a transaction, "seed_failed" with
/// ExitCode::revision_failed, or ExitCode::database if it is not the SQL's failure. The seeds before it stay.
void run_seeds(Database& database, const std::vector<Seed>& seeds);

}  // namespace rev::app
