// What `rev init` makes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <system_error>

#include "base/files.hpp"
#include "rev/error.hpp"
#include "rev/script_directory.hpp"
#include "script/builtin.hpp"
#include "script/listing.hpp"
#include "script/source.hpp"

namespace rev {

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
    throw Error(ExitCode::usage, "unknown_template", fmt::format("unknown project template \"{}\"", name))
        .with_hint(hint);
}

bool is_occupied(const fs::path& path) {
    const auto status = fs::symlink_status(path);
    if (!fs::exists(status)) return false;
    return !fs::is_directory(path) || !fs::is_empty(path);
}

void require_free(const fs::path& directory) {
    if (fs::exists(directory) && !fs::is_directory(directory)) {
        throw Error(ExitCode::usage, "not_a_folder", fmt::format("{} is no folder", shown_path(directory)));
    }
    for (const auto* name : {"alembic.yaml", "versions", "templates"}) {
        if (!is_occupied(directory / name)) continue;
        throw Error(ExitCode::usage, "project_exists",
                    fmt::format("{} is there already, nothing was changed", shown_path(directory / name)))
            .with_hint("give another folder: rev init DIR");
    }
}

/// Makes files and folders; takes them back unless it is told to keep them.
class Builder {
public:
    Builder() = default;
    ~Builder() {
        std::error_code ignored;
        for (auto made = made_.rbegin(); made != made_.rend(); ++made) fs::remove(*made, ignored);
    }
    Builder(const Builder&) = delete;
    Builder& operator=(const Builder&) = delete;

    void add_folder(const fs::path& path) {
        if (path.has_parent_path() && !fs::exists(path.parent_path())) add_folder(path.parent_path());
        if (fs::create_directory(path)) made_.push_back(path);
    }
    void add_file(const fs::path& path, std::string_view text) {
        create_text_file(path, text);
        made_.push_back(path);
    }
    [[nodiscard]] std::vector<fs::path> keep() { return std::exchange(made_, {}); }

private:
    std::vector<fs::path> made_;
};

std::vector<fs::path> build(const fs::path& directory, const BuiltinProject& project) {
    Builder builder;
    builder.add_folder(directory);
    builder.add_file(directory / "alembic.yaml", *project.settings);
    builder.add_folder(directory / "versions");
    builder.add_folder(directory / "templates");
    builder.add_file(directory / "templates" / "revision.sql", builtin_revision_template);
    builder.add_file(directory / "templates" / "merge.sql", builtin_merge_template);
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

std::vector<fs::path> init_project(const fs::path& directory, std::string_view template_name) {
    const auto& project = find_project(template_name);
    try {
        auto target = fs::absolute(directory).lexically_normal();
        if (!target.has_filename()) target = target.parent_path();  // of a trailing slash
        require_free(target);
        return build(target, project);
    } catch (const std::system_error& error) {
        throw Error(ExitCode::usage, "cannot_write",
                    fmt::format("cannot make the project in {}: {}", shown_path(directory), error.code().message()));
    }
}

}  // namespace rev
