#include "run/guards.hpp"

#include <algorithm>
#include <utility>

#include "run/as_written.hpp"
#include "run/found_otherwise.hpp"

namespace rev::run {

std::span<const sql::StatementMarker> markers_above(const PreparedStep& step, std::size_t statement) {
    return sql::markers_above(step.markers, statement);
}

bool is_guarded(const PreparedStep& step, std::size_t statement) {
    return std::ranges::any_of(markers_above(step, statement), &sql::StatementMarker::is_guard);
}

const sql::StatementMarker* repetition_of(const PreparedStep& step, std::size_t statement) {
    for (const auto& marker : markers_above(step, statement))
        if (!marker.is_guard()) return &marker;
    return nullptr;
}

StatementNote note_of(const PreparedStep& step, const sql::StatementMarker& marker) {
    return {.line = place_at(sql_in_file(step), marker.offset).line,
            .marker = std::string(marker.text),
            .skipped = marker.is_guard()};
}

std::vector<StatementNote> conditions_of(const PreparedStep& step) {
    std::vector<StatementNote> notes;
    for (const auto& marker : step.markers) notes.push_back(note_of(step, marker));
    return notes;
}

void SectionCutter::add_up_to(std::size_t last) {
    batch_.section(step_, span_,
                   Batch::SectionPart{first_, last, {std::ranges::lower_bound(left_out_, first_), left_out_.end()}});
    first_ = last;
}

void SectionCutter::leave_out(std::size_t statement) {
    left_out_.insert(std::ranges::upper_bound(left_out_, statement), statement);
}

std::optional<StatementNote> GuardKeeper::find_refusal(const PreparedStep& step, std::size_t statement,
                                                       bool is_inside) const {
    for (const auto& marker : markers_above(step, statement)) {
        if (!marker.is_guard()) continue;
        const auto index = static_cast<std::size_t>(&marker - step.markers.data());
        Batch batch;
        batch.guard(step, index, guard_sql(database_, step, marker), database_.dialect(), is_inside);
        const bool is_there = send_(batch).answered;
        if (is_there == (marker.kind == sql::StatementMarker::Kind::only_if)) continue;
        auto note = note_of(step, marker);
        tell_(note, is_there ? found_otherwise(database_, step, marker) : std::string());
        return note;
    }
    return std::nullopt;
}

std::vector<StatementNote> GuardKeeper::add_section(const PreparedStep& step, Batch& batch, Batch::Span span,
                                                    std::span<const std::size_t> without) const {
    std::vector<StatementNote> notes;
    SectionCutter cutter(step, batch, span, without);
    for (std::size_t index = 0; index < step.statements.size(); ++index) {
        if (!is_guarded(step, index)) continue;
        cutter.add_up_to(index);
        // A guard asks about what the statements above it make, so these must have run.
        send_(std::exchange(batch, {}));
        auto refusal = find_refusal(step, index, true);
        if (!refusal) continue;
        notes.push_back(std::move(*refusal));
        cutter.leave_out(index);
    }
    cutter.add_up_to(step.statements.size());
    return notes;
}

}  // namespace rev::run
