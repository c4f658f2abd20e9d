#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "app/connect.hpp"
#include "base/stop_token.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "fleet/state.hpp"
#include "fleet/workers.hpp"
#include "state/ledger.hpp"
#include "state/state.hpp"

namespace rev::fleet {
namespace {

constexpr std::string_view ledger_name = state::progress_name;

/// A schema of a database, and whose it is.
struct SchemaState {
    std::size_t index = 0;  ///< of the member
    bool is_there = false;
    bool is_plain = true;  ///< its tables are rev's own beyond doubt, so that they may be read with others'
    bool has_rows = false;
    bool has_ledger = false;
};
/// By the name, which is the member's own.
using SchemaStates = std::map<std::string_view, SchemaState>;

/// Which schemas there are. Those without tables are members that nothing was applied to.
constexpr std::string_view schemas_query = "SELECT oid, nspname FROM pg_catalog.pg_namespace";

/// Which schemas have the tables, by the schema's number: a join would be a nested loop over all of both where
/// thousands of schemas are newer than the server's statistics. Whatever is not an ordinary table that belongs to
/// somebody trusted is left to find_tables(), which says what is wrong with it: to read a view runs its owner's code.
/// So is a ledger with fewer columns than any rev gave it; dropped ones count here, of which a ledger has none. The
/// owners that are trusted are those of find_tables(), as far as one query for all schemas can tell.
constexpr std::string_view tables_query =
    "SELECT c.relnamespace, c.relname, c.relkind = 'r' AND NOT c.relrowsecurity AND NOT c.relhasrules"
    " AND NOT c.relhassubclass AND (c.relname <> '{1}' OR c.relnatts >= {2})"
    " AND (c.relowner IN (SELECT oid FROM pg_catalog.pg_roles WHERE rolsuper OR rolname = current_user)"
    " OR (c.relnamespace, c.relowner) IN (SELECT oid, nspowner FROM pg_catalog.pg_namespace)"
    " OR c.relowner = (SELECT datdba FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())),"
    // A ledger that has no block has no row, and is not asked. Only its size is: each is a look at the disk.
    " CASE WHEN c.relkind = 'r' AND c.relname = '{1}' THEN pg_catalog.pg_relation_size(c.oid) > 0 ELSE true END"
    " FROM pg_catalog.pg_class c WHERE c.relname IN ({0}, '{1}')";

void find_schemas(Database& database, const std::string& version_table, SchemaStates& schemas) {
    struct Numbered {
        std::string number;  ///< the schema's
        SchemaState* schema = nullptr;
    };
    std::vector<Numbered> numbered;
    numbered.reserve(schemas.size());
    // All schemas of the database in one answer, rather than a list of thousands in the question. Row by row: the
    // answers would be most of what a fleet takes of memory.
    database.query_each(schemas_query, [&](const SqlRow& row) {
        const auto found = schemas.find(row[1].value_or(""));
        if (found == schemas.end()) return;
        found->second.is_there = true;
        numbered.push_back({row[0].value_or(""), &found->second});
    });
    std::ranges::sort(numbered, {}, &Numbered::number);
    const auto question =
        fmt::format(tables_query, database.quote_literal(version_table), ledger_name, state::progress_table().needed);
    database.query_each(question, [&](const SqlRow& row) {
        const auto number = row[0].value_or("");
        const auto found = std::ranges::lower_bound(numbered, number, {}, &Numbered::number);
        if (found == numbered.end() || found->number != number) return;
        auto& schema = *found->schema;
        schema.is_plain = schema.is_plain && row[2] == "t";
        if (row[1] == version_table)
            schema.has_rows = true;
        else
            schema.has_ledger = row[3] == "t";
    });
}

/// Of one message: it is one transaction, which has a lock on each of its tables to the end, for which the server has
/// room. More are hardly quicker, and their questions and answers take memory.
constexpr std::size_t tables_in_a_message = 100;

/// A question about a table of a schema.
struct TableQuestion {
    const SchemaState* schema = nullptr;
    bool is_about_ledger = false;
};

void take_answer(const TableQuestion& question, std::vector<SqlRow> answer, std::vector<MemberState>& states) {
    auto& state = states.at(question.schema->index);
    if (question.is_about_ledger)
        state.has_unfinished = !answer.empty();
    else
        for (auto& row : answer) state.rows.push_back(std::move(row.at(0)).value_or(""));
}

/// What the plain ones among the schemas hold. A message's questions are made when it is sent: those of all schemas at
/// once would be most of what a fleet takes of memory.
void ask(Database& database, const std::string& version_table, const SchemaStates& schemas,
         std::vector<MemberState>& states) {
    const auto table = database.quote_identifier(version_table);
    std::vector<TableQuestion> asked;
    std::vector<Query> queries;
    const auto send = [&] {
        auto answers = database.query_all(queries);
        for (std::size_t i = 0; i < asked.size(); ++i) take_answer(asked[i], std::move(answers.at(i)), states);
        asked.clear();
        queries.clear();
    };
    for (const auto& [name, schema] : schemas) {
        if (!schema.is_plain) continue;
        const auto quoted = database.quote_identifier(name);
        if (schema.has_rows) {
            asked.push_back({&schema, false});
            queries.push_back({fmt::format("COPY {}.{} (version_num) TO STDOUT", quoted, table)});
        }
        if (schema.has_ledger) {
            asked.push_back({&schema, true});
            queries.push_back({fmt::format("SELECT 1 FROM {}.{} LIMIT 1", quoted, ledger_name)});
        }
        if (queries.size() >= tables_in_a_message) send();
    }
    if (!queries.empty()) send();
}

MemberState failed(const Error& error) { return {.rows = {}, .failure = error}; }

MemberState state_of(const state::DatabaseState& state) {
    return {.rows = state.rows, .has_unfinished = !state.unfinished.empty(), .failure = std::nullopt};
}

/// SQLite: the rows by one statement, as there may be ten thousand files. nullopt: there is a ledger, no version table,
/// or something else that takes a closer look.
std::optional<std::vector<RevisionId>> read_plain_rows(Database& database, const std::string& version_table) {
    try {
        std::vector<RevisionId> rows;
        for (auto& row :
             database.query(fmt::format("SELECT * FROM (SELECT version_num, 0 FROM main.{} ORDER BY rowid) UNION ALL"
                                        " SELECT name, 1 FROM main.sqlite_master WHERE name = '{}' COLLATE NOCASE",
                                        database.quote_identifier(version_table), ledger_name))) {
            if (row[1] == "1") return std::nullopt;
            rows.push_back(std::move(row[0]).value_or(""));
        }
        return rows;
    } catch (const Error&) {  // whoever looks closer says what is wrong
        return std::nullopt;
    }
}

/// A member by itself.
MemberState read_state_of(Database& database, const Member& member, const Config& config) {
    try {
        if (database.dialect() == Dialect::sqlite)
            if (auto rows = read_plain_rows(database, config.version_table))
                return {.rows = std::move(*rows), .has_unfinished = false, .failure = std::nullopt};
        state::VersionTable table = app::version_table(config);
        if (!member.schema.empty()) table.schema = member.schema;
        return state_of(state::read_state(database, table, false));
    } catch (const Error& error) {
        return failed(error);
    }
}

Error missing_schema(const Member& member) {
    return Error(ExitCode::database, error_codes::no_schema,
                 fmt::format("there is no schema {}", base::printable_word(member.schema)))
        .with_hint(fmt::format("`rev fleet create {}` makes it", base::printable_word(member.schema)));
}

/// Reads the states of all schemas of one database.
class SchemaReader {
public:
    SchemaReader(std::span<const Member> members, const Config& config, std::vector<MemberState>& states)
        : members_(members), config_(config), states_(states) {}

    /// open: another connection to the same database.
    void read(const std::vector<std::size_t>& indexes, Database& database,
              const std::function<std::unique_ptr<Database>()>& open) {
        SchemaStates schemas;
        for (const auto index : indexes) schemas[members_[index].schema] = {.index = index};
        find_schemas(database, config_.version_table, schemas);
        read_in_halves(database, schemas, open);
        for (const auto& [name, schema] : schemas) {
            const auto& member = members_[schema.index];
            if (!schema.is_there)
                states_[schema.index] = failed(missing_schema(member));
            else if (!schema.is_plain)
                states_[schema.index] = read_state_of(database, member, config_);
        }
    }

private:
    /// A backend of the server works on one processor, and what takes its time is to open each table. A connection of
    /// its own, with catalogs that it has to read first, pays for thousands.
    void read_in_halves(Database& database, SchemaStates& schemas,
                        const std::function<std::unique_ptr<Database>()>& open) {
        constexpr std::size_t worth_a_connection = 2000;
        if (schemas.size() < worth_a_connection || config_.fleet.jobs < 2) return read_plain(database, schemas);
        SchemaStates half;
        while (half.size() < schemas.size()) half.insert(schemas.extract(schemas.begin()));
        bool is_read = true;
        for_each_on_threads(2, 2, [&](std::size_t which) {
            if (which == 0) return read_plain(database, schemas);
            try {
                read_plain(*open(), half);
            } catch (const Error&) {  // the server has no connection left
                is_read = false;
            }
        });
        if (!is_read) read_plain(database, half);
        schemas.merge(half);
    }

    /// A schema that vanishes meanwhile makes its question fail, and the others with it: then each is asked alone.
    void read_plain(Database& database, SchemaStates& schemas) {
        try {
            ask(database, config_.version_table, schemas, states_);
        } catch (const Error& error) {
            if (!database.is_alive()) throw;
            for (auto& [name, schema] : schemas) {
                states_[schema.index] = {};
                // Not plain: those that are there are then read one by one. Those that are not keep being reported as
                // missing.
                schema.is_plain = !schema.is_there;
            }
        }
    }

    std::span<const Member> members_;
    const Config& config_;
    std::vector<MemberState>& states_;
};

}  // namespace

std::vector<MemberState> read_states(std::span<const Member> members, const Config& config,
                                     const base::StopToken& stop) {
    std::vector<MemberState> states(members.size());
    // By what is opened for them: all schemas of a database at once, every other member by itself.
    std::vector<std::vector<std::size_t>> groups;
    std::map<std::string, std::size_t> group_of_server;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (members[i].fault) {
            states[i] = failed(*members[i].fault);
        } else if (members[i].schema.empty()) {
            groups.push_back({i});
        } else {
            const auto [group, is_new] = group_of_server.emplace(members[i].url->display(), groups.size());
            if (is_new) groups.emplace_back();
            groups[group->second].push_back(i);
        }
    }
    auto options = app::reading_options(config);
    options.interrupted = [stop] { return stop.requested(); };
    for_each_on_threads(groups.size(), config.fleet.jobs, [&](std::size_t at) {
        const auto& indexes = groups[at];
        try {
            const auto database = open_database(*members[indexes.front()].url, options);
            if (members[indexes.front()].schema.empty())
                states[indexes.front()] = read_state_of(*database, members[indexes.front()], config);
            else
                SchemaReader(members, config, states).read(indexes, *database, [&] {
                    return open_database(*members[indexes.front()].url, options);
                });
        } catch (const Error& error) {
            for (const auto index : indexes) states[index] = failed(error);
        }
    });
    return states;
}

}  // namespace rev::fleet
