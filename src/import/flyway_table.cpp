// flyway_schema_history, by installed_rank:
//
// - success = false: it failed, and Flyway stops until `flyway repair`.
// - SQL, JDBC: the version is applied; without a version it is a repeatable one, known by its description.
// - BASELINE, SQL_BASELINE: all versions up to this one count as applied.
// - UNDO_SQL: the version is not applied any more. DELETE: what was applied and has no file any more is forgotten.
// - SCHEMA: no migration.
#include "import/flyway_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "import/flyway_names.hpp"
#include "import/table.hpp"

namespace rev::foreign {
namespace {

struct Row {
    std::string version;
    std::string description;
    std::string type;
    std::string checksum;
    bool succeeded = false;
};

std::vector<Row> read_rows(Database& database, const std::string& table) {
    std::vector<Row> rows;
    const auto sql =
        fmt::format("SELECT version, description, type, checksum, success FROM {} ORDER BY installed_rank", table);
    for (const auto& row : database.query(sql))
        rows.push_back({text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), is_true(row[4])});
    return rows;
}

class State {
public:
    explicit State(const History& history) : history_(history) {}

    void add(const Row& row) {
        if (!row.succeeded) {
            result_.troubles.push_back({fmt::format("{} failed", name_of(row)), "flyway repair"});
        } else if (row.type.ends_with("BASELINE")) {
            baseline(row);
        } else if (row.type == "UNDO_SQL" || row.type.starts_with("UNDO") || row.type == "DELETE") {
            forget(row);
        } else if (row.type != "SCHEMA") {
            apply(row);
        }
    }

    Recorded finish() {
        result_.has_table = true;
        for (auto& [version, checksum] : applied_) {
            if (!is_versioned(version)) {
                compare_repeatable(version, checksum);
                continue;
            }
            compare(version, checksum);
            result_.versions.push_back(version);
        }
        return std::move(result_);
    }

private:
    static std::string name_of(const Row& row) {
        return row.version.empty() ? fmt::format("the repeatable \"{}\"", row.description) : "version " + row.version;
    }

    /// The version as the files have it: 1.0 for 1, where that is how the file is named.
    [[nodiscard]] std::string known_version(const Row& row) const {
        if (row.version.empty()) return "R " + row.description;
        for (const auto& migration : history_.migrations)
            if (is_same(migration.version, row.version)) return migration.version;
        for (const auto& [version, above] : history_.below)
            if (is_same(version, row.version)) return version;
        return row.version;
    }

    static bool is_same(const std::string& version, const std::string& recorded) {
        return !version.empty() && is_versioned(version) && compare_flyway_versions(version, recorded) == 0;
    }
    static bool is_versioned(const std::string& version) { return !version.starts_with("R "); }

    void apply(const Row& row) {
        const auto version = known_version(row);
        // A repeatable one has a row for each time that it ran: the checksum of the newest counts.
        forget(row);
        applied_.emplace_back(version, row.checksum);
    }

    void forget(const Row& row) {
        const auto version = known_version(row);
        std::erase_if(applied_, [&](const auto& each) { return each.first == version; });
    }

    void baseline(const Row& row) {
        std::vector<std::string> versions;
        for (const auto& migration : history_.migrations) versions.push_back(migration.version);
        for (const auto& [version, above] : history_.below) versions.push_back(version);
        for (const auto& version : versions)
            if (is_versioned(version) && compare_flyway_versions(version, row.version) <= 0)
                applied_.emplace_back(version, std::string());
        result_.remarks.push_back(fmt::format("{} is a baseline: what is below it counts as applied", name_of(row)));
    }

    void compare(const std::string& version, const std::string& checksum) {
        const auto found = std::ranges::find(history_.migrations, version, &Migration::version);
        // What only a baseline stands for has no checksum.
        if (found == history_.migrations.end() || checksum.empty() || found->checksum.empty()) return;
        if (!has_checksum(*found, checksum)) result_.edited.push_back(found->file);
    }

    /// One that changed runs again, as in Flyway. What has no file any more stays, as there.
    void compare_repeatable(const std::string& version, const std::string& checksum) {
        const auto found = std::ranges::find(history_.repeatables, version, &Migration::version);
        if (found == history_.repeatables.end()) {
            result_.remarks.push_back(
                fmt::format("the repeatable \"{}\" has no file any more: what it made stays", version.substr(2)));
        } else if (has_checksum(*found, checksum)) {
            result_.repeatables.push_back(version);
        } else {
            result_.remarks.push_back(
                fmt::format("{} is not what was run: the next upgrade makes it again", found->file));
        }
    }

    static bool has_checksum(const Migration& migration, const std::string& checksum) {
        const auto sums = base::split_list(migration.checksum, ' ');
        return std::ranges::find(sums, checksum) != sums.end();
    }

    const History& history_;
    Recorded result_;
    std::vector<std::pair<std::string, std::string>> applied_;  ///< version, checksum
};

}  // namespace

Recorded flyway_recorded(Database& database, const History& history, const std::string& table) {
    const auto found = find_table(database, table.empty() ? "flyway_schema_history" : table);
    if (!found) return {};
    State state(history);
    for (const auto& row : read_rows(database, *found)) state.add(row);
    return state.finish();
}

}  // namespace rev::foreign
