// Alembic and Flask-Migrate. Revisions are programs in Python, so Python runs them: see alembic/recorder.py.
//
// - alembic.ini names script_location; Flask-Migrate keeps both in migrations/, and its env.py asks the application.
// - Ids stay as they are: the rows of the live database are rev's rows too.
// - What a revision sent to the server is its section. A downgrade that fails in Alembic itself becomes no section.
// - A revision that reads rows of tables did so on empty ones: a live database that is below it is not taken over.
// - Table: alembic_version, as its env.py configures it; it is rev's own.
#include "import/alembic.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "import/settings_text.hpp"
#include "import/table.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

/// alembic.ini at the root, with the scripts in a folder of their own.
std::optional<Place> find_alembic(const fs::path& path, Search /*search*/) {
    for (const auto& folder : {path, path.parent_path()}) {
        const auto ini = folder / "alembic.ini";
        // In Flask-Migrate's folder there is one too, without a script_location.
        if (base::is_there(ini) && mentions(ini, "script_location")) return Place{folder, ini};
    }
    return std::nullopt;
}

/// A folder `migrations` with an alembic.ini of its own.
std::optional<Place> find_flask_migrate(const fs::path& path, Search /*search*/) {
    for (const auto& folder : {path / "migrations", path})
        if (base::is_there(folder / "alembic.ini") && base::is_there(folder / "env.py") &&
            !mentions(folder / "alembic.ini", "\nscript_location"))
            return Place{folder, folder / "alembic.ini"};
    return std::nullopt;
}

History read_alembic(const Place& place, Files& files) {
    return record_history({place.folder, place.settings, {}, false}, files);
}

History read_flask_migrate(const Place& place, Files& files) {
    return record_history({place.folder.parent_path(), place.settings, place.folder.string(), true}, files);
}

/// Every row is a revision, and so is all below it: what is applied is what rev makes of the rows itself.
Recorded recorded(Database& database, const History& history, const std::string& table) {
    Recorded result;
    const auto found = find_table(database, table.empty() ? "alembic_version" : table);
    if (!found) return result;
    result.has_table = true;
    const auto add = [&](const auto& self, const std::string& version) -> void {
        if (contains(result.versions, version)) return;
        result.versions.push_back(version);
        const auto migration = std::ranges::find(history.migrations, version, &Migration::version);
        if (migration == history.migrations.end()) return;
        for (const auto& parent : migration->revises.value_or(std::vector<std::string>{})) self(self, parent);
        for (const auto& other : migration->depends_on)
            if (std::ranges::find(history.migrations, other, &Migration::version) != history.migrations.end())
                self(self, other);
    };
    for (const auto& row : database.query(fmt::format("SELECT version_num FROM {}", *found))) add(add, text_of(row[0]));
    return result;
}

}  // namespace

const Tool& alembic() {
    static constexpr Tool tool{.name = "alembic",
                               .title = "Alembic",
                               .find = find_alembic,
                               .read = read_alembic,
                               .recorded = recorded,
                               .table = "alembic_version",
                               .status_command = "alembic current",
                               .copies_rows = true};
    return tool;
}

const Tool& flask_migrate() {
    static constexpr Tool tool{.name = "flask-migrate",
                               .title = "Flask-Migrate",
                               .find = find_flask_migrate,
                               .read = read_flask_migrate,
                               .recorded = recorded,
                               .table = "alembic_version",
                               .status_command = "flask db current",
                               .copies_rows = true};
    return tool;
}

}  // namespace rev::foreign
