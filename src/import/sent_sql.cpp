#include "import/sent_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rev::foreign {
namespace {

bool is_sqlite_alone(std::span<const Dialect> dialects) {
    return dialects.size() == 1 && dialects.front() == Dialect::sqlite;
}

/// What Flyway itself knows of what cannot run in a transaction. All else it sends in one.
bool is_known_to_flyway(std::string_view command) {
    static constexpr std::array<std::string_view, 14> known{"CREATE DATABASE",
                                                            "DROP DATABASE",
                                                            "CREATE TABLESPACE",
                                                            "DROP TABLESPACE",
                                                            "CREATE SUBSCRIPTION",
                                                            "DROP SUBSCRIPTION",
                                                            "ALTER SYSTEM",
                                                            "CREATE INDEX CONCURRENTLY",
                                                            "DROP INDEX CONCURRENTLY",
                                                            "REINDEX SCHEMA",
                                                            "REINDEX DATABASE",
                                                            "REINDEX SYSTEM",
                                                            "VACUUM",
                                                            "DISCARD ALL"};
    return std::ranges::any_of(known, [&](std::string_view word) { return command.starts_with(word); });
}

/// Of a tool that is told by the file itself which statements run outside a transaction, and wants them apart.
std::string refusal_of_mixture(const Tool& tool, const Migration& migration, const Sent& sent, bool is_sqlite) {
    // On SQLite it knows of PRAGMA foreign_keys alone.
    const auto outside = is_sqlite ? static_cast<std::ptrdiff_t>(sent.foreign_keys)
                                   : std::ranges::count_if(sent.untransactional, is_known_to_flyway);
    if (outside == 0) {
        if (sent.within == 0) return {};
        return fmt::format("has {}, which cannot run in the transaction of {}", sent.untransactional.front(),
                           tool.title);
    }
    if (migration.may_mix || static_cast<std::size_t>(outside) == sent.statements) return {};
    return fmt::format("has {} beside statements that run in a transaction, which {} refuses",
                       is_sqlite ? "PRAGMA foreign_keys" : sent.untransactional.front(), tool.title);
}

}  // namespace

std::string refusal_of(const Tool& tool, const Migration& migration, const Sent& sent,
                       std::span<const Dialect> dialects) {
    if (migration.run == Run::as_written) return {};
    const bool is_sqlite = is_sqlite_alone(dialects);
    if (sent.has_mark && !is_sqlite)
        return fmt::format("begins with a byte order mark, which {} sends and PostgreSQL refuses", tool.title);
    if (sent.copies_rows && !tool.copies_rows)
        return fmt::format("has rows for COPY FROM STDIN, which psql sends and {} does not", tool.title);
    if (tool.untransactional == Untransactional::sent) return {};
    if (tool.untransactional == Untransactional::leading) {
        if (is_sqlite || sent.behind_others.empty()) return {};
        return fmt::format("has {} behind other statements, and {} sends them in one batch, which is a transaction",
                           sent.behind_others, tool.title);
    }
    if (!is_sqlite && tool.sending == Sending::whole && !migration.may_mix && !sent.untransactional.empty() &&
        sent.statements > 1)
        return fmt::format("has {} beside other statements, and {} sends them in one piece, which is a transaction",
                           sent.untransactional.front(), tool.title);
    const bool has_none = migration.run == Run::outside || tool.untransactional == Untransactional::single;
    if (!is_sqlite && has_none && tool.sending == Sending::whole && sent.leaves_open)
        return fmt::format("leaves a transaction open, at which {} fails", tool.title);
    if (migration.run == Run::outside) return {};
    // A tool that sends files in one piece can be told to leave its transaction out: see transaction_remark().
    if (tool.untransactional == Untransactional::single) return {};
    if (!is_sqlite && tool.misses_transaction && sent.ends_outside)
        return fmt::format("ends the transaction of {}, which fails behind it", tool.title);
    if (is_sqlite && sent.begins)
        return fmt::format("begins a transaction within that of {}, which SQLite refuses", tool.title);
    if (tool.untransactional == Untransactional::unmixed) return refusal_of_mixture(tool, migration, sent, is_sqlite);
    if (sent.within == 0) return {};
    return fmt::format("has {}, which cannot run in the transaction of {}", sent.untransactional.front(), tool.title);
}

std::string transaction_remark(const Tool& tool, const Migration& migration, const Sent& sent,
                               std::span<const Dialect> dialects) {
    if (migration.run != Run::in_transaction) return {};
    const bool is_sqlite = is_sqlite_alone(dialects);
    if (tool.untransactional == Untransactional::single && is_sqlite && (sent.begins || !sent.untransactional.empty()))
        return fmt::format(
            "{} runs with {} only if that begins no transaction of its own (x-no-tx-wrap); rev has one around it where "
            "it can",
            migration.file, tool.title);
    if (tool.untransactional == Untransactional::refused && !is_sqlite && sent.begins && sent.ends_outside)
        return fmt::format("{} begins a transaction within that of {}: the tool itself may fail behind it",
                           migration.file, tool.title);
    return {};
}

}  // namespace rev::foreign
