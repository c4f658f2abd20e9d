#include "schema/sqlite_pair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "base/text.hpp"
#include "catalog/sqlite/read_sqlite_model.hpp"
#include "exec/exec_support.hpp"
#include "schema/hints.hpp"
#include "schema/history.hpp"
#include "schema/sqlite/plan_sqlite.hpp"

namespace rev::test {
namespace {

using schema::Fact;
using schema::FactId;
using schema::Kind;
using schema::Model;

const catalog::ReadOptions without_own_tables = {.own_tables = {{"alembic_version"}, {"rev_log"}, {"rev_progress"}}};

std::string in_quotes(std::string_view name) {
    std::string quoted = "\"";
    for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

bool expects(const SchemaPair& pair, std::string_view what) {
    return pair.to.find("-- expect: " + std::string(what)) != std::string::npos;
}

/// What SQLite says of its schema, whatever the order of tables and columns.
std::string catalog_text(Database& database) {
    std::vector<std::string> lines;
    const auto add = [&](std::string_view what, const std::string& query) {
        for (const auto& row : database.query(query)) {
            std::string line(what);
            for (const auto& value : row) line += "|" + value.value_or("NULL");
            lines.push_back(base::lower_case(line));
        }
    };
    const std::string tables =
        " FROM pragma_table_list m WHERE m.schema = 'main' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.type IN "
        "('table', 'virtual')"
        " AND m.name NOT IN ('alembic_version', 'rev_log', 'rev_progress')";
    const auto joined = [&](const std::string& columns, const std::string& join) {
        auto text = "SELECT " + columns + tables;
        return text.replace(text.find(" WHERE m.schema"), 0, ", " + join);
    };
    add("table", "SELECT m.name, m.type, m.wr, m.strict" + tables);
    add("column",
        joined("m.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden", "pragma_table_xinfo(m.name) c"));
    add("key", joined("m.name, k.\"table\", k.\"from\", k.\"to\", k.on_update, k.on_delete, k.match",
                      "pragma_foreign_key_list(m.name) k"));
    add("index", joined("m.name, iif(i.origin = 'c', i.name, ''), i.\"unique\", i.origin, i.partial, (SELECT "
                        "group_concat(coalesce(x.name, '?') || x.\"desc\" || x.coll || x.key) FROM "
                        "pragma_index_xinfo(i.name) x WHERE x.key = 1)",
                        "pragma_index_list(m.name) i"));
    add("object",
        "SELECT type, name, tbl_name FROM sqlite_schema WHERE type IN ('view', 'trigger') AND name NOT LIKE "
        "'sqlite\\_%' ESCAPE '\\'");
    std::ranges::sort(lines);
    return base::join(lines, "\n");
}

/// A table's rows by the columns that both sides have.
using Rows = std::map<std::string, std::vector<std::string>>;

std::string escaped(std::string text) {
    for (auto at = text.find('\''); at != std::string::npos; at = text.find('\'', at + 2)) text.insert(at, 1, '\'');
    return text;
}

bool has_rowid(Database& database, const std::string& table) {
    return database
               .query(
                   "SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND wr = 0 AND type = 'table' AND name = '" +
                   escaped(table) + "'")
               .size() == 1;
}

std::set<std::string> stored_columns(const Model& model, const std::string& table) {
    std::set<std::string> names;
    for (const auto& fact : model.facts())
        if (fact.id.kind == Kind::column && fact.id.name.front() == table && !fact.attributes.contains("generated"))
            names.insert(fact.id.name.back());
    return names;
}

/// A value as text, the same for 1, 1.0 and '1'.
std::string comparable(const SqlValue& value) {
    auto text = value.value_or("NULL");
    if (text.ends_with(".0")) text.erase(text.size() - 2);
    return text;
}

Rows rows_of(Database& database, const std::string& table, const std::vector<std::string>& columns, bool with_rowid) {
    Rows rows;
    std::string list = with_rowid ? "rowid" : "''";
    for (const auto& column : columns) list += ", " + in_quotes(column);
    std::map<std::string, int> seen;
    for (const auto& row : database.query("SELECT " + list + " FROM " + in_quotes(table))) {
        std::vector<std::string> values;
        for (std::size_t i = 1; i < row.size(); ++i) values.push_back(comparable(row[i]));
        auto key = with_rowid ? row[0].value_or("") : base::join(values, "|");
        const int times = ++seen[key];
        rows[key + "#" + std::to_string(times)] = std::move(values);
    }
    return rows;
}

long long sequence_of(Database& database, const std::string& table) {
    if (!database.has_table("", "sqlite_sequence")) return 0;
    const SqlValue name = table;
    const auto rows = database.query("SELECT seq FROM sqlite_sequence WHERE lower(name) = ?", std::span(&name, 1));
    return rows.empty() ? 0 : std::stoll(rows[0][0].value_or("0"));
}

bool gives_ids_once(const Model& model, const std::string& table) {
    return base::lower_case(model.find({Kind::table, {table}})->notes.at("sql")).find("autoincrement") !=
           std::string::npos;
}

/// What a shared table held before, to be compared with what it holds after.
struct SharedTable {
    std::string before;
    std::string after;
    std::vector<std::string> columns_before;
    std::vector<std::string> columns_after;
    bool with_rowid = false;
    Rows rows;
    long long sequence = 0;  ///< the highest id that AUTOINCREMENT gave
};

struct NamePairs {
    std::map<std::string, std::string> tables;
    std::map<std::pair<std::string, std::string>, std::string> columns;  ///< by old table and column
};

NamePairs name_pairs(const schema::Hints& hints, const Model& from, const Model& to) {
    NamePairs names;
    std::map<std::string, std::string> old_tables;
    for (const auto& rename : hints.renames) {
        const bool counts =
            rename.from.kind != Kind::column && from.find(rename.from) != nullptr && to.find(rename.to) != nullptr;
        if (!counts) continue;
        names.tables[rename.from.name.back()] = rename.to.name.back();
        old_tables[rename.to.name.back()] = rename.from.name.back();
    }
    for (const auto& rename : hints.renames) {
        if (rename.from.kind != Kind::column) continue;
        const auto found = old_tables.find(rename.to.name.front());
        const auto& table = found == old_tables.end() ? rename.to.name.front() : found->second;
        names.columns[{table, rename.from.name.back()}] = rename.to.name.back();
    }
    return names;
}

std::vector<SharedTable> shared_tables(const Model& from, const Model& to, const NamePairs& names) {
    std::vector<SharedTable> tables;
    for (const auto& fact : from.facts()) {
        if (fact.id.kind != Kind::table) continue;
        SharedTable table;
        table.before = fact.id.name.front();
        const auto renamed = names.tables.find(table.before);
        table.after = renamed == names.tables.end() ? table.before : renamed->second;
        if (to.find({Kind::table, {table.after}}) == nullptr) continue;
        const auto there = stored_columns(to, table.after);
        for (const auto& column : stored_columns(from, table.before)) {
            const auto found = names.columns.find({table.before, column});
            const auto& name = found == names.columns.end() ? column : found->second;
            if (!there.contains(name)) continue;
            table.columns_before.push_back(column);
            table.columns_after.push_back(name);
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

/// Names as spelled, so that SQL can ask.
class Judge {
public:
    Judge(const SchemaPair& pair, Enforcement foreign_keys) : pair_(pair) {
        bench_.options.sqlite_foreign_keys = foreign_keys == Enforcement::on;
        options_.foreign_keys_enforced = bench_.options.sqlite_foreign_keys;
    }

    std::vector<std::string> run();

private:
    void load();
    bool plan();
    void fill();
    void go_up_and_down();
    bool run_step(std::string_view direction, const schema::RevisionDraft& draft);
    void compare_schema(std::string_view where, const Model& wanted, const std::string& wanted_catalog);
    void compare_rows(std::string_view where, const std::vector<SharedTable>& tables);
    void compare_again(std::string_view where, const Model& wanted);
    [[nodiscard]] Model model() { return catalog::read_sqlite_model(bench_.database(), without_own_tables); }
    [[nodiscard]] std::vector<SharedTable> take_rows(const Model& from, const Model& to, const NamePairs& names);
    void complain(std::string text) { complaints_.push_back(std::move(text)); }

    const SchemaPair& pair_;
    Bench bench_;
    Model from_;
    Model to_;
    std::string from_catalog_;
    std::string to_catalog_;
    schema::MigrationOptions options_;
    schema::Migration migration_;
    bool filled_ = false;
    std::vector<std::string> complaints_;
};

void run_sql(Database& database, std::string_view text) {
    const std::array<Command, 1> commands{Command{.kind = Command::Kind::sql, .sql = text}};
    database.run(commands);
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return (std::ostringstream() << in.rdbuf()).str();
}

DatabaseUrl sqlite_url(const std::filesystem::path& file) { return parse_database_url("sqlite:///" + file.string()); }

void Judge::load() {
    bench_.revision("r1", pair_.from, "SELECT 1", "sqlite_foreign_keys: false");
    bench_.upgrade("r1");
    from_ = model();
    from_catalog_ = catalog_text(bench_.database());
    const auto wanted = open_database(sqlite_url(bench_.project.path() / "wanted.db"), {});
    run_sql(*wanted, pair_.to);
    to_ = catalog::read_sqlite_model(*wanted, without_own_tables);
    to_catalog_ = catalog_text(*wanted);
    options_.hints = schema::read_hints(pair_.to, Dialect::sqlite);
    for (const auto& text : pair_.renames) options_.hints.renames.push_back(schema::read_rename(text, from_, to_));
}

bool Judge::plan() {
    migration_ = schema::plan_sqlite(from_, to_, options_);
    const bool is_none = migration_.revisions.empty();
    if (expects(pair_, "no change")) {
        if (!is_none)
            complain("a difference where there is none:\n" + section_text(migration_.revisions.front().upgrade));
        return false;
    }
    if (is_none) {
        if (expects(pair_, "perhaps no change") && from_ == to_ && from_catalog_ == to_catalog_) return false;
        complain("no difference was found");
        return false;
    }
    const auto& draft = migration_.revisions.front();
    const auto both = section_text(draft.upgrade) + section_text(draft.downgrade);
    if (expects(pair_, "alter") && both.find("INSERT INTO _rev_") != std::string::npos)
        complain("a table is made anew:\n" + section_text(draft.upgrade) + section_text(draft.downgrade));
    return true;
}

std::string made_up_value(const Fact& column, int row) {
    const auto type = column.attributes.contains("type") ? column.attributes.at("type") : std::string();
    const auto has = [&](std::string_view word) { return type.find(word) != std::string::npos; };
    if (has("int")) return std::to_string(row);
    if (has("char") || has("text") || has("clob")) return fmt::format("'a{}'", row);
    if (has("real") || has("floa") || has("doub")) return fmt::format("{}.5", row);
    if (type.empty() || has("blob")) return fmt::format("x'0{}'", row);
    return std::to_string(row);
}

void Judge::fill() {
    auto& database = bench_.database();
    const bool enforced = database.set_foreign_keys(false);
    if (!pair_.rows.empty()) run_sql(database, pair_.rows);
    for (const auto& table : from_.facts()) {
        if (!pair_.rows.empty() || table.id.kind != Kind::table) continue;
        for (int row = 1; row <= 3; ++row) {
            std::vector<std::string> names;
            std::vector<std::string> values;
            for (const auto& column : from_.facts()) {
                if (column.parent != table.id || column.id.kind != Kind::column ||
                    column.attributes.contains("generated"))
                    continue;
                names.push_back(in_quotes(column.notes.at("name")));
                values.push_back(made_up_value(column, row));
            }
            try {
                run_sql(database,
                        fmt::format("INSERT OR IGNORE INTO {} ({}) VALUES ({})", in_quotes(table.notes.at("name")),
                                    base::join(names, ", "), base::join(values, ", ")));
            } catch (const Error&) {
                // Such values do not fit: the table stays as it is.
            }
        }
        const auto is_key = [&](const Fact& fact) {
            return fact.parent == table.id && fact.attributes.contains("type") &&
                   fact.attributes.at("type") == "primary key";
        };
        if (has_rowid(database, table.notes.at("name")) && std::ranges::none_of(from_.facts(), is_key)) try {
                run_sql(database,
                        fmt::format("UPDATE {} SET rowid = 7 WHERE rowid = 2", in_quotes(table.notes.at("name"))));
            } catch (const Error&) {
                // Its rowid is called otherwise, or is referred to.
            }
    }
    database.set_foreign_keys(enforced);
    filled_ = true;
}

std::vector<SharedTable> Judge::take_rows(const Model& from, const Model& to, const NamePairs& names) {
    auto tables = shared_tables(from, to, names);
    for (auto& table : tables) {
        const bool has_there = to.find({Kind::table, {table.after}})->attributes.contains("without_rowid");
        table.with_rowid = !has_there &&
                           !from.find({Kind::table, {table.before}})->attributes.contains("without_rowid") &&
                           has_rowid(bench_.database(), from.find({Kind::table, {table.before}})->notes.at("name"));
        for (const auto* shadowed : {"rowid"})
            if (stored_columns(from, table.before).contains(shadowed) ||
                stored_columns(to, table.after).contains(shadowed))
                table.with_rowid = false;
        if (gives_ids_once(from, table.before) && gives_ids_once(to, table.after))
            table.sequence = sequence_of(bench_.database(), table.before);
        table.rows = rows_of(bench_.database(), table.before, table.columns_before, table.with_rowid);
    }
    return tables;
}

void Judge::compare_rows(std::string_view where, const std::vector<SharedTable>& tables) {
    for (const auto& table : tables) {
        const auto rows = rows_of(bench_.database(), table.after, table.columns_after, table.with_rowid);
        if (sequence_of(bench_.database(), table.after) < table.sequence)
            complain(fmt::format("{}: ids of table {} may be given again", where, table.after));
        if (rows.size() != table.rows.size()) {
            complain(fmt::format("{}: table {} has {} rows, and had {}", where, table.after, rows.size(),
                                 table.rows.size()));
            continue;
        }
        if (expects(pair_, "unequal rows")) continue;
        for (const auto& [key, values] : table.rows) {
            const auto found = rows.find(key);
            if (found == rows.end()) {
                complain(fmt::format("{}: row {} of table {} is gone", where, key, table.after));
                continue;
            }
            for (std::size_t i = 0; i < values.size(); ++i)
                if (values[i] != found->second[i] && values[i] != "NULL")
                    complain(fmt::format("{}: {}.{} was {} and is {}", where, table.after, table.columns_after[i],
                                         values[i], found->second[i]));
        }
    }
}

void Judge::compare_schema(std::string_view where, const Model& wanted, const std::string& wanted_catalog) {
    const auto is = model();
    if (is != wanted) complain(fmt::format("{}: the model is\n{}\nand not\n{}", where, to_text(is), to_text(wanted)));
    const auto catalog = catalog_text(bench_.database());
    if (catalog != wanted_catalog)
        complain(fmt::format("{}: the catalog is\n{}\nand not\n{}", where, catalog, wanted_catalog));
    for (const auto& row : bench_.database().query("PRAGMA integrity_check"))
        if (row[0] != "ok") complain(fmt::format("{}: {}", where, row[0].value_or("")));
}

void Judge::compare_again(std::string_view where, const Model& wanted) {
    const auto again = schema::plan_sqlite(model(), wanted, options_);
    if (!again.revisions.empty())
        complain(fmt::format("{}: a second difference:\n{}", where, section_text(again.revisions.front().upgrade)));
}

bool may_fail(const std::vector<schema::Statement>& statements) {
    return std::ranges::any_of(statements, [](const auto& statement) {
        return std::ranges::any_of(statement.hazards,
                                   [](const auto& each) { return each.kind == schema::HazardKind::may_fail; });
    });
}

bool Judge::run_step(std::string_view direction, const schema::RevisionDraft& draft) {
    const bool up = direction == "upgrade";
    const auto& statements = up ? draft.upgrade : draft.downgrade;
    try {
        if (up) {
            bench_.upgrade("r2");
        } else {
            bench_.downgrade("r1");
        }
        return true;
    } catch (const Error& error) {
        const bool is_expected = filled_ && may_fail(statements) && expects(pair_, "fails on rows");
        if (!is_expected)
            complain(fmt::format("{}: {} ({})\n{}", direction, error.what(), error.detail(), section_text(statements)));
        return false;
    }
}

void Judge::go_up_and_down() {
    const auto& draft = migration_.revisions.front();
    bench_.revision("r2", section_text(draft.upgrade), section_text(draft.downgrade),
                    draft.sqlite_foreign_keys ? "" : "sqlite_foreign_keys: false");
    const auto names = name_pairs(options_.hints, from_, to_);
    const auto violations = bench_.database().foreign_key_violations().size();
    auto rows = take_rows(from_, to_, names);
    if (!run_step("upgrade", draft)) return;
    compare_schema("after the upgrade", to_, to_catalog_);
    compare_rows("after the upgrade", rows);
    compare_again("after the upgrade", to_);
    if (!expects(pair_, "not enforced") && bench_.database().foreign_key_violations().size() > violations)
        complain("the upgrade breaks foreign keys");

    schema::Hints back;
    for (const auto& rename : options_.hints.renames) {
        back.renames.push_back({rename.to, rename.from});
        if (rename.from.kind != Kind::column) continue;
        // A column's hint has the table's new name on both sides.
        for (const auto& table : options_.hints.renames)
            if (table.to.name.back() == rename.to.name.front())
                back.renames.back().to.name.front() = table.from.name.back();
    }
    rows = take_rows(to_, from_, name_pairs(back, to_, from_));
    if (!run_step("downgrade", draft)) return;
    compare_schema("after the downgrade", from_, from_catalog_);
    compare_rows("after the downgrade", rows);
}

std::vector<std::string> Judge::run() {
    load();
    if (!plan()) return complaints_;
    if (!expects(pair_, "no rows")) fill();
    go_up_and_down();
    return complaints_;
}

}  // namespace

std::string section_text(const std::vector<schema::Statement>& statements) {
    std::string text;
    for (const auto& statement : statements) text += statement.sql + ";\n";
    return text;
}

std::vector<SchemaPair> read_pairs(const std::filesystem::path& folder) {
    std::vector<SchemaPair> pairs;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        SchemaPair pair{.name = entry.path().filename().string(),
                        .from = read_file(entry.path() / "from.sql"),
                        .to = read_file(entry.path() / "to.sql")};
        if (exists(entry.path() / "rows.sql")) pair.rows = read_file(entry.path() / "rows.sql");
        pairs.push_back(std::move(pair));
    }
    std::ranges::sort(pairs, {}, &SchemaPair::name);
    return pairs;
}

std::vector<SchemaPair> read_histories(const std::filesystem::path& folder) {
    std::vector<SchemaPair> pairs;
    for (const auto& step : read_history_steps(folder.string())) {
        constexpr std::string_view rename = "-- rename: ";
        SchemaPair pair{.name = step.name, .from = step.lived, .to = step.made};
        pair.rows = "SELECT 1";  // those that it has: none are made up
        for (const auto& line : step.settings)
            if (line.starts_with(rename)) pair.renames.push_back(line.substr(rename.size()));
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

std::vector<std::string> judge(const SchemaPair& pair, Enforcement foreign_keys) {
    if (foreign_keys == Enforcement::on && expects(pair, "not enforced")) return {};
    try {
        auto complaints = Judge(pair, foreign_keys).run();
        if (!expects(pair, "fails on rows")) return complaints;
        auto empty = pair;
        empty.to += "\n-- expect: no rows";
        std::ranges::move(Judge(empty, foreign_keys).run(), std::back_inserter(complaints));
        return complaints;
    } catch (const Error& error) {
        return {std::string(error.what()) + " " + error.detail()};
    }
}

}  // namespace rev::test
