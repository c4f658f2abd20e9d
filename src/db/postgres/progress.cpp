#include "db/postgres/progress.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "base/text.hpp"

namespace rev::db {
namespace {

/// A view of the server, and what of it stands for done and total.
struct View {
    const char* name;
    int since;  ///< of the server's versions, as PQserverVersion counts
    const char* command;
    const char* phase;
    const char* done;
    const char* total;
};

/// CREATE INDEX is first and a session runs one command at a time, so LIMIT 1 never hides a row of another view.
constexpr View views[] = {
    // Its last phases count tuples, those before them blocks; while it waits for others, it counts them.
    {"create_index", 120000, "command", "phase",
     "CASE WHEN lockers_total > 0 THEN lockers_done WHEN tuples_total > 0 THEN tuples_done ELSE blocks_done END",
     "CASE WHEN lockers_total > 0 THEN lockers_total WHEN tuples_total > 0 THEN tuples_total ELSE blocks_total END"},
    {"vacuum", 90600, "'VACUUM'", "phase", "heap_blks_scanned", "heap_blks_total"},
    {"cluster", 120000, "command", "phase", "heap_blks_scanned", "heap_blks_total"},
    {"analyze", 130000, "'ANALYZE'", "phase", "sample_blks_scanned", "sample_blks_total"},
    {"copy", 140000, "command", "tuples_processed || ' rows'", "bytes_processed", "bytes_total"},
};

long long number(const SqlValue& value) {
    long long result = 0;
    if (value) std::from_chars(value->data(), value->data() + value->size(), result);
    return result;
}

}  // namespace

std::string progress_query(int server_version, int pid) {
    std::vector<std::string> parts;
    for (const auto& view : views) {
        // A view that the server does not have would fail the whole question.
        if (server_version < view.since) continue;
        parts.push_back(
            // The casts: the columns of a UNION must have one type, and some commands are constants here.
            fmt::format("SELECT {}::text, {}::text, {}, {} FROM pg_catalog.pg_stat_progress_{} WHERE pid = {}",
                        view.command, view.phase, view.done, view.total, view.name, pid));
    }
    return base::join(parts, " UNION ALL ") + " LIMIT 1";
}

std::string progress_text(std::span<const SqlValue> row) {
    auto text = fmt::format("{}: {}", row[0].value_or(""), row[1].value_or(""));
    const auto done = number(row[2]);
    const auto total = number(row[3]);
    // Totals are estimates for some commands; more than all is not shown.
    if (total > 0 && done >= 0 && done <= total) text += fmt::format(", {} %", done * 100 / total);
    return base::printable(text);
}

}  // namespace rev::db
