// `rev verify`: runs the verify sections of what is applied again, later, and changes nothing.

#include "run/verify.hpp"

#include <fmt/format.h>

#include <map>

#include "base/sqlstate.hpp"
#include "run/advice.hpp"
#include "run/as_written.hpp"
#include "run/batch.hpp"
#include "run/session_state.hpp"
#include "state/state.hpp"
#include "state/tables.hpp"

namespace rev::run {
namespace {

/// PostgreSQL: a query comes first, as from then on the transaction cannot be made one that writes.
void add_begin(Batch& batch, Dialect dialect) {
    if (dialect != Dialect::postgresql) return;  // the whole connection is read-only, and is made anew afterwards
    batch.begin();
    batch.own_sql("SET TRANSACTION READ ONLY; SELECT 1");
}

/// The upgrade's settings, for this transaction.
void add_settings(Batch& batch, Database& database, const VerifySection& section) {
    if (!section.session || section.session->empty()) return;
    if (database.dialect() == Dialect::sqlite) return SqliteSession::restore_settings(database, *section.session);
    for (const auto& [name, value] : postgres_session::settings_of(database, *section.session))
        batch.own_sql(fmt::format("SELECT pg_catalog.set_config({}, {}, true)", database.quote_literal(name),
                                  database.quote_literal(value)));
}

/// Ends the section's transaction and its settings.
void clean_up(Database& database) {
    if (database.dialect() == Dialect::sqlite) return database.reconnect();
    database.rollback();
    Batch batch;
    batch.reset();
    database.run(batch.commands());
}

bool is_read_only_error(const std::string& sqlstate) {
    return sqlstate == sqlstate::read_only_sql_transaction || sqlstate.starts_with("SQLITE_READONLY");
}

Location place_of(const CommandError& error, const VerifySection& section) {
    auto location = error.location();
    if (location.line == 0) location.line = section.line();
    return as_written(std::move(location), sql_in_file(section.part, section.revision->path));
}

Error describe(const CommandError& error, const VerifySection& section) {
    const auto message = error.returned_rows ? std::string("a statement under `-- rev:verify empty` returned a row")
                                             : std::string(error.what());
    const auto hint = is_read_only_error(error.sqlstate())
                          ? "`rev verify` only looks: what writes belongs to the upgrade section"
                      : error.hint().empty() ? advice_for(error)
                                             : error.hint();
    // The answer is "no", not a failure of the command.
    return Error(ExitCode::negative, error_codes::verify_failed, message)
        .with_location(place_of(error, section))
        .with_detail(error.detail())
        .with_sqlstate(error.sqlstate())
        .with_hint(hint);
}

Error describe_lost(const LostSession& lost, const VerifySection& section) {
    return Error(ExitCode::negative, error_codes::verify_failed,
                 fmt::format("what the upgrade section had set cannot be set again: {}", lost.what))
        .with_location({.file = section.revision->path, .line = section.line(), .column = 0, .line_text = {}});
}

}  // namespace

void add_sessions(VerifyPlan& plan, Database& database, const state::VersionTable& table) {
    const auto found = state::find_tables(database, table);
    // A log table that an older rev made has no such column.
    if (plan.sections.empty() || !found.log.has("session")) return;
    const auto tables = state::sql_names(database, found.table);
    const std::vector<SqlValue> parameters{tables.key, tables.key};
    std::map<RevisionId, SqlValue> sessions;
    // The newest counts: a stamp, or a downgrade, says nothing of what was set.
    for (const auto& row : database.query("SELECT revision, session FROM " + tables.log +
                                              " WHERE revision IS NOT NULL AND coalesce(version_table, ?) = ?"
                                              " AND event IN ('upgrade', 'downgrade', 'stamp') ORDER BY id",
                                          parameters))
        sessions[row[0].value_or("")] = row[1];
    for (auto& section : plan.sections)
        if (const auto session = sessions.find(section.revision->id); session != sessions.end())
            section.session = session->second;
}

VerifyPlan plan_verify(const Revisions& revisions, const ScriptDirectory& scripts, const PrepareOptions& options) {
    VerifyPlan plan;
    for (const auto* revision : revisions) {
        auto parts = prepare_verify(scripts.read(*revision), options);
        if (parts.empty()) ++plan.without;
        for (auto& part : parts) plan.sections.push_back({revision, std::move(part)});
    }
    return plan;
}

std::optional<Error> run_verify(Database& database, const VerifySection& section) {
    std::optional<Error> failure;
    try {
        Batch batch;
        add_begin(batch, database.dialect());
        add_settings(batch, database, section);
        batch.verify(section.part);
        database.run(batch.commands());
    } catch (const LostSession& lost) {
        failure = describe_lost(lost, section);
    } catch (const CommandError& error) {
        // A read-only error comes as one of the database, but is the section's own doing.
        const bool is_answered = error.exit_code() != ExitCode::database || is_read_only_error(error.sqlstate());
        if (!is_answered) throw Error(error).with_location(place_of(error, section));
        failure = describe(error, section);
    }
    clean_up(database);
    return failure;
}

}  // namespace rev::run
