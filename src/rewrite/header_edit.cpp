#include "rewrite/header_edit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "rev/error.hpp"
#include "script/revision_header.hpp"

namespace rev::rewrite {
namespace {

/// Bytes of a text to be replaced.
struct Span {
    std::size_t offset = 0;
    std::size_t length = 0;
};

Span trimmed(const script::HeaderValue& value) {
    const auto inner = base::trim(value.text);
    if (inner.empty()) return {value.offset, 0};
    return {value.offset + static_cast<std::size_t>(inner.data() - value.text.data()), inner.size()};
}

std::string replaced(std::string_view text, Span span, std::string_view by) {
    std::string result;
    result.reserve(text.size() + by.size());
    result += text.substr(0, span.offset);
    result += by;
    result += text.substr(span.offset + span.length);
    return result;
}

}  // namespace

std::string with_header_value(std::string_view text, std::string_view path, std::string_view key,
                              const std::vector<std::string>& values) {
    const auto found = script::find_header_value(text, key);
    if (!found)
        throw Error(ExitCode::graph, error_codes::no_header_line,
                    fmt::format("the header of {} has no line \"{}\"", path, key))
            .with_location({std::string(path), 0, 0, {}});
    const auto place = trimmed(*found);
    const auto value = base::join(values, ", ");
    return replaced(text, place, place.length == 0 && !value.empty() ? " " + value : value);
}

std::string with_renamed_id(std::string_view text, std::string_view key, const RevisionId& from, const RevisionId& to) {
    const auto found = script::find_header_value(text, key);
    if (!found) return std::string(text);
    // By parts of the list: an id may be the beginning of another.
    for (std::size_t at = 0; at <= found->text.size();) {
        const auto end = std::min(found->text.find(',', at), found->text.size());
        const auto part = found->text.substr(at, end - at);
        if (base::trim(part) == from) return replaced(text, {found->offset + at + part.find(from), from.size()}, to);
        at = end + 1;
    }
    return std::string(text);
}

}  // namespace rev::rewrite
