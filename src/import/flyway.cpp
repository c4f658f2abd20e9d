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
// - `${name}` is filled in everywhere, in strings and comments too, whatever its case; one without a value is an error.
// - A migration runs in a transaction, unless it has a statement that cannot: one that has both kinds is an error,
// unless
//   `mixed` allows it.
// - Callbacks (beforeMigrate.sql ...) and Java classes run too.
// - Table: flyway_schema_history: see flyway_table.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "import/flyway_names.hpp"
#include "import/flyway_table.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 4> code_suffixes{".java", ".kt", ".groovy", ".class"};

/// Settings without `flyway.`, in Flyway's names.
SettingValues load_settings(const Place& place, const Files& files) {
    if (place.settings.empty()) return {};
    const auto text = files.read(place.settings);
    const auto all = place.settings.extension() == ".toml" ? read_toml(text) : read_properties(text);
    SettingValues values;
    for (const auto& [name, value] : all) {
        std::string_view key = name;
        // One name for all: .conf has `flyway.url`, .toml has `url` below [environments.default].
        for (const std::string_view prefix : {"flyway.", "spring.flyway.", "environments.default."})
            if (key.starts_with(prefix)) key.remove_prefix(prefix.size());
        values[std::string(key)] = value;
    }
    return values;
}

void set_if_given(std::string& target, const SettingValues& values, std::string_view name) {
    if (auto value = value_of(values, name); !value.empty()) target = value;
}

/// A list as .conf (commas) and .toml (line feeds here) have it.
std::vector<std::string> list_of(std::string_view text) {
    std::string plain(text);
    std::ranges::replace(plain, '\n', ',');
    return base::split_list(plain);
}

FlywayNaming naming_of(const SettingValues& values) {
    FlywayNaming naming;
    set_if_given(naming.versioned, values, "sqlMigrationPrefix");
    set_if_given(naming.repeatable, values, "repeatableSqlMigrationPrefix");
    set_if_given(naming.undo, values, "undoSqlMigrationPrefix");
    set_if_given(naming.baseline, values, "baselineMigrationPrefix");
    set_if_given(naming.separator, values, "sqlMigrationSeparator");
    const auto suffixes = value_of(values, "sqlMigrationSuffixes");
    if (!suffixes.empty()) naming.suffixes = list_of(suffixes);
    return naming;
}

/// FLYWAY_PLACEHOLDERS_NAME, which counts before what the files say.
std::optional<std::string> placeholder_of_environment(std::string_view name, const Files& files) {
    auto variable = "FLYWAY_PLACEHOLDERS_" + std::string(name);
    std::ranges::transform(variable, variable.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    return files.options().environment(variable);
}

FlywayPlaceholders placeholders_of(const SettingValues& values, const Files& files) {
    constexpr std::string_view section = "placeholders.";
    FlywayPlaceholders placeholders;
    set_if_given(placeholders.prefix, values, "placeholderPrefix");
    set_if_given(placeholders.suffix, values, "placeholderSuffix");
    placeholders.replaces = value_of(values, "placeholderReplacement") != "false";
    for (const auto& [name, value] : values) {
        if (!name.starts_with(section)) continue;
        auto text = value;
        // A setting may itself name a variable of the environment.
        if (text.starts_with("${") && text.ends_with('}'))
            text = files.options().environment(std::string_view(text).substr(2, text.size() - 3)).value_or(text);
        placeholders.values[base::lower_case(std::string_view(name).substr(section.size()))] = text;
    }
    for (auto& [name, value] : placeholders.values)
        if (auto given = placeholder_of_environment(name, files)) value = std::move(*given);
    // Of Flyway's own values those that its settings tell.
    const auto table = value_of(values, "table");
    placeholders.values["flyway:table"] = table.empty() ? "flyway_schema_history" : table;
    if (auto schema = flyway_schema(values); !schema.empty()) placeholders.values["flyway:defaultschema"] = schema;
    return placeholders;
}

/// What Flyway itself gives, of which only the running program knows the value.
bool is_own_placeholder(std::string_view name) { return base::lower_case(name).starts_with("flyway:"); }

std::vector<fs::path> locations_of(const Place& place, const SettingValues& values) {
    const auto given = value_of(values, "locations");
    std::vector<fs::path> folders;
    for (auto& location : list_of(given)) {
        std::string_view path = location;
        const bool is_class_path = path.starts_with("classpath:");
        for (const std::string_view kind : {"filesystem:", "classpath:"})
            if (path.starts_with(kind)) path.remove_prefix(kind.size());
        auto folder = place.settings.parent_path() / path;
        // Maven and Gradle put what is there on the class path.
        if (is_class_path) folder = place.settings.parent_path() / "src/main/resources" / path;
        std::error_code ignored;
        if (fs::is_directory(folder, ignored)) folders.push_back(folder.lexically_normal());
    }
    // Locations may exist only in a build or on another machine: then those count where files were found.
    if (folders.empty()) folders.push_back(place.folder);
    return folders;
}

/// What a file's own .conf says.
SettingValues own_settings(const Item& item, const Files& files) {
    auto conf = item.path;
    conf += ".conf";
    std::error_code ignored;
    return fs::exists(conf, ignored) ? read_properties(files.read(conf)) : SettingValues{};
}

std::string in_utf8(std::string bytes, std::string_view encoding, const std::string& shown) {
    const auto name = base::lower_case(encoding);
    if (name.empty() || name == "utf-8" || name == "utf8") return bytes;
    if (name != "iso-8859-1" && name != "latin1" && name != "iso8859_1")
        throw bad_file(shown,
                       fmt::format("has the encoding {}, which rev does not read", base::printable_word(encoding)))
            .with_hint("save it as UTF-8, and take the setting away");
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
        } else {
            // Latin-1 is the first 256 characters of Unicode: two bytes in UTF-8 from 0x80 on.
            text += static_cast<char>(0xC0U | (byte >> 6U));
            text += static_cast<char>(0x80U | (byte & 0x3FU));
        }
    }
    return text;
}

class Reader {
public:
    Reader(const Place& place, Files& files)
        : place_(place),
          files_(files),
          settings_(load_settings(place, files)),
          naming_(naming_of(settings_)),
          placeholders_(placeholders_of(settings_, files)) {}

    History read() {
        history_.table = flyway_table_name(settings_);
        history_.dialect = dialect_of_url(value_of(settings_, "url"));
        for (const auto& folder : locations_of(place_, settings_))
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

    static std::optional<Dialect> dialect_of_url(std::string_view url) {
        if (url.starts_with("jdbc:postgresql:")) return Dialect::postgresql;
        if (url.starts_with("jdbc:sqlite:")) return Dialect::sqlite;
        return std::nullopt;
    }

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
        if (value_of(own, "executeInTransaction") == "false") migration.run = Run::outside;
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
            auto given = placeholder_of_environment(name, files_);
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

    /// On PostgreSQL Flyway makes its schemas, and works in the first of them.
    void set_schema() {
        const auto schema = flyway_schema(settings_);
        const auto& asked = files_.options().dialects;
        const bool is_for_postgresql =
            asked.empty() ? history_.dialect == Dialect::postgresql : contains_dialect(asked, Dialect::postgresql);
        if (schema.empty() || schema == "public" || !is_for_postgresql) return;
        const auto path = fmt::format("SET search_path = {}, \"$user\", public;\n", quoted_name(schema));
        for (auto* list : {&history_.migrations, &history_.repeatables})
            for (auto& migration : *list) migration.before = path;
        auto names = list_of(value_of(settings_, "schemas"));
        if (std::ranges::find(names, schema) == names.end()) names.push_back(schema);
        auto& first = history_.migrations.empty() ? history_.repeatables : history_.migrations;
        if (first.empty()) return;
        std::string made;
        for (const auto& name : names) made += fmt::format("CREATE SCHEMA IF NOT EXISTS {};\n", quoted_name(name));
        first.front().before.insert(0, made);
        history_.remarks.push_back(
            fmt::format("each revision begins with SET search_path: Flyway is told to work in the schema {}", schema));
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

    static std::string quoted_name(std::string_view name) {
        std::string quoted = "\"";
        for (const char c : name) {
            if (c == '"') quoted += '"';
            quoted += c;
        }
        return quoted + '"';
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

/// path: what the person gave, from which the folder of migrations may be further down than is looked up.
fs::path settings_above(const fs::path& folder, const fs::path& path) {
    for (const auto& start : {folder, path})
        for (const std::string_view name : {"flyway.toml", "flyway.conf", "conf/flyway.conf"})
            if (const auto found = find_above(start, name)) return *found;
    // Spring Boot's, beside the folder `db`.
    if (const auto found = find_above(folder, "application.properties"); found && mentions(*found, "spring.flyway."))
        return *found;
    return {};
}

std::optional<Place> find(const fs::path& path, Search search) {
    // refinery names its files in the same way.
    const auto folder = find_folder(path, usual_folders(), [&](const fs::path& each) {
        return has_flyway_files(each) && (search == Search::named || !is_of_refinery(each));
    });
    const auto settings = settings_above(folder.value_or(path), path);
    if (folder) return Place{*folder, settings};
    if (settings.empty()) return std::nullopt;
    return Place{settings.parent_path(), settings};
}

}  // namespace

const Tool& flyway() {
    static constexpr Tool tool{"flyway",
                               "Flyway",
                               find,
                               read,
                               flyway_recorded,
                               "flyway_schema_history",
                               nullptr,
                               "flyway info",
                               Session::anew,
                               Untransactional::unmixed};
    return tool;
}

}  // namespace rev::foreign
