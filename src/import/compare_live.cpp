#include <span>

#include "catalog/read_model.hpp"
#include "import/differences.hpp"
#include "import/scratch.hpp"
#include "import/table.hpp"
#include "import/trial.hpp"
#include "import/verify.hpp"
#include "rev/stop.hpp"
#include "schema/schemas.hpp"

namespace rev::foreign {
namespace {

/// Roles are another server's.
const std::set<schema::Kind> permissions = {schema::Kind::owner, schema::Kind::grant, schema::Kind::default_grant};

/// Where a connection to the live database finds and makes what is written without a schema.
struct SearchPath {
    std::string setting;
    std::vector<std::string> schemas;  ///< those of it that are there, of the user's own
    std::string first = "public";      ///< of these
};

SearchPath search_path_of(Database& live) {
    SearchPath path;
    if (live.dialect() == Dialect::sqlite) return path;
    const auto setting = live.query_in_session("SELECT pg_catalog.current_setting('search_path')");
    path.setting = foreign::text_of(setting.front()[0]);
    for (const auto& row : live.query_in_session("SELECT pg_catalog.unnest(pg_catalog.current_schemas(false))"))
        path.schemas.push_back(foreign::text_of(row[0]));
    if (!path.schemas.empty()) path.first = path.schemas.front();
    return path;
}

/// A connection to the trial database that works in the same schemas: a URL may name one (`?schema=app`), and the
/// database or the user may have a path of its own. nullptr: the usual one does.
std::unique_ptr<Database> open_likewise(TrialDatabase& trial, const SearchPath& path) {
    if (path.first == "public") return nullptr;
    for (const auto& schema : path.schemas) {
        const auto sql = "CREATE SCHEMA IF NOT EXISTS " + trial.database().quote_identifier(schema);
        const Command command{.kind = Command::Kind::sql, .sql = sql};
        trial.database().run(std::span(&command, 1));
    }
    auto url = trial.url();
    url.query["search_path"] = path.setting;
    return open_database(url, {});
}

catalog::ReadOptions options_for(const Import& import, Dialect dialect, const SearchPath& path) {
    catalog::ReadOptions options;
    options.own_tables = own_tables(import.draft.config, dialect, path.first);
    options.ignore = permissions;
    return options;
}

/// Of the live database only what is in the schemas that the revisions use.
schema::Model read_live(Database& live, const Import& import, const schema::Model& expected,
                        const std::string& tool_table, const SearchPath& path) {
    auto options = options_for(import, live.dialect(), path);
    // PostgreSQL names the sequence of a serial column `id` so.
    if (!tool_table.empty()) options.exclude = {tool_table, tool_table + "_id_seq"};
    if (live.dialect() == Dialect::postgresql) options.schemas = schema::schemas_of({&expected});
    return catalog::read_model(live, options);
}

/// False: none was made.
bool apply_repeatables(Database& database, const Draft& draft) {
    bool has_applied = false;
    for (const auto& repeatable : draft.repeatables) {
        if (repeatable.is_todo) continue;
        try {
            apply(database, repeatable.file);
            has_applied = true;
        } catch (const Error&) {
            // On a database that is further down, what it needs may be missing.
            if (stop_requested()) throw;
        }
    }
    return has_applied;
}

LiveDifferences compare_with(const Import& import, const Scratch& scratch, Database& live,
                             const std::vector<RevisionId>& rows, const std::string& tool_table) {
    const DraftProject project(import.draft);
    const auto place = open_scratch_place(live.dialect(), scratch.url);
    TrialDatabase trial(*place, import.draft.config);
    const auto path = search_path_of(live);
    const auto own = open_likewise(trial, path);
    auto& database = own ? *own : trial.database();
    project.run(database, project.plan_all(rows, live.dialect()));
    const auto options = options_for(import, live.dialect(), path);
    const auto expected = catalog::read_model(database, options);
    const auto there = read_live(live, import, expected, tool_table, path);
    // 180004 is 18.4. Another major version may print the same definition in other words.
    constexpr int versions_of_a_major = 10'000;
    if (live.dialect() == Dialect::postgresql &&
        expected.server_version() / versions_of_a_major != there.server_version() / versions_of_a_major)
        return {{}, "it is of another version than the scratch server"};
    auto found = differences(expected, there);
    // The tool makes its repeatable ones behind the last migration: they are there, or none is yet.
    if (!found.empty() && apply_repeatables(database, import.draft)) {
        const auto whole = catalog::read_model(database, options);
        auto fewer = differences(whole, read_live(live, import, whole, tool_table, path));
        if (fewer.size() < found.size()) found = std::move(fewer);
    }
    return {found, {}};
}

}  // namespace

LiveDifferences compare_live(const Import& import, const Scratch& scratch, Database& live,
                             const std::vector<RevisionId>& rows, const std::string& tool_table) {
    try {
        return compare_with(import, scratch, live, rows, tool_table);
    } catch (const Error& error) {
        if (stop_requested()) throw;
        return {{}, one_line(error)};
    }
}

}  // namespace rev::foreign
