#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "import/schema_trail.hpp"
#include "rev/dialect.hpp"
#include "schema/model.hpp"

namespace rev::foreign {

/// How the other tool sends a migration's SQL to the database.
enum class Run {
    in_transaction,  ///< in one transaction of its own
    as_written,      ///< as psql does: each statement commits, but for the transactions that the text itself begins
    outside          ///< in none, statement by statement
};

/// One migration of another tool, as that tool reads it. A plain value.
struct Migration {
    std::string version;              ///< what the tool's table records for it
    std::string id;                   ///< the id that it would have: version or name, before unfit characters go
    std::string name;                 ///< what it does, for people; may be empty
    std::string description;          ///< further lines of the message; may be empty
    std::string created;              ///< as a revision's header has it; may be empty
    std::string file;                 ///< as messages show it; empty: the tool has none for it
    std::string before = {};          ///< SQL that the tool itself sends first, in either direction; may be empty
    std::string carried = {};         ///< SQL that makes what earlier ones leave to the session, going up; may be empty
    std::string up;                   ///< SQL, byte for byte but for what the tool itself replaces
    std::optional<std::string> down;  ///< absent: the tool cannot undo it
    std::optional<std::string> check;  ///< SQL that must succeed when it is applied
    Run run = Run::in_transaction;
    Run run_down = Run::in_transaction;
    /// The tool was told that what cannot run in a transaction may stand beside what can: each statement is sent alone.
    bool may_mix = false;
    std::string checksum;  ///< as the tool's table has it; empty: it keeps none
    /// Why rev cannot run what the tool would; empty: it can. A sentence part behind the file's name.
    std::string obstacle;
    /// Why the tool itself cannot run it, whatever the database; empty: it can. What `does not run: ` goes on with.
    std::string failure = {};
    bool is_repeatable = false;  ///< the tool runs it again when it changes
    /// Versions that it follows, where the tool has branches; absent: the one before it.
    std::optional<std::vector<std::string>> revises;
    std::vector<std::string> depends_on;
    std::vector<std::string> branch_labels;
    bool is_baseline = false;  ///< what was there before the tool's first one
    bool reads_rows = false;   ///< it was recorded, and what it did depends on rows that were not there
};

/// How new revisions are named where the tool's are numbers.
enum class Numbering { random, sequential, timestamp };

/// Everything that a tool keeps in its files. A plain value.
struct History {
    std::vector<Migration> migrations;   ///< in the order in which the tool would run them on an empty database
    std::vector<Migration> repeatables;  ///< that run behind them, and again when they change; in their order
    std::vector<std::string> remarks;    ///< sentences for the person: what was filled in, ignored or left out
    std::vector<std::string> ignored;    ///< files beside the migrations that the tool does not look at
    std::optional<Dialect> dialect;      ///< where the tool's own files tell it
    bool makes_table_schema = false;     ///< whether the tool itself makes the schema of its table where it is missing
    std::string table;                   ///< the tool's table, `schema.name` or `name`; empty: its default
    std::map<std::string, std::string> below;  ///< versions that are part of a later migration here: version, that one
    // Where the tool itself ran to be read:
    std::optional<schema::Model> schema;  ///< what it has made at the end
    SchemaTrail trail;                    ///< and behind each migration; may be empty
    /// Recorded on databases of other dialects: the same migrations in the same order, with what they sent there.
    std::vector<History> others;
    std::string own_table;           ///< the version table that it and rev share, as `table`; empty: the default
    std::vector<std::string> seeds;  ///< files with SQL that fill an empty database, absolute, in their order
    std::string schema_command;      ///< prints the desired schema, for alembic.yaml; empty: none is known
    std::string schema_hint;         ///< where there is no such command, what a person can do about it; may be empty
};

/// A thing that keeps a live database from being taken over.
struct Trouble {
    std::string what;  ///< a sentence without a full stop
    std::string mend;  ///< the command that mends it; may be empty
};

/// What a tool's table says of a live database.
struct Recorded {
    bool has_table = false;
    std::vector<std::string> versions;     ///< of the migrations that are applied, any order, no duplicates
    std::vector<std::string> repeatables;  ///< versions of those that are applied as their files are
    std::vector<Trouble> troubles;         ///< in the order found
    std::vector<std::string> edited;       ///< files that are not what was run, as shown
    std::vector<std::string> remarks;
};

}  // namespace rev::foreign
