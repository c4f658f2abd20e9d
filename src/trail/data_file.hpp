#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "scratch/ddl.hpp"
#include "sql/statements.hpp"

namespace rev::trail {

/// A file of INSERTs, UPDATEs or COPYs whose statements run as early as the schema allows: each is tried after every
/// step of a history until the database takes it.
class DataFile {
public:
    /// ddl: the file.
    DataFile(scratch::DdlText ddl, Dialect dialect);
    DataFile(const DataFile&) = delete;
    DataFile& operator=(const DataFile&) = delete;

    /// Tries those that no run has taken yet, in the file's order; step: after which it is.
    void run_pending(Database& database, std::size_t step);
    /// Those that ran after this step run again: the step has been undone and done again meanwhile.
    void run_again(Database& database, std::size_t step);
    /// None has run.
    void reset();

    /// A statement that never ran.
    struct Unused {
        std::string place;   ///< "rows.sql:12"
        std::string reason;  ///< what the database said last
    };
    /// In the file's order.
    [[nodiscard]] std::vector<Unused> unused() const;

private:
    struct Part {
        Statement statement;
        bool is_done = false;
        bool ever_ran = false;
        std::size_t step = 0;
        std::string reason = {};
    };
    static bool try_to_run(Database& database, Part& part);

    std::string shown_;
    std::string text_;
    std::vector<Part> parts_;  ///< their statements are views into text_
};

}  // namespace rev::trail
