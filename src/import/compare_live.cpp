#include "catalog/read_model.hpp"
#include "import/differences.hpp"
#include "import/scratch.hpp"
#include "import/trial.hpp"
#include "import/verify.hpp"
#include "rev/stop.hpp"
#include "schema/schemas.hpp"

namespace rev::foreign {
namespace {

/// Roles are another server's.
const std::set<schema::Kind> permissions = {schema::Kind::owner, schema::Kind::grant, schema::Kind::default_grant};

/// Of the live database only what is in the schemas that the revisions use.
schema::Model read_live(Database& live, const Import& import, const schema::Model& expected,
                        const std::string& tool_table) {
    catalog::ReadOptions options;
    options.own_tables = own_tables(import.draft.config, live.dialect());
    // PostgreSQL names the sequence of a serial column `id` so.
    if (!tool_table.empty()) options.exclude = {tool_table, tool_table + "_id_seq"};
    options.ignore = permissions;
    if (live.dialect() == Dialect::postgresql) options.schemas = schema::schemas_of({&expected});
    return catalog::read_model(live, options);
}

LiveDifferences compare_with(const Import& import, const Scratch& scratch, Database& live,
                             const std::vector<RevisionId>& rows, const std::string& tool_table) {
    const DraftProject project(import.draft);
    const auto place = open_scratch_place(live.dialect(), scratch.url);
    TrialDatabase trial(*place, import.draft.config);
    project.run(trial.database(), project.plan_all(rows, live.dialect()));
    const auto expected = trial.model(permissions);
    const auto there = read_live(live, import, expected, tool_table);
    // 180004 is 18.4. Another major version may print the same definition in other words.
    constexpr int versions_of_a_major = 10'000;
    if (live.dialect() == Dialect::postgresql &&
        expected.server_version() / versions_of_a_major != there.server_version() / versions_of_a_major)
        return {{}, "it is of another version than the scratch server"};
    return {differences(expected, there), {}};
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
