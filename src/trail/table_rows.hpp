#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "db/database.hpp"

namespace rev::trail {

/// The rows of a table, as text.
struct TableRows {
    std::vector<std::string> columns;  ///< names
    std::vector<SqlRow> rows;          ///< in an order of their own

    friend bool operator==(const TableRows&, const TableRows&) = default;
};
/// By the table's name: schema-qualified on PostgreSQL, as it is written. The same pointer: nothing has changed.
using RowsByTable = std::map<std::string, std::shared_ptr<const TableRows>>;

/// Sentences without a full stop about rows that were there before and are not there, or have other values, after. A
/// table that is not there after is none of it: the schema says that.
[[nodiscard]] std::vector<std::string> lost_rows(const RowsByTable& before, const RowsByTable& after);

}  // namespace rev::trail
