#include "script/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/text.hpp"

namespace rev::script {

namespace {

Error template_error(const Source& source, std::size_t offset, const std::string& message) {
    return Error(ExitCode::usage, error_codes::bad_template, message).with_location(location_of(source, offset));
}

std::string_view line_around(std::string_view text, std::size_t offset) noexcept {
    const auto start = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;  // npos + 1 is 0
    return line_at(text, start).text;
}

class Filler {
public:
    Filler(const Source& source, std::span<const Placeholder> placeholders)
        : source_(source), placeholders_(placeholders) {}

    std::string fill() {
        const auto text = source_.text;
        std::string filled;
        for (std::size_t at = 0; at < text.size();) {
            const auto dollar = std::min(text.find("${", at), text.size());
            filled += text.substr(at, dollar - at);
            if (dollar == text.size()) break;
            // `$${`: the `$` is there already, from the template itself and not from the value put in before it.
            if (filled.ends_with('$') && dollar > at) {
                filled += '{';
                at = dollar + 2;
                continue;
            }
            at = replace(dollar, filled);
        }
        return filled;
    }

private:
    /// Appends the value of the placeholder at `offset`; returns the offset after it.
    std::size_t replace(std::size_t offset, std::string& filled) const {
        // A placeholder does not go over a line's end, so a missing brace is told at its own line.
        const auto end = source_.text.find_first_of("}\n", offset);
        if (end == npos || source_.text[end] == '\n') {
            throw template_error(source_, offset, "\"${\" without \"}\"").with_hint("write $${ for a plain ${");
        }
        const auto name = source_.text.substr(offset + 2, end - offset - 2);
        const auto& placeholder = find(name, offset);
        require_place(placeholder, offset);
        filled += placeholder.value;
        return end + 1;
    }

    [[nodiscard]] const Placeholder& find(std::string_view name, std::size_t offset) const {
        const auto found = std::ranges::find(placeholders_, name, &Placeholder::name);
        if (found != placeholders_.end()) return *found;
        std::vector<std::string_view> names;
        std::ranges::transform(placeholders_, std::back_inserter(names), &Placeholder::name);
        auto hint = suggestion(name, names);
        if (hint.empty())
            hint = fmt::format("the placeholders are {}; write $${{ for a plain ${{", fmt::join(names, ", "));
        throw template_error(source_, offset, fmt::format("unknown placeholder \"${{{}}}\"", name)).with_hint(hint);
    }

    void require_place(const Placeholder& placeholder, std::size_t offset) const {
        const auto line = line_around(source_.text, offset);
        const auto written = fmt::format("${{{}}}", placeholder.name);
        // Its value has several lines, each a comment: within another line only the first would be one.
        if (placeholder.place == PlaceholderPlace::alone && base::trim(line) != written) {
            throw template_error(source_, offset, fmt::format("\"{}\" must be alone on its line", written));
        }
        if (placeholder.place == PlaceholderPlace::in_comment && !line.starts_with("--")) {
            throw template_error(source_, offset, fmt::format("\"{}\" may only stand in a comment", written))
                .with_hint("begin the line with --");
        }
    }

    const Source& source_;
    std::span<const Placeholder> placeholders_;
};

}  // namespace

std::string fill_template(const Source& source, std::span<const Placeholder> placeholders) {
    return Filler(source, placeholders).fill();
}

}  // namespace rev::script
