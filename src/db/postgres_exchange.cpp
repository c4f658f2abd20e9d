#include "db/postgres_exchange.hpp"

#include <fmt/format.h>

#include "db/command_errors.hpp"
#include "db/limit_sql.hpp"
#include "db/sql_text.hpp"

namespace rev {
namespace {

/// Long SQL is sent in pieces, so that memory does not hold it several times.
constexpr std::size_t piece_size = 1 << 20;

/// The server itself refuses a change that does not hit one row, before it comes to the COMMIT behind it. Every name
/// and operator is qualified: the change runs under the search_path that the revision's own deferred triggers will see,
/// so that cannot be set to pg_catalog here.
std::string guarded(std::string_view change) {
    return fmt::format(
        "WITH rev_touched AS ({} RETURNING 1) SELECT CASE WHEN pg_catalog.count(*) OPERATOR(pg_catalog.=) 1 THEN 1 "
        "ELSE CAST(pg_catalog.concat('{}', pg_catalog.count(*)) AS integer) END AS \"{}\" FROM rev_touched",
        change, wrong_count_text, change_column);
}

std::string with_literals(const Command& command, const ExchangeWriter::Quote& quote) {
    return replace_placeholders(command.sql, [&](std::size_t index) {
        const auto& value = command.parameters.at(index);
        return value ? quote(*value) : std::string("NULL");
    });
}

constexpr std::size_t settings_statements = 3;
constexpr std::size_t objects_statements = 5;

}  // namespace

std::string reset_settings_sql(bool read_only) {
    // Not DISCARD ALL: it would also release the run lock. The role comes after the session's user, which resets it.
    std::string sql = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";
    if (read_only) sql += "; SET default_transaction_read_only = on";
    return sql;
}

std::string reset_objects_sql() { return "CLOSE ALL; DEALLOCATE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES"; }

void ExchangeWriter::add(const Command& command, std::size_t index) {
    switch (command.kind) {
        case Command::Kind::sql:
            return add_sql(command, index);
        case Command::Kind::expect_empty:
        case Command::Kind::copy:
            return send_alone(command, index);
        case Command::Kind::change:
            return add_own(command, index, guarded(with_literals(command, quote_literal_)), 1);
        case Command::Kind::begin:
            add_own(command, index, "BEGIN", 1);
            in_transaction_ = true;
            return;
        case Command::Kind::commit:
            add_own(command, index, "COMMIT", 1);
            in_transaction_ = false;
            if (std::exchange(reset_in_transaction_, false)) {
                add_own({Command::Kind::reset}, index, reset_objects_sql(), objects_statements);
            }
            return;
        case Command::Kind::limit:
            return add_limit(command, index);
        case Command::Kind::reset:
            return add_reset(command, index);
        case Command::Kind::discard:
            return add_own(command, index, reset_objects_sql(), objects_statements);
    }
}

void ExchangeWriter::add_limit(const Command& command, std::size_t index) {
    const auto settings = limit_sql(command, in_transaction_);
    for (const auto& setting : settings) add_own(command, index, setting, 1);
}

void ExchangeWriter::add_reset(const Command& command, std::size_t index) {
    add_own(command, index, reset_settings_sql(read_only_), settings_statements + (read_only_ ? 1 : 0));
    if (in_transaction_) {
        reset_in_transaction_ = true;
    } else {
        add_own(command, index, reset_objects_sql(), objects_statements);
    }
}

void ExchangeWriter::add_own(const Command& command, std::size_t index, std::string_view sql, std::size_t results) {
    // The results of a change can be told from a revision's; those of other commands only by counting.
    if (command.kind != Command::Kind::change) mark_end_of_source();
    ExchangePart part;
    part.command = index;
    part.kind = command.kind;
    part.begin = exchange_.text.size();
    part.results = results;
    exchange_.text += sql;
    part.end = exchange_.text.size();
    exchange_.text += ";\n";
    exchange_.parts.push_back(part);
}

/// Parts behind a revision's SQL, of which nobody knows how many results it gives, must be recognisable.
void ExchangeWriter::mark_end_of_source() {
    if (exchange_.parts.empty() || !exchange_.parts.back().is_source()) return;
    ExchangePart mark;
    mark.command = exchange_.parts.back().command;
    mark.kind = Command::Kind::change;
    mark.begin = exchange_.text.size();
    mark.results = 1;
    exchange_.text += fmt::format("SELECT 1 AS \"{}\"", mark_column);
    mark.end = exchange_.text.size();
    exchange_.text += ";\n";
    exchange_.parts.push_back(mark);
}

void ExchangeWriter::add_sql(const Command& command, std::size_t index) {
    refuse_nul(command, index);
    if (!in_transaction_ || !can_be_joined(command.sql, Dialect::postgresql)) return send_alone(command, index);
    std::size_t begin = 0;
    while (command.sql.size() - begin > piece_size) {
        const auto end = cut_after_statement(command.sql, begin, piece_size, Dialect::postgresql);
        if (end == command.sql.size()) break;
        add_source(command, index, begin, end);
        flush();
        begin = end;
    }
    add_source(command, index, begin, command.sql.size());
}

void ExchangeWriter::add_source(const Command& command, std::size_t index, std::size_t begin, std::size_t end) {
    mark_end_of_source();
    ExchangePart part;
    part.command = index;
    part.kind = command.kind;
    part.begin = exchange_.text.size();
    part.in_transaction = true;
    part.source_offset = begin;
    exchange_.text += command.sql.substr(begin, end - begin);
    part.end = exchange_.text.size();
    // On a line of its own, as the text may end in a comment.
    exchange_.text += "\n;\n";
    exchange_.parts.push_back(part);
}

void ExchangeWriter::send_alone(const Command& command, std::size_t index) {
    refuse_nul(command, index);
    flush();
    Exchange alone;
    alone.text = std::string(command.sql);
    alone.is_copy = command.kind == Command::Kind::copy;
    ExchangePart part;
    part.command = index;
    part.kind = command.kind;
    part.in_transaction = in_transaction_;
    part.end = alone.text.size();
    alone.parts.push_back(part);
    send_(alone);
}

void ExchangeWriter::flush() {
    if (exchange_.parts.empty()) return;
    const auto exchange = std::exchange(exchange_, {});
    send_(exchange);
}

}  // namespace rev
