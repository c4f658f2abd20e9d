#pragma once

#include <map>
#include <string>
#include <vector>

#include "run/rehearsal.hpp"
#include "state/tables.hpp"

namespace rev::run {

/// Looks at what the open transaction has done so far. rev's own tables do not count.
class EffectsReader {
public:
    /// To be made inside the transaction, before its first step.
    EffectsReader(Database& database, const state::Tables& tables);

    /// What was done since the last call.
    [[nodiscard]] StepEffects next();

private:
    /// A table as it is now.
    struct Table {
        std::string name;
        std::string definition;  ///< PostgreSQL: of its file; SQLite: of itself, its indexes and triggers
        long long rows = 0;      ///< touched in this transaction
        std::size_t lock = 0;    ///< how strong; 0: none
    };
    struct State {
        std::map<std::string, Table> tables;  ///< by oid, by name on SQLite
        long long rows = 0;                   ///< SQLite, which counts for all tables together
    };

    [[nodiscard]] State look();
    [[nodiscard]] State look_at_postgres();
    [[nodiscard]] State look_at_sqlite();
    void compare(const std::string& key, const Table& before, const Table* after, StepEffects& effects);
    [[nodiscard]] long long size_of(const std::string& oid);

    Database& database_;
    std::vector<SqlValue> own_tables_;  ///< schema (PostgreSQL only) and names
    State original_;
    State last_;
};

}  // namespace rev::run
