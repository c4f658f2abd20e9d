// In one transaction a value that ALTER TYPE ... ADD VALUE has added cannot be used before the commit: PostgreSQL
// refuses it when the statement runs, which may be after an hour of others. So it is looked for before the first one.
// The search is for hints, not for proof: what it misses fails in the run.

#include "run/early_enum_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/sql_quotes.hpp"
#include "base/sqlstate.hpp"
#include "run/as_written.hpp"
#include "run/batch.hpp"
#include "run/failure_text.hpp"
#include "run/step_text.hpp"
#include "run/trial.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::run {
namespace {

struct AddedValue {
    std::string label;
    const PreparedStep* step = nullptr;
    const Statement* statement = nullptr;
};

bool is_label_part(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Whether the label stands in a text, alone or among other words: '{calm,sad}', '(calm,1)', a function's body.
bool has_label(std::string_view text, std::string_view label) {
    for (auto at = text.find(label); at != std::string_view::npos; at = text.find(label, at + 1)) {
        const auto end = at + label.size();
        const bool begins = at == 0 || !is_label_part(text[at - 1]) || label.empty() || !is_label_part(label.front());
        const bool ends =
            end == text.size() || !is_label_part(text[end]) || label.empty() || !is_label_part(label.back());
        if (begins && ends) return true;
    }
    return false;
}

/// Whether a string or a line of data of the statement has it: only then can the value be used, as far as its text
/// tells.
bool may_use(const Statement& statement, const std::string& label) {
    if (has_label(statement.copy_data, label)) return true;
    const auto quoted = base::in_quotes(label, '\'');
    const auto doubled = std::string_view(quoted).substr(1, quoted.size() - 2);
    // Looking for the letters costs nothing beside cutting the text into tokens.
    const auto may_stand = [&](std::string_view part) { return statement.text.find(part) != std::string_view::npos; };
    if (!may_stand(label) && !may_stand(doubled)) return false;
    sql::SqlScanner scanner(statement.text, Dialect::postgresql, statement.backslash);
    for (auto token = scanner.next(); token.kind != sql::SqlToken::Kind::end; token = scanner.next()) {
        if (token.kind != sql::SqlToken::Kind::string) continue;
        if (has_label(scanner.text_of(token), label) || has_label(scanner.text_of(token), doubled)) return true;
    }
    return false;
}

/// What PREPARE takes.
bool can_be_analysed(const Statement& statement) {
    using sql::Verb;
    return statement.facts.verb_in(
        {Verb::insert, Verb::update, Verb::delete_rows, Verb::merge, Verb::select, Verb::with, Verb::values});
}

/// Whether what a name means, or the type of a column, may be another one behind the statement: then the server, asked
/// beforehand, would answer for something else.
bool may_change_meaning(const Statement& statement) {
    using sql::Verb;
    const auto& facts = statement.facts;
    const bool alters =
        facts.verb == Verb::alter && (facts.object == sql::ObjectKind::table || facts.object == sql::ObjectKind::type);
    return alters || facts.verb_in({Verb::set, Verb::do_block, Verb::call, Verb::drop});
}

/// Whether a text may become a value of an enum only when the statement runs.
bool casts(const Statement& statement) {
    return statement.text.find("::") != std::string_view::npos || sql::mentions(statement.text, "CAST");
}

enum class Analysis { fits, lacks_value, cannot_be_told };

/// Whether the server reads a literal of the statement as a value of an enum that has no such value.
Analysis analyse(Database& database, const Statement& statement) {
    constexpr std::string_view invalid_text_representation = sqlstate::invalid_text_representation;
    Batch batch;
    batch.begin();
    // PREPARE parses and analyses, and thereby reads literals as values of the types that are wanted, but runs nothing.
    batch.own_sql(fmt::format("PREPARE \"rev:analysis\" AS {}", statement.text));
    auto answer = casts(statement) ? Analysis::cannot_be_told : Analysis::fits;
    try {
        database.run(batch.commands());
    } catch (const CommandError& error) {
        if (error.connection_lost) throw;
        answer = error.sqlstate() == invalid_text_representation ? Analysis::lacks_value : Analysis::cannot_be_told;
    }
    // The failed PREPARE has aborted the transaction, one that worked must leave nothing in the session.
    database.rollback();
    Batch clean;
    clean.reset();
    database.run(clean.commands());
    return answer;
}

Error refusal(const Database& database, const AddedValue& value, std::string_view user) {
    return Error(ExitCode::graph, error_codes::new_enum_value,
                 fmt::format("{} uses the enum value {} in the transaction that adds it", user,
                             database.quote_literal(value.label)))
        .with_hint(
            fmt::format("it is added at {}:{}, and PostgreSQL lets it be used only after the commit: run the plan "
                        "with --transaction per-revision, or in two parts",
                        value.step->path, line_in_file(*value.step, *value.statement)));
}

/// Ends the trial behind a step.
class EndsBehind final : public TrialWatcher {
public:
    struct Ended {};
    explicit EndsBehind(const PreparedStep& last) : last_(last) {}
    void step_ran(const PreparedStep& step, RehearsedStep& /*rehearsed*/) override {
        if (&step == &last_) throw Ended{};
    }

private:
    const PreparedStep& last_;
};

/// The one that the server's message names, in whatever language.
const AddedValue& named_in(std::string_view message, const std::vector<AddedValue>& values) {
    const auto found = std::ranges::find_if(values, [&](const AddedValue& value) {
        return message.find(base::in_quotes(value.label, '"')) != std::string_view::npos;
    });
    return found == values.end() ? values.back() : *found;
}

class ValueSearch {
public:
    ValueSearch(Database& database, const PreparedPlan& plan, const ExecuteOptions& options)
        : database_(database), plan_(plan), options_(options) {}

    void run() {
        for (const auto& step : plan_.steps)
            for (const auto& statement : step->statements) look_at(*step, statement);
        if (suspect_ != nullptr) try_up_to(*suspect_);
    }

private:
    void look_at(const PreparedStep& step, const Statement& statement) {
        const auto added = added_enum_value(statement.text);
        if (added) return values_.push_back({added->value, &step, &statement});
        const auto used =
            std::ranges::find_if(values_, [&](const AddedValue& value) { return may_use(statement, value.label); });
        if (used != values_.end()) judge(*used, step, statement);
        keeps_meaning_ = keeps_meaning_ && !may_change_meaning(statement);
    }

    void judge(const AddedValue& value, const PreparedStep& step, const Statement& statement) {
        const bool can_ask = keeps_meaning_ && can_be_analysed(statement);
        const auto analysis = can_ask ? analyse(database_, statement) : Analysis::cannot_be_told;
        if (analysis == Analysis::lacks_value)
            throw refusal(database_, value, statement.command).with_location(place_of(sql_in_file(step), statement));
        if (analysis == Analysis::cannot_be_told) suspect_ = &step;
    }

    /// Only the server knows what a default, a check, an index or a function makes of a text: it is let do it, and all
    /// is rolled back. What fails otherwise fails in the run too, which says so.
    void try_up_to(const PreparedStep& step) {
        constexpr std::string_view unsafe_new_enum_value = sqlstate::unsafe_new_enum_value_usage;
        EndsBehind watcher(step);
        try {
            (void)try_plan(database_, plan_, options_, watcher);
        } catch (const EndsBehind::Ended&) {
            return;
        } catch (const Error& error) {
            if (options_.stop.requested()) throw;
            if (error.sqlstate() != unsafe_new_enum_value) return;
            throw refusal(database_, named_in(error.what(), values_), "the plan").with_location(error.location());
        }
    }

    Database& database_;
    const PreparedPlan& plan_;
    const ExecuteOptions& options_;
    std::vector<AddedValue> values_;
    bool keeps_meaning_ = true;
    const PreparedStep* suspect_ = nullptr;  ///< the last step with a statement of which nothing else can tell
};

}  // namespace

void refuse_early_enum_values(Database& database, const PreparedPlan& plan, const ExecuteOptions& options) {
    ValueSearch(database, plan, options).run();
}

}  // namespace rev::run
