#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "schema/model.hpp"

namespace rev::catalog {

/// What of a database a model is to hold.
struct ReadOptions {
    /// PostgreSQL: the schemas that are managed; empty: all but the system's.
    std::vector<std::string> schemas = {};
    /// Patterns of qualified names that are left out: "public.spatial_ref_sys", "tmp_*" (`*`: any characters; a pattern
    /// without a dot is held against the last part).
    std::vector<std::string> exclude = {};
    /// Kinds that are not compared: "owner", "grant".
    std::set<schema::Kind> ignore = {};
    /// rev's own tables, unquoted and qualified where they are, such as {"public", "alembic_version"}.
    std::vector<std::vector<std::string>> own_tables = {};
};

/// Reads the model of one database again and again. On PostgreSQL the session prepares its questions: to plan them
/// takes longer than to answer them where a schema is small. For a connection that nobody resets.
class ModelReader {
public:
    /// database: must outlive it.
    explicit ModelReader(Database& database) : database_(database) {}

    /// As read_model().
    [[nodiscard]] schema::Model read(const ReadOptions& options = {});

private:
    void prepare(const std::vector<std::string>& questions);

    Database& database_;
    std::map<std::string, std::size_t> prepared_;  ///< SQL of a prepared statement -> the number in its name
    std::size_t reads_ = 0;                        ///< since the first of them was prepared
};

/// Reads the schema model of a database in one read-only transaction. Nothing is created; no lock stronger than ACCESS
/// SHARE is taken. What is there and not modelled is counted in Model::unmodelled.
[[nodiscard]] schema::Model read_model(Database& database, const ReadOptions& options = {});

}  // namespace rev::catalog
