#include "script/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace rev::script {

namespace {

/// A caret under a longer line helps nobody.
constexpr std::size_t longest_shown_line = 2000;

}  // namespace

Line line_at(std::string_view text, std::size_t offset) noexcept {
    const auto end = text.find('\n', offset);
    if (end == std::string_view::npos) return {offset, text.substr(offset), text.size()};
    auto line = text.substr(offset, end - offset);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return {offset, line, end + 1};
}

std::size_t find_line(std::string_view text, std::string_view prefix, std::size_t from) noexcept {
    while (from < text.size()) {
        if (text.substr(from).starts_with(prefix)) return from;
        const auto end = text.find('\n', from);
        if (end == std::string_view::npos) break;
        from = end + 1;
    }
    return std::string_view::npos;
}

Location location_of(const Source& source, std::size_t offset) {
    const auto position = base::position_of(source.text, offset);
    const bool shown = position.line_text.size() <= longest_shown_line;
    return {std::string(source.path), position.line, position.column,
            shown ? std::string(position.line_text) : std::string()};
}

Error malformed(const Source& source, std::size_t offset, std::string code, const std::string& message) {
    return Error(ExitCode::graph, std::move(code), message).with_location(location_of(source, offset));
}

std::string suggestion(std::string_view text, std::span<const std::string_view> known) {
    const std::vector<std::string> candidates(known.begin(), known.end());
    const auto nearest = base::closest(text, candidates, 1);
    return base::did_you_mean(nearest);
}

void require_plain_utf8(const Source& source) {
    const auto nul = source.text.find('\0');
    if (nul != std::string_view::npos) {
        throw malformed(source, nul, error_codes::nul_byte, "a NUL byte in a revision file")
            .with_hint("save the file as UTF-8 text");
    }
    if (const auto invalid = base::find_invalid_utf8(source.text)) {
        throw malformed(
            source, *invalid, error_codes::not_utf8,
            fmt::format("byte 0x{:02x} is not valid UTF-8", static_cast<unsigned char>(source.text[*invalid])))
            .with_hint("save the file as UTF-8 text");
    }
}

}  // namespace rev::script
