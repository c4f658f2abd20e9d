#include "script/squashed_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "base/text.hpp"
#include "rev/error.hpp"
#include "script/listing.hpp"
#include "script/revision_file.hpp"

namespace rev::script {

namespace fs = std::filesystem;

namespace {

bool is_within(const fs::path& path, const fs::path& folder) {
    const auto relative = path.lexically_normal().lexically_relative(folder.lexically_normal());
    return !relative.empty() && *relative.begin() != "..";
}

/// `squashed` beside the version location that has the file: the innermost, where they are nested.
fs::path squashed_root(const Config& config, const fs::path& file) {
    fs::path best;
    for (const auto& location : config.version_locations)
        if (is_within(fs::absolute(file), location) && location.native().size() > best.native().size()) best = location;
    if (best.empty()) best = config.version_locations.front();
    // Beside the project's own folder would be outside its repository.
    return (best == config.directory ? best : best.parent_path()) / "squashed";
}

/// Every *.sql below the folder, sorted by path.
std::vector<fs::path> files_below(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code ended;
    // With an error code: an unreadable folder ends the search, it does not end the command.
    for (fs::recursive_directory_iterator entry(folder, ended), none; !ended && entry != none; entry.increment(ended))
        if (entry->path().extension() == ".sql") files.push_back(entry->path());
    std::ranges::sort(files);
    return files;
}

/// The squashes that have one of the rows within them.
std::set<const Revision*> squashes_around(const Graph& graph, std::span<const RevisionId> rows) {
    std::set<const Revision*> squashes;
    for (const auto& row : rows)
        if (graph.find(row) == nullptr)
            if (const auto* squash = find_squash_around(graph, row)) squashes.insert(squash);
    return squashes;
}

}  // namespace

const Revision* find_squash_around(const Graph& graph, std::string_view row) {
    for (const auto& revision : graph.revisions())
        if (revision.id != row && std::ranges::find(revision.squashes, row) != revision.squashes.end())
            return &revision;
    return nullptr;
}

fs::path squashed_folder(const Config& config, const fs::path& file, const RevisionId& id) {
    auto folder = squashed_root(config, file) / id;
    for (const auto& location : config.version_locations) {
        if (!config.recursive_version_locations || !is_within(folder, location)) continue;
        throw Error(ExitCode::usage, error_codes::squashed_is_versions,
                    fmt::format("the old files would stay revisions: {} lies within the version location {}",
                                base::printable(shown_path(folder)), base::printable(shown_path(location))))
            .with_hint("give the revisions a folder of their own in version_locations");
    }
    return folder;
}

/// The revisions that a squash names, as they were, from their old files. nullopt: one of them is not there.
std::optional<std::vector<Revision>> SquashedFiles::line_of(const Revision& squash) const {
    std::map<RevisionId, Revision> old;
    for (const auto& file : files_below(squashed_root(config_, squash.path))) {
        try {
            auto revision = read_header(file, shown_path(file)).revision;
            // Of a squash of squashes there are both: what it names are the revisions before any of them.
            if (revision.squashes.empty()) old.try_emplace(revision.id, std::move(revision));
        } catch (const Error&) {  // it is no revision, or none that could be run
        }
    }
    std::vector<Revision> line;
    for (const auto& id : squash.squashes) {
        const auto found = old.find(id);
        if (found == old.end()) return std::nullopt;
        line.push_back(found->second);
    }
    // The old file names parents as they were then, the squash as they are now: they may have been squashed, too.
    line.front().revises = squash.revises;
    line.front().depends_on = squash.depends_on;
    return line;
}

std::optional<Graph> SquashedFiles::taken_apart(const Graph& graph, std::span<const RevisionId> rows) {
    const auto squashes = squashes_around(graph, rows);
    // Nearly always, and for each of a fleet's members: nothing is copied for that.
    if (squashes.empty()) return std::nullopt;
    std::vector<Revision> revisions;
    bool is_changed = false;
    for (const auto& revision : graph.revisions()) {
        auto line = squashes.contains(&revision) ? line_of(revision) : std::nullopt;
        if (!line) {
            revisions.push_back(revision);
            continue;
        }
        is_changed = true;
        revisions.insert(revisions.end(), line->begin(), line->end());
    }
    if (!is_changed) return std::nullopt;
    try {
        return Graph(std::move(revisions));
    } catch (const GraphError& error) {
        throw to_error(error);
    }
}

}  // namespace rev::script
