// Flyway. Source: ResourceNameParser, MigrationVersion, CompositeMigrationResolver, SqlScriptMetadata,
// ChecksumCalculator, PlaceholderReplacingReader, and the documentation of its configuration.
//
// - Files: below each of `locations` (filesystem: and classpath:), all subfolders: V versioned, R repeatable, U undo,
//   B baseline; the prefix as it is, the suffix in any case; the first `__` separates. `_` and `.` separate the parts
//   of a version, compared as numbers: 1.0 is 1. `V1.sql` and `V2__.sql` are sound. Other names are passed over.
// - The same version or description twice is an error.
// - R files become repeatable objects outside the chain.
// - On an empty database the highest B stands for all V up to its version; then V by version, then R by description.
// - FILE.conf: executeInTransaction, encoding, placeholderReplacement, shouldExecute.
// - `${name}` is filled in everywhere, in strings and comments too, whatever its case; one without a value, or never
//   closed, is an error. Behind another `$` it is text.
// - A migration runs in a transaction, unless it has a statement that cannot: one that has both kinds is an error,
//   unless `mixed` allows it.
// - Files of one call run in one session; before each the search_path becomes what it was.
// - Callbacks (beforeMigrate.sql ...) and Java classes run too.
// - Settings: see flyway_settings.cpp.
// - Table: flyway_schema_history: see flyway_table.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/sql_quotes.hpp"
#include "base/text.hpp"
#include "import/flyway_names.hpp"
#include "import/flyway_settings.hpp"
#include "import/flyway_table.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view public_schema = "public";
constexpr std::array<std::string_view, 4> code_suffixes{".java", ".kt", ".groovy", ".class"};

/// What Flyway itself gives, of which only the running program knows the value.
bool is_own_placeholder(std::string_view name) { return base::lower_case(name).starts_with("flyway:"); }

/// What a file's own .conf says.
SettingValues own_settings(const Item& item, const Files& files) {
    auto conf = item.path;
    conf += ".conf";
    std::error_code ignored;
    return fs::exists(conf, ignored) ? read_flyway_conf(conf, files) : SettingValues{};
}

std::string in_utf8(const std::string& bytes, std::string_view encoding, const std::string& shown) {
    const auto name = base::lower_case(encoding);
    if (name.empty() || name == "utf-8" || name == "utf8") return bytes;
    if (name != "iso-8859-1" && name != "latin1" && name != "iso8859_1")
        throw bad_file(shown,
                       fmt::format("has the encoding {}, which rev does not read", base::printable_word(encoding)))
            .with_hint("save it as UTF-8, and take the setting away");
    return from_latin1(bytes);
}

class Reader {
public:
    Reader(const Place& place, Files& files)
        : place_(place),
          files_(files),
          settings_(read_flyway_settings(place, files)),
          naming_(flyway_naming(settings_)),
          placeholders_(flyway_placeholders(settings_, files)) {}

    History read() {
        history_.table = flyway_table_name(settings_);
        history_.dialect = dialect_of_url(value_of(settings_, "url"));
        for (const auto& folder : flyway_locations(place_, settings_, files_))
            for (const auto& item : files_.list_all(folder)) add(item);
        sort();
        // Before the undos: those of versions that the baseline stands for have nothing to undo.
        use_baseline();
        attach_undos();
        append(versioned_, history_.migrations);
        append(repeatable_, history_.repeatables);
        set_schema();
        set_beginning();
        return std::move(history_);
    }

private:
    struct Read {
        FlywayName name;
        Migration migration;
    };

    void add(const Item& item) {
        if (const auto code = code_stem(item.name); !code.empty()) {
            // A class is named as a file of SQL is, and the parser wants a suffix that it knows.
            const auto name = parse_flyway_name(code + naming_.suffixes.front(), naming_);
            if (name && name->kind != FlywayKind::callback)
                add_obstacle(item, *name, "is a program for Java's machine");
            return;
        }
        const auto name = parse_flyway_name(item.name, naming_);
        if (!name) {
            refuse_misnamed(item);
            history_.ignored.push_back(files_.shown(item.path));
        } else if (name->kind == FlywayKind::callback) {
            add_obstacle(item, *name,
                         fmt::format("is a callback, {}, which has no place in a history", name->description));
        } else {
            read_file(item, *name);
        }
    }

    /// Only with `validateMigrationNaming`; else Flyway passes over it.
    void refuse_misnamed(const Item& item) const {
        if (value_of(settings_, "validateMigrationNaming") != "true" || !is_flyway_script(item.name, naming_)) return;
        throw bad_file(files_.shown(item.path), "has a name that Flyway refuses (validateMigrationNaming)")
            .with_hint("a name is `V1.2__what_it_does.sql` or `R__what_it_makes.sql`");
    }

    static std::string code_stem(std::string_view name) {
        for (const auto suffix : code_suffixes)
            if (name.ends_with(suffix)) return std::string(name.substr(0, name.size() - suffix.size()));
        return {};
    }

    void add_obstacle(const Item& item, const FlywayName& name, std::string obstacle) {
        auto read = begin(item, name);
        read.migration.obstacle = std::move(obstacle);
        put(std::move(read));
    }

    Read begin(const Item& item, const FlywayName& name) const {
        Read read{name, {}};
        auto& migration = read.migration;
        migration.file = files_.shown(item.path);
        migration.name = name.description;
        // No version has a blank: a repeatable one, by its description, never meets a versioned one.
        const bool has_version = !name.version.empty();
        migration.version = has_version ? name.version : "R " + name.description;
        migration.id = has_version ? name.version : name.description.empty() ? "repeatable" : name.description;
        migration.is_repeatable = name.kind == FlywayKind::repeatable;
        return read;
    }

    void read_file(const Item& item, const FlywayName& name) {
        auto read = begin(item, name);
        auto& migration = read.migration;
        const auto own = own_settings(item, files_);
        if (const auto run = value_of(own, "shouldExecute"); !run.empty() && run != "true") {
            if (run != "false") return add_obstacle(item, name, "runs on a condition (shouldExecute)");
            history_.remarks.push_back(migration.file + " is left out: its .conf says shouldExecute=false");
            return;
        }
        auto encoding = value_of(own, "encoding");
        if (encoding.empty()) encoding = value_of(settings_, "encoding");
        auto text =
            encoding.empty() ? files_.read(item.path) : in_utf8(files_.read_bytes(item.path), encoding, migration.file);
        // Of the file as it is. For a repeatable one Flyway takes the text with placeholders filled in: fill_in()
        // adds that sum.
        migration.checksum = flyway_checksum(text);
        auto transaction = value_of(own, "executeInTransaction");
        if (transaction.empty()) transaction = value_of(settings_, "executeInTransaction");
        if (transaction == "false") migration.run = Run::outside;
        migration.may_mix = value_of(settings_, "mixed") == "true";
        if (placeholders_.replaces && value_of(own, "placeholderReplacement") != "false")
            text = fill_in(migration, text, name.kind == FlywayKind::repeatable);
        migration.up = std::move(text);
        put(std::move(read));
    }

    std::string fill_in(Migration& migration, const std::string& text, bool is_repeatable) {
        auto placeholders = placeholders_;
        placeholders.values.emplace("flyway:filename", fs::path(migration.file).filename().string());
        auto filled = fill_in_flyway(text, placeholders);
        while (filled.missing != std::string_view::npos) {
            const auto name = name_of_placeholder(text, filled.missing);
            auto given = flyway_placeholder_of_environment(name, files_);
            if (!given) break;
            placeholders.values[name] = std::move(*given);
            filled = fill_in_flyway(text, placeholders);
        }
        if (filled.missing != std::string_view::npos) {
            auto error = bad_file(migration.file, text, filled.missing, "a placeholder without a value");
            const auto name = std::string_view(text).substr(filled.missing + placeholders_.prefix.size());
            error.with_hint(is_own_placeholder(name)
                                ? "only Flyway knows this value while it runs: write the value itself"
                                : "give it one by `flyway.placeholders.NAME=...` in flyway.conf");
            throw error;
        }
        for (const auto& name : filled.used)
            history_.remarks.push_back(fmt::format("{}: the placeholder {} was filled in", migration.file, name));
        if (is_repeatable && !filled.used.empty()) migration.checksum += " " + flyway_checksum(filled.text);
        return std::move(filled.text);
    }

    /// In lower case, of the placeholder that begins at `at`.
    [[nodiscard]] std::string name_of_placeholder(std::string_view text, std::size_t at) const {
        const auto start = at + placeholders_.prefix.size();
        return base::lower_case(text.substr(start, text.find(placeholders_.suffix, start) - start));
    }

    void put(Read read) {
        switch (read.name.kind) {
            case FlywayKind::undo:
                undos_.push_back(std::move(read));
                return;
            case FlywayKind::baseline:
                baselines_.push_back(std::move(read));
                return;
            case FlywayKind::repeatable:
                repeatable_.push_back(std::move(read));
                return;
            default:
                versioned_.push_back(std::move(read));
        }
    }

    void sort() {
        const auto by_version = [](const Read& left, const Read& right) {
            return compare_flyway_versions(left.name.version, right.name.version) < 0;
        };
        for (auto* group : {&versioned_, &undos_, &baselines_}) {
            // Callbacks have no version, and nothing to be compared by.
            std::ranges::stable_sort(*group, by_version);
            for (std::size_t at = 1; at < group->size(); ++at)
                if (!(*group)[at].name.version.empty() && !by_version((*group)[at - 1], (*group)[at]))
                    throw twice((*group)[at - 1], (*group)[at], "version " + (*group)[at].name.version);
        }
        std::ranges::stable_sort(repeatable_, {}, [](const Read& read) { return read.name.description; });
        for (std::size_t at = 1; at < repeatable_.size(); ++at)
            if (repeatable_[at - 1].name.description == repeatable_[at].name.description)
                throw twice(repeatable_[at - 1], repeatable_[at], "description");
    }

    static Error twice(const Read& first, const Read& second, const std::string& what) {
        return bad_file(second.migration.file, fmt::format("has the {} of {}", what, first.migration.file));
    }

    /// The highest one comes in the place of what is below it.
    void use_baseline() {
        if (baselines_.empty()) return;
        auto& baseline = baselines_.back();
        const auto is_below = [&](const Read& read) {
            // The one of the same version too: the baseline has what it makes.
            return !read.name.version.empty() && compare_flyway_versions(read.name.version, baseline.name.version) <= 0;
        };
        for (const auto& read : versioned_)
            if (is_below(read)) history_.below[read.migration.version] = baseline.migration.version;
        std::erase_if(versioned_, is_below);
        history_.remarks.push_back(fmt::format("{} stands for all versions up to {}, as on an empty database",
                                               baseline.migration.file, baseline.name.version));
        versioned_.insert(versioned_.begin(), std::move(baseline));
    }

    void attach_undos() {
        for (auto& undo : undos_) {
            const auto found = std::ranges::find_if(versioned_, [&](const Read& read) {
                // The baseline has a version as well, and nothing takes it back.
                return read.name.kind == FlywayKind::versioned && !read.name.version.empty() &&
                       compare_flyway_versions(read.name.version, undo.name.version) == 0;
            });
            if (found == versioned_.end()) {
                history_.remarks.push_back(undo.migration.file + " is left out: it undoes no version that is there");
            } else {
                found->migration.down = std::move(undo.migration.up);
                found->migration.run_down = undo.migration.run;
            }
        }
    }

    /// On PostgreSQL Flyway makes its schemas, and works in one of them.
    void set_schema() {
        const auto schema = flyway_schema(settings_);
        const auto& asked = files_.options().dialects;
        const bool is_for_postgresql =
            asked.empty() ? history_.dialect == Dialect::postgresql : contains_dialect(asked, Dialect::postgresql);
        if (schema.empty() || !is_for_postgresql) return;
        auto& first = history_.migrations.empty() ? history_.repeatables : history_.migrations;
        if (schema != public_schema) {
            const auto path = fmt::format("SET search_path = {}{};\n", base::in_quotes(schema, '"'),
                                          flyway_schema_is_of_url(settings_) ? "" : ", \"$user\", public");
            for (auto* list : {&history_.migrations, &history_.repeatables})
                for (auto& migration : *list) migration.before = path;
            history_.remarks.push_back(fmt::format(
                "each revision begins with SET search_path: Flyway is told to work in the schema {}", schema));
        }
        if (!first.empty()) first.front().before.insert(0, schemas_made(schema));
    }

    /// SQL that makes the schemas. schema: in which Flyway works.
    std::string schemas_made(const std::string& schema) {
        if (value_of(settings_, "createSchemas") == "false") {
            if (schema == public_schema) return {};
            history_.remarks.push_back(fmt::format(
                "Flyway is told to make no schema (createSchemas), and fails where {0} is missing: the first revision "
                "makes {0} where it is",
                schema));
            // Whoever may not make a schema may not ask for IF NOT EXISTS either.
            return fmt::format(
                "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = {0}) THEN CREATE "
                "SCHEMA {1}; END IF; END $$;\n",
                base::in_quotes(schema, '\''), base::in_quotes(schema, '"'));
        }
        auto names = flyway_list(value_of(settings_, "schemas"));
        if (std::ranges::find(names, schema) == names.end()) names.push_back(schema);
        std::string made;
        for (const auto& name : names)
            if (name != public_schema)
                made += fmt::format("CREATE SCHEMA IF NOT EXISTS {};\n", base::in_quotes(name, '"'));
        return made;
    }

    /// What Flyway sends when it has connected.
    void set_beginning() {
        auto sql = value_of(settings_, "initSql");
        if (!sql.empty()) {
            sql += sql.ends_with(';') ? "\n" : ";\n";
            for (auto* list : {&history_.migrations, &history_.repeatables})
                for (auto& migration : *list) migration.before.insert(0, sql);
            history_.remarks.emplace_back("each revision begins with Flyway's initSql");
        }
        if (const auto target = value_of(settings_, "target"); !target.empty() && target != "latest")
            history_.remarks.push_back(
                fmt::format("Flyway is told to stop at {} (target): `rev upgrade head` goes on to the last revision",
                            base::printable(target)));
    }

    static bool contains_dialect(const std::vector<Dialect>& dialects, Dialect dialect) {
        return std::ranges::find(dialects, dialect) != dialects.end();
    }

    static void append(std::vector<Read>& group, std::vector<Migration>& list) {
        for (auto& read : group) list.push_back(std::move(read.migration));
    }

    const Place& place_;
    Files& files_;
    SettingValues settings_;
    FlywayNaming naming_;
    FlywayPlaceholders placeholders_;
    History history_;
    std::vector<Read> versioned_;
    std::vector<Read> repeatable_;
    std::vector<Read> undos_;
    std::vector<Read> baselines_;
};

History read(const Place& place, Files& files) { return Reader(place, files).read(); }

bool is_flyway_file(const std::string& name) {
    // `V1.sql` is sound, but anybody may name a file so: without `__` it does not tell the tool.
    const auto parsed = parse_flyway_name(name, {});
    return parsed && name.find("__") != std::string::npos;
}

bool has_flyway_files(const fs::path& folder) {
    std::error_code failed;
    // One level further down too: there may be a folder for each release, and no file beside them.
    if (has_file(folder, is_flyway_file)) return true;
    for (fs::directory_iterator next(folder, failed), end; !failed && next != end; next.increment(failed))
        if (next->is_directory(failed) && has_file(next->path(), is_flyway_file)) return true;
    return false;
}

std::optional<Place> find(const fs::path& path, Search search) {
    // refinery names its files in the same way.
    const auto folder = find_folder(path, usual_folders(), [&](const fs::path& each) {
        return has_flyway_files(each) && (search == Search::named || !is_of_refinery(each));
    });
    auto settings = find_flyway_settings(folder.value_or(path), path);
    if (folder) return Place{*folder, settings};
    if (settings.empty()) return std::nullopt;
    // Many an application of Spring's names Flyway only to leave it out.
    if (search == Search::sure && settings.filename().string().starts_with("application.") &&
        !mentions(settings, "locations"))
        return std::nullopt;
    return Place{settings.parent_path(), settings};
}

}  // namespace

const Tool& flyway() {
    static constexpr Tool tool{.name = "flyway",
                               .title = "Flyway",
                               .find = find,
                               .read = read,
                               .recorded = flyway_recorded,
                               .table = "flyway_schema_history",
                               .status_command = "flyway info",
                               .session = Session::kept_but_path,
                               .untransactional = Untransactional::unmixed,
                               .copies_rows = true};
    return tool;
}

}  // namespace rev::foreign
