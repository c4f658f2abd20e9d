#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "import/body.hpp"
#include "import/draft.hpp"
#include "import/tool.hpp"
#include "rev/graph.hpp"
#include "script/script_directory.hpp"

namespace rev::foreign {

/// Revisions that the project has, and what an import of the tool has said of each.
class KnownRevisions {
public:
    /// Reads the files. A project that is yet to be made has none. Throws Error: they are no graph.
    KnownRevisions(const ProjectPlace& place, const Tool& tool);

    /// Null: there is none of that id.
    [[nodiscard]] const Revision* find(const RevisionId& id) const { return graph_ ? graph_->find(id) : nullptr; }

    /// Whether the revision's upgrade has the body's statements, or is still to be written. dialect: of the body, where
    /// the file has sections for several.
    [[nodiscard]] bool is_same_sql(const Revision& revision, const Body& body, Dialect dialect) const;

    /// Whether an import of the tool wrote it.
    [[nodiscard]] bool is_imported(const Revision& revision) const { return imported_.contains(revision.id); }

    /// What an import made of that file; nullopt: nothing, or it cannot be told.
    [[nodiscard]] std::optional<RevisionId> imported_from(const std::string& file) const;

    /// Load order.
    [[nodiscard]] std::vector<Revision> revisions() const;
    [[nodiscard]] Revisions heads() const { return graph_ ? graph_->heads() : Revisions(); }

private:
    struct Source {
        std::filesystem::path path;  ///< as that import showed it
        RevisionId id;
    };

    std::optional<ScriptDirectory> scripts_;
    std::optional<Graph> graph_;  ///< absent: there is no project yet
    std::set<RevisionId> imported_;
    std::map<std::filesystem::path, std::vector<Source>> by_file_name_;
};

}  // namespace rev::foreign
