#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "run/losses.hpp"

namespace rev::run {

/// What a column holds, in two numbers: for comparing it with another one without keeping either.
struct ColumnContents {
    long long values = 0;  ///< that are not NULL
    std::string sum;       ///< of their hashes, so that the order of the rows does not count

    bool operator==(const ColumnContents&) const = default;
};

/// What a table holds.
struct Contents {
    long long rows = 0;
    std::vector<ColumnContents> columns;  ///< as they were asked for
};

/// Reads all of `table` (as SQL names it) once. columns: an SQL expression for each.
[[nodiscard]] Contents read_contents(Database& database, const std::string& table,
                                     std::span<const std::string> columns);

/// A column of a table that was there before, and what became of it.
struct ColumnFate {
    std::string name;                     ///< of before
    ColumnContents before;                ///< its values
    std::optional<ColumnContents> after;  ///< of the column that it is now; absent: there is none of its name
};

/// A table that is there before and after.
struct TableFate {
    std::string table;  ///< as LostRows has it
    long long rows_before = 0;
    long long rows_after = 0;
    std::vector<ColumnFate> columns = {};
    std::vector<ColumnContents> new_columns = {};  ///< of after, with names that there were not before
};

/// What was lost on the way.
[[nodiscard]] std::vector<LostRows> compare_contents(const TableFate& fate);

}  // namespace rev::run
