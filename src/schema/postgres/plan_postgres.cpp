#include "schema/postgres/plan_postgres.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "schema/postgres/enums.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/online.hpp"
#include "schema/postgres/possible_renames.hpp"
#include "schema/postgres/rename.hpp"
#include "schema/postgres/section.hpp"

namespace rev::schema::postgres {
namespace {

constexpr int public_is_owned_by_the_database = 150000;

/// What CREATE DATABASE makes: the model that nothing stands for.
Model fresh_database(int version) {
    const FactId schema{Kind::schema, {"public"}};
    std::vector<Fact> facts = {{schema, {}, {}, {}, {}}};
    // 15 took CREATE on the schema public away from PUBLIC and gave the schema to pg_database_owner.
    const auto recent = version >= public_is_owned_by_the_database;
    if (recent)
        facts.push_back(
            {{Kind::owner, {"schema", "public"}}, schema, {{"role", "pg_database_owner"}}, {{"of", "schema"}}, {}});
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

struct PlannedDirection {
    Model renamed;  ///< the old model behind the renames
    Statements statements;
    std::set<FactId> used_at_once;  ///< enum types of which a new label is used in the same statements
};

bool is_evaluated(const Statement& statement) {
    // A routine's body is text until it is called.
    constexpr auto texts =
        std::to_array<std::string_view>({"COMMENT ", "CREATE FUNCTION ", "CREATE OR REPLACE FUNCTION ",
                                         "CREATE PROCEDURE ", "CREATE OR REPLACE PROCEDURE "});
    const auto begins = [&](std::string_view text) { return statement.sql.starts_with(text); };
    if (std::ranges::none_of(texts, begins)) return true;
    // But these three are parsed when the routine is made.
    return !begins(texts.front()) && (statement.sql.find("BEGIN ATOMIC") != std::string::npos ||
                                      statement.sql.find(" DEFAULT ") != std::string::npos ||
                                      statement.sql.find("\nRETURN ") != std::string::npos);
}

/// A label that was added can be used only when that is committed. Source: PostgreSQL's ALTER TYPE.
std::set<FactId> types_used_at_once(const Model& from, const Model& to, const Statements& statements) {
    std::set<FactId> types;
    for (const auto& type : to.facts()) {
        if (type.id.kind != Kind::type_enum) continue;
        const auto* before = from.find(type.id);
        if (!before || *before == type || !only_adds_labels(*before, type)) continue;
        for (const auto& insertion : find_label_insertions(*before, type)) {
            const auto uses = [&](const Statement& statement) {
                return statement.sql.find(insertion.label) != std::string::npos &&
                       !statement.sql.starts_with("ALTER TYPE ") && is_evaluated(statement);
            };
            if (std::ranges::any_of(statements, uses)) types.insert(type.id);
        }
    }
    return types;
}

PlannedDirection plan_direction(const Direction& direction, const std::set<FactId>& remade, bool online = false) {
    // The newer of the two: what is written must run on both.
    const auto version = std::max(direction.from.server_version(), direction.to.server_version());
    auto renamed = apply_renames(direction.from, direction.to, direction.options.hints, version);
    const RenderContext context{.before = renamed.model,
                                .after = direction.to,
                                .options = direction.options,
                                .version = version,
                                .upgrade = direction.upgrade,
                                .online = online,
                                .remade = remade,
                                .not_null_to_name = names_that_meet(renamed.model, direction.to)};
    const auto section = plan_section(context);
    PlannedDirection planned{.renamed = renamed.model, .statements = std::move(renamed.statements), .used_at_once = {}};
    planned.statements.insert(planned.statements.end(), section.begin(), section.end());
    planned.used_at_once = types_used_at_once(planned.renamed, direction.to, section);
    return planned;
}

MigrationOptions inverted(const MigrationOptions& options) {
    MigrationOptions inverse = options;
    // They are about the old values, and the way back has the new ones.
    inverse.hints.using_expressions.clear();
    for (auto& rename : inverse.hints.renames) std::swap(rename.from, rename.to);
    return inverse;
}

/// A downgrade makes an enum type anew rather than to be two.
Statements plan_downgrade(const Model& from, const Model& to, const MigrationOptions& options) {
    const auto inverse = inverted(options);
    auto planned = plan_direction({to, from, inverse, false}, {});
    if (!planned.used_at_once.empty()) planned = plan_direction({to, from, inverse, false}, planned.used_at_once);
    return planned.statements;
}

/// The old model with the new labels of some types.
Model with_labels(const Model& model, const Model& to, const std::set<FactId>& types) {
    std::vector<Fact> facts;
    const auto is_label = [&](const Fact& fact) {
        return fact.id.kind == Kind::enum_label && types.contains(*fact.parent);
    };
    for (const auto& fact : model.facts())
        if (!is_label(fact)) facts.push_back(types.contains(fact.id) ? *to.find(fact.id) : fact);
    for (const auto& fact : to.facts())
        if (is_label(fact)) facts.push_back(fact);
    return {Dialect::postgresql, model.server_version(), std::move(facts)};
}

std::vector<RevisionDraft> plan_revisions(const Model& from, const Model& to, const MigrationOptions& options) {
    auto planned = plan_direction({from, to, options, true}, {});
    if (!planned.used_at_once.empty()) {
        // The first revision commits the labels before the second one uses them.
        const auto between = with_labels(planned.renamed, to, planned.used_at_once);
        RevisionDraft labels{.title = "new enum labels",
                             .upgrade = plan_direction({from, between, options, true}, {}).statements,
                             .downgrade = plan_downgrade(from, between, options)};
        RevisionDraft rest{.title = {},
                           .upgrade = plan_direction({between, to, options, true}, {}).statements,
                           .downgrade = plan_downgrade(between, to, options)};
        return {std::move(labels), std::move(rest)};
    }
    return {{.title = {}, .upgrade = std::move(planned.statements), .downgrade = plan_downgrade(from, to, options)}};
}

/// What tables in use would have to wait for comes in a second revision.
std::vector<RevisionDraft> plan_revisions_online(const Model& from, const Model& to, const MigrationOptions& options) {
    constexpr auto online = true;
    const auto inverse = inverted(options);
    const auto detached = model_after_detach(from, to);
    const auto version = std::max(from.server_version(), to.server_version());
    const auto between = model_before_online(apply_renames(detached, to, options.hints, version).model, to);
    std::vector<RevisionDraft> revisions;
    if (detached != from) {
        // Names are as they were.
        auto unnamed = options;
        unnamed.hints.renames.clear();
        revisions.push_back({.title = "detach",
                             .transaction = false,
                             .upgrade = plan_direction({from, detached, unnamed, true}, {}, online).statements,
                             .downgrade = plan_direction({detached, from, unnamed, false}, {}, online).statements});
    }
    if (!compare(detached, between, {}).empty())
        for (auto& revision : plan_revisions(detached, between, options)) revisions.push_back(std::move(revision));
    if (between != to)
        revisions.push_back({.title = "online",
                             .transaction = false,
                             .upgrade = plan_direction({between, to, options, true}, {}, online).statements,
                             .downgrade = plan_direction({to, between, inverse, false}, {}, online).statements});
    if (revisions.size() == 1) revisions.front().title.clear();
    return revisions;
}

}  // namespace

Migration plan_postgres(const Model& from, const Model& to, const MigrationOptions& options) {
    const auto version = std::max(from.server_version(), to.server_version());
    // An empty model stands for a database that was just made, which has a schema public already.
    const auto& begin = from.empty() ? fresh_database(version) : from;
    const auto& end = to.empty() ? fresh_database(version) : to;
    Migration migration;
    migration.changes = compare(begin, end, options.hints);
    if (migration.changes.empty()) return migration;
    migration.revisions =
        options.online ? plan_revisions_online(begin, end, options) : plan_revisions(begin, end, options);
    const auto renamed = apply_renames(begin, end, options.hints, version).model;
    migration.possible_renames = find_possible_renames(renamed, end);
    warn_of_possible_renames(migration.possible_renames, migration.revisions);
    return migration;
}

}  // namespace rev::schema::postgres
