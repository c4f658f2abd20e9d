#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lint/rules.hpp"
#include "rev/error.hpp"

namespace rev::lint {

/// What a server was seen to do for one statement, on relations that were there before.
struct Facts {
    std::string lock;      ///< the strongest mode, as in pg_locks: "AccessExclusiveLock"; empty: none
    std::string relation;  ///< that it was taken on
    bool rewrite = false;  ///< such a table got a new file
    bool scan = false;     ///< its rows were read
    long long rows = 0;  ///< of the largest table that was rewritten or read, on the database of --url if there is one
    double milliseconds = 0;
};

/// What one statement was seen to do.
struct ObservedStatement {
    std::optional<Facts> facts;    ///< absent: it did not run, or failed
    bool blocks = false;           ///< it read or rewrote a relation of before under a lock that keeps others out of it
    bool saw_work = true;          ///< reads and locks could be seen; false: it ran outside a transaction
    bool is_left_out = false;      ///< by its guard
    std::optional<Error> failure;  ///< what the server said; not what only made-up rows caused
    std::vector<std::string> harm = {};  ///< SQLite: rows that are gone, and what names a table that is gone; sentences
    bool leaves_all_in_place = false;    ///< SQLite: behind the section, all that was named is there
};

/// By the path of the revision's file: of each statement of its upgrade section.
using ObservedFacts = std::map<std::string, std::vector<ObservedStatement>>;

/// What a rule has to say of one statement. A value.
struct Finding {
    Rule rule = Rule::table_rewrite;
    Level level = Level::warning;
    std::string revision;  ///< its id; empty: the file is no revision
    std::string path;
    std::size_t line = 0;    ///< 1-based
    std::size_t column = 0;  ///< 1-based, characters
    std::string line_text;
    std::string message;
    std::string hint;
    std::optional<Facts> facts;
    std::string relation;       ///< that is worked on, where the finding is about that
    std::size_t statement = 0;  ///< its number within the section, from 0
};

/// What lint says of a set of revisions: in the order of the plan, then by position.
struct LintResult {
    std::vector<Finding> findings;
    std::size_t revisions = 0;   ///< looked at
    std::size_t statements = 0;  ///< of them
};

}  // namespace rev::lint
