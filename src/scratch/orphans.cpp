#include "scratch/orphans.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <random>

#include "rev/error.hpp"
#include "scratch/run_sql.hpp"

namespace rev::scratch {
namespace {

/// Nobody is in it, and it is older than a minute: one that was just made has no session yet either. Time and name are
/// of the server's clock. `_` alone would be any character in LIKE, so it is a regular expression.
constexpr std::string_view find_orphans =
    "SELECT d.datname FROM pg_database d "
    "WHERE d.datname ~ '^rev_scratch_[0-9]+_[0-9]{1,12}_[0-9a-f]+$' "
    "AND split_part(d.datname, '_', 4)::bigint < extract(epoch FROM clock_timestamp()) - 60 "
    "AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid) ORDER BY 1";

}  // namespace

std::string scratch_name(long long server_time) {
    std::random_device device;
    return fmt::format("rev_scratch_{}_{}_{:08x}", ::getpid(), server_time, device());
}

void drop_orphans(Database& server) {
    for (const auto& row : server.query(find_orphans)) {
        const auto sql = "DROP DATABASE IF EXISTS " + server.quote_identifier(row.at(0).value_or(""));
        try {
            run_sql(server, sql);
        } catch (const CommandError& error) {  // another role's, or somebody has just entered it
            if (error.connection_lost) throw;
        }
    }
}

}  // namespace rev::scratch
