#pragma once

#include <set>
#include <string>
#include <vector>

#include "schema/sqlite/schema_view.hpp"

namespace rev::schema::sqlite {

/// How a table that is on both sides gets from one to the other.
struct TableChange {
    enum class Way {
        none,
        alter,   ///< ALTER TABLE DROP COLUMN and ADD COLUMN do it exactly
        rebuild  ///< a new table that gets the rows of the old one
    };
    Way way = Way::none;
    std::vector<const Fact*> dropped;  ///< columns
    std::vector<const Fact*> added;    ///< columns
};

/// kept_indexes: names of those that are on both sides. fills_in: the table holds rows, and a column that needs a value
/// in each of them gets it while they are copied.
/// Source: SQLite's documentation of ALTER TABLE, tried with 3.40.
[[nodiscard]] TableChange change_of(const TableView& from, const TableView& to,
                                    const std::set<std::string>& kept_indexes, bool fills_in);

/// Whether ADD COLUMN takes the default when the table has rows: a constant.
[[nodiscard]] bool is_constant(std::string_view default_value);

/// NOT NULL, or of a key that takes none: that of a table that is STRICT or WITHOUT ROWID.
[[nodiscard]] bool takes_no_null(const Fact& column, const TableView& table);

/// Whether a row needs a value for the column that nothing gives: NOT NULL, and no default.
[[nodiscard]] bool needs_value(const Fact& column, const TableView& table);

}  // namespace rev::schema::sqlite
