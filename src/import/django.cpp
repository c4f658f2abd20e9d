// Django. Migrations are programs in Python, so Python runs them: see python/django.py.
//
// - manage.py names the settings; DJANGO_SETTINGS_MODULE in the environment comes before it.
// - What is run is what `migrate` would run on an empty database: squashed migrations in the place of what they
// replace.
// - Apps are branches: a migration follows those of its app and depends on those of others, so that a database may have
//   one app's new migration without another's.
// - Python steps (RunPython) have no SQL: they are named, and what has them is written by a person. Those of Django's
// own
//   apps tidy up rows, of which an empty database has none.
// - Table: django_migrations, a row for each (app, name). A squashed one counts as applied when all that it replaces
//   is. Rows that no file has are nothing to Django: of apps that are gone, and of what a squashed one stood for before
//   its `replaces` was taken out. One above all that is applied is of files that are missing here.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"
#include "catalog/read_model.hpp"
#include "db/database.hpp"
#include "import/python/texts.hpp"
#include "import/python_run.hpp"
#include "import/scratch.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

std::optional<Place> find_django(const fs::path& path, Search /*search*/) {
    if (base::is_there(path / "manage.py") && mentions(path / "manage.py", "DJANGO_SETTINGS_MODULE"))
        return Place{path, path / "manage.py"};
    return std::nullopt;
}

/// The last word in quotes of the line that sets it; empty: none is set.
std::string settings_named_in(const std::string& text) {
    const auto at = text.find("DJANGO_SETTINGS_MODULE");
    if (at == std::string::npos) return {};
    const auto line = text.substr(at, text.find('\n', at) - at);
    // As manage.py has it: `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")`.
    const auto end = line.find_last_of("'\"");
    if (end == std::string::npos || end == 0) return {};
    const auto begin = line.find_last_of("'\"", end - 1);
    return begin == std::string::npos ? std::string() : line.substr(begin + 1, end - begin - 1);
}

PythonTask task_for(const Place& place, const Files& files) {
    PythonTask task;
    task.text = django_program();
    task.modules = "django";
    task.programs = {"django-admin"};
    task.project = place.folder;
    task.request = {{"settings", settings_named_in(files.read(place.settings))}};
    if (files.options().baseline) task.baseline = files.options().baseline->sql;
    return task;
}

/// Of --dialect, else of the project's settings, which are a program too.
Dialect dialect_for(const Place& place, const Files& files) {
    const auto& asked = files.options().dialects;
    if (asked.size() > 1)
        throw Error(ExitCode::usage, error_codes::several_dialects, "migrations are recorded for one dialect at a time")
            .with_hint("give --dialect once");
    if (asked.size() == 1) return asked.front();
    auto task = task_for(place, files);
    task.request["ask"] = true;
    task.only_asks = true;
    // Only the settings are read, whatever they are for: a file of SQLite is the cheapest place.
    const auto scratch_place = open_scratch_place(Dialect::sqlite, {});
    const auto scratch = scratch_place->make();
    const auto engine = text_in(run_python(task, scratch->url(), files).front(), "engine");
    if (engine.find("postg") != std::string::npos) return Dialect::postgresql;
    if (engine.find("sqlite") != std::string::npos || engine.find("spatialite") != std::string::npos)
        return Dialect::sqlite;
    throw Error(ExitCode::usage, error_codes::no_dialect,
                fmt::format("the settings are for {}", engine.empty() ? "no database" : base::printable_word(engine)))
        .with_hint("rev knows two: --dialect postgresql or --dialect sqlite");
}

Migration to_migration(const Json& line, const Files& files) {
    Migration migration;
    const auto app = text_in(line, "app");
    const auto name = text_in(line, "name");
    migration.version = app + "." + name;
    migration.id = migration.version;
    migration.file = files.shown(text_in(line, "path"));
    migration.name = in_words(name.substr(std::min(name.size(), leading_digits(name))));
    migration.revises = texts_in(line, "revises");
    migration.depends_on = texts_in(line, "depends_on");
    // Each app is a branch: by this label `APP@head` names its newest revision.
    if (migration.revises->empty()) migration.branch_labels = {app};
    const auto python = texts_in(line, "python");
    const auto error = text_in(line, "up_error");
    if (!error.empty()) {
        migration.obstacle = "fails in Django itself: " + error.substr(0, error.find('\n'));
    } else if (line.at("up").is_null()) {
        migration.obstacle = "was not reached";
    } else if (!python.empty() && !line.at("own").get<bool>()) {
        migration.obstacle = "runs Python: " + base::join(python, ", ");
    } else {
        // Django's own steps in Python are left out: on rows, unlike on empty tables, they would have done something.
        migration.reads_rows = !python.empty();
        migration.up = joined_statements(line.at("up"));
        if (!line.at("down").is_null()) migration.down = joined_statements(line.at("down"));
        if (line.at("outside").get<bool>()) migration.run = migration.run_down = Run::outside;
    }
    refuse_secrets(migration.up, migration.file);
    return migration;
}

/// Those that follow what is left out follow what that followed.
void leave_out(History& history, const Migration& gone) {
    for (auto& migration : history.migrations) {
        auto& parents = *migration.revises;
        if (std::erase(parents, gone.version) > 0)
            for (const auto& parent : *gone.revises) parents.push_back(parent);
        if (std::erase(migration.depends_on, gone.version) > 0) {
            for (const auto& parent : *gone.revises) migration.depends_on.push_back(parent);
            for (const auto& other : gone.depends_on) migration.depends_on.push_back(other);
        }
        if (parents.empty() && migration.branch_labels.empty())
            migration.branch_labels = {migration.version.substr(0, migration.version.find('.'))};
    }
}

void add_all(History& history, const std::vector<Json>& lines, Files& files) {
    std::vector<Migration> skipped;
    for (const auto& line : lines) {
        if (text_in(line, "kind") != "migration") continue;
        auto migration = to_migration(line, files);
        for (const auto& part : texts_in(line, "replaces")) history.below[part] = migration.version;
        if (files.skips(text_in(line, "path"))) {
            // Known, and part of nothing: its row in a database is no trouble.
            history.below[migration.version] = "";
            skipped.push_back(std::move(migration));
        } else {
            history.migrations.push_back(std::move(migration));
        }
    }
    // The latest first: what it followed may be left out as well, and is replaced in its turn.
    for (auto gone = skipped.rbegin(); gone != skipped.rend(); ++gone) leave_out(history, *gone);
}

/// OPTIONS of the database in the settings may name a search_path. Each migration begins with it, and what has no
/// parent with the schemas: Django makes none, and a new database of rev's has none.
void add_path(History& history, const std::vector<std::string>& statements) {
    if (statements.empty()) return;
    for (auto& migration : history.migrations)
        for (const auto& statement : statements)
            if (statement == statements.back() || migration.revises->empty()) migration.before += statement + ";\n";
    history.remarks.push_back(fmt::format("the settings name a search_path, and each revision begins with `{}`",
                                          base::printable(statements.back())));
}

History read_django(const Place& place, Files& files) {
    const auto dialect = dialect_for(place, files);
    const auto scratch_place = open_scratch_place(dialect, files.options().scratch_url);
    const auto scratch = scratch_place->make();
    auto task = task_for(place, files);
    task.maintenance_database = maintenance_database(dialect, files.options().scratch_url);
    History history;
    history.dialect = dialect;
    task.at_checkpoint = [&](const std::string& version) {
        OpenOptions options;
        options.read_only = true;
        auto model = catalog::read_model(*open_database(scratch->url(), options));
        // Without a name: behind all migrations.
        if (version.empty()) {
            history.schema = std::move(model);
        } else {
            history.trail.add(version, model);
        }
    };
    const auto lines = run_python(task, scratch->url(), files);
    add_all(history, lines, files);
    add_path(history, texts_in(lines.front(), "environment"));
    if (const auto schema = text_in(lines.front(), "schema"); !schema.empty())
        history.table = schema + ".django_migrations";
    const auto command = fmt::format("python3 {{schema_sources}}/django.py --settings {} --dialect {{dialect}}",
                                     text_in(lines.front(), "settings"));
    if (place.folder == files.options().working_directory) history.schema_command = command;
    history.remarks.emplace_back(
        "what Django itself writes behind `migrate` (content types, permissions, sites) is not part of its migrations");
    return history;
}

/// "store" of "store.0001_initial".
std::string app_of(const std::string& version) { return version.substr(0, version.find('.')); }

/// The highest number of a migration's name; of `0001_squashed_0004_more` that is 0004.
std::string highest_number(std::string_view version) {
    const auto name = version.substr(version.find('.') + 1);
    auto highest = number_of(name.substr(0, leading_digits(name)));
    constexpr std::string_view squashed = "squashed_";
    if (const auto at = name.find(squashed); at != std::string_view::npos) {
        const auto rest = name.substr(at + squashed.size());
        const auto last = number_of(rest.substr(0, leading_digits(rest)));
        if (is_lower_number(highest, last)) highest = last;
    }
    return highest;
}

/// Takes out the rows that Django does not look at, for migrations that were there once.
void leave_out_old_rows(std::set<std::string>& versions, const History& history, Recorded& result) {
    std::set<std::string> files;
    std::set<std::string> apps;
    for (const auto& migration : history.migrations) files.insert(migration.version);
    for (const auto& [part, whole] : history.below) files.insert(part);
    for (const auto& version : files) apps.insert(app_of(version));
    std::map<std::string, std::string> highest;
    for (const auto& version : versions) {
        if (!files.contains(version)) continue;
        auto& number = highest.try_emplace(app_of(version), "0").first->second;
        if (const auto here = highest_number(version); is_lower_number(number, here)) number = here;
    }
    std::vector<std::string> old;
    for (const auto& version : versions) {
        if (files.contains(version)) continue;
        const auto number = highest.find(app_of(version));
        const bool is_past = number != highest.end() && !is_lower_number(number->second, highest_number(version));
        if (is_past || !apps.contains(app_of(version))) old.push_back(version);
    }
    if (old.empty()) return;
    for (const auto& version : old) versions.erase(version);
    result.remarks.push_back(fmt::format("{} of django_migrations {} no migration here, which Django leaves alone: {}",
                                         base::counted(old.size(), "row"), old.size() == 1 ? "is of" : "are of",
                                         base::printable(base::join_first(old, ", "))));
}

Recorded recorded(Database& database, const History& history, const std::string& table) {
    Recorded result;
    const auto found = find_table(database, table.empty() ? "django_migrations" : table);
    if (!found) return result;
    result.has_table = true;
    std::set<std::string> versions;
    for (const auto& row : database.query(fmt::format("SELECT app, name FROM {}", *found)))
        versions.insert(text_of(row[0]) + "." + text_of(row[1]));
    leave_out_old_rows(versions, history, result);
    std::map<std::string, std::vector<std::string>> parts;
    for (const auto& [part, whole] : history.below) parts[whole].push_back(part);
    for (const auto& [whole, all] : parts) {
        const auto applied = std::ranges::count_if(all, [&](const auto& part) { return versions.contains(part); });
        // Django keeps the rows of what a squashed migration replaces; here only the whole is a revision.
        for (const auto& part : all) versions.erase(part);
        if (whole.empty() || applied == 0 || versions.contains(whole)) continue;
        if (static_cast<std::size_t>(applied) == all.size()) {
            versions.insert(whole);
        } else {
            result.troubles.push_back(
                {fmt::format("{} is applied in part: {} of the {} that it replaces", whole, applied, all.size()),
                 "python manage.py migrate " + app_of(whole)});
        }
    }
    result.versions.assign(versions.begin(), versions.end());
    return result;
}

}  // namespace

const Tool& django() {
    static constexpr Tool tool{.name = "django",
                               .title = "Django",
                               .find = find_django,
                               .read = read_django,
                               .recorded = recorded,
                               .table = "django_migrations",
                               .status_command = "python manage.py showmigrations",
                               .copies_rows = true};
    return tool;
}

}  // namespace rev::foreign
