#pragma once

#include <memory>
#include <optional>
#include <string>

#include "db/database.hpp"
#include "lint/section.hpp"

namespace rev::lint {

/// A database in memory in which lint runs what it reads, so that SQLite itself says what it refuses whatever the rows:
/// the database asks for no server, and definitions on empty tables take no time. Rows are neither written nor read: of
/// what does that only the meaning is asked for.
class SqliteTrial {
public:
    /// What is left to it: where facts tell what statements do, nothing has to be run here as well.
    enum class Extent { statements, columns };
    explicit SqliteTrial(Extent extent);
    ~SqliteTrial();
    SqliteTrial(const SqliteTrial&) = delete;
    SqliteTrial& operator=(const SqliteTrial&) = delete;

    /// What SQLite says against the statement; nullopt: it runs, or that cannot be known here. After the first failure
    /// nothing is tried any more: the schema is not what comes next was written for.
    [[nodiscard]] std::optional<std::string> try_statement(const Statement& statement);
    /// Its guards may leave it out: afterwards what is there is not known.
    void skip() { may_lack_objects_ = true; }
    /// What the section has set for its session goes.
    void end_section();

    /// Why a new column would refuse each row that is there: its own CHECK does not take its default. definition:
    /// behind ADD COLUMN.
    [[nodiscard]] std::optional<std::string> refuse_rows(const std::string& definition);

private:
    Extent extent_;
    std::unique_ptr<Database> database_;  ///< null: nothing is tried
    bool has_made_table_ = false;         ///< in an earlier section
    bool makes_table_ = false;            ///< in this one
    bool may_lack_objects_ = false;
};

}  // namespace rev::lint
