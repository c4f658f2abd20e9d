#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace rev::rewrite {

/// A file of a commit.
struct CommittedFile {
    std::string path;  ///< relative to the repository's root, with `/`
    std::string text;  ///< as it is committed: without what Git changes on checking out, such as line ends
};

/// A Git repository, asked through the program `git` of PATH, which gets its arguments one by one: no shell reads a
/// name. Nothing is changed, in the repository or elsewhere.
class Repository {
public:
    /// The repository that `folder` (absolute) is in. Throws Error with ExitCode::usage: "no_git" (the program),
    /// "no_repository".
    explicit Repository(const std::filesystem::path& folder);

    [[nodiscard]] const std::filesystem::path& root() const noexcept { return root_; }  ///< absolute, canonical

    /// The id of the commit that a branch, a tag, `origin/main`, `HEAD~3` ... names. Throws Error with ExitCode::usage
    /// "unknown_git_ref".
    [[nodiscard]] std::string commit_of(const std::string& ref) const;
    /// The upstream branch of the branch that is checked out, such as "origin/main"; nullopt: there is none.
    [[nodiscard]] std::optional<std::string> upstream() const;
    /// The commit at which the checked out commit left that of `commit`; nullopt: their histories have nothing in
    /// common, or what is fetched of them does not reach so far.
    [[nodiscard]] std::optional<std::string> fork_point(const std::string& commit) const;

    /// Regular files of a commit whose name ends with `ending`, below folders (absolute, in the repository; one that
    /// the commit does not have gives nothing); by path. Throws Error "outside_repository" for a folder elsewhere.
    [[nodiscard]] std::vector<CommittedFile> files(const std::string& commit,
                                                   std::span<const std::filesystem::path> folders,
                                                   std::string_view ending) const;

    /// All files of the commit that `ref` names, relative to the root, with `/`; nullopt: Git knows no such commit.
    [[nodiscard]] std::optional<std::set<std::string>> paths(const std::string& ref) const;

    /// Short names of branches, of remotes' branches and of tags, sorted by name.
    [[nodiscard]] std::vector<std::string> names() const;

private:
    std::filesystem::path root_;
};

}  // namespace rev::rewrite
