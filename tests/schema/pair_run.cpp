#include "schema/pair_run.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>

#include "autogenerate/rows.hpp"
#include "catalog/read_model.hpp"
#include "db/database.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

using schema::Fact;
using schema::FactId;
using schema::Kind;
using schema::Model;

Model model_of(const std::string& url) {
    const auto database = open_database(parse_database_url(url), {});
    return catalog::read_model(*database);
}

std::string sql_of(const std::vector<schema::Statement>& statements) {
    std::string sql;
    for (const auto& one : statements) sql += one.sql + ";\n";
    return sql;
}

/// As revisions run: each section in a transaction, or statement by statement outside one.
void apply(const PostgresTestDatabase& database, const std::vector<schema::Statement>& statements, bool transaction) {
    if (transaction) {
        database.query("BEGIN;\n" + sql_of(statements) + "COMMIT");
        return;
    }
    for (const auto& one : statements) database.query(one.sql);
}

/// Whether a statement says itself that others have to wait; or that the first row stops it, so that nobody waits.
bool says_that_it_blocks(const schema::Statement& statement) {
    const auto is_new_column = statement.sql.find(" ADD COLUMN ") != std::string::npos;
    return std::ranges::any_of(statement.hazards, [&](const schema::Hazard& hazard) {
        return hazard.kind == schema::HazardKind::rewrites_table || hazard.kind == schema::HazardKind::blocks_reads ||
               hazard.kind == schema::HazardKind::blocks_writes ||
               (hazard.kind == schema::HazardKind::may_fail && is_new_column);
    });
}

/// The tables of `known` (oids) that the transaction at hand has read as a whole under a lock on those who write.
std::string scans_under_lock(const std::string& known) {
    return "SELECT DISTINCT s.schemaname || '.' || s.relname || ' under ' || l.mode FROM pg_locks l JOIN "
           "pg_stat_xact_all_tables s ON s.relid = l.relation WHERE l.pid = pg_backend_pid() AND l.locktype = "
           "'relation' AND s.seq_scan > 0 AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', "
           "'AccessExclusiveLock') AND s.relid IN (" +
           known + ")";
}

/// As apply(), in forms that wait for nobody: what others had to wait for.
std::string apply_online(const PostgresTestDatabase& database, const std::vector<schema::Statement>& statements,
                         bool transaction) {
    const auto known = database.query(
        "SELECT coalesce(string_agg(oid::text, ', '), '0') FROM pg_class WHERE relkind IN ('r', 'm') "
        "AND oid > 16383");
    std::string found;
    const auto look = [&](const std::string& sql) {
        // Several statements in one message are one transaction.
        const auto read = database.query(sql + ";\n" + scans_under_lock(known));
        if (!read.empty()) found += "  " + sql + "\n   reads " + read + '\n';
    };
    if (transaction) {
        if (std::ranges::any_of(statements, says_that_it_blocks))
            apply(database, statements, transaction);
        else if (!statements.empty())
            look(sql_of(statements));
        return found;
    }
    for (const auto& one : statements) {
        if (one.sql.find("CONCURRENTLY") != std::string::npos || says_that_it_blocks(one))
            database.query(one.sql);
        else
            look(one.sql);
    }
    return found;
}

std::map<std::string, std::string> paragraphs(const Model& model) {
    std::map<std::string, std::string> found;
    for (const auto& fact : model.facts()) {
        std::string text;
        for (const auto& [name, value] : fact.attributes) text += "  " + name + ": " + value + '\n';
        found.emplace(describe(fact.id), text);
    }
    return found;
}

std::string difference(const Model& is, const Model& wanted) {
    const auto left = paragraphs(is);
    const auto right = paragraphs(wanted);
    std::string text;
    for (const auto& [name, attributes] : left) {
        const auto other = right.find(name);
        if (other == right.end())
            text += "  too much: " + name + '\n' + attributes;
        else if (other->second != attributes)
            text += "  differs: " + name + "\n   is:\n" + attributes + "   wanted:\n" + other->second;
    }
    for (const auto& [name, attributes] : right)
        if (!left.contains(name)) text += "  missing: " + name + '\n' + attributes;
    return text;
}

std::string quoted(const std::string& name) {
    std::string text = "\"";
    for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + '"';
}

std::string dotted(const std::vector<std::string>& name) {
    std::string text;
    for (const auto& part : name) text += (text.empty() ? "" : ".") + part;
    return text;
}

/// What can be compared before and after: a column of a table that both have.
struct SharedColumn {
    FactId old_id;
    FactId new_id;
    bool same_type = true;
    bool alone = true;  ///< of the table alone, not of those that inherit from it
};

FactId renamed(FactId id, const schema::Hints& hints) {
    std::size_t done = 0;
    for (const auto& rename : hints.renames) {
        const auto& from = rename.from.name;
        // Names may be swapped: each is renamed once.
        if (from.size() <= done) continue;
        if (id.name.size() >= from.size() && from.size() == rename.to.name.size() && rename.from.kind <= Kind::column &&
            std::equal(from.begin(), from.end(), id.name.begin()) &&
            (rename.from.kind != Kind::schema || from.size() == 1)) {
            std::ranges::copy(rename.to.name, id.name.begin());
            done = from.size();
        }
    }
    return id;
}

std::vector<SharedColumn> shared_columns(const Model& from, const Model& to, const SchemaPair& pair) {
    std::vector<SharedColumn> shared;
    for (const auto& fact : from.facts()) {
        if (fact.id.kind != Kind::column || fact.attributes.contains("generated")) continue;
        const auto* table = from.find(*fact.parent);
        if (table->attributes.contains("server")) continue;
        const auto id = renamed(fact.id, pair.hints);
        const auto* other = to.find(id);
        if (!other || other->attributes.contains("generated")) continue;
        if (pair.loses.contains(dotted(fact.id.name)) || pair.loses.contains(dotted(table->id.name))) continue;
        const auto is_partitioned =
            table->attributes.contains("partition by") || to.find(*other->parent)->attributes.contains("partition by");
        shared.push_back({fact.id, id, fact.attributes.at("type") == other->attributes.at("type"), !is_partitioned});
    }
    return shared;
}

/// All values of each table, sorted, under the old names.
std::string values(const PostgresTestDatabase& database, const std::vector<SharedColumn>& columns, bool new_names,
                   bool same_type_only) {
    std::map<std::vector<std::string>, std::pair<std::string, std::string>> by_table;
    for (const auto& column : columns) {
        if (same_type_only && !column.same_type) continue;
        const auto& name = new_names ? column.new_id.name : column.old_id.name;
        auto& [table, list] = by_table[{column.old_id.name[0], column.old_id.name[1]}];
        table = (column.alone ? "ONLY " : "") + quoted(name[0]) + '.' + quoted(name[1]);
        list += (list.empty() ? "" : ", ") + quoted(name[2]);
    }
    std::string text;
    for (const auto& [old_name, found] : by_table) {
        const auto& table = found.first;
        text += dotted(old_name) + ":\n" +
                database.query("SELECT rev_row::text FROM (SELECT " + found.second + " FROM " + table +
                               ") rev_row ORDER BY 1") +
                '\n';
    }
    return text;
}

/// pg_dump's view, line by line: what no model of ours can hide.
std::string dumped(const PostgresTestDatabase& database) {
    const auto command = "pg_dump -s '" + database.url() + "' 2>/dev/null";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::vector<std::string> lines;
    std::string line;
    for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
        if (c != '\n') {
            line += static_cast<char>(c);
            continue;
        }
        if (line.ends_with(',')) line.pop_back();
        if (!line.empty() && !line.starts_with("--") && !line.starts_with('\\')) lines.push_back(line);
        line.clear();
    }
    std::ranges::sort(lines);
    std::string text;
    for (const auto& one : lines) text += one + '\n';
    return text;
}

std::string line_difference(const std::string& is, const std::string& wanted) {
    const auto lines = [](const std::string& text) {
        std::vector<std::string> all(1);
        for (const char c : text) {
            if (c == '\n')
                all.emplace_back();
            else
                all.back() += c;
        }
        // A partition may lose its last row to another one, which leaves an empty line here or there.
        std::erase(all, std::string());
        // The server may have sorted them by a language's rules.
        std::ranges::sort(all);
        return all;
    };
    const auto left = lines(is);
    const auto right = lines(wanted);
    std::vector<std::string> more;
    std::vector<std::string> less;
    std::ranges::set_difference(left, right, std::back_inserter(more));
    std::ranges::set_difference(right, left, std::back_inserter(less));
    std::string text;
    for (const auto& one : more) text += "    + " + one + '\n';
    for (const auto& one : less) text += "    - " + one + '\n';
    return text;
}

class PairRun {
public:
    PairRun(const SchemaPair& pair, PlanForm form) : pair_(pair), form_(form) {}

    PairResult run() {
        problems_ = find_problems();
        return {std::move(problems_), std::move(cells_), has_online_form_};
    }

private:
    std::string find_problems() {
        version_ = std::stoi(live_.query("SHOW server_version_num"));
        if (version_ < pair_.since) return "";
        live_.query(pair_.from);
        wanted_.query(pair_.to);
        const auto from = model_of(live_.url());
        const auto to = model_of(wanted_.url());
        if (!pair_.rows.empty()) live_.query(pair_.rows);
        const auto migration = plan_migration(
            from, to, {.hints = pair_.hints, .online = form_ == PlanForm::online, .tables_with_rows = {}});
        if (migration.revisions.empty()) return "the plan is empty";
        const auto online = plan_migration(from, to, {.hints = pair_.hints, .online = true, .tables_with_rows = {}});
        has_online_form_ = plan_text(online) != plan_text(migration);
        cells_ = cells_of(from, to, migration, pair_.hints);
        try {
            there_and_back(from, to, migration);
        } catch (const std::exception& failure) {
            problems_ += std::string(failure.what()) + '\n';
        }
        check_dump(to);
        if (problems_.empty()) return "";
        return problems_ + plan_text(migration);
    }

    void there_and_back(const Model& from, const Model& to, const schema::Migration& migration) {
        const auto columns = shared_columns(from, to, pair_);
        const auto rows_before = values(live_, columns, false, false);
        const auto same_before = values(live_, columns, false, true);
        const auto held_before = held_rows(from);
        const auto dump_before = compare_dumps() ? dumped(live_) : "";
        for (const auto& revision : migration.revisions) run(revision.upgrade, revision.transaction);
        check_model("after the upgrade", to);
        if (compare_dumps()) check_lines("pg_dump after the upgrade", dumped(live_), dumped(wanted_));
        if (!plan_migration(model_of(live_.url()), to, {}).revisions.empty())
            problems_ += "a second plan is not empty\n";
        check_lines("rows after the upgrade", values(live_, columns, true, true), same_before);
        const auto held = held_rows(to);
        check_held(from, held_before, to, held, pair_.hints.renames);
        for (auto revision = migration.revisions.rbegin(); revision != migration.revisions.rend(); ++revision)
            run(revision->downgrade, revision->transaction);
        check_model("after the downgrade", from);
        if (compare_dumps()) check_lines("pg_dump after the downgrade", dumped(live_), dump_before);
        check_lines("rows after the downgrade", values(live_, columns, false, false), rows_before);
        std::vector<schema::Rename> renames;
        for (const auto& rename : pair_.hints.renames) renames.push_back({rename.to, rename.from});
        check_held(to, held, from, held_rows(from), renames);
    }

    /// As a proof looks at them, once for each pair.
    autogenerate::RowsOfTables held_rows(const Model& model) const {
        if (form_ == PlanForm::online) return {};
        const auto database = open_database(parse_database_url(live_.url()), {});
        return autogenerate::read_rows_of_tables(*database, model);
    }

    /// A proof takes nothing for a loss that is none.
    void check_held(const Model& before_model, const autogenerate::RowsOfTables& before, const Model& after_model,
                    const autogenerate::RowsOfTables& after, const std::vector<schema::Rename>& renames) {
        for (const auto& lost : autogenerate::find_lost_rows(before_model, before, after_model, after, renames))
            problems_ += "a proof would say: " + lost + '\n';
    }

    void run(const std::vector<schema::Statement>& statements, bool transaction) {
        if (form_ == PlanForm::usual) return apply(live_, statements, transaction);
        const auto waits = apply_online(live_, statements, transaction);
        if (!waits.empty()) problems_ += "others have to wait, and no hazard says so:\n" + waits;
    }

    bool compare_dumps() const {
        constexpr int of_pg_dump = 150000;
        // Four dumps a pair take longer than all the rest: .ci/full asks for them.
        return pair_.compare_dumps && std::getenv("REV_PAIRS_DUMPS") != nullptr && version_ >= of_pg_dump &&
               version_ < of_pg_dump + 10000;
    }

    void check_dump(const Model& to) {
        const PostgresTestDatabase copy;
        const auto dump = plan_migration(Model(), to, {});
        if (dump.revisions.empty()) return;
        try {
            for (const auto& revision : dump.revisions) apply(copy, revision.upgrade, revision.transaction);
            const auto text = difference(model_of(copy.url()), to);
            if (!text.empty())
                problems_ += "its dump makes another schema:\n" + text + sql_of(dump.revisions.front().upgrade);
        } catch (const std::exception& failure) {
            problems_ += std::string("its dump does not load: ") + failure.what() + '\n' +
                         sql_of(dump.revisions.front().upgrade);
        }
    }

    void check_model(const char* when, const Model& wanted) {
        const auto text = difference(model_of(live_.url()), wanted);
        if (!text.empty()) problems_ += std::string(when) + ":\n" + text;
    }

    void check_lines(const char* what, const std::string& is, const std::string& should) {
        if (const auto text = line_difference(is, should); !text.empty()) problems_ += std::string(what) + ":\n" + text;
    }

    static std::string plan_text(const schema::Migration& migration) {
        std::string text = "--- the plan:\n";
        for (const auto& revision : migration.revisions)
            text += sql_of(revision.upgrade) + "--- down:\n" + sql_of(revision.downgrade);
        return text;
    }

    const SchemaPair& pair_;
    PlanForm form_;
    PostgresTestDatabase live_;
    PostgresTestDatabase wanted_;
    int version_ = 0;
    std::string problems_;
    GridCells cells_;
    bool has_online_form_ = false;
};

}  // namespace

PairResult run_pair(const SchemaPair& pair, PlanForm form) {
    try {
        return PairRun(pair, form).run();
    } catch (const std::exception& failure) {
        return {std::string(failure.what()) + '\n', {}};
    }
}

}  // namespace rev::test
