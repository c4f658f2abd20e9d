#include "rev/verify.hpp"

#include <fmt/format.h>

#include "exec/advice.hpp"
#include "exec/as_written.hpp"
#include "exec/batch.hpp"

namespace rev {
namespace {

/// PostgreSQL: a query comes first, as from then on the transaction cannot be made one that writes.
void add_begin(Batch& batch, Dialect dialect) {
    if (dialect != Dialect::postgresql) return;  // the whole connection is read-only, and is made anew afterwards
    batch.begin();
    batch.own_sql("SET TRANSACTION READ ONLY; SELECT 1");
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
    return sqlstate == "25006" || sqlstate.starts_with("SQLITE_READONLY");
}

Location place_of(const CommandError& error, const VerifySection& section) {
    auto location = error.location();
    location.file = section.revision->path;
    if (location.line == 0) location.line = section.line();
    const auto& part = section.part;
    return part.written.empty() ? location : as_written(std::move(location), part.written, part.first_line);
}

Error describe(const CommandError& error, const VerifySection& section) {
    const auto message = error.returned_rows ? std::string("a statement under `-- rev:verify empty` returned a row")
                                             : std::string(error.what());
    const auto hint = is_read_only_error(error.sqlstate())
                          ? "`rev verify` only looks: what writes belongs to the upgrade section"
                      : error.hint().empty() ? advice_for(error)
                                             : error.hint();
    return Error(ExitCode::negative, "verify_failed", message)
        .with_location(place_of(error, section))
        .with_detail(error.detail())
        .with_sqlstate(error.sqlstate())
        .with_hint(hint);
}

}  // namespace

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
    Batch batch;
    add_begin(batch, database.dialect());
    batch.verify(section.part);
    std::optional<Error> failure;
    try {
        database.run(batch.commands());
    } catch (const CommandError& error) {
        const bool is_answered = error.exit_code() != ExitCode::database || is_read_only_error(error.sqlstate());
        if (!is_answered) throw Error(error).with_location(place_of(error, section));
        failure = describe(error, section);
    }
    clean_up(database);
    return failure;
}

}  // namespace rev
