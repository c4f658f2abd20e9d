#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "rev/error.hpp"
#include "sql/statement_markers.hpp"
#include "sql/statements.hpp"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void check_statements(std::string_view text, rev::Dialect dialect) {
    std::size_t end = 0;
    std::size_t line = 1;
    for (const rev::Statement& statement : rev::split_statements(text, dialect)) {
        require(!statement.text.empty());
        require(statement.offset >= end);
        require(text.substr(statement.offset, statement.text.size()) == statement.text);
        require(statement.line >= line && statement.column >= 1);
        end = statement.offset + statement.text.size();
        line = statement.line;
        (void)rev::added_enum_value(statement.text);
        const auto& facts = statement.facts;
        require(facts.pragma_value.empty() || statement.text.find(facts.pragma_value) != std::string_view::npos);
        require(facts.verb == rev::sql::Verb::with || facts.main_verb == facts.verb);
    }
}

void check_markers(std::string_view text, rev::Dialect dialect) {
    const auto statements = rev::split_statements(text, dialect);
    for (const auto unknown : {rev::sql::UnknownMarkers::refused, rev::sql::UnknownMarkers::comments}) {
        try {
            std::size_t behind = 0;
            for (const auto& marker : rev::sql::read_markers(text, dialect, statements, unknown)) {
                require(marker.offset >= behind && marker.statement < statements.size());
                require(statements[marker.statement].offset > marker.offset);
                require(text.substr(marker.offset).starts_with("-- rev:"));
                require(marker.is_guard() == (!marker.name.empty() || !marker.query.empty()));
                behind = marker.offset + 1;
            }
        } catch (const rev::sql::BadMarker& bad) {
            require(bad.offset < text.size() && !bad.message.empty() && !bad.hint.empty());
        }
    }
}

void check_variables(std::string_view text, rev::Dialect dialect) {
    require(rev::substitute_variables(text, {}, dialect) == text);
    require(rev::substitute_variables(text, {{"no such name", "x"}}, dialect) == text);
    try {
        (void)rev::substitute_variables(text, {{"a", "it's"}, {"b", "x\"\\"}}, dialect);
    } catch (const rev::Error& error) {
        require(error.exit_code() == rev::ExitCode::graph);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const rev::Dialect dialect : {rev::Dialect::postgresql, rev::Dialect::sqlite}) {
        check_statements(text, dialect);
        check_markers(text, dialect);
        check_variables(text, dialect);
        const std::string normalized = rev::normalized_sql(text, dialect);
        require(normalized.empty() == rev::normalized_sql(normalized, dialect).empty());
    }
    return 0;
}
