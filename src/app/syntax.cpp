// Syntax without the database that a revision is for. PostgreSQL's grammar is a library; SQLite's is only to be had by
// preparing a statement, which needs the tables that it names.

#include "app/syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "run/as_written.hpp"
#include "run/unclosed.hpp"

namespace rev::app {
namespace {

/// offset: of the error in the statement.
Error located(Error error, const run::SqlInFile& source, const Statement& statement, std::size_t offset) {
    return std::move(
        error.with_location(run::place_at(source, statement.offset + std::min(offset, statement.text.size()))));
}

void check_postgresql(const run::SqlInFile& source, SyntaxReport& report) {
    // The parser finds an open quote; an open comment belongs to no statement.
    const auto unclosed = find_unclosed(source.sql, Dialect::postgresql);
    if (unclosed && unclosed->kind == Unclosed::Kind::comment)
        report.problems.push_back(run::unclosed_error(source, *unclosed));
    for (const auto& statement : split_statements(source.sql, Dialect::postgresql, source.written.first_line)) {
        const auto found = find_syntax_error(statement);
        if (!found) continue;
        Error error(ExitCode::graph, error_codes::syntax_error, found->message);
        // A warning only: a revision that the production server takes must not fail a check.
        if (found->may_be_newer) error.with_hint("rev's parser is PostgreSQL 15's; a newer server may know it");
        auto& list = found->may_be_newer ? report.warnings : report.problems;
        list.push_back(located(std::move(error), source, statement, found->offset));
    }
}

/// What SQLite says of text that it cannot parse; all else is about tables, which are not there. By its words: SQLite
/// has one code, SQLITE_ERROR, for both.
bool is_syntax_error(std::string_view message) {
    constexpr std::array<std::string_view, 4> signs = {"syntax error", "unrecognized token", "incomplete input",
                                                       "unterminated"};
    return std::ranges::any_of(signs, [&](auto sign) { return message.find(sign) != std::string_view::npos; });
}

/// What SQLite says when it stops before it has read a statement to its end, as a table is missing; empty if it says
/// anything else.
std::string missing_table(std::string_view message) {
    constexpr std::string_view sign = "no such table: ";
    const auto at = message.find(sign);
    if (at == std::string_view::npos) return {};
    auto name = message.substr(at + sign.size());
    if (name.starts_with("main.")) name.remove_prefix(5);
    return std::string(name);
}

/// The tables that a section finds, as far as they are needed to read it: those that it makes itself, and a stand-in
/// for each that another revision makes. Gone at the end of the section.
class ScratchSchema {
public:
    explicit ScratchSchema(Database& database) : database_(database) { run("BEGIN"); }
    ~ScratchSchema() { run("ROLLBACK"); }
    ScratchSchema(const ScratchSchema&) = delete;
    ScratchSchema& operator=(const ScratchSchema&) = delete;

    /// Empty: SQLite can read the statement; else what it says. What makes or changes tables is run, since the next
    /// statements need them; of all else EXPLAIN is asked, which prepares it and runs nothing: it could reach a file.
    std::string read(const Statement& statement) {
        constexpr int most_tables = 20;
        const auto text = makes_tables(statement) || statement.command == "EXPLAIN"  // of itself, it is a syntax error
                              ? std::string(statement.text)
                              : "EXPLAIN " + std::string(statement.text);
        std::string message;
        // SQLite names one missing table at a time, so each try gets one table further.
        for (int tries = 0; tries < most_tables; ++tries) {
            message = failure_of(text);
            const auto table = missing_table(message);
            // The stand-in has a single column; that others are missing in it is no syntax error.
            if (table.empty() || !run("CREATE TABLE " + database_.quote_identifier(table) + " (stand_in)")) break;
        }
        return message;
    }

private:
    static bool makes_tables(const Statement& statement) {
        const auto verb = std::string_view(statement.command).substr(0, statement.command.find(' '));
        return verb == "CREATE" || verb == "ALTER" || verb == "DROP";
    }

    bool run(const std::string& sql) { return failure_of(sql).empty(); }

    std::string failure_of(const std::string& sql) {
        try {
            // query() and not run(): a failure must not roll the whole section's tables back.
            (void)database_.query(sql);
            return {};
        } catch (const Error& failed) {
            return failed.what();
        }
    }

    Database& database_;
};

void check_sqlite(const run::SqlInFile& source, Database& scratch, SyntaxReport& report) {
    ScratchSchema schema(scratch);
    for (const auto& statement : split_statements(source.sql, Dialect::sqlite, source.written.first_line)) {
        const auto message = schema.read(statement);
        if (!is_syntax_error(message)) continue;
        Error error(ExitCode::graph, error_codes::syntax_error, message);
        report.problems.push_back(located(std::move(error), source, statement, 0));
    }
}

std::vector<Variable> values_of(const RevisionFile& file, const run::PrepareOptions& options, bool& complete) {
    std::vector<Variable> variables;
    for (const auto& name : file.header.variables) {
        const auto value = options.variables.find(name);
        complete = complete && value != options.variables.end();
        // Without all values nothing is checked: what a value makes of the SQL cannot be guessed.
        if (complete) variables.push_back({name, value->second});
    }
    return variables;
}

std::vector<const Section*> sections_for(const RevisionFile& file, Dialect dialect) {
    std::vector<const Section*> sections;
    for (const auto kind : {SectionKind::upgrade, SectionKind::downgrade, SectionKind::apply, SectionKind::drop})
        if (const auto* section = file.find_section(kind, dialect)) sections.push_back(section);
    for (const auto* section : file.verify_sections(dialect)) sections.push_back(section);
    return sections;
}

}  // namespace

void check_syntax(const RevisionFile& file, const run::PrepareOptions& options, Database* scratch,
                  SyntaxReport& report) {
    bool complete = true;
    const auto variables = values_of(file, options, complete);
    if (!complete) return;
    for (const auto* section : sections_for(file, options.dialect)) {
        const base::SourceSpan written{
            .text = file.text_of(*section), .path = file.header.revision.path, .first_line = section->first_line};
        const auto filled = fill_in_variables(written, variables, options.dialect);
        const run::SqlInFile source{filled.text, written, filled.variables};
        if (options.dialect == Dialect::postgresql)
            check_postgresql(source, report);
        else if (scratch != nullptr)
            check_sqlite(source, *scratch, report);
    }
}

std::optional<Error> find_conflict_marker(const RevisionFile& file) {
    const std::string_view text = file.text;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        auto line = text.substr(begin, end - begin);
        if (line.ends_with('\r')) line.remove_suffix(1);
        for (const auto* marker : {"<<<<<<<", "|||||||", ">>>>>>>"}) {
            // Seven characters and a blank, as Git writes them. `=======` alone is none: it may well underline a
            // heading in a comment.
            const bool is_marker = line.starts_with(marker) && (line.size() == 7 || line[7] == ' ');
            if (!is_marker) continue;
            const auto place = base::position_of(text, begin);
            return Error(ExitCode::graph, error_codes::conflict_marker, "a conflict of a merge was left in this file")
                .with_location({file.header.revision.path, place.line, 1, std::string(line)})
                .with_hint("choose between the two sides, and remove the lines <<<<<<<, ======= and >>>>>>>");
        }
        begin = end + 1;
    }
    return std::nullopt;
}

}  // namespace rev::app
