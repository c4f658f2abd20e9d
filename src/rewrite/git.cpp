#include "rewrite/git.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/process.hpp"
#include "base/text.hpp"
#include "rev/error.hpp"

namespace rev::rewrite {

namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

/// A hook runs with variables that point Git at its repository by paths relative to another folder; here the folder
/// says which one is meant.
base::ProcessOptions git_options(std::string input) {
    base::ProcessOptions options;
    for (const char* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})
        options.environment[name] = std::nullopt;
    // OPTIONAL_LOCKS: reading must not hinder a commit that somebody makes. LITERAL_PATHSPECS: a folder may have a `*`
    // in its name. TERMINAL_PROMPT: a partial clone may ask for a password where nobody is.
    options.environment["GIT_OPTIONAL_LOCKS"] = "0";
    options.environment["GIT_LITERAL_PATHSPECS"] = "1";
    options.environment["GIT_TERMINAL_PROMPT"] = "0";
    options.input = std::move(input);
    options.error_output = base::ErrorOutput::apart;
    return options;
}

/// What `git` says in `folder`; nullopt where it ends with a failure.
std::optional<std::string> ask_git(const fs::path& folder, Words arguments, std::string input = {}) {
    arguments.insert(arguments.begin(), {"git", "-C", folder.string()});
    try {
        auto result = base::run_process(arguments, git_options(std::move(input)));
        if (result.exit_code != 0) return std::nullopt;
        return std::move(result.output);
    } catch (const std::system_error& error) {
        throw Error(ExitCode::usage, error_codes::no_git,
                    fmt::format("the program git cannot be started: {}", error.code().message()))
            .with_hint("install Git, or leave out what compares with another commit");
    }
}

std::optional<std::string> ask_for_line(const fs::path& folder, Words arguments) {
    auto answer = ask_git(folder, std::move(arguments));
    if (answer) answer = std::string(base::trim(*answer));
    return answer;
}

/// One entry of `git ls-tree -z`: mode, kind, object, a tab and the path.
struct TreeEntry {
    std::string object;
    std::string path;
};

std::vector<TreeEntry> read_tree(std::string_view listing, std::string_view ending) {
    constexpr std::string_view regular_file = "100";  // 100644 and 100755; 120000 is a symbolic link
    std::vector<TreeEntry> entries;
    while (!listing.empty()) {
        const auto end = listing.find('\0');
        const auto entry = listing.substr(0, end);
        listing.remove_prefix(end == std::string_view::npos ? listing.size() : end + 1);
        const auto tab = entry.find('\t');
        if (tab == std::string_view::npos || !entry.starts_with(regular_file) || !entry.ends_with(ending)) continue;
        const auto object = entry.substr(0, tab).substr(entry.substr(0, tab).rfind(' ') + 1);
        entries.push_back({std::string(object), std::string(entry.substr(tab + 1))});
    }
    return entries;
}

Error unreadable_objects() {
    return Error(ExitCode::usage, error_codes::unreadable_commit, "git does not give the files of that commit")
        .with_hint("`git fsck` looks for what is missing; a partial clone must be able to reach its origin");
}

/// The next object of `git cat-file --batch`: "OBJECT blob SIZE", a line end, that many bytes, a line end.
std::string take_object(std::string_view& answer) {
    const auto line_end = answer.find('\n');
    if (line_end == std::string_view::npos) throw unreadable_objects();
    const auto line = answer.substr(0, line_end);
    const auto digits = line.substr(line.rfind(' ') + 1);
    std::size_t size = 0;
    const auto [stop, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (problem != std::errc() || stop != digits.data() + digits.size()) throw unreadable_objects();
    if (answer.size() < line_end + 1 + size + 1) throw unreadable_objects();
    std::string text(answer.substr(line_end + 1, size));
    answer.remove_prefix(line_end + 1 + size + 1);
    return text;
}

/// The folder as the repository names it.
std::string path_in(const fs::path& root, const fs::path& folder) {
    std::error_code ignored;
    auto real = fs::weakly_canonical(folder, ignored);
    if (ignored) real = folder;
    const auto relative = real.lexically_relative(root);
    if (relative.empty() || *relative.begin() == "..")
        throw Error(ExitCode::usage, error_codes::outside_repository,
                    fmt::format("{} is not in the repository {}", base::printable(folder.string()),
                                base::printable(root.string())))
            .with_hint("version_locations must be in one repository to be compared with another commit");
    return relative.string();
}

}  // namespace

Repository::Repository(const fs::path& folder) {
    const auto found = ask_for_line(folder, {"rev-parse", "--show-toplevel"});
    if (!found || found->empty())
        throw Error(ExitCode::usage, error_codes::no_repository,
                    fmt::format("{} is in no Git repository", base::printable(folder.string())))
            .with_hint("run it in a checkout; `git init` makes one");
    std::error_code ignored;
    // Compared with folders whose links are followed.
    root_ = fs::canonical(*found, ignored);
    if (ignored) root_ = *found;
}

std::string Repository::commit_of(const std::string& ref) const {
    // --end-of-options: a name that begins with `-` is no option. ^{commit}: a tag stands for what it marks.
    auto commit = ask_for_line(root_, {"rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}"});
    if (commit && !commit->empty()) return *std::move(commit);
    throw Error(ExitCode::usage, error_codes::unknown_git_ref,
                fmt::format("Git knows no commit \"{}\" in {}", base::printable(ref), base::printable(root_.string())))
        .with_hint(
            "`git branch --all` lists branches; fetch it first: `git fetch origin` (in CI, a checkout that is "
            "not shallow)");
}

std::optional<std::string> Repository::upstream() const {
    return ask_for_line(root_, {"rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}"});
}

std::optional<std::string> Repository::fork_point(const std::string& commit) const {
    auto found = ask_for_line(root_, {"merge-base", commit, "HEAD"});
    if (found && found->empty()) return std::nullopt;
    return found;
}

std::optional<std::set<std::string>> Repository::paths(const std::string& ref) const {
    const auto listed = ask_git(root_, {"ls-tree", "-r", "-z", "--name-only", "--full-tree", "--end-of-options", ref});
    if (!listed) return std::nullopt;
    const auto paths = base::split_list(*listed, '\0');
    return std::set<std::string>(paths.begin(), paths.end());
}

std::vector<std::string> Repository::names() const {
    const auto listed = ask_git(root_, {"for-each-ref", "--format=%(refname:short)", "--sort=refname", "refs/heads",
                                        "refs/remotes", "refs/tags"});
    return base::split_list(base::trim(listed.value_or("")), '\n');
}

std::vector<CommittedFile> Repository::files(const std::string& commit, std::span<const fs::path> folders,
                                             std::string_view ending) const {
    Words list{"ls-tree", "-r", "-z", "--full-tree", commit, "--"};
    Words paths;
    for (const auto& folder : folders) paths.push_back(path_in(root_, folder));
    // The root is named by no path: without one, ls-tree lists the whole tree.
    if (std::ranges::find(paths, ".") == paths.end()) list.insert(list.end(), paths.begin(), paths.end());
    const auto listing = ask_git(root_, list);
    if (!listing) throw unreadable_objects();
    auto entries = read_tree(*listing, ending);
    std::string objects;
    for (const auto& entry : entries) objects += entry.object + "\n";
    if (entries.empty()) return {};
    const auto answer = ask_git(root_, {"cat-file", "--batch"}, objects);
    if (!answer) throw unreadable_objects();
    std::string_view rest = *answer;
    std::vector<CommittedFile> files;
    files.reserve(entries.size());
    // cat-file answers in the order in which it was asked.
    for (auto& entry : entries) files.push_back({std::move(entry.path), take_object(rest)});
    return files;
}

}  // namespace rev::rewrite
