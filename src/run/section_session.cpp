#include "run/section_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>

#include "run/as_written.hpp"
#include "run/step_text.hpp"
#include "sql/sql_scanner.hpp"
#include "sql/statement_effects.hpp"
#include "state/ledger.hpp"
#include "state/notes.hpp"

namespace rev::run {
namespace {

/// The ledger's text is one column; a line with a word of its own can be cut off and put on without reading the others.
constexpr std::string_view rowid_word = "\nlast_insert_rowid ";

}  // namespace

void SectionSession::start(StepAtWork& current) {
    if (run_.online_sqlite() && !current.step.statements.empty()) current.session_at_start.emplace(run_.database);
    keeps_rowid_ = run_.online_sqlite() && may_ask_for_rowid(current.step);
    if (!run_.options.offline && run_.dialect() == Dialect::postgresql)
        named_settings_ = named_settings(run_.database, current.step.sql);
}

/// A view or a trigger may ask for it too.
bool SectionSession::may_ask_for_rowid(const PreparedStep& step) const {
    if (sql::mentions(step.sql, "LAST_INSERT_ROWID")) return true;
    return !run_.database.query("SELECT 1 FROM main.sqlite_master WHERE sql LIKE '%last_insert_rowid%' LIMIT 1")
                .empty();
}

void SectionSession::ask(Batch& batch, const StepAtWork& current) const {
    if (run_.dialect() != Dialect::postgresql) return;
    // The section may have made read-only what its transactions are by default.
    batch.own_sql("SET TRANSACTION READ WRITE");
    batch.own_sql(postgres_session::capture(current.step, named_settings_));
}

void SectionSession::ask_inside(Batch& batch, StepAtWork& current) const {
    if (run_.dialect() == Dialect::postgresql) {
        batch.own_sql(postgres_session::capture(current.step, named_settings_));
        return;
    }
    look_at_changes(current);
    look_at_rowid(current);
}

bool SectionSession::may_change_with(const Statement& statement) const {
    return keeps_rowid_ || sql::may_change_session(statement);
}

void SectionSession::look(StepAtWork& current, std::size_t index) const {
    if (!run_.online_sqlite()) return;
    if (sql::may_change_session(current.step.statements[index])) look_at_changes(current);
    look_at_rowid(current);
}

void SectionSession::look_at_changes(StepAtWork& current) const {
    current.session = SqliteSession(run_.database).changes_since(*current.session_at_start);
}

/// A line of its own behind the session's others.
void SectionSession::look_at_rowid(StepAtWork& current) const {
    if (!keeps_rowid_) return;
    auto& session = current.session;
    session.resize(std::min(session.size(), session.find(rowid_word)));
    const auto rowid = run_.database.query("SELECT last_insert_rowid()").at(0).at(0).value_or("0");
    // 0 is what a new connection says.
    if (rowid != "0") session += std::string(rowid_word) + rowid;
}

void SectionSession::restore(StepAtWork& current, std::size_t before, const SqlValue& kept) {
    try {
        if (run_.dialect() == Dialect::postgresql &&
            works_out_names(run_.database, std::span(current.step.statements).first(before)))
            throw LostSession{
                "what the section has set under a name that it works out, which the server then lists nowhere,"};
        if (!kept)
            repeat_statements(current, before, sql::is_session_setting);
        else
            restore_kept(*kept);
    } catch (const LostSession& lost) {
        refuse_lost(current, before, lost);
    }
    if (run_.dialect() == Dialect::postgresql) return;
    // They take effect with the next VACUUM only, and cannot be read until then: it is said again.
    repeat_statements(current, before, sql::is_pending_pragma);
    look_at_changes(current);
    look_at_rowid(current);
    current.kept_session = kept;
}

void SectionSession::restore_kept(const std::string& session) {
    if (session.starts_with(state::doubtful))
        throw LostSession{"what its own transaction had set in the session, which was not noted behind its COMMIT,"};
    if (run_.dialect() == Dialect::postgresql) return postgres_session::restore(run_.database, session);
    SqliteSession::restore(run_.database, session);
    const auto rowid = session.find(rowid_word);
    if (rowid != std::string::npos)
        run_.database.set_last_insert_rowid(state::number(session.substr(rowid + rowid_word.size())));
}

void SectionSession::refuse_lost(const StepAtWork& current, std::size_t before, const LostSession& lost) {
    Batch batch;
    batch.reset();
    run_.database.run(batch.commands());
    const auto& statements = current.step.statements;
    const auto line = before < statements.size() ? line_in_file(current.step, statements[before]) : 0;
    throw Error(ExitCode::database, error_codes::session_lost,
                fmt::format("the {} cannot go on: {} cannot be had again in another session, and what follows may need "
                            "it; nothing was run",
                            step_name(current.step), lost.what))
        .with_location({.file = current.step.path, .line = line, .column = 0, .line_text = {}})
        .with_hint(state::closing_advice(current.step.step.revision->id));
}

/// Those of the first `before` statements that are meant.
void SectionSession::repeat_statements(const StepAtWork& current, std::size_t before,
                                       bool (*is_meant)(const Statement& statement)) {
    for (std::size_t index = 0; index < before; ++index)
        if (is_meant(current.step.statements[index])) sender_.send_statement(current, index);
}

}  // namespace rev::run
