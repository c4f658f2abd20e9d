#include "import/known_revisions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "app/worded.hpp"
#include "import/session_settings.hpp"
#include "sql/statements.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

/// Whether both paths, as two imports showed them, may be of one file: they were called from anywhere. Both have the
/// same file name.
bool is_same_source(const fs::path& one, const fs::path& other) {
    const auto folders = std::array{one.parent_path().filename(), other.parent_path().filename()};
    return folders[0] == folders[1] ||
           std::ranges::any_of(folders, [](const fs::path& name) { return name.empty() || name == ".."; });
}

/// The file of which an import of the tool says that the revision was made; empty: it names none; nullopt: no import
/// has written it.
std::optional<fs::path> source_in(const std::string& description, const Tool& tool) {
    constexpr std::string_view start = "Imported from ";
    const auto at = description.rfind(start);
    if (at == std::string::npos || description.find(tool.title, at) == std::string::npos) return std::nullopt;
    const auto file = at + start.size();
    const auto end = description.find(fmt::format(" ({})", tool.title), file);
    return end == std::string::npos ? fs::path() : fs::path(description.substr(file, end - file));
}

}  // namespace

KnownRevisions::KnownRevisions(const ProjectPlace& place, const Tool& tool) {
    if (!place.config) return;
    scripts_.emplace(*place.config);
    std::vector<Revision> revisions;
    for (auto& header : scripts_->load_headers()) {
        if (const auto source = source_in(header.description, tool)) {
            imported_.insert(header.revision.id);
            if (!source->empty()) by_file_name_[source->filename()].push_back({*source, header.revision.id});
        }
        revisions.push_back(std::move(header.revision));
    }
    graph_ = app::worded([&] { return Graph(std::move(revisions)); });
}

bool KnownRevisions::is_same_sql(const Revision& revision, const Body& body, Dialect dialect) const {
    const auto file = scripts_->read(revision);
    const auto* section = file.find_section(SectionKind::upgrade, dialect);
    if (section == nullptr) section = file.find_section(SectionKind::upgrade, Dialect::sqlite);
    if (section == nullptr) return false;
    // By the tokens of one dialect for both sides: they are only compared, so it need not be the right one.
    const auto normalized = [](std::string_view sql) {
        // What earlier files leave to the session is no part of a file.
        return normalized_sql(without_settings_block(sql), Dialect::sqlite);
    };
    return section->todo || normalized(file.text_of(*section)) == normalized(body.sql);
}

std::optional<RevisionId> KnownRevisions::imported_from(const std::string& file) const {
    const fs::path path(file);
    std::optional<RevisionId> found;
    const auto sources = by_file_name_.find(path.filename());
    if (sources == by_file_name_.end()) return std::nullopt;
    for (const auto& source : sources->second) {
        if (!is_same_source(source.path, path)) continue;
        // Several tools call the file of each migration the same.
        if (found) return std::nullopt;
        found = source.id;
    }
    return found;
}

std::vector<Revision> KnownRevisions::revisions() const {
    if (!graph_) return {};
    const auto all = graph_->revisions();
    return {all.begin(), all.end()};
}

}  // namespace rev::foreign
