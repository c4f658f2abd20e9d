#include "rewrite/base_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rev/error.hpp"
#include "rewrite/git.hpp"
#include "script/listing.hpp"

namespace rev::rewrite {

namespace fs = std::filesystem;

namespace {

/// What list_revision_files() takes: no hidden file or folder, and subfolders only where they are asked for.
bool is_revision_file(const fs::path& relative, bool recursive) {
    const auto is_hidden = [](const fs::path& part) { return part.native().starts_with('.'); };
    if (relative.empty() || std::ranges::any_of(relative, is_hidden)) return false;
    return recursive || !relative.has_parent_path();
}

/// Whether the file is one of the project's revisions.
bool belongs_to(const Config& config, const fs::path& file) {
    return std::ranges::any_of(config.version_locations, [&](const fs::path& location) {
        std::error_code ignored;
        // Git names files without links; so are the folders compared.
        return is_revision_file(file.lexically_relative(fs::weakly_canonical(location, ignored)),
                                config.recursive_version_locations);
    });
}

/// The file's name where the checkout has it: in a version location as alembic.yaml writes it, behind its links.
fs::path in_checkout(const Config& config, const fs::path& file) {
    for (const auto& location : config.version_locations) {
        std::error_code ignored;
        const auto relative = file.lexically_relative(fs::weakly_canonical(location, ignored));
        if (!relative.empty() && *relative.begin() != "..") return location / relative;
    }
    return file;
}

/// Errors of another commit's file name that commit.
RevisionHeader header_of(const std::string& text, const std::string& path, const std::string& ref) {
    try {
        return parse_header(text, path);
    } catch (Error& error) {
        auto place = error.location();
        place.file = fmt::format("{}:{}", ref, place.file);
        throw error.with_location(std::move(place));
    }
}

BaseFiles read_files(const Config& config, const Repository& repository, const std::string& commit,
                     const std::string& ref) {
    std::vector<BaseRevision> revisions;
    for (auto& file : repository.files(commit, config.version_locations, ".sql")) {
        const auto path = repository.root() / file.path;
        if (!belongs_to(config, path)) continue;
        auto header = header_of(file.text, script::shown_path(in_checkout(config, path)), ref);
        revisions.push_back({std::move(header), std::move(file.text)});
    }
    return BaseFiles(ref, std::move(revisions));
}

}  // namespace

BaseFiles::BaseFiles(std::string ref, std::vector<BaseRevision> revisions)
    : ref_(std::move(ref)), revisions_(std::move(revisions)) {
    for (std::size_t index = 0; index < revisions_.size(); ++index)
        of_id_.emplace(revisions_[index].header.revision.id, index);
}

const BaseRevision* BaseFiles::find(std::string_view id) const noexcept {
    const auto found = of_id_.find(id);
    return found == of_id_.end() ? nullptr : &revisions_[found->second];
}

Base read_base(const Config& config, const std::string& ref) {
    const Repository repository(config.directory);
    const auto commit = repository.commit_of(ref);
    Base base{.files = read_files(config, repository, commit, ref), .fork = std::nullopt};
    const auto fork = repository.fork_point(commit);
    // Where this side stands on the other commit, there is nothing that the other has and this one lacks.
    if (fork && *fork != commit) base.fork = read_files(config, repository, *fork, *fork);
    return base;
}

std::optional<std::string> find_upstream(const Config& config) {
    try {
        // Without Git there is no upstream, which is no error: whoever needs one says so.
        return Repository(config.directory).upstream();
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace rev::rewrite
