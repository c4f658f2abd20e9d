#include "state/notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "state/state.hpp"

namespace rev::state {
namespace {

/// Takes a word off the front of `rest`.
std::string_view take_note_word(std::string_view& rest) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    return word;
}

template <typename Number>
bool take_number(std::string_view& rest, Number& number) {
    const auto word = take_note_word(rest);
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    return error == std::errc() && end == word.data() + word.size();
}

bool decode_note(std::string_view line, StatementNote& note) {
    if (!take_number(line, note.line)) return false;
    const auto what = take_note_word(line);
    note.skipped = what == "skipped";
    const bool is_repeated = what == "repeated" && take_number(line, note.batches) && take_number(line, note.rows);
    note.marker = line;
    return note.skipped || is_repeated;
}

}  // namespace

std::string encode_notes(const std::vector<StatementNote>& notes) {
    std::string text;
    for (const auto& note : notes) {
        const auto what =
            note.skipped ? std::string("skipped") : fmt::format("repeated {} {}", note.batches, note.rows);
        text += fmt::format("{} {} {}\n", note.line, what, note.marker);
    }
    return text;
}

std::vector<StatementNote> decode_notes(std::string_view text) {
    std::vector<StatementNote> notes;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        StatementNote note;
        if (decode_note(line, note)) notes.push_back(std::move(note));
    }
    return notes;
}

std::string note_text(const StatementNote& note) {
    if (note.skipped) return "skipped: " + note.marker;
    return fmt::format("{}: {}", batches_text(note.batches, note.rows), note.marker);
}

}  // namespace rev::state
