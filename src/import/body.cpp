#include "import/body.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "import/folder.hpp"
#include "sql/statements.hpp"

namespace rev::foreign {
namespace {

/// COMMIT and END, behind which there is no transaction.
bool ends(const Statement& statement) {
    return statement.facts.transaction == sql::TransactionAction::commit && !statement.facts.chains;
}

bool begins(const Statement& statement) { return statement.facts.transaction == sql::TransactionAction::begin; }

/// Whether rev's own BEGIN does the same.
bool begins_as_rev(const Statement& statement) { return begins(statement) && !statement.facts.has_modes; }

/// What `PRAGMA foreign_keys` sets; nullopt: it is no such statement, or only asks.
std::optional<bool> foreign_keys_of(const Statement& statement) {
    const auto& facts = statement.facts;
    // `defer_foreign_keys` is another one, which works within a transaction and stays where it is.
    if (facts.pragma.name != "foreign_keys" || !facts.sets_pragma) return std::nullopt;
    return sql::is_on(facts.pragma_value);
}

/// The first variable in it that psql itself always has, `:DBNAME`; empty: none. What it is only psql knows.
std::string psql_variable_in(std::string_view text) {
    static constexpr std::array<std::string_view, 9> names{"DBNAME",
                                                           "USER",
                                                           "HOST",
                                                           "PORT",
                                                           "ENCODING",
                                                           "VERSION",
                                                           "VERSION_NUM",
                                                           "SERVER_VERSION_NAME",
                                                           "SERVER_VERSION_NUM"};
    if (text.find(':') == std::string_view::npos) return {};
    for (const auto name : names)
        if (text.find(name) != std::string_view::npos &&
            substitute_variables(text, {{std::string(name), std::string()}}, Dialect::postgresql) != text)
            return ":" + std::string(name);
    return {};
}

/// A part of the text that is left out.
struct Cut {
    std::size_t begin = 0;
    std::size_t end = 0;
};

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

/// The statement with its semicolon, and its lines where nothing else stands in them.
Cut cut_of(std::string_view text, const Statement& statement) {
    Cut cut{statement.offset, statement.offset + statement.text.size()};
    const auto semicolon = text.find_first_not_of(" \t\r\n", cut.end);
    if (semicolon != std::string_view::npos && text[semicolon] == ';') cut.end = semicolon + 1;
    auto begin = cut.begin;
    while (begin > 0 && is_blank(text[begin - 1])) --begin;
    auto end = cut.end;
    while (end < text.size() && is_blank(text[end])) ++end;
    const bool begins_line = begin == 0 || text[begin - 1] == '\n';
    const bool ends_line = end == text.size() || text[end] == '\n';
    if (begins_line && ends_line) return {begin, std::min(end + 1, text.size())};
    return cut;
}

std::string without(std::string_view text, std::vector<Cut> cuts) {
    std::ranges::sort(cuts, {}, &Cut::begin);
    std::string rest;
    std::size_t at = 0;
    for (const auto& cut : cuts) {
        rest += text.substr(at, std::max(cut.begin, at) - at);
        at = std::max(at, cut.end);
    }
    rest += text.substr(at);
    return rest;
}

bool needs_no_transaction(const Statement& statement, Run run) {
    if (statement.kind == StatementKind::transaction_control || statement.kind == StatementKind::outside_transaction)
        return true;
    // SQLite cannot let go of a file that the transaction has used.
    if (run == Run::as_written && statement.facts.verb == sql::Verb::detach) return true;
    // Behind the commit of a statement of its own the new value may be used.
    return run == Run::as_written && added_enum_value(statement.text).has_value();
}

/// What one parser says.
class Judge {
public:
    Judge(std::string_view text, Run run, Dialect dialect)
        : text_(text), run_(run), dialect_(dialect), statements_(split_statements(text, dialect)) {}

    Body judge() {
        Body body;
        body.sent = sent();
        // First: a PRAGMA before BEGIN or behind COMMIT would keep the two from standing around everything.
        take_pragmas(body);
        take_transaction();
        body.in_transaction =
            run_ != Run::outside && std::ranges::none_of(statements_, [&](const Statement& statement) {
                return needs_no_transaction(statement, run_);
            });
        body.sql = without(text_, cuts_);
        body.shell_command = shell_command();
        if (run_ == Run::in_transaction) write_out_transaction(body.sql);
        return body;
    }

    [[nodiscard]] bool parses() const {
        return std::ranges::none_of(statements_,
                                    [](const Statement& each) { return find_syntax_error(each).has_value(); });
    }

private:
    [[nodiscard]] Sent sent() const {
        Sent sent;
        sent.statements = statements_.size();
        bool is_ended = false;
        bool has_begun = false;
        for (const auto& statement : statements_) {
            const bool controls = statement.kind == StatementKind::transaction_control;
            sent.copies_rows = sent.copies_rows || statement.kind == StatementKind::copy_from_stdin;
            sent.begins = sent.begins || begins(statement);
            // Behind a COMMIT the tool's transaction is over.
            if (controls) {
                sent.ends_outside = ends(statement);
                sent.leaves_open = begins(statement);
            }
            is_ended = is_ended || sent.ends_outside;
            if (foreign_keys_of(statement)) ++sent.foreign_keys;
            if (!fails_in_transaction(statement)) {
                has_begun = !(controls && sent.ends_outside);
                continue;
            }
            if (has_begun && sent.behind_others.empty()) sent.behind_others = statement.command;
            sent.untransactional.emplace_back(statement.command);
            if (!is_ended) ++sent.within;
        }
        return sent;
    }

    [[nodiscard]] std::string shell_command() const {
        if (dialect_ == Dialect::postgresql) {
            const auto command = find_psql_command(text_);
            return command ? command->name : psql_variable_in(text_);
        }
        const auto found = std::ranges::find_if(
            statements_, [](const Statement& statement) { return statement.text.starts_with('.'); });
        if (found == statements_.end()) return {};
        return std::string(found->text.substr(0, found->text.find_first_of(" \t\r\n")));
    }

    [[nodiscard]] bool fails_in_transaction(const Statement& statement) const {
        if (statement.kind != StatementKind::outside_transaction) return false;
        // The pragmas that count as such in SQLite do nothing there, and fail as little.
        return dialect_ == Dialect::postgresql || statement.facts.verb == sql::Verb::vacuum;
    }

    void take_pragmas(Body& body) {
        if (run_ == Run::outside) return;  // there it does what it says
        std::erase_if(statements_, [&](const Statement& statement) {
            const auto value = foreign_keys_of(statement);
            if (!value) return false;
            // Within the tool's own transaction ON does nothing, and OFF would do nothing.
            const bool counts = !*value || run_ == Run::as_written;
            if (counts && !body.sqlite_foreign_keys) body.sqlite_foreign_keys = *value;
            cuts_.push_back(cut_of(text_, statement));
            return true;
        });
    }

    /// BEGIN and COMMIT where they stand around everything; COMMIT and BEGIN where they end the tool's own transaction
    /// and give it another one.
    void take_transaction() {
        if (run_ == Run::outside || statements_.size() < 2) return;
        const auto controls = std::ranges::count(statements_, StatementKind::transaction_control, &Statement::kind);
        // With a COMMIT in between there are several transactions, and rev's one would not be the same.
        if (controls != 2) return;
        const auto& first = statements_.front();
        const auto& last = statements_.back();
        const bool has_its_own = begins_as_rev(first) && ends(last);
        const bool steps_out = run_ == Run::in_transaction && ends(first) && begins_as_rev(last);
        if (!has_its_own && !steps_out) return;
        cuts_.push_back(cut_of(text_, first));
        cuts_.push_back(cut_of(text_, last));
        statements_.erase(statements_.begin());
        statements_.pop_back();
        // rev's transaction stands in place of the one that was cut out.
        run_ = steps_out ? Run::outside : Run::in_transaction;
    }

    /// Where the text ends the tool's own transaction in its midst, what stands before and behind is in one all the
    /// same.
    void write_out_transaction(std::string& sql) const {
        if (std::ranges::none_of(statements_, ends)) return;
        if (!begins(statements_.front())) sql.insert(0, "BEGIN;\n");
        const auto last = std::ranges::find(statements_.rbegin(), statements_.rend(),
                                            StatementKind::transaction_control, &Statement::kind);
        if (!begins(*last)) return;
        if (needs_end(sql, dialect_)) sql += "\n;";
        sql += sql.ends_with('\n') ? "COMMIT;\n" : "\nCOMMIT;\n";
    }

    std::string_view text_;
    Run run_;
    Dialect dialect_;
    std::vector<Statement> statements_;
    std::vector<Cut> cuts_;
};

}  // namespace

Body to_body(std::string_view sql, Run run, std::span<const Dialect> dialects) {
    if (sql.starts_with(byte_order_mark)) {
        auto body = to_body(sql.substr(byte_order_mark.size()), run, dialects);
        body.sent.has_mark = true;
        return body;
    }
    if (dialects.empty()) {
        Judge postgresql(sql, run, Dialect::postgresql);
        if (postgresql.parses()) return postgresql.judge();
        auto body = Judge(sql, run, Dialect::sqlite).judge();
        // No SQL of either database has a backslash outside strings.
        if (const auto command = find_psql_command(sql)) body.shell_command = command->name;
        if (body.shell_command.empty()) body.shell_command = psql_variable_in(sql);
        return body;
    }
    auto body = Judge(sql, run, dialects.front()).judge();
    for (const auto dialect : dialects.subspan(1)) {
        const auto other = Judge(sql, run, dialect).judge();
        // The header speaks for all sections: what one of them cannot have, none has.
        body.in_transaction = body.in_transaction && other.in_transaction;
        if (other.sqlite_foreign_keys) {
            body.sqlite_foreign_keys = other.sqlite_foreign_keys;
            // Only SQLite's reading has taken the pragmas out.
            body.sql = other.sql;
        }
    }
    return body;
}

std::optional<CutInTwo> find_cut_in_two(std::string_view text, std::span<const std::size_t> cuts, Dialect dialect) {
    const auto statements = split_statements(text, dialect);
    auto next = statements.begin();
    std::size_t start = 0;
    for (std::size_t at = 0; at < cuts.size(); ++at) {
        const auto cut = cuts[at];
        while (next != statements.end() && next->offset + next->text.size() <= cut) ++next;
        if (next != statements.end() && next->offset < cut) return CutInTwo{at, next->offset};
        // Comments are part of no statement.
        if (const auto unclosed = find_unclosed(text.substr(start, cut - start), dialect))
            return CutInTwo{at, start + unclosed->offset};
        start = cut;
    }
    return std::nullopt;
}

bool needs_end(std::string_view piece, Dialect dialect) {
    const auto statements = split_statements(piece, dialect);
    if (statements.empty()) return false;
    const auto& last = statements.back();
    const auto behind = last.offset + last.text.size();
    const auto semicolon = piece.find_first_not_of(" \t\r\n", behind);
    // Behind a comment a `;` may stand as well: a second one there is an empty statement, and none is a mistake.
    return semicolon == std::string_view::npos || piece[semicolon] != ';';
}

Pieces with_ends(std::string_view text, std::span<const std::size_t> cuts, Dialect dialect) {
    Pieces pieces;
    std::size_t start = 0;
    for (const auto cut : cuts) {
        const auto piece = text.substr(start, cut - start);
        pieces.text += piece;
        if (needs_end(piece, dialect)) pieces.text += piece.ends_with('\n') ? ";\n" : "\n;\n";
        pieces.cuts.push_back(pieces.text.size());
        start = cut;
    }
    pieces.text += text.substr(start);
    return pieces;
}

std::string find_untransactional_beside(std::string_view text, std::span<const std::size_t> cuts, Dialect dialect) {
    if (dialect != Dialect::postgresql) return {};
    std::size_t start = 0;
    for (const auto cut : cuts) {
        const auto statements = split_statements(text.substr(start, cut - start), dialect);
        start = cut;
        const auto found = std::ranges::find(statements, StatementKind::outside_transaction, &Statement::kind);
        if (statements.size() > 1 && found != statements.end()) return std::string(found->command);
    }
    return {};
}

}  // namespace rev::foreign
