#include "schema/postgres/plan_postgres.hpp"

#include <algorithm>
#include <iterator>

#include "schema/postgres/names.hpp"
#include "schema/postgres/rename.hpp"
#include "schema/postgres/section.hpp"

namespace rev::schema::postgres {
namespace {

constexpr int public_is_owned_by_the_database = 150000;

/// What CREATE DATABASE makes: the model that nothing stands for.
Model fresh_database(int version) {
    const FactId schema{Kind::schema, {"public"}};
    std::vector<Fact> facts = {{schema, {}, {}, {}, {}}};
    const auto recent = version >= public_is_owned_by_the_database;
    if (recent) facts.push_back({{Kind::owner, {"schema", "public"}}, schema, {{"role", "pg_database_owner"}}, {{"of", "schema"}}, {}});
    facts.push_back({{Kind::grant, {"schema", "public", "PUBLIC"}},
                     schema,
                     {{"privileges", recent ? "USAGE" : "CREATE, USAGE"}},
                     {{"of", "schema"}, {"usual", ""}},
                     {}});
    return {Dialect::postgresql, version, std::move(facts)};
}

struct Direction {
    const Model& from;
    const Model& to;
    const MigrationOptions& options;
    bool upgrade;
};

Statements plan_direction(const Direction& direction) {
    const auto version = std::max(direction.from.server_version(), direction.to.server_version());
    auto renamed = apply_renames(direction.from, direction.to, direction.options.hints, version);
    const RenderContext context{.before = renamed.model,
                                .after = direction.to,
                                .options = direction.options,
                                .version = version,
                                .upgrade = direction.upgrade};
    auto statements = std::move(renamed.statements);
    auto section = plan_section(context);
    std::move(section.begin(), section.end(), std::back_inserter(statements));
    return statements;
}

MigrationOptions inverted(const MigrationOptions& options) {
    MigrationOptions inverse = options;
    inverse.hints.using_expressions.clear();
    for (auto& rename : inverse.hints.renames) std::swap(rename.from, rename.to);
    return inverse;
}

RevisionDraft plan_revision(const Model& from, const Model& to, const MigrationOptions& options) {
    RevisionDraft draft;
    draft.upgrade = plan_direction({from, to, options, true});
    draft.downgrade = plan_direction({to, from, inverted(options), false});
    return draft;
}

}  // namespace

Migration plan_postgres(const Model& from, const Model& to, const MigrationOptions& options) {
    const auto version = std::max(from.server_version(), to.server_version());
    const auto& begin = from.empty() ? fresh_database(version) : from;
    const auto& end = to.empty() ? fresh_database(version) : to;
    Migration migration;
    migration.changes = compare(begin, end, options.hints);
    if (migration.changes.empty()) return migration;
    migration.revisions.push_back(plan_revision(begin, end, options));
    return migration;
}

}  // namespace rev::schema::postgres
