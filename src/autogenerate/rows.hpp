#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "schema/migration.hpp"
#include "schema/model.hpp"

/// Rows in scratch databases: what a plan does to them shows whether it keeps them.
namespace rev::autogenerate {

/// Writes two rows of values of the right types into each table of the model that can hold them. What a constraint or
/// a trigger refuses stays out: no error. without: tables that are left as they are.
void make_up_rows(Database& database, const schema::Model& model, const std::set<schema::FactId>& without = {});

/// What a table holds.
struct TableRows {
    long long count = 0;
    std::map<std::string, std::string> columns;  ///< a sum over the values of each, by name
};
using RowsOfTables = std::map<schema::FactId, TableRows>;

/// Of all tables of the model whose rows are in this database. Reads every row.
[[nodiscard]] RowsOfTables read_rows_of_tables(Database& database, const schema::Model& model);

/// Sentences about what tables that both models have held before and do not hold now; empty: nothing is lost. Columns
/// count that are the same in both. renames: from the first model to the second.
[[nodiscard]] std::vector<std::string> find_lost_rows(const schema::Model& before_model, const RowsOfTables& before,
                                                      const schema::Model& after_model, const RowsOfTables& after,
                                                      const std::vector<schema::Rename>& renames);

}  // namespace rev::autogenerate
