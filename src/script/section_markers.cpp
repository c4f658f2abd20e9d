#include "script/section_markers.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "rev/config.hpp"
#include "script/header_format.hpp"
#include "sql/statement_markers.hpp"

namespace rev::script {
namespace {

/// Checks the markers of a section as `dialect` reads it.
class MarkerReading {
public:
    MarkerReading(std::string_view text, const Section& section, Dialect dialect,
                  const std::vector<std::string>& variables)
        : text_(text), section_(section), dialect_(dialect) {
        // No reference is its own value: what is filled in differs.
        for (const auto& name : variables) variables_.push_back({name, {}});
    }

    [[nodiscard]] std::optional<sql::BadMarker> find_bad() const {
        try {
            const auto statements = split_statements(text_, dialect_);
            for (const auto& marker : sql::read_markers(text_, dialect_, statements, sql::UnknownMarkers::refused))
                if (auto bad = find_fault(marker)) return bad;
        } catch (const sql::BadMarker& bad) {
            // What makes it a bad one may be a variable.
            if (auto variable = find_variable(bad.offset)) return variable;
            return bad;
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] std::optional<sql::BadMarker> find_fault(const sql::StatementMarker& marker) const {
        if (section_.kind == SectionKind::verify)
            return sql::BadMarker{
                marker.offset, "a marker for a statement in a verify section",
                "a verify section only looks: guards and repetitions belong to upgrade and downgrade"};
        if (auto variable = find_variable(marker.offset)) return variable;
        if (marker.pause.empty() || parse_duration(marker.pause)) return std::nullopt;
        return sql::BadMarker{static_cast<std::size_t>(marker.pause.data() - text_.data()), "this is no time",
                              "write it as 100ms, 5s, 2m or 1h"};
    }

    /// In the line of `offset`, behind its `--`.
    [[nodiscard]] std::optional<sql::BadMarker> find_variable(std::size_t offset) const {
        if (variables_.empty()) return std::nullopt;
        const auto start = text_.rfind('\n', offset) + 1;  // npos + 1 is 0
        const auto comment = text_.find("rev:", start);
        const auto end = std::min(text_.find('\n', start), text_.size());
        if (comment == std::string_view::npos || comment >= end) return std::nullopt;
        const auto line = text_.substr(comment + 4, end - comment - 4);
        try {
            const auto filled = fill_in_variables({.text = line}, variables_, dialect_);
            if (filled.variables.empty()) return std::nullopt;
            return sql::BadMarker{
                comment + 4 + filled.variables.front().written_offset, "a variable in a marker",
                "markers are comments, in which nothing is filled in: write the name or the value itself, "
                "or guard by a SELECT that looks it up"};
        } catch (const Error&) {  // an open quote: the marker is judged as it is
            return std::nullopt;
        }
    }

    std::string_view text_;
    const Section& section_;
    Dialect dialect_;
    std::vector<Variable> variables_;
};

}  // namespace

bool is_statement_marker(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 3> words{"unless", "if", "repeat"};
    if (!line.starts_with(marker_prefix)) return false;
    line.remove_prefix(marker_prefix.size());
    const auto word = line.substr(0, line.find_first_of(" \t\r"));
    return std::ranges::find(words, word) != words.end();
}

void check_markers(const Source& source, const Section& section, const std::vector<std::string>& variables) {
    const auto text = source.text.substr(section.offset, section.length);
    if (section.verbatim || section.todo || !sql::may_have_markers(text)) return;
    // A section for every dialect may hold what only one of them reads as a comment.
    std::optional<sql::BadMarker> bad;
    for (const auto dialect : {Dialect::postgresql, Dialect::sqlite}) {
        if (section.dialect && section.dialect != dialect) continue;
        bad = MarkerReading(text, section, dialect, variables).find_bad();
        if (!bad) return;
    }
    throw marker_error(*bad, location_of(source, section.offset + bad->offset));
}

Error marker_error(const sql::BadMarker& bad, Location place) {
    return Error(ExitCode::graph, error_codes::bad_marker, bad.message)
        .with_location(std::move(place))
        .with_hint(bad.hint);
}

}  // namespace rev::script
