// Syntax without the database that a revision is for. PostgreSQL's grammar is a library, SQLite's is SQLite.

#include "app/syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "run/as_written.hpp"
#include "run/prepared.hpp"
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

void check_sqlite(const run::SqlInFile& source, db::SqliteSyntax& sqlite, SyntaxReport& report) {
    const auto statements = split_statements(source.sql, Dialect::sqlite, source.written.first_line);
    for (const auto& statement : statements) {
        // To run it takes several times as long as to read it, and behind the last one nothing needs its tables.
        const bool is_needed = statement.facts.is_definition() && &statement != &statements.back();
        const auto use = is_needed ? db::SqliteSyntax::Use::run : db::SqliteSyntax::Use::read;
        const auto message = sqlite.error_in(statement.text, use);
        if (message.empty()) continue;
        Error error(ExitCode::graph, error_codes::syntax_error, message);
        report.problems.push_back(located(std::move(error), source, statement, 0));
    }
    sqlite.end_section();
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

void check_syntax(const RevisionFile& file, const run::PrepareOptions& options, db::SqliteSyntax* sqlite,
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
        else if (sqlite != nullptr)
            check_sqlite(source, *sqlite, report);
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
