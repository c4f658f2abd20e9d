#include "run/guards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/sql_quotes.hpp"
#include "base/text.hpp"
#include "run/as_written.hpp"
#include "run/found_otherwise.hpp"
#include "run/guard_names.hpp"

namespace rev {

std::span<const StatementMarker> markers_above(const PreparedStep& step, std::size_t statement) {
    // Two searches: clang 14 takes no equal_range of GCC's library.
    const auto first = std::ranges::lower_bound(step.markers, statement, {}, &StatementMarker::statement);
    const auto last = std::ranges::upper_bound(step.markers, statement, {}, &StatementMarker::statement);
    return {first, last};
}

bool is_guarded(const PreparedStep& step, std::size_t statement) {
    return std::ranges::any_of(markers_above(step, statement), &StatementMarker::is_guard);
}

const StatementMarker* repetition_of(const PreparedStep& step, std::size_t statement) {
    for (const auto& marker : markers_above(step, statement))
        if (!marker.is_guard()) return &marker;
    return nullptr;
}

std::size_t line_of_marker(const PreparedStep& step, const StatementMarker& marker) {
    return place_at(sql_in_file(step), marker.offset).line;
}

StatementNote note_of(const PreparedStep& step, const StatementMarker& marker) {
    return {.line = line_of_marker(step, marker), .marker = std::string(marker.text), .skipped = marker.is_guard()};
}

std::vector<StatementNote> conditions_of(const PreparedStep& step) {
    std::vector<StatementNote> notes;
    for (const auto& marker : step.markers) notes.push_back(note_of(step, marker));
    return notes;
}

std::optional<StatementNote> GuardKeeper::find_refusal(const PreparedStep& step, std::size_t statement,
                                                       bool is_inside) const {
    for (const auto& marker : markers_above(step, statement)) {
        if (!marker.is_guard()) continue;
        const auto index = static_cast<std::size_t>(&marker - step.markers.data());
        Batch batch;
        batch.guard(step, index, guard_sql(database_, step, marker), database_.dialect(), is_inside);
        const bool is_there = send_(batch).answered;
        if (is_there == (marker.kind == StatementMarker::Kind::only_if)) continue;
        auto note = note_of(step, marker);
        tell_(note, is_there ? found_otherwise(database_, step, marker) : std::string());
        return note;
    }
    return std::nullopt;
}

std::vector<StatementNote> GuardKeeper::add_section(const PreparedStep& step, Batch& batch, Batch::Span span,
                                                    std::span<const std::size_t> without) const {
    std::vector<StatementNote> notes;
    std::vector<std::size_t> left_out(without.begin(), without.end());
    std::size_t first = 0;
    const auto add_up_to = [&](std::size_t last) {
        const auto from = std::ranges::lower_bound(left_out, first);
        batch.section(step, span, Batch::SectionPart{first, last, {from, left_out.end()}});
        first = last;
    };
    for (std::size_t index = 0; index < step.statements.size(); ++index) {
        if (!is_guarded(step, index)) continue;
        add_up_to(index);
        send_(std::exchange(batch, {}));
        auto refusal = find_refusal(step, index, true);
        if (!refusal) continue;
        notes.push_back(std::move(*refusal));
        left_out.insert(std::ranges::upper_bound(left_out, index), index);
    }
    add_up_to(step.statements.size());
    return notes;
}

}  // namespace rev
