#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "import/history.hpp"
#include "import/tool.hpp"
#include "rev/config.hpp"
#include "rev/graph.hpp"
#include "script/revision_file.hpp"

namespace rev::foreign {

/// What is done about a migration that rev cannot run.
enum class Obstacles {
    refuse,       ///< an error that lists them
    placeholders  ///< a revision that refuses to run until a person has written it
};

/// A file to be.
struct NewFile {
    std::filesystem::path path;  ///< absolute
    std::string text;
};

/// A migration as a revision.
struct DraftRevision {
    RevisionId id;
    std::string version;      ///< the other tool's
    std::string source;       ///< its file, as shown
    std::string path;         ///< the revision file, as shown
    bool is_new = true;       ///< else the project has it already
    bool is_todo = false;     ///< rev cannot run it: it refuses until a person has written it
    bool is_changed = false;  ///< the project has it with other SQL than the tool
};

/// One that the tool runs again when it changes, as a repeatable object.
struct DraftRepeatable {
    std::string name;
    std::string version;   ///< the other tool's
    std::string source;    ///< its file, as shown
    std::string path;      ///< the file, as shown
    RevisionFile file;     ///< as it is, or is to be
    bool is_new = true;    ///< else the project has it already
    bool is_todo = false;  ///< the same, of an object
};

/// A project with the other tool's migrations in it, in memory. A value.
struct Draft {
    Config config;
    bool is_new_project = true;
    bool is_out_of_order = false;  ///< new ones stand before known ones in the tool's order, and follow them here
    std::vector<DraftRevision> revisions;           ///< all of the history, in its order
    std::vector<DraftRepeatable> repeatables = {};  ///< the same
    std::vector<NewFile> files;                     ///< what is to be written, folders aside; empty: nothing is new
    std::vector<Revision> graph;                    ///< of the whole project: load order
    std::vector<std::string> remarks;               ///< sentences for the person

    [[nodiscard]] std::size_t count_new() const;              ///< revisions
    [[nodiscard]] std::size_t count_new_repeatables() const;  ///< objects that the project does not have yet
};

/// Where a project is, or is to be.
struct ProjectPlace {
    std::filesystem::path directory;  ///< absolute; where alembic.yaml is or is to be
    std::optional<Config> config;     ///< absent: there is none yet
};

/// history: read by `tool`. dialects: see to_body(). Reads the project that is there and changes nothing.
/// Throws Error with ExitCode::graph: what rev cannot run ("foreign_obstacles"), several heads to append to
/// ("several_heads"), a revision of that id that is not of this import ("id_taken").
[[nodiscard]] Draft make_draft(const Tool& tool, const History& history, const ProjectPlace& place,
                               std::span<const Dialect> dialects, Obstacles obstacles);

/// Writes the files and keeps or takes back all of them.
class DraftWriter {
public:
    DraftWriter() = default;
    ~DraftWriter();
    DraftWriter(const DraftWriter&) = delete;
    DraftWriter& operator=(const DraftWriter&) = delete;

    /// Throws Error with ExitCode::usage ("cannot_write"); a file that is there is never overwritten.
    void write(const Draft& draft);
    /// Without it the destructor removes what write() made.
    void keep() noexcept { made_.clear(); }

private:
    void add_folder(const std::filesystem::path& folder);

    std::vector<std::filesystem::path> made_;
};

}  // namespace rev::foreign
