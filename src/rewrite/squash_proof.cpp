#include "rewrite/squash_proof.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "base/text.hpp"
#include "rev/executor.hpp"
#include "rev/plan.hpp"

namespace rev::rewrite {
namespace {

/// The SQL of each object by its kind and name, and the rows of each table.
using Contents = std::map<std::string, std::string>;

bool is_own_table(const std::string& name, const Config& config) {
    return name == config.version_table || name == "rev_log" || name == "rev_progress";
}

Contents contents_of(Database& database, const Config& config) {
    Contents contents;
    for (const auto& row : database.query("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema")) {
        const auto type = row[0].value_or("");
        const auto name = row[1].value_or("");
        if (is_own_table(row[2].value_or(""), config) || name.starts_with("sqlite_")) continue;
        auto text = normalized_sql(row[3].value_or(""), Dialect::sqlite);
        if (type == "table")
            text += fmt::format(
                ", {} rows",
                database.query("SELECT count(*) FROM " + database.quote_identifier(name))[0][0].value_or(""));
        contents.emplace(fmt::format("{} {}", type, name), std::move(text));
    }
    return contents;
}

/// A database in memory that revisions are run on.
class Replay {
public:
    Replay(const Config& config, const Replayed& side) : config_(config), side_(side) {
        DatabaseUrl in_memory;
        in_memory.dialect = Dialect::sqlite;
        database_ = open_database(in_memory, {});
    }

    void up(const RevisionId& id) {
        run([&](auto rows) { return plan_upgrade(side_.graph, rows, id); });
    }
    /// To below it; what it stands on stays.
    void down(const RevisionId& id) {
        run([&](auto rows) {
            const auto& parents = side_.graph.find(id)->revises;
            return plan_downgrade(side_.graph, rows, id + "@" + (parents.empty() ? "base" : parents.front()));
        });
    }
    [[nodiscard]] Contents contents() { return contents_of(*database_, config_); }

private:
    template <typename MakePlan>
    void run(MakePlan make_plan) {
        PrepareOptions prepare_options;
        prepare_options.variables = config_.variables;
        ExecuteOptions options;
        options.table = {"", config_.version_table};
        options.sqlite_foreign_keys = config_.sqlite_foreign_keys;
        const auto rows = read_rows(*database_, options.table);
        Reporter nobody;
        (void)execute(*database_, prepare(make_plan(rows), side_.scripts, prepare_options), options, nobody);
    }

    const Config& config_;
    const Replayed& side_;
    std::unique_ptr<Database> database_;
};

std::string first_difference(const Contents& before, const Contents& after) {
    for (const auto& [name, text] : before) {
        const auto found = after.find(name);
        if (found == after.end()) return fmt::format("{} is not made", name);
        if (found->second != text) return fmt::format("{} is another one", name);
    }
    for (const auto& [name, text] : after)
        if (!before.contains(name)) return fmt::format("{} is made besides", name);
    return {};
}

/// The message of what `ask` throws; empty: nothing.
template <typename Ask>
std::string failure_of(Ask ask) {
    try {
        ask();
        return {};
    } catch (const GraphError& error) {
        return error.what();
    } catch (const Error& error) {
        return error.what();
    }
}

}  // namespace

Proof prove_on_sqlite(const Config& config, const Replayed& old_files, const Replayed& squashed,
                      const RevisionId& first, const RevisionId& last) {
    Replay before(config, old_files);
    Replay after(config, squashed);
    if (const auto failure = failure_of([&] { before.up(last); }); !failure.empty()) return {false, failure, {}};
    if (const auto failure = failure_of([&] { after.up(last); }); !failure.empty())
        return {false, {}, fmt::format("its upgrade fails: {}", failure)};
    if (auto difference = first_difference(before.contents(), after.contents()); !difference.empty())
        return {false, {}, std::move(difference)};
    if (!failure_of([&] { before.down(first); }).empty()) return {true, {}, {}};
    if (const auto failure = failure_of([&] { after.down(last); }); !failure.empty())
        return {false, {}, fmt::format("its downgrade fails: {}", failure)};
    if (auto difference = first_difference(before.contents(), after.contents()); !difference.empty())
        return {false, {}, fmt::format("after its downgrade, {}", difference)};
    return {true, {}, {}};
}

}  // namespace rev::rewrite
