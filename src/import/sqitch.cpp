// Sqitch. Source: its manual pages, App::Sqitch::Plan::Change.
//
// - sqitch.plan lists the changes in order (sqitch_plan.cpp); sqitch.conf says where it and the scripts are: [core]
//   engine, top_dir, plan_file, deploy_dir, revert_dir, verify_dir, reworked_dir, extension; the same of [engine
//   "NAME"] and, before that, of the [target "NAME"] that either names.
// - deploy/NAME.sql is needed; revert/ and verify/ may lack. Of a change that was reworked, the scripts of an earlier
//   edition are NAME@TAG.sql, TAG being one between the two, in reworked_dir where that is set.
// - Scripts go to psql or sqlite3: each statement commits, but for the transactions that the script itself begins.
//   Variables for psql stand in [core "variables"], [deploy "variables"] (revert and verify too begin with deploy's),
//   and those of engine and target; `registry` is the name of its schema.
// - A verify script runs in a transaction that it rolls back; it fails if a statement does.
// - It runs under the advisory lock 75474063.
// - Tables: sqitch.changes(change_id, script_hash, change, project) and more; SQLite: in a file beside the database,
//   sqitch.db beside app.db. script_hash is the SHA-1 of the deploy script: no two changes have the same one.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/files.hpp"
#include "base/text.hpp"
#include "import/checksums.hpp"
#include "import/settings_text.hpp"
#include "import/sqitch_plan.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"
#include "import/verify_script.hpp"
#include "sql/statements.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view default_registry = "sqitch";

/// Where everything is.
struct Layout {
    fs::path plan;
    fs::path deploy;
    fs::path revert;
    fs::path verify;
    std::string extension = "sql";
    std::string engine;
    std::string registry;
    fs::path reworked;                ///< of scripts that were reworked; empty: beside the others
    std::vector<Variable> variables;  ///< that psql knows
};

class LayoutReader {
public:
    LayoutReader(const Place& place, const Files& files) : root_(place.folder) {
        if (!place.settings.empty()) values_ = read_git_config(files.read(place.settings));
        // First of all: what the target and the engine say comes before [core], for each of the others.
        set_target(value_of(values_, "core.target"));
        if (layout_.engine.empty()) layout_.engine = value_of(values_, "core.engine");
        if (target_.empty()) set_target(value_of(values_, fmt::format("engine.{}.target", layout_.engine)));
    }

    Layout read() {
        const auto top = root_ / setting("top_dir", ".");
        layout_.plan = root_ / setting("plan_file", (top / "sqitch.plan").lexically_relative(root_).string());
        layout_.deploy = folder("deploy", top);
        layout_.revert = folder("revert", top);
        layout_.verify = folder("verify", top);
        layout_.extension = setting("extension", "sql");
        layout_.registry = setting("registry", "");
        if (const auto reworked = setting("reworked_dir", ""); !reworked.empty()) layout_.reworked = root_ / reworked;
        add_variables();
        return std::move(layout_);
    }

private:
    /// A name of a section, or the address of a database itself, whose engine stands in it: `db:pg:name`.
    void set_target(const std::string& target) {
        const auto is_address = [](std::string_view text) { return text.starts_with("db:"); };
        if (!is_address(target)) target_ = target;
        const auto uri = is_address(target) ? target : value_of(values_, fmt::format("target.{}.uri", target));
        if (!is_address(uri) || !layout_.engine.empty()) return;
        constexpr std::string_view scheme = "db:";
        layout_.engine = uri.substr(scheme.size(), uri.find(':', scheme.size()) - scheme.size());
        if (layout_.engine.starts_with("postgres")) layout_.engine = "pg";
    }

    /// Later ones come before earlier ones.
    void add_variables() {
        std::map<std::string, std::string> found;
        for (const auto& section :
             {std::string("core"), std::string("deploy"), "engine." + layout_.engine, "target." + target_}) {
            const auto start = section + ".variables.";
            for (auto at = values_.lower_bound(start); at != values_.end() && at->first.starts_with(start); ++at)
                found[at->first.substr(start.size())] = at->second;
        }
        // Of those that psql is always given, this one alone does not depend on the database.
        found.emplace("registry", layout_.registry.empty() ? default_registry : layout_.registry);
        for (const auto& [name, value] : found) layout_.variables.push_back({name, value});
    }

    [[nodiscard]] std::string setting(const std::string& name, const std::string& usual) const {
        const auto of_target = value_of(values_, fmt::format("target.{}.{}", target_, name));
        if (!of_target.empty()) return of_target;
        const auto of_engine = value_of(values_, fmt::format("engine.{}.{}", layout_.engine, name));
        if (!of_engine.empty()) return of_engine;
        const auto of_core = value_of(values_, "core." + name);
        return of_core.empty() ? usual : of_core;
    }
    [[nodiscard]] fs::path folder(const std::string& kind, const fs::path& top) const {
        const auto given = setting(kind + "_dir", "");
        return (given.empty() ? top / kind : root_ / given).lexically_normal();
    }

    fs::path root_;
    SettingValues values_;
    std::string target_;  ///< empty: none has a section
    Layout layout_;
};

std::optional<Dialect> dialect_of(const std::string& engine) {
    if (engine == "pg" || engine == "cockroach" || engine == "yugabyte") return Dialect::postgresql;
    if (engine == "sqlite") return Dialect::sqlite;
    return std::nullopt;
}

void require_known_engine(const Layout& layout, const std::string& shown) {
    if (layout.engine.empty() || dialect_of(layout.engine)) return;
    throw bad_file(shown, fmt::format("says that the scripts are for {}, and rev knows PostgreSQL and SQLite",
                                      base::printable_word(layout.engine)));
}

class Reader {
public:
    Reader(const Place& place, Files& files)
        : files_(files), layout_(LayoutReader(place, files).read()), shown_(files.shown(layout_.plan)) {
        if (!place.settings.empty()) require_known_engine(layout_, files.shown(place.settings));
    }

    History read() {
        if (!base::is_there(layout_.plan)) throw bad_file(shown_, "is not there, and Sqitch keeps its changes in it");
        // With a byte order mark its first line is no pragma to Sqitch.
        text_ = files_.read_as_sent(layout_.plan);
        plan_ = parse_sqitch_plan(text_, shown_);
        history_.dialect = dialect_of(layout_.engine);
        history_.table =
            (layout_.registry.empty() ? std::string(default_registry) : layout_.registry) + ":" + plan_.project;
        for (std::size_t at = 0; at < plan_.changes.size(); ++at) add(at);
        return std::move(history_);
    }

private:
    void add(std::size_t index) {
        const auto& change = plan_.changes[index];
        require_dependencies(index);
        const auto edition = ++editions_[change.name];
        Migration migration;
        // A change that was reworked has the same name again: only the edition tells them apart.
        migration.version = edition == 1 ? change.name : fmt::format("{}#{}", change.name, edition);
        migration.id = change.name;
        set_message(migration, change);
        migration.created = change.planned_at;
        migration.run = Run::as_written;
        migration.run_down = Run::as_written;
        const auto deploy = script_of(layout_.deploy, index);
        migration.file = files_.shown(deploy);
        if (!base::is_there(deploy))
            throw bad_file(shown_, text_, offset_of(change),
                           fmt::format("{} is planned, and {} is not there", change.name, migration.file));
        migration.up = filled_in(files_.read(deploy), migration.file);
        migration.checksum = sha1_hex(files_.read_bytes(deploy));
        find_same_script(migration);
        if (const auto revert = script_of(layout_.revert, index); base::is_there(revert))
            migration.down = filled_in(files_.read(revert), files_.shown(revert));
        if (const auto verify = script_of(layout_.verify, index); base::is_there(verify)) set_check(migration, verify);
        history_.migrations.push_back(std::move(migration));
    }

    /// Its table has each script once in a project: the second change cannot be deployed.
    void find_same_script(Migration& migration) {
        const auto [found, is_new] = scripts_.emplace(migration.checksum, migration.file);
        if (!is_new)
            migration.failure = fmt::format("it is the same as {}, and Sqitch deploys no script twice", found->second);
    }

    static void set_message(Migration& migration, const SqitchChange& change) {
        const auto end = std::min(change.note.find('\n'), change.note.size());
        const auto first = std::string(base::trim(change.note.substr(0, end)));
        migration.name = first.empty() ? change.name : fmt::format("{}: {}", change.name, first);
        migration.description = base::trim(std::string_view(change.note).substr(end));
        if (change.tags.empty()) return;
        std::string tags = "Tagged";
        for (const auto& tag : change.tags) tags += " @" + tag;
        migration.description += (migration.description.empty() ? "" : "\n\n") + tags + ".";
    }

    void set_check(Migration& migration, const fs::path& file) {
        const auto dialect = history_.dialect.value_or(Dialect::postgresql);
        auto check = to_check(filled_in(files_.read(file), files_.shown(file)), dialect);
        if (check.sql) {
            migration.check = std::move(*check.sql);
        } else {
            history_.remarks.push_back(
                fmt::format("{} did not become a verify section: {}", files_.shown(file), check.why_not));
        }
    }

    /// sqlite3 knows no variables.
    std::string filled_in(std::string text, const std::string& shown) {
        if (history_.dialect == Dialect::sqlite || layout_.variables.empty()) return text;
        auto filled = substitute_variables(text, layout_.variables, Dialect::postgresql);
        if (filled != text)
            history_.remarks.push_back(fmt::format("{}: variables of sqitch.conf were filled in", shown));
        return filled;
    }

    /// The file of this edition of a change.
    [[nodiscard]] fs::path script_of(const fs::path& folder, std::size_t index) const {
        const auto& name = plan_.changes[index].name;
        const auto next = std::ranges::find(plan_.changes.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                                            plan_.changes.end(), name, &SqitchChange::name);
        if (next == plan_.changes.end()) return folder / (name + "." + layout_.extension);
        // The tags of the last change before the next edition come first, in their own order.
        std::vector<std::string> tags;
        for (auto at = next; at != plan_.changes.begin() + static_cast<std::ptrdiff_t>(index); --at)
            tags.insert(tags.end(), std::prev(at)->tags.begin(), std::prev(at)->tags.end());
        return folder_of_reworked(folder) / reworked(name, tags);
    }

    /// Under reworked_dir the folders have their usual names, whatever those of the other scripts are.
    [[nodiscard]] fs::path folder_of_reworked(const fs::path& folder) const {
        if (layout_.reworked.empty()) return folder;
        if (folder == layout_.deploy) return layout_.reworked / "deploy";
        return layout_.reworked / (folder == layout_.revert ? "revert" : "verify");
    }

    [[nodiscard]] std::string reworked(const std::string& name, const std::vector<std::string>& tags) const {
        const auto file_of = [&](const std::string& tag) {
            return fmt::format("{}@{}.{}", name, tag, layout_.extension);
        };
        // By which of several tags all three of its scripts are named, the deploy script tells.
        const auto deploy = folder_of_reworked(layout_.deploy);
        for (const auto& tag : tags)
            if (base::is_there(deploy / file_of(tag))) return file_of(tag);
        return file_of(tags.front());
    }

    void require_dependencies(std::size_t index) const {
        const auto& change = plan_.changes[index];
        for (std::string_view dependency : change.requires_changes) {
            const bool is_conflict = dependency.starts_with('!');
            if (is_conflict) dependency.remove_prefix(1);
            const auto colon = dependency.find(':');
            if (colon != std::string_view::npos && colon > 0 && dependency.substr(0, colon) != plan_.project)
                throw bad_file(shown_, text_, offset_of(change),
                               fmt::format("{} depends on another project: {}", change.name, dependency))
                    .with_hint(
                        "import that project first, take the dependency out of a copy of the plan, and give the "
                        "revision a depends_on");
            if (colon != std::string_view::npos) dependency.remove_prefix(colon + 1);
            if (is_conflict) {
                require_later(index, std::string(dependency));
            } else {
                require_earlier(index, std::string(dependency));
            }
        }
    }

    void require_earlier(std::size_t index, const std::string& dependency) const {
        constexpr std::size_t id_digits = 40;
        const auto name = dependency.substr(0, dependency.find('@'));
        const auto tag =
            dependency.find('@') == std::string::npos ? std::string() : dependency.substr(dependency.find('@') + 1);
        // Named by its id, a SHA-1, which the plan does not have.
        if (name.size() == id_digits && name.find_first_not_of("0123456789abcdef") == std::string::npos) return;
        bool has_change = name.empty();
        for (std::size_t at = 0; at < index; ++at) {
            const auto& before = plan_.changes[at];
            has_change = has_change || before.name == name;
            // Of `change@tag` the tag comes behind the change.
            if (has_change && (tag.empty() || contains(before.tags, tag))) return;
        }
        const auto& change = plan_.changes[index];
        throw bad_file(shown_, text_, offset_of(change),
                       fmt::format("{} requires {}, which does not come before it", change.name, dependency));
    }

    /// A change that must not be there has to be planned, and to come later.
    void require_later(std::size_t index, const std::string& conflict) const {
        const auto& change = plan_.changes[index];
        const auto found =
            std::ranges::find(plan_.changes, conflict.substr(0, conflict.find_first_of("@^~")), &SqitchChange::name);
        if (found == plan_.changes.end())
            throw bad_file(shown_, text_, offset_of(change),
                           fmt::format("{} conflicts with {}, which is not planned", change.name, conflict));
        if (found - plan_.changes.begin() < static_cast<std::ptrdiff_t>(index))
            throw bad_file(shown_, text_, offset_of(change),
                           fmt::format("{} conflicts with {}, which comes before it", change.name, conflict));
    }

    [[nodiscard]] std::size_t offset_of(const SqitchChange& change) const {
        std::size_t at = 0;
        for (std::size_t line = 1; line < change.line; ++line) at = text_.find('\n', at) + 1;
        return at;
    }

    Files& files_;
    Layout layout_;
    std::string shown_;
    std::string text_;
    SqitchPlan plan_;
    History history_;
    std::map<std::string, int> editions_;
    std::map<std::string, std::string> scripts_;  ///< files of deploy scripts by their checksums
};

History read(const Place& place, Files& files) { return Reader(place, files).read(); }

std::optional<Place> find(const fs::path& path, Search /*search*/) {
    for (const auto& folder : {path, path / "sqitch", path / "db"}) {
        if (base::is_there(folder / "sqitch.conf")) return Place{folder, folder / "sqitch.conf"};
        if (base::is_there(folder / "sqitch.plan")) return Place{folder, {}};
    }
    return std::nullopt;
}

std::vector<long long> lock_keys(Database& /*database*/, const std::string& /*table*/) { return {75474063}; }

/// The registry of a database in SQLite is a file beside it, with all that stands behind the first dot of its name.
fs::path registry_beside(const fs::path& database, const std::string& name) {
    const auto base = database.filename().string();
    const auto dot = base.find('.');
    const bool is_whole = name.find('.') != std::string::npos || dot == std::string::npos;
    // An absolute path stays what it is.
    return database.parent_path() / (is_whole ? name : name + base.substr(dot));
}

std::unique_ptr<Database> open_registry(Database& database, const std::string& name) {
    const auto file = registry_beside(database.server_info().database, name);
    if (!base::is_there(file)) return nullptr;
    DatabaseUrl url;
    url.dialect = Dialect::sqlite;
    url.database = file.string();
    OpenOptions options;
    options.read_only = true;
    return open_database(url, options);
}

std::vector<SqlRow> read_changes(Database& database, const std::string& table, const std::string& project) {
    const auto change = database.quote_identifier("change");
    const std::vector<SqlValue> parameters{project};
    return database.query(
        fmt::format("SELECT {}, script_hash FROM {} WHERE project = ? ORDER BY committed_at, planned_at", change,
                    table),
        parameters);
}

Recorded from_rows(const std::vector<SqlRow>& rows, const History& history) {
    Recorded result;
    result.has_table = true;
    std::map<std::string, int> editions;
    for (const auto& row : rows) {
        const auto name = text_of(row[0]);
        // The rows come in the order of their commits: the second one of a name is its second edition.
        const auto edition = ++editions[name];
        const auto version = edition == 1 ? name : fmt::format("{}#{}", name, edition);
        result.versions.push_back(version);
        const auto migration = std::ranges::find(history.migrations, version, &Migration::version);
        if (migration != history.migrations.end() && row[1] && *row[1] != migration->checksum)
            result.edited.push_back(migration->file);
    }
    return result;
}

/// table: `registry` of --table, else that of the settings; the project stands behind the colon.
Recorded recorded(Database& database, const History& history, const std::string& table) {
    const auto colon = history.table.find(':');
    const auto project = history.table.substr(colon + 1);
    const auto registry =
        table.find(':') == std::string::npos && !table.empty() ? table : history.table.substr(0, colon);
    if (database.dialect() == Dialect::sqlite) {
        const auto own = open_registry(database, registry);
        const auto found = own ? find_table(*own, "changes") : std::nullopt;
        return found ? from_rows(read_changes(*own, *found, project), history) : Recorded{};
    }
    const auto found = find_table(database, registry + ".changes");
    return found ? from_rows(read_changes(database, *found, project), history) : Recorded{};
}

}  // namespace

const Tool& sqitch() {
    static constexpr Tool tool{.name = "sqitch",
                               .title = "Sqitch",
                               .find = find,
                               .read = read,
                               .recorded = recorded,
                               .table = "sqitch.changes",
                               .lock_keys = lock_keys,
                               .status_command = "sqitch status"};
    return tool;
}

}  // namespace rev::foreign
