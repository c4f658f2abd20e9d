#include "import/sent_sql.hpp"

#include <fmt/format.h>

namespace rev::foreign {
namespace {

bool is_sqlite_alone(std::span<const Dialect> dialects) {
    return dialects.size() == 1 && dialects.front() == Dialect::sqlite;
}

}  // namespace

std::string refusal_of(const Tool& tool, const Migration& migration, const Sent& sent,
                       std::span<const Dialect> dialects) {
    if (migration.run == Run::as_written) return {};
    const bool is_sqlite = is_sqlite_alone(dialects);
    if (sent.has_mark && !is_sqlite)
        return fmt::format("begins with a byte order mark, which {} sends and PostgreSQL refuses", tool.title);
    if (tool.untransactional == Untransactional::sent) return {};
    // Flyway alone knows how to send the rows.
    if (sent.copies_rows && tool.untransactional != Untransactional::unmixed)
        return fmt::format("has rows for COPY FROM STDIN, which psql sends and {} does not", tool.title);
    if (migration.run == Run::outside) return {};
    // A tool that sends files in one piece can be told to leave its transaction out: see transaction_remark().
    if (is_sqlite && tool.untransactional == Untransactional::single) return {};
    if (is_sqlite && sent.begins)
        return fmt::format("begins a transaction within that of {}, which SQLite refuses", tool.title);
    if (sent.untransactional == 0) return {};
    if (tool.untransactional == Untransactional::refused || is_sqlite)
        return fmt::format("has {}, which cannot run in the transaction of {}", sent.command, tool.title);
    if (tool.untransactional == Untransactional::single && sent.statements > 1)
        return fmt::format("has {} beside other statements, and {} sends them in one piece, which is a transaction",
                           sent.command, tool.title);
    if (tool.untransactional == Untransactional::unmixed && !migration.may_mix &&
        sent.statements > sent.untransactional)
        return fmt::format("has {} beside statements that run in a transaction, which {} refuses", sent.command,
                           tool.title);
    return {};
}

std::string transaction_remark(const Tool& tool, const Migration& migration, const Sent& sent,
                               std::span<const Dialect> dialects) {
    if (migration.run != Run::in_transaction) return {};
    const bool is_sqlite = is_sqlite_alone(dialects);
    if (tool.untransactional == Untransactional::single && is_sqlite && (sent.begins || sent.untransactional > 0))
        return fmt::format(
            "{} runs with {} only if that begins no transaction of its own (x-no-tx-wrap); rev has one around it where "
            "it can",
            migration.file, tool.title);
    if (tool.untransactional == Untransactional::refused && !is_sqlite && sent.begins)
        return fmt::format("{} begins a transaction within that of {}: the tool itself may fail behind it",
                           migration.file, tool.title);
    return {};
}

}  // namespace rev::foreign
