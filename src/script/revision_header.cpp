// Reads what stands before the first marker. Every graph command does this for every file, so it makes few passes,
// copies only what it keeps and looks for line numbers only when something is wrong.
//
//     prologue = {blank | comment} header {blank | comment}
//     header   = the comment lines around the one line that begins with `-- revision:` (of a repeatable object, with
//                `-- repeatable:`), up to a blank line or a bare `--`; each is `-- key: value`
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "script/header_format.hpp"
#include "script/header_keys.hpp"
#include "script/near_miss.hpp"
#include "script/revision_file.hpp"
#include "script/revision_header.hpp"
#include "script/source.hpp"

namespace rev::script {

namespace {

constexpr std::string_view revision_example =
    "the file opens with a comment block such as:\n"
    "-- add account table\n"
    "--\n"
    "-- revision: 1975ea83b712\n"
    "-- revises: ae1027a6acf4";

constexpr std::string_view repeatable_example =
    "the file opens with a comment block such as:\n"
    "-- accounts that are in use\n"
    "--\n"
    "-- repeatable: active_users\n"
    "-- needs: accounts_view";

std::string example_of(FileKind kind) {
    return std::string(kind == FileKind::repeatable ? repeatable_example : revision_example);
}

/// How the line begins that makes a paragraph the header.
std::string_view prefix_of(FileKind kind) noexcept {
    return kind == FileKind::repeatable ? repeatable_prefix : header_prefix;
}

constexpr FileKind other_kind(FileKind kind) noexcept {
    return kind == FileKind::revision ? FileKind::repeatable : FileKind::revision;
}

bool is_comment(std::string_view line) noexcept { return line.starts_with("--"); }
bool is_blank_line(std::string_view line) noexcept { return base::trim(line).empty(); }

/// Whether a line ends a paragraph: blank, or a comment that says nothing.
bool is_separator(std::string_view line) noexcept {
    return is_blank_line(line) || (is_comment(line) && is_blank_line(line.substr(2)));
}

/// What a comment line says: without `--`, one space after it, and trailing blanks.
std::string_view comment_text(std::string_view line) noexcept {
    // One space: what is indented further is meant so.
    line.remove_prefix(std::min<std::size_t>(line.starts_with("-- ") ? 3 : 2, line.size()));
    return line.substr(0, line.find_last_not_of(" \t\r") + 1);
}

std::size_t require_key(const Source& source, FileKind kind, std::size_t offset, std::string_view name) {
    const auto index = find_header_key(kind, name);
    if (index != npos) return index;
    std::vector<std::string_view> names;
    for (const auto& key : header_keys(kind)) names.push_back(key.name);
    const auto meant = kind == FileKind::revision ? meant_key(name) : std::string_view();
    auto hint = meant.empty() ? suggestion(name, names) : fmt::format("did you mean `{}`?", meant);
    if (hint.empty() && kind == FileKind::repeatable) hint = fmt::format("a repeatable has {}", fmt::join(names, ", "));
    throw malformed(source, offset, error_codes::unknown_key, fmt::format("unknown key \"{}\" in the header", name))
        .with_hint(std::move(hint));
}

/// Offset of the first byte of a comment line's text that is not blank.
std::size_t text_offset(const Line& line) noexcept {
    const auto first = line.text.find_first_not_of(" \t", 2);
    return line.offset + (first == npos ? line.text.size() : first);
}

void require_comment(const Source& source, FileKind kind, const Line& line) {
    if (is_comment(line.text) || is_blank_line(line.text)) return;
    throw malformed(source, line.offset, error_codes::stray_text, "text before the first section that is no comment")
        .with_hint(fmt::format("SQL belongs below a marker, a line such as: -- rev:{}",
                               kind == FileKind::repeatable ? "apply" : "upgrade"));
}

/// Reads the header's paragraph line by line.
class ParagraphReader {
public:
    ParagraphReader(const Source& source, FileKind kind) : source_(source), kind_(kind) {}

    void read_line(const Line& line, RevisionHeader& header) {
        require_comment(source_, kind_, line);
        const auto text = line.text.substr(2);
        const auto colon = text.find(':');
        const auto name = base::trim(text.substr(0, colon));
        if (colon == npos || !std::ranges::all_of(name, is_header_name_character)) throw no_key(line);
        const auto index = require_key(source_, kind_, text_offset(line), name);
        if (seen_[index]) throw twice(line, name);
        seen_[index] = true;
        header_keys(kind_)[index].take({source_, name, value_after(text, colon)}, header);
    }

    /// offset: of the header's last line, where a key is missed.
    void require_all(std::size_t offset) const {
        if (kind_ != FileKind::revision || seen_[revises_key]) return;
        throw malformed(source_, offset, error_codes::missing_key, "the header has no \"revises\"")
            .with_hint("add \"-- revises: ID\"; a base has an empty one: \"-- revises:\"");
    }

private:
    /// An empty value still points into the line, so that errors about it have a place.
    static std::string_view value_after(std::string_view text, std::size_t colon) noexcept {
        const auto rest = text.substr(colon + 1);
        const auto value = base::trim(rest);
        return value.empty() ? rest.substr(0, 0) : value;
    }

    [[nodiscard]] Error no_key(const Line& line) const {
        const auto text = base::trim(line.text.substr(2));
        const auto equals = text.find('=');
        const auto name = base::trim(text.substr(0, equals));
        const bool is_key = find_header_key(kind_, name) != npos;
        if (equals != npos && (is_key || !meant_key(name).empty()))
            return malformed(source_, text_offset(line), error_codes::bad_header,
                             "a line of the header has `=` for `:`")
                .with_hint(fmt::format("write `-- {}: {}`", is_key ? name : meant_key(name),
                                       unquoted(text.substr(equals + 1))));
        return malformed(source_, text_offset(line), error_codes::bad_header,
                         "a line of the header is not \"key: value\"")
            .with_hint("put a line with a bare \"--\" between the message and the header");
    }

    [[nodiscard]] Error twice(const Line& line, std::string_view name) const {
        return malformed(source_, text_offset(line), error_codes::duplicate_key,
                         fmt::format("key \"{}\" stands twice in the header", name))
            .with_hint("remove one of them");
    }

    const Source& source_;
    FileKind kind_;
    std::array<bool, most_header_keys> seen_{};
};

/// Offset of the paragraph's first line; `offset` is the start of a line in it.
std::size_t paragraph_start(std::string_view text, std::size_t offset, std::size_t first) noexcept {
    // Invariant: `offset` is where a line of the paragraph begins.
    while (offset > first) {
        const auto previous_end = offset - 1;
        const auto before = previous_end == 0 ? npos : text.rfind('\n', previous_end - 1);
        const auto previous = before == npos ? first : std::max(first, before + 1);
        if (is_separator(line_at(text, previous).text)) break;
        offset = previous;
    }
    return offset;
}

/// Reads the header's paragraph; returns the offset of the line after it.
std::size_t read_paragraph(const Source& source, std::size_t start, RevisionHeader& header) {
    ParagraphReader reader(source, header.kind);
    std::size_t last = start;
    auto at = start;
    while (at < source.text.size()) {
        const auto line = line_at(source.text, at);
        if (is_separator(line.text)) break;
        reader.read_line(line, header);
        last = at;
        at = line.next;
    }
    reader.require_all(last);
    return at;
}

/// The first line that says something is the message, the lines after it are the description.
void read_message(const Source& source, std::size_t start, std::size_t end, RevisionHeader& header) {
    auto& description = header.description;
    bool has_message = false;
    for (auto at = start; at < end;) {
        const auto line = line_at(source.text, at);
        at = line.next;
        require_comment(source, header.kind, line);
        const auto text = is_comment(line.text) ? comment_text(line.text) : std::string_view();
        if (!has_message) {
            header.revision.message = base::trim(text);
            has_message = !header.revision.message.empty();
        } else if (!text.empty() || !description.empty()) {
            description += text;
            // Blank lines too, once it has begun: they part its paragraphs.
            description += '\n';
        }
    }
    description.erase(description.find_last_not_of('\n') + 1);
}

/// A key that has come apart from the header would otherwise be lost without a word.
void check_rest(const Source& source, FileKind kind, std::size_t at) {
    while (at < source.text.size()) {
        const auto line = line_at(source.text, at);
        at = line.next;
        require_comment(source, kind, line);
        if (is_blank_line(line.text)) continue;
        // As a comment it would put the SQL below it into no section, or into that of the next marker.
        if (const auto marker = meant_marker(line.text, Doubt::none); !marker.empty())
            throw no_marker(source, line.offset, marker);
        const auto text = line.text.substr(2);
        const auto colon = text.find(':');
        const auto name = base::trim(text.substr(0, colon));
        if (colon == npos || find_header_key(kind, name) == npos) continue;
        throw malformed(source, text_offset(line), error_codes::bad_header,
                        fmt::format("key \"{}\" stands outside the header's paragraph", name))
            .with_hint("keep the lines of the header together, without blank lines between them");
    }
}

/// A file of the other kind is in the wrong folder.
Error no_header(const Source& prologue, FileKind kind, std::size_t start) {
    const auto other = find_line(prologue.text, prefix_of(other_kind(kind)), start);
    if (other != npos)
        return malformed(prologue, other, error_codes::wrong_folder,
                         fmt::format("the file of a {} is in a folder of {}s", file_kind_name(other_kind(kind)),
                                     file_kind_name(kind)))
            .with_hint(kind == FileKind::revision ? "move it to one of repeatable_locations in alembic.yaml"
                                                  : "move it to one of version_locations");
    return malformed(prologue, start, error_codes::no_header,
                     fmt::format("no line begins with \"{}\" before the first section", prefix_of(kind)))
        .with_hint(example_of(kind));
}

std::size_t find_header(const Source& prologue, FileKind kind, std::size_t start) {
    if (base::trim(prologue.text.substr(start)).empty()) {
        throw malformed(prologue, start, error_codes::no_header, "the file has no header").with_hint(example_of(kind));
    }
    // Exactly at the start of a line: what is indented or has other blanks is for near_miss.cpp to explain.
    const auto found = find_line(prologue.text, prefix_of(kind), start);
    if (found == npos) throw no_header(prologue, kind, start);
    const auto second = find_line(prologue.text, prefix_of(kind), line_at(prologue.text, found).next);
    if (second != npos) {
        const auto name = file_kind_name(kind);
        throw malformed(prologue, second, error_codes::two_headers,
                        fmt::format("a second header: \"{}\" was there before", name))
            .with_hint(fmt::format("one file holds one {}; move the other to a file of its own", name));
    }
    return found;
}

std::size_t text_start(std::string_view text) noexcept {
    // Some editors of Windows write one.
    return text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
}

std::size_t line_number(std::string_view text, std::size_t offset) noexcept {
    return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, offset), '\n'));
}

}  // namespace

std::size_t find_first_marker(std::string_view text) noexcept {
    return find_line(text, marker_prefix, text_start(text));
}

RevisionHeader parse_header(std::string_view text, std::string_view path) {
    return parse_header(text, path, FileKind::revision);
}

RevisionHeader parse_header(std::string_view text, std::string_view path, FileKind kind) {
    const auto start = text_start(text);
    if (text.size() == start) {
        throw malformed({text, path}, 0, error_codes::empty_file, "the file is empty").with_hint(example_of(kind));
    }
    return parse_prologue({text.substr(0, find_first_marker(text)), path}, kind);
}

namespace {

RevisionHeader read_prologue(const Source& prologue, FileKind kind) {
    const auto start = text_start(prologue.text);
    const auto revision = find_header(prologue, kind, start);
    const auto header_start = paragraph_start(prologue.text, revision, start);

    RevisionHeader header;
    header.kind = kind;
    read_message(prologue, start, header_start, header);
    const auto header_end = read_paragraph(prologue, header_start, header);
    check_rest(prologue, kind, header_end);
    header.revision.path = prologue.path;
    header.revision_line = line_number(prologue.text, revision);
    return header;
}

}  // namespace

std::optional<HeaderValue> find_header_value(std::string_view text, std::string_view key, FileKind kind) noexcept {
    const auto prologue = text.substr(0, find_first_marker(text));
    const auto start = text_start(prologue);
    const auto revision = find_line(prologue, prefix_of(kind), start);
    if (revision == npos) return std::nullopt;
    for (auto at = paragraph_start(prologue, revision, start); at < prologue.size();) {
        const auto line = line_at(prologue, at);
        if (is_separator(line.text)) break;
        const auto colon = line.text.find(':');
        if (colon != npos && is_comment(line.text) && base::trim(line.text.substr(2, colon - 2)) == key) {
            const auto rest = line.text.substr(colon + 1);
            return HeaderValue{.line = line, .offset = line.offset + colon + 1, .text = rest};
        }
        at = line.next;
    }
    return std::nullopt;
}

RevisionHeader parse_prologue(const Source& prologue, FileKind kind) {
    require_plain_utf8(prologue);
    try {
        return read_prologue(prologue, kind);
    } catch (const Error& error) {
        throw explained(prologue, error, kind);
    }
}

}  // namespace rev::script
