#include "run/step_text.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "run/as_written.hpp"

namespace rev::run {
namespace {

/// Ids as Alembic's "Running upgrade a, b -> c" has them.
std::string from_to(const PreparedStep& step) {
    std::vector<std::string> from;
    std::vector<std::string> to;
    if (step.step.direction == Direction::stamp) {
        for (const auto& change : step.step.changes) {
            if (!change.from.empty()) from.push_back(change.from);
            if (!change.to.empty()) to.push_back(change.to);
        }
    } else {
        from = step.step.revision->revises;
        to = {step.step.revision->id};
        if (step.step.direction == Direction::downgrade) std::swap(from, to);
    }
    return base::join(from, ", ") + " -> " + base::join(to, ", ");
}

}  // namespace

std::string step_name(const PreparedStep& step) {
    const auto* revision = step.step.revision;
    const auto* repeatable = step.step.repeatable;
    return fmt::format("{} of {}", direction_name(step.step.direction),
                       repeatable != nullptr ? repeatable->name
                       : revision == nullptr ? "base"
                                             : revision->id);
}

state::LogRecord record_of(const PreparedStep& step) {
    state::LogRecord record{.event = std::string(direction_name(step.step.direction))};
    if (step.step.revision != nullptr) {
        record.revision = step.step.revision->id;
        record.message = step.step.revision->message;
    } else if (step.step.repeatable != nullptr) {
        record.repeatable = step.step.repeatable->name;
        record.message = step.step.repeatable->message;
    }
    record.statements = step.statements.size();
    record.checksum = step.checksum;
    record.raw_checksum = step.raw_checksum;
    record.source = step.path;
    record.downgrade_sql = step.downgrade_sql;
    record.header = step.header;
    if (step.step.direction != Direction::stamp) record.sql_from = step.from_log ? "log" : "file";
    return record;
}

std::string running_comment(const PreparedStep& step) {
    if (step.step.repeatable != nullptr)
        return fmt::format("-- Running {} {}\n", direction_name(step.step.direction), step.step.repeatable->name);
    // Alembic's word for it.
    const auto verb = step.step.direction == Direction::stamp ? "stamp_revision" : direction_name(step.step.direction);
    return fmt::format("-- Running {} {}\n", verb, from_to(step));
}

namespace {

/// Whether SET TRANSACTION may still stand behind it. Source: PostgreSQL's PlannedStmtRequiresSnapshot().
bool needs_no_snapshot(const Statement& statement) {
    using sql::Verb;
    return statement.facts.verb_in(
        {Verb::set, Verb::reset, Verb::show, Verb::lock, Verb::listen, Verb::notify, Verb::unlisten, Verb::checkpoint});
}

}  // namespace

std::vector<std::size_t> late_set_transactions(const PreparedStep& step) {
    std::vector<std::size_t> found;
    for (std::size_t index = 0; index < step.statements.size(); ++index) {
        // The first statement that takes a snapshot ends it: behind that, SET TRANSACTION fails in the run too.
        if (!needs_no_snapshot(step.statements[index])) break;
        if (is_set_transaction(step.statements[index])) found.push_back(index);
    }
    return found;
}

std::string left_out_text(const PreparedStep& step, std::size_t statement) {
    return fmt::format("{}:{}: SET TRANSACTION is left out: the transaction has begun with another step", step.path,
                       line_in_file(step, step.statements[statement]));
}

}  // namespace rev::run
