#include "script/other_tools.hpp"
#include "base/files.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <system_error>

namespace rev::script {

namespace fs = std::filesystem;

namespace {

/// A file or folder that only one tool makes.
struct Sign {
    std::string_view path;
    std::string_view tool;
};

constexpr std::array<Sign, 35> signs{{
    {"alembic.ini", "Alembic"},
    {"alembic/env.py", "Alembic"},
    {"migrations/alembic.ini", "Flask-Migrate (Alembic)"},
    {"migrations/env.py", "Flask-Migrate (Alembic)"},
    {"sqitch.conf", "Sqitch"},
    {"sqitch.plan", "Sqitch"},
    {"diesel.toml", "Diesel"},
    {"flyway.conf", "Flyway"},
    {"flyway.toml", "Flyway"},
    {"liquibase.properties", "Liquibase"},
    {"atlas.hcl", "Atlas"},
    {"migrations/atlas.sum", "Atlas"},
    {"supabase/migrations", "Supabase"},
    {"supabase/config.toml", "Supabase"},
    {"knexfile.js", "Knex"},
    {"knexfile.ts", "Knex"},
    {"knexfile.mjs", "Knex"},
    {"knexfile.cjs", "Knex"},
    {"drizzle.config.ts", "Drizzle"},
    {"drizzle.config.js", "Drizzle"},
    {"drizzle.config.mjs", "Drizzle"},
    {"drizzle.config.json", "Drizzle"},
    {"drizzle/meta/_journal.json", "Drizzle"},
    {"prisma/schema.prisma", "Prisma"},
    {"prisma/migrations", "Prisma"},
    {"schema.prisma", "Prisma"},
    {"ormconfig.json", "TypeORM"},
    {".sequelizerc", "Sequelize"},
    {"yoyo.ini", "yoyo"},
    {"phinx.php", "Phinx"},
    {"phinx.yml", "Phinx"},
    {"artisan", "Laravel"},
    {"db/schema.rb", "Rails"},
    {"db/structure.sql", "Rails or dbmate"},
    {"goose.yaml", "goose"},
}};

/// Where tools that are known by their files' names keep them.
constexpr std::array<std::string_view, 12> folders{
    "migrations",
    "db/migrations",
    "db/migrate",
    "database/migrations",
    "src/main/resources/db/migration",
    "sql",
    "sql/migrations",
    "db/migration",
    "db",
    "schema/migrations",
    "migration",
    "internal/migrations",
};

/// It is for a remark only: a folder of 100,000 files must not hold up `rev init`.
constexpr std::size_t most_entries = 200;  // of a folder

/// In a fixed order; empty if it cannot be read.
std::vector<fs::path> entries_of(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code failed;
    for (fs::directory_iterator next(folder, failed), end; !failed && next != end; next.increment(failed)) {
        entries.push_back(next->path());
        if (entries.size() == most_entries) break;
    }
    std::ranges::sort(entries);
    return entries;
}

std::string beginning_of(const fs::path& file) {
    constexpr std::size_t enough = 4096;
    std::string text(enough, '\0');
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) return {};
    std::ifstream stream(file, std::ios::binary);
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text;
}

/// `V1__create.sql`, `V2_1__x.sql`, `R__views.sql`.
bool is_flyway_name(std::string_view name) {
    const auto kind = name.substr(0, 1);
    return (kind == "V" || kind == "U" || kind == "R") && name.ends_with(".sql") &&
           name.find("__") != std::string_view::npos;
}

/// `0001_initial.py`.
bool is_django_name(std::string_view name) {
    constexpr std::size_t digits = 4;
    return name.ends_with(".py") && name.size() > digits && name[digits] == '_' &&
           std::ranges::all_of(name.substr(0, digits), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::string_view> tool_of_sql(const fs::path& file) {
    const auto text = beginning_of(file);
    if (text.find("-- migrate:up") != std::string::npos) return "dbmate";
    if (text.find("-- +goose Up") != std::string::npos) return "goose";
    if (text.find("-- +migrate Up") != std::string::npos) return "sql-migrate";
    if (text.find("-- revision:") != std::string::npos) return std::nullopt;  // rev's own
    return "plain SQL files";
}

std::optional<std::string_view> tool_of_file(const fs::path& file) {
    const auto name = file.filename().string();
    const auto extension = file.extension();
    if (is_flyway_name(name)) return "Flyway";
    if (name.ends_with(".up.sql")) return "golang-migrate or sqlx";
    if (is_django_name(name)) return "Django";
    if (extension == ".rb") return "Rails";
    if (extension == ".php") return "Laravel or Phinx";
    if (extension == ".js" || extension == ".ts" || extension == ".cjs" || extension == ".mjs")
        return "JavaScript files";
    if (base::is_there(file / "up.sql")) return "Diesel";
    if (base::is_there(file / "migration.sql")) return "Prisma";
    return extension == ".sql" ? tool_of_sql(file) : std::nullopt;
}

class Finder {
public:
    explicit Finder(const fs::path& folder) : folder_(folder) {}

    std::vector<OtherTool> find() {
        for (const auto& sign : signs)
            if (base::is_there(folder_ / sign.path)) add(sign.tool, sign.path);
        for (const auto& path : folders) look_into(folder_ / path);
        // Last: it looks into every folder, and what it finds has no other sign.
        look_into_applications();
        return std::move(found_);
    }

private:
    void add(std::string_view tool, const fs::path& sign) {
        // "Rails" is known already where "Rails or dbmate" is.
        const auto is_known = [&](const OtherTool& known) { return known.name.starts_with(tool); };
        if (std::ranges::none_of(found_, is_known)) found_.push_back({tool, sign});
    }

    /// A folder is of one tool; where a sign has told which, its files tell nothing new.
    void look_into(const fs::path& folder) {
        for (const auto& entry : entries_of(folder)) {
            const auto tool = tool_of_file(entry);
            if (!tool) continue;
            const bool is_general = *tool == "plain SQL files" || *tool == "JavaScript files";
            // Any project may have such files. They mean something only where nothing better was found, and in a folder
            // with a name that is for migrations.
            if (is_general && (!found_.empty() || folder.filename() == "sql" || folder.filename() == "db")) return;
            return add(*tool, entry.lexically_relative(folder_));
        }
    }

    /// A Django project has a folder of migrations in each application.
    void look_into_applications() {
        for (const auto& application : entries_of(folder_)) {
            for (const auto& entry : entries_of(application / "migrations")) {
                if (!is_django_name(entry.filename().string())) continue;
                return add("Django", entry.lexically_relative(folder_));
            }
        }
    }

    fs::path folder_;
    std::vector<OtherTool> found_;
};

}  // namespace

std::vector<OtherTool> find_other_tools(const fs::path& folder) { return Finder(folder).find(); }

}  // namespace rev::script
