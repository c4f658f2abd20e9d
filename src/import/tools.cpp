#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "import/settings_text.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

std::string plain_name(std::string_view name) {
    auto plain = base::lower_case(name);
    std::ranges::replace(plain, '_', '-');
    return plain;
}

std::string list_of(const std::vector<Found>& found, const std::string& shown) {
    std::string list;
    for (const auto& each : found) list += fmt::format("rev import {} {}\n", each.tool->name, shown);
    list.pop_back();
    return list;
}

}  // namespace

std::span<const Tool* const> tools() {
    // Plain files come last: they are what is left.
    static const std::array all{&alembic(), &flask_migrate(),  &django(),          &sqitch(),
                                &prisma(),  &drizzle(),        &supabase(),        &diesel(),
                                &dbmate(),  &goose(),          &flyway(),          &refinery(),
                                &sqlx(),    &golang_migrate(), &node_pg_migrate(), &sql_folder()};
    static const std::vector<const Tool*> list(all.begin(), all.end());
    return list;
}

const Tool* find_tool(std::string_view name) {
    const auto wanted = plain_name(name);
    const auto found = std::ranges::find(tools(), wanted, &Tool::name);
    return found == tools().end() ? nullptr : *found;
}

Found detect(const fs::path& path, const std::string& shown) {
    std::vector<Found> found;
    for (const auto* tool : tools()) {
        // Any folder with .sql files would do for it. So it is asked only where no other tool was found, and none
        // that rev knows of and cannot read.
        if (tool == &sql_folder()) {
            if (!found.empty()) break;
            refuse_unsupported(path);
        }
        if (auto place = tool->find(path, Search::sure)) found.push_back({tool, std::move(*place)});
    }
    if (found.empty())
        throw Error(ExitCode::usage, error_codes::no_foreign_tool,
                    fmt::format("no migrations of a tool that rev knows are in {}", shown))
            .with_hint("name the tool and its folder: rev import TOOL PATH");
    if (found.size() > 1)
        throw Error(ExitCode::usage, error_codes::several_foreign_tools,
                    fmt::format("several tools have files in {}", shown))
            .with_hint("choose one:\n" + list_of(found, shown));
    return std::move(found.front());
}

std::string setting_of(const Place& place, const Files& files, std::string_view name) {
    // What is set comes before .env, as in the tools themselves.
    if (auto value = files.options().environment(name)) return *value;
    return place.settings.empty() ? std::string() : read_dotenv_value(files.read(place.settings), name);
}

std::optional<Dialect> dialect_of_dotenv(const Place& place, const Files& files, std::string_view name) {
    return place.settings.empty() ? std::nullopt : dialect_of_url(read_dotenv_value(files.read(place.settings), name));
}

std::vector<fs::path> folders_named(const fs::path& base, std::string_view value) {
    std::vector<fs::path> folders;
    for (const auto& name : base::split_list(value)) {
        auto folder = (base / name).lexically_normal();
        // `db/migrations/` and `db/migrations` are one.
        if (!folder.has_filename()) folder = folder.parent_path();
        folders.push_back(std::move(folder));
    }
    return folders;
}

bool is_within(const fs::path& folder, const fs::path& path) {
    return !folder.lexically_relative(path.lexically_normal()).string().starts_with("..");
}

std::optional<Place> place_of_dotenv(const fs::path& path, std::string_view name,
                                     const std::function<bool(const fs::path&)>& is_wanted) {
    const auto file = find_above(path, ".env");
    if (!file) return std::nullopt;
    const ReadOptions nothing;
    for (const auto& folder : folders_named(file->parent_path(), read_dotenv_value(Files(nothing).read(*file), name)))
        // Whoever names another folder means that one.
        if (is_within(folder, path) && is_wanted(folder)) return Place{folder, *file};
    return std::nullopt;
}

}  // namespace rev::foreign
