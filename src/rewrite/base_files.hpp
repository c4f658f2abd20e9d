#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rev/config.hpp"
#include "script/revision_file.hpp"

namespace rev::rewrite {

/// A revision as another commit has it.
struct BaseRevision {
    RevisionHeader header;  ///< its path is as this checkout would show it
    std::string text;       ///< the whole file
};

/// The revision files of a commit, by the version locations that the checkout has now.
class BaseFiles {
public:
    /// files: by path, each once. Throws Error with ExitCode::graph, located, for one that cannot be read.
    BaseFiles(std::string ref, std::vector<BaseRevision> revisions);

    [[nodiscard]] const std::string& ref() const noexcept { return ref_; }  ///< as the user named it
    /// By path.
    [[nodiscard]] const std::vector<BaseRevision>& revisions() const noexcept { return revisions_; }
    /// The revision of this id, or nullptr.
    [[nodiscard]] const BaseRevision* find(std::string_view id) const noexcept;
    [[nodiscard]] bool has(std::string_view id) const noexcept { return find(id) != nullptr; }

private:
    std::string ref_;
    std::vector<BaseRevision> revisions_;
    std::unordered_map<std::string_view, std::size_t> of_id_;
};

/// What a checkout is compared with.
struct Base {
    BaseFiles files;                ///< of the commit
    std::optional<BaseFiles> fork;  ///< of the commit at which the checkout left it; absent: not known
};

/// ref: a branch, tag or commit. Throws Error as Repository and BaseFiles do.
/// Where the checkout stands on the commit there is no fork: it lacks nothing.
[[nodiscard]] Base read_base(const Config& config, const std::string& ref);

/// The upstream branch of the branch that is checked out; nullopt: there is none, or no repository.
[[nodiscard]] std::optional<std::string> find_upstream(const Config& config);

}  // namespace rev::rewrite
