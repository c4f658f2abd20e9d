// Tools that are recognised and not read: their migrations are programs, or a language of their own.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/files.hpp"
#include "base/text.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

/// A tool, and how it is known.
struct Unsupported {
    std::string_view name;  ///< as it may be typed
    std::string_view title;
    std::string_view what;                  ///< its migrations are ...
    std::array<std::string_view, 5> signs;  ///< files that it alone has; empty: no more
    std::string_view way;                   ///< what can be done; empty: the usual
};

constexpr std::string_view usual_way =
    "adopt the schema instead: bring a database to the newest state with the tool, make its schema the first revision "
    "(`rev init`, then as docs/adopting.md has it) and record it with `rev stamp head`";

constexpr std::array<Unsupported, 13> unsupported{{
    {"liquibase",
     "Liquibase",
     "a language of its own",
     {"liquibase.properties", "changelog.xml", "db/changelog", "src/main/resources/db/changelog",
      "db.changelog-master.xml"},
     "`liquibase update-sql` prints the SQL of all change sets: put it into numbered files and `rev import sql` them; "
     "or adopt the schema as docs/adopting.md has it"},
    {"knex", "Knex", "programs in JavaScript", {"knexfile.js", "knexfile.ts", "knexfile.mjs", "knexfile.cjs", ""}, ""},
    {"rails",
     "Rails",
     "programs in Ruby",
     {"db/schema.rb", "config/application.rb", "bin/rails", "", ""},
     "with `config.active_record.schema_format = :sql`, `bin/rails db:schema:dump` writes db/structure.sql: make that "
     "the first revision and record it with `rev stamp head`"},
    {"typeorm", "TypeORM", "programs in TypeScript", {"ormconfig.json", "ormconfig.ts", "ormconfig.js", "", ""}, ""},
    {"ef",
     "Entity Framework",
     "programs in C#",
     {"Migrations/ApplicationDbContextModelSnapshot.cs", "", "", "", ""},
     "`dotnet ef migrations script` prints the SQL of all migrations: put it into numbered files and `rev import sql` "
     "them"},
    {"sequelize", "Sequelize", "programs in JavaScript", {".sequelizerc", "", "", "", ""}, ""},
    {"laravel",
     "Laravel",
     "programs in PHP",
     {"artisan", "", "", "", ""},
     "`php artisan schema:dump` writes the schema as SQL: make it the first revision and record it with `rev stamp "
     "head`"},
    {"phinx", "Phinx", "programs in PHP", {"phinx.php", "phinx.yml", "phinx.json", "", ""}, ""},
    {"yoyo",
     "yoyo",
     "programs in Python",
     {"yoyo.ini", "", "", "", ""},
     "where all steps are .sql files: `rev import sql DIR`"},
    {"sql-migrate",
     "sql-migrate",
     "SQL with markers that rev does not read",
     {"dbconfig.yml", "", "", "", ""},
     "its `-- +migrate Up` is goose's `-- +goose Up`: rename the markers in a copy and `rev import goose` it"},
    {"mikro-orm", "MikroORM", "programs in TypeScript", {"mikro-orm.config.ts", "mikro-orm.config.js", "", "", ""}, ""},
    {"atlas",
     "Atlas",
     "SQL files with a checksum",
     {"migrations/atlas.sum", "atlas.sum", "", "", ""},
     "its files are plain SQL in the order of their names: `rev import sql DIR`"},
    {"postgrator", "Postgrator", "SQL files", {".postgratorrc.json", "", "", "", ""}, "`rev import sql DIR`"},
}};

/// `20240101120000_Name.Designer.cs` and the like.
bool has_migrations_of_ef(const fs::path& path) {
    for (const std::string_view folder : {"Migrations", "Data/Migrations", "."})
        if (has_file(path / folder, [](const std::string& name) {
                return name.ends_with("ModelSnapshot.cs") || name.ends_with(".Designer.cs");
            }))
            return true;
    return false;
}

bool has_migrations_of_typeorm(const fs::path& path) {
    for (const std::string_view folder : {"migrations", "src/migrations", "src/migration", "."}) {
        const auto below = path / folder;
        if (has_file(below, [&](const std::string& name) {
                return (name.ends_with(".ts") || name.ends_with(".js")) && mentions(below / name, "MigrationInterface");
            }))
            return true;
    }
    return false;
}

bool has_migrations_of_rails(const fs::path& path) {
    for (const std::string_view folder : {"db/migrate", "."}) {
        const auto below = path / folder;
        if (has_file(below, [&](const std::string& name) {
                return name.ends_with(".rb") && mentions(below / name, "ActiveRecord::Migration");
            }))
            return true;
    }
    return false;
}

bool has_changelog_of_liquibase(const fs::path& path) {
    // Their extensions say nothing: such files may be anybody's.
    const auto is_changelog = [](const fs::path& file) {
        return mentions(file, "databaseChangeLog") || mentions(file, "liquibase formatted sql");
    };
    for (const std::string_view folder : {".", "db/changelog", "src/main/resources/db/changelog", "changelog"}) {
        const auto below = path / folder;
        if (has_file(below, [&](const std::string& name) {
                const auto extension = fs::path(name).extension();
                return (extension == ".xml" || extension == ".yaml" || extension == ".yml" || extension == ".json" ||
                        extension == ".sql") &&
                       is_changelog(below / name);
            }))
            return true;
    }
    return false;
}

bool has_migrations_of_knex(const fs::path& path) {
    // Other tools have .js files in folders of these names too: only the text tells.
    for (const std::string_view folder : {"migrations", "db/migrations", "."}) {
        const auto below = path / folder;
        if (has_file(below, [&](const std::string& name) {
                return (name.ends_with(".js") || name.ends_with(".ts")) && mentions(below / name, "knex");
            }))
            return true;
    }
    return false;
}

bool is_used(const Unsupported& tool, const fs::path& path) {
    const auto is_sign = [&](std::string_view sign) { return !sign.empty() && base::is_there(path / sign); };
    if (std::ranges::any_of(tool.signs, is_sign)) return true;
    if (tool.name == "ef") return has_migrations_of_ef(path);
    if (tool.name == "typeorm") return has_migrations_of_typeorm(path);
    if (tool.name == "rails") return has_migrations_of_rails(path);
    if (tool.name == "liquibase") return has_changelog_of_liquibase(path);
    return tool.name == "knex" && has_migrations_of_knex(path);
}

[[noreturn]] void refuse(const Unsupported& tool) {
    throw Error(ExitCode::usage, error_codes::unsupported_tool,
                fmt::format("{}'s migrations are {}, which rev does not import", tool.title, tool.what))
        .with_hint(std::string(tool.way.empty() ? usual_way : tool.way));
}

}  // namespace

void refuse_unsupported(const fs::path& path) {
    for (const auto& tool : unsupported)
        if (is_used(tool, path)) refuse(tool);
}

void refuse_unsupported_name(std::string_view name) {
    auto wanted = base::lower_case(name);
    if (wanted == "entity-framework" || wanted == "efcore" || wanted == "ef-core") wanted = "ef";
    const auto* found = std::ranges::find(unsupported, wanted, &Unsupported::name);
    if (found != unsupported.end()) refuse(*found);
}

}  // namespace rev::foreign
