// What `rev init` makes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/files.hpp"
#include "rev/error.hpp"
#include "script/builtin.hpp"
#include "script/listing.hpp"
#include "script/other_tools.hpp"
#include "script/script_directory.hpp"
#include "script/source.hpp"

namespace rev::script {

namespace fs = std::filesystem;

namespace {

struct BuiltinProject {
    std::string_view name;
    std::string_view description;
    const std::string_view* settings;
};

constexpr std::array<BuiltinProject, 2> projects{{
    {"generic", "SQLite until DATABASE_URL names another database", &builtin_generic_settings},
    {"postgresql", "PostgreSQL, by DATABASE_URL or libpq's own variables", &builtin_postgresql_settings},
}};

const BuiltinProject& find_project(std::string_view name) {
    const auto* found = std::ranges::find(projects, name, &BuiltinProject::name);
    if (found != projects.end()) return *found;
    std::array<std::string_view, projects.size()> names;
    std::ranges::transform(projects, names.begin(), &BuiltinProject::name);
    auto hint = suggestion(name, names);
    if (hint.empty()) hint = "`rev list-templates` lists them";
    throw Error(ExitCode::usage, error_codes::unknown_template, fmt::format("unknown project template \"{}\"", name))
        .with_hint(hint);
}

/// A link that leads nowhere is there too. An empty folder is no obstacle.
bool is_occupied(const fs::path& path) {
    const auto status = fs::symlink_status(path);
    if (!fs::exists(status)) return false;
    return !fs::is_directory(path) || !fs::is_empty(path);
}

Error project_exists(const fs::path& path, std::string hint) {
    return Error(ExitCode::usage, error_codes::project_exists,
                 fmt::format("{} is there already, nothing was changed", shown_path(path)))
        .with_hint(std::move(hint));
}

/// Whether a folder holds what rev keeps in one of this name: it must have lost its alembic.yaml.
bool is_of_rev(const fs::path& folder) {
    if (!fs::is_directory(folder)) return false;
    if (folder.filename() == "templates")
        return fs::exists(folder / "revision.sql") || fs::exists(folder / "merge.sql");
    return std::ranges::any_of(fs::directory_iterator(folder), [](const fs::directory_entry& entry) {
        try {
            return entry.path().extension() == ".sql" && !read_header(entry.path(), "").revision.id.empty();
        } catch (const Error&) {
            return false;
        }
    });
}

void require_no_project(const fs::path& directory) {
    if (fs::exists(directory) && !fs::is_directory(directory)) {
        throw Error(ExitCode::usage, error_codes::not_a_folder, fmt::format("{} is no folder", shown_path(directory)));
    }
    if (is_occupied(directory / "alembic.yaml"))
        throw project_exists(directory / "alembic.yaml", "give another folder: `rev init DIR`");
    for (const auto* name : {"versions", "templates"})
        if (is_of_rev(directory / name))
            throw project_exists(directory / name,
                                 "it is of a project of rev, whose alembic.yaml is missing: get that back, or give "
                                 "another folder: `rev init DIR`");
}

/// Where a project's folders go, below that of alembic.yaml; empty: there.
struct Place {
    std::string folder;
    std::string reason;  ///< for a folder: the name that is taken
};

Place find_place(const fs::path& directory) {
    for (const auto* name : {"versions", "templates"}) {
        if (!is_occupied(directory / name)) continue;
        std::string folder = "rev";
        for (int number = 2; is_occupied(directory / folder); ++number) folder = fmt::format("rev{}", number);
        return {folder, name};
    }
    return {};
}

void replace_line(std::string& text, std::string_view line, const std::string& with) {
    const auto at = text.find(line);
    if (at != std::string::npos) text.replace(at, line.size(), with);
}

std::string settings_of(const BuiltinProject& project, const Place& place) {
    std::string settings(*project.settings);
    if (place.folder.empty()) return settings;
    replace_line(settings, "\nscript_location: .\n", fmt::format("\nscript_location: {}\n", place.folder));
    replace_line(settings, "\nversion_locations: [versions]\n",
                 fmt::format("\nversion_locations: [{}/versions]\n", place.folder));
    return settings;
}

/// `directory` and the folders above it, as far as the current one if it is below that: `rev init db` is told where
/// the project's root is.
std::vector<fs::path> folders_to_look_at(const fs::path& directory) {
    const auto current = fs::current_path();
    std::vector<fs::path> folders{directory};
    const auto below = directory.lexically_relative(current);
    if (below.empty() || *below.begin() == ".." || below == ".") return folders;
    while (folders.back() != current) folders.push_back(folders.back().parent_path());
    return folders;
}

std::string remark_about(const OtherTool& tool, const fs::path& folder) {
    return fmt::format("{} is there ({})", shown_path(folder / tool.sign), tool.name);
}

std::vector<std::string> remarks_about(const fs::path& directory, const Place& place) {
    std::vector<std::string> remarks;
    if (!place.folder.empty())
        remarks.push_back(
            fmt::format("{} is there and not of rev, so the project's folders are {}/versions and "
                        "{}/templates; alembic.yaml says so",
                        shown_path(directory / place.reason), place.folder, place.folder));
    const auto without_tools = remarks.size();
    for (const auto& folder : folders_to_look_at(directory))
        for (const auto& tool : find_other_tools(folder)) remarks.push_back(remark_about(tool, folder));
    if (remarks.size() > without_tools)
        remarks.emplace_back(
            "`rev import` makes revisions of most tools' migrations and takes their live databases over (`man "
            "rev-importing`); where it cannot, `man rev-adopting` has the steps");
    return remarks;
}

/// Makes files and folders; takes them back unless it is told to keep them.
class Builder {
public:
    Builder() = default;
    // The last first, so that folders are empty when their turn comes. fs::remove takes only empty ones: what somebody
    // else put there meanwhile stays.
    ~Builder() {
        std::error_code ignored;
        for (auto made = made_.rbegin(); made != made_.rend(); ++made) fs::remove(*made, ignored);
    }
    Builder(const Builder&) = delete;
    Builder& operator=(const Builder&) = delete;

    void add_folder(const fs::path& path) {
        if (path.has_parent_path() && !fs::exists(path.parent_path())) add_folder(path.parent_path());
        // False for one that was there: that is not ours to remove.
        if (fs::create_directory(path)) made_.push_back(path);
    }
    void add_file(const fs::path& path, std::string_view text) {
        base::create_text_file(path, text);
        made_.push_back(path);
    }
    [[nodiscard]] std::vector<fs::path> keep() { return std::exchange(made_, {}); }

private:
    std::vector<fs::path> made_;
};

std::vector<fs::path> build(const fs::path& directory, const BuiltinProject& project, const Place& place) {
    const auto folder = place.folder.empty() ? directory : directory / place.folder;
    Builder builder;
    builder.add_folder(directory);
    builder.add_file(directory / "alembic.yaml", settings_of(project, place));
    builder.add_folder(folder / "versions");
    builder.add_folder(folder / "templates");
    builder.add_file(folder / "templates" / "revision.sql", builtin_revision_template);
    builder.add_file(folder / "templates" / "merge.sql", builtin_merge_template);
    return builder.keep();
}

}  // namespace

std::vector<ProjectTemplate> project_templates() {
    std::vector<ProjectTemplate> templates;
    std::ranges::transform(projects, std::back_inserter(templates), [](const BuiltinProject& project) {
        return ProjectTemplate{std::string(project.name), std::string(project.description)};
    });
    return templates;
}

CreatedProject init_project(const fs::path& directory, std::string_view template_name) {
    const auto& project = find_project(template_name);
    try {
        auto target = fs::absolute(directory).lexically_normal();
        if (!target.has_filename()) target = target.parent_path();  // of a trailing slash
        // All checks before the first file, and what is there of other tools before ours is among it.
        require_no_project(target);
        const auto place = find_place(target);
        auto remarks = remarks_about(target, place);
        return {build(target, project, place), std::move(remarks)};
    } catch (const std::system_error& error) {
        throw Error(ExitCode::usage, error_codes::cannot_write,
                    fmt::format("cannot make the project in {}: {}", shown_path(directory), error.code().message()));
    }
}

}  // namespace rev::script
