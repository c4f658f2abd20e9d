#pragma once

#include <string>
#include <vector>

#include "support/program.hpp"

namespace rev::test {

enum class Server { sqlite, postgresql };

/// One statement of a section and what it does, in facts such as "table t_a1", "index i_n1" or "row n1.2".
struct Part {
    std::string sql;
    std::vector<std::string> makes = {};
    std::vector<std::string> removes = {};
    /// false: outside a transaction the ledger cannot tell whether it is done, as it cannot share one with the ledger.
    bool is_certain = true;
    std::string marker = {};         ///< the line above it
    bool is_left_out = false;        ///< by its guard
    std::vector<Part> batches = {};  ///< of a statement that is repeated: what each of its runs does
    std::string cut_off = {};  ///< the fact that may stand instead of what it makes or removes when it was cut off
};
using Parts = std::vector<Part>;

/// A revision whose effects are known.
struct KnownRevision {
    std::string id;
    std::vector<std::string> revises;
    Parts upgrade;
    Parts downgrade;
    std::string header = {};
    bool transactional = true;
};

/// What is asked of rev while it is killed.
struct Story {
    std::string name;
    std::vector<std::string> before;  ///< command lines that run undisturbed
    std::string line;                 ///< the one that is killed
    bool only_rows = false;           ///< it moves the version rows and not the schema
    bool logs_each_time = false;      ///< also where there is nothing to change
};

/// Parents first.
[[nodiscard]] std::vector<KnownRevision> known_revisions(Server server);
[[nodiscard]] std::vector<Story> stories();

void write_revisions(const TemporaryProject& project, const std::vector<KnownRevision>& revisions);

}  // namespace rev::test
