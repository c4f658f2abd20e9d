#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "rev/revision.hpp"

namespace rev::json {

/// What `rev import` did, as plain values. Source: docs/json.md.
struct ImportSummary {
    /// A migration and the file that it became.
    struct Item {
        RevisionId revision;
        std::string version;  ///< the other tool's
        std::string source;   ///< its file
        std::string path;     ///< the revision file
        bool is_new = true;
        bool is_todo = false;
    };
    /// Whether rev makes the schema that the tool makes.
    struct Verification {
        bool done = false;
        std::size_t same = 0;  ///< migrations after which both databases were the same
        std::size_t of = 0;    ///< migrations in all
        std::vector<std::string> differences;
        std::string why_not;  ///< where it was not done
    };
    /// What the take-over of a database did, or with --dry-run would do.
    struct Database {
        std::string url;  ///< without a password
        bool has_table = false;
        std::vector<RevisionId> before;
        std::vector<RevisionId> after;
        std::vector<std::string> edited;            ///< files that are not what was run
        std::vector<std::string> differences = {};  ///< from what the migrations applied there make
        std::string not_compared = {};              ///< why that is not known; empty: it is
        std::vector<std::string> repeatables = {};  ///< recorded as they are
    };
    std::string tool;
    std::string folder;
    bool dry_run = false;
    std::vector<Item> revisions;
    std::vector<Item> repeatables = {};  ///< `revision` is the name
    std::vector<std::string> created;    ///< files
    std::vector<std::string> remarks;
    std::vector<std::string> todo;  ///< what a person has to write yet
    Verification verified;
    std::optional<Database> database;  ///< absent: without --url
};

/// One object.
void write_import(std::ostream& out, const ImportSummary& summary);

}  // namespace rev::json
