#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/thread_pool.hpp"
#include "rev/config.hpp"
#include "rev/graph.hpp"
#include "rev/repeatable.hpp"
#include "rev/revision_text.hpp"
#include "script/revision_file.hpp"

namespace rev::script {

class Repeatables;

/// What a new file holds below its header, in place of the template's sections.
struct ScriptBody {
    std::string sections;  ///< from the first marker on
    std::optional<bool> transaction = {};
    std::optional<bool> sqlite_foreign_keys = {};
};

/// What `rev revision` and `rev merge` are asked for.
struct ScriptRequest {
    NewRevision node;  ///< an empty id: a new random one (12 hexadecimal digits)
    std::string message;
    std::optional<std::filesystem::path> version_path;  ///< --version-path: one of version_locations
    bool merge = false;                                 ///< plan_merge instead of plan_new_revision
    std::optional<ScriptBody> body = {};                ///< absent: the template's sections, which are to be written
};

/// A revision file that was written, and the revision that it holds.
struct CreatedScript {
    std::filesystem::path file;  ///< absolute
    Revision revision;
    std::vector<std::string> hook_output;  ///< what each post_write_hook printed
};

/// The revision files as a whole. Does all file work of a project; asks the Graph what is allowed.
class ScriptDirectory {
public:
    /// The files are those in config's version_locations.
    explicit ScriptDirectory(Config config);
    /// The files are `texts`, and no folder is looked at. Throws Error with ExitCode::graph ("duplicate_path") if two
    /// of them have the same path.
    ScriptDirectory(Config config, std::span<const RevisionText> texts);

    /// The headers of all *.sql files: sorted by name, a folder's files before its subfolders (when recursive); of
    /// texts in the order given. Paths are shown relative to the working directory where the file is below it. Throws
    /// Error with ExitCode::graph: missing folder, unreadable or malformed file.
    [[nodiscard]] std::vector<RevisionHeader> load_headers() const;

    /// load_headers() as a Graph. Throws Error also for GraphError (worded by to_error).
    [[nodiscard]] Graph load_graph() const;

    /// The same, keeping the text of small files (some tens of megabytes of them) for read() of this graph's own
    /// revisions: a plan of many revisions then reads each file once.
    [[nodiscard]] Graph load_graph_and_files();

    /// The whole file of a revision. Throws Error: vanished, malformed, or its id is another one now.
    [[nodiscard]] RevisionFile read(const Revision& revision) const;

    /// The repeatable objects, read from config's repeatable_locations when they are first asked for, and no more after
    /// that; none where the revisions are texts. They keep their addresses as long as this object or a copy lives.
    /// Throws Error with ExitCode::graph, located, for the first thing that is wrong. May be called on several threads.
    [[nodiscard]] const Repeatables& repeatables() const;
    /// The whole file of one of them.
    [[nodiscard]] const RevisionFile& read(const Repeatable& repeatable) const;

    /// Writes a new revision file from templates/ (see docs/templates.md) and runs post_write_hooks.
    /// Nothing is written when the request, the template or the result is unsound; an existing file is never
    /// overwritten; the file appears whole or not at all. Throws Error.
    [[nodiscard]] CreatedScript create(const Graph& graph, const ScriptRequest& request) const;

    /// Gives a revision's file other sections; its comment block stays, but for the keys that belong to the sections.
    /// The file is replaced as a whole or not at all. Throws Error.
    void rewrite(const Revision& revision, const ScriptBody& body) const;

    /// What it was made with.
    [[nodiscard]] const Config& config() const noexcept { return config_; }
    /// The threads that read files. Whoever works on many revisions at once takes these.
    [[nodiscard]] base::ThreadPool& pool() const noexcept { return *pool_; }

private:
    template <typename MakeRoom, typename Store>
    void read_headers(const MakeRoom& make_room, const Store& store) const;

    /// Files in memory.
    struct Texts {
        std::vector<RevisionText> all;                              ///< in load order
        std::unordered_map<std::string_view, std::string_view> of;  ///< by path
    };

    /// Texts of the revisions of a graph: by their place in it, as their ids would take long to look up.
    struct Kept {
        const Revision* first = nullptr;
        std::vector<std::string> texts;  ///< empty: not kept

        [[nodiscard]] const std::string* find(const Revision& revision) const;
    };

    /// Read once, when somebody asks.
    struct LazyRepeatables;

    Config config_;
    std::shared_ptr<base::ThreadPool> pool_ = std::make_shared<base::ThreadPool>();  ///< of its copies, too
    Kept kept_;
    std::filesystem::path working_directory_;  ///< when it was made: the paths of revisions may be relative to it
    std::optional<Texts> texts_;               ///< absent: the files are in folders
    std::shared_ptr<LazyRepeatables> repeatables_;
};

/// Names of the built-in project templates with one line about each, in the order to list them.
struct ProjectTemplate {
    std::string name;
    std::string description;
};
/// At least one; the name is what init_project() takes.
[[nodiscard]] std::vector<ProjectTemplate> project_templates();

/// What init_project made.
struct CreatedProject {
    std::vector<std::filesystem::path> made;  ///< files and folders, in order
    std::vector<std::string> remarks;         ///< sentences: other names than usual, tools that keep migrations there
};

/// Creates alembic.yaml, versions/ and templates/ below `directory`. Where a folder of one of these names holds
/// something else, such as a web project's templates, both go into a new folder `rev`, and alembic.yaml says so. Throws
/// Error with ExitCode::usage: unknown template, or something of a project of rev is there already (then nothing is
/// changed).
CreatedProject init_project(const std::filesystem::path& directory, std::string_view template_name);

}  // namespace rev::script

namespace rev {
using script::CreatedProject;
using script::CreatedScript;
using script::init_project;
using script::project_templates;
using script::ProjectTemplate;
using script::ScriptBody;
using script::ScriptDirectory;
using script::ScriptRequest;
}  // namespace rev
