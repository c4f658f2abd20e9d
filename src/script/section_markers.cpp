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

/// What is wrong with the markers of a section when `dialect` reads it.
std::optional<sql::BadMarker> find_bad_marker(std::string_view text, const Section& section, Dialect dialect) {
    try {
        const auto statements = split_statements(text, dialect);
        for (const auto& marker : sql::read_markers(text, dialect, statements, sql::UnknownMarkers::refused)) {
            if (section.kind == SectionKind::verify)
                return sql::BadMarker{
                    marker.offset, "a marker for a statement in a verify section",
                    "a verify section only looks: guards and repetitions belong to upgrade and downgrade"};
            if (marker.pause.empty() || parse_duration(marker.pause)) continue;
            return sql::BadMarker{static_cast<std::size_t>(marker.pause.data() - text.data()), "this is no time",
                                  "write it as 100ms, 5s, 2m or 1h"};
        }
    } catch (const sql::BadMarker& bad) {
        return bad;
    }
    return std::nullopt;
}

}  // namespace

bool is_statement_marker(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 3> words{"unless", "if", "repeat"};
    if (!line.starts_with(marker_prefix)) return false;
    line.remove_prefix(marker_prefix.size());
    const auto word = line.substr(0, line.find_first_of(" \t\r"));
    return std::ranges::find(words, word) != words.end();
}

void check_markers(const Source& source, const Section& section) {
    const auto text = source.text.substr(section.offset, section.length);
    if (section.verbatim || section.todo || !sql::may_have_markers(text)) return;
    // A section for every dialect may hold what only one of them reads as a comment.
    std::optional<sql::BadMarker> bad;
    for (const auto dialect : {Dialect::postgresql, Dialect::sqlite}) {
        if (section.dialect && section.dialect != dialect) continue;
        bad = find_bad_marker(text, section, dialect);
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
