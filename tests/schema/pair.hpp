#pragma once

#include <set>
#include <string>
#include <vector>

#include "schema/migration.hpp"

namespace rev::test {

/// Two schemas, and what a migration between them has to keep. Source: tests/data/schema_pairs/README.md.
struct SchemaPair {
    std::string name;  ///< file and name: "enum: label used at once"
    int since = 0;     ///< server_version_num that its SQL needs
    std::string from;
    std::string to;
    std::string rows;             ///< INSERTs for `from`
    std::set<std::string> loses;  ///< tables, columns ("s.t.c") whose values change or go on purpose
    bool compare_dumps = true;    ///< false: SQL cannot bring all of it back that pg_dump shows
    bool online = true;           ///< false: rows that are there stop the form that waits for nobody
    schema::Hints hints;
};

/// The pairs of a file. Throws std::runtime_error, with the line, on what it does not understand.
[[nodiscard]] std::vector<SchemaPair> read_schema_pairs(const std::string& file);

/// All pairs of a folder's *.sql, in the order of the files' names.
[[nodiscard]] std::vector<SchemaPair> read_schema_pair_folder(const std::string& folder);

/// The neighbours of all histories in a folder, as pairs.
[[nodiscard]] std::vector<SchemaPair> read_schema_histories(const std::string& folder);

}  // namespace rev::test
