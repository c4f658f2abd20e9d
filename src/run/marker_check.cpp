#include "run/marker_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "run/as_written.hpp"
#include "run/batch.hpp"
#include "script/section_markers.hpp"

namespace rev::run {
namespace {

using Thing = sql::StatementMarker::Thing;

class MarkerCheck {
public:
    MarkerCheck(const PreparedStep& step, const PrepareOptions& options)
        : step_(step), options_(options), source_(sql_in_file(step)) {}

    void run() const {
        for (const auto& marker : step_.markers) {
            if (marker.is_guard())
                check_guard(marker);
            else
                check_repetition(marker);
            if (options_.is_script) check_for_script(marker);
        }
    }

private:
    [[noreturn]] void refuse(const sql::StatementMarker& marker, std::string code, std::string_view what,
                             std::string hint) const {
        throw Error(ExitCode::graph, std::move(code), fmt::format("{}: {}", word_of(marker), what))
            .with_location(place_at(source_, marker.offset))
            .with_hint(std::move(hint));
    }

    static std::string_view word_of(const sql::StatementMarker& marker) {
        return marker.text.substr(0, marker.text.find_first_of(" \t"));
    }

    [[nodiscard]] const Statement& below(const sql::StatementMarker& marker) const {
        return step_.statements[marker.statement];
    }

    void check_guard(const sql::StatementMarker& marker) const {
        const auto& statement = below(marker);
        if (statement.kind == StatementKind::transaction_control || is_about_savepoints(statement))
            refuse(marker, error_codes::bad_guard, fmt::format("{} cannot be left out", statement.command),
                   "what stands between it and its counterpart would be another transaction: guard the statements");
        if (options_.dialect != Dialect::sqlite) return;
        if (marker.thing == Thing::constraint || marker.thing == Thing::type)
            refuse(
                marker, error_codes::bad_guard,
                marker.thing == Thing::type ? "SQLite has no types of its own" : "SQLite keeps no list of constraints",
                "ask with a SELECT, such as `-- rev:unless SELECT 1 FROM sqlite_schema WHERE name = 't' AND sql LIKE "
                "'%name%'`");
    }

    void check_repetition(const sql::StatementMarker& marker) const {
        using sql::Verb;
        constexpr std::array verbs = {Verb::insert, Verb::update, Verb::delete_rows, Verb::merge, Verb::replace};
        const auto& statement = below(marker);
        if (std::ranges::find(verbs, statement.facts.main_verb) == verbs.end())
            refuse(marker, error_codes::bad_repeat,
                   fmt::format("{} does not say how many rows it changed", statement.command),
                   "it goes above an INSERT, UPDATE, DELETE or MERGE, which ends when it changes no row any more");
        if (step_.transactional)
            refuse(marker, error_codes::bad_repeat,
                   "this revision runs in one transaction, and each batch needs its own",
                   "write `transaction: false` in the header of the revision");
        if (is_in_own_transaction(marker.statement))
            refuse(marker, error_codes::bad_repeat, "it stands within a transaction of the section",
                   "each batch is a transaction: move it behind the COMMIT");
    }

    /// As far as the texts tell; a run sees the rest.
    [[nodiscard]] bool is_in_own_transaction(std::size_t statement) const {
        bool is_open = false;
        for (std::size_t index = 0; index < statement; ++index) {
            using sql::TransactionAction;
            const auto& facts = step_.statements[index].facts;
            if (facts.transaction == TransactionAction::begin) is_open = true;
            if (facts.transaction_in({TransactionAction::commit, TransactionAction::rollback})) is_open = facts.chains;
        }
        return is_open;
    }

    /// Nobody decides anything while a script is read: a block of the server must do it.
    void check_for_script(const sql::StatementMarker& marker) const {
        if (options_.dialect == Dialect::sqlite)
            refuse(marker, error_codes::script_cannot_decide, "a script for SQLite cannot decide what runs",
                   "run it with rev; or write a section without this marker for whoever runs scripts");
        const auto& statement = below(marker);
        const bool is_alone =
            statement.kind == StatementKind::outside_transaction || statement.facts.verb == sql::Verb::copy;
        if (is_alone)
            refuse(marker, error_codes::script_cannot_decide,
                   fmt::format("{} cannot stand in a DO block, by which a script decides", statement.command),
                   "run it with rev; or move it to a revision of its own, without a guard");
    }

    const PreparedStep& step_;
    const PrepareOptions& options_;
    SqlInFile source_;
};

}  // namespace

void read_markers_of(PreparedStep& step, const Section& section, const PrepareOptions& options) {
    if (section.verbatim) return;
    try {
        step.markers = sql::read_markers(step.sql, options.dialect, step.statements, sql::UnknownMarkers::comments,
                                         options.backslash);
    } catch (const sql::BadMarker& bad) {
        throw script::marker_error(bad, place_at(sql_in_file(step), bad.offset));
    }
    MarkerCheck(step, options).run();
}

}  // namespace rev::run
