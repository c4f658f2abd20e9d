// Writes the comment block that revision_header.cpp reads:
//
//     -- message
//     --
//     -- description, over any number of lines
//     --
//     -- key: value
//
// A line of message or description that begins with `rev:` or `revision:` has no space after `--`, so that it is
// neither a marker nor a header.
#include "script/header_format.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "script/revision_file.hpp"

namespace rev::script {

namespace {

/// C0, DEL and C1: a terminal may act on any of them.
bool is_control(char32_t value) noexcept { return value < 0x20 || (value >= 0x7F && value < 0xA0); }

std::string clean_line(std::string_view line) {
    std::string clean;
    clean.reserve(line.size());
    for (std::size_t at = 0; at < line.size();) {
        const auto point = base::decode_utf8(line, at);
        if (!point.valid) {
            // The file must be valid UTF-8, or it could not be read back.
            clean += "\uFFFD";
        } else if (is_control(point.value) && point.value != '\t') {
            clean += ' ';
        } else {
            clean += line.substr(at, point.length);
        }
        at += point.length;
    }
    clean.erase(clean.find_last_not_of(" \t") + 1);
    return clean;
}

/// Lines that end in LF, CRLF or CR, cleaned.
std::vector<std::string> clean_lines(std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t start = 0; start <= text.size();) {
        auto end = text.find_first_of("\r\n", start);
        if (end == std::string_view::npos) end = text.size();
        lines.push_back(clean_line(text.substr(start, end - start)));
        start = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
    }
    return lines;
}

/// Joined again, without blank lines at either end.
std::string paragraph_of(std::span<const std::string> lines) {
    while (!lines.empty() && lines.front().empty()) lines = lines.subspan(1);
    while (!lines.empty() && lines.back().empty()) lines = lines.first(lines.size() - 1);
    return base::join(lines, "\n");
}

void append_comment_line(std::string& block, std::string_view text) {
    const bool misleading =
        text.starts_with("rev:") || text.starts_with("revision:") || text.starts_with("repeatable:");
    block += "--";
    if (!text.empty() && !misleading) block += ' ';
    block += text;
    block += '\n';
}

void append_comment_paragraph(std::string& block, std::string_view text) {
    if (text.empty()) return;
    for (std::size_t start = 0; start <= text.size();) {
        const auto end = std::min(text.find('\n', start), text.size());
        append_comment_line(block, text.substr(start, end - start));
        start = end + 1;
    }
    block += "--\n";
}

/// Cleaned first: a control character at either end has become a blank, which is no part of a value.
std::string clean_value(std::string_view value) { return std::string(base::trim(clean_line(value))); }

void append_key(std::string& block, std::string_view key, std::string_view value) {
    block += fmt::format("-- {}:", key);
    const auto clean = clean_value(value);
    if (!clean.empty()) block += ' ';
    block += clean;
    block += '\n';
}

void append_optional_key(std::string& block, std::string_view key, std::string_view value) {
    if (!clean_value(value).empty()) append_key(block, key, value);
}

void append_optional_key(std::string& block, std::string_view key, std::optional<bool> value) {
    if (value) append_key(block, key, *value ? "true" : "false");
}

void append_keys(std::string& block, const RevisionHeader& header) {
    const auto& revision = header.revision;
    append_key(block, file_kind_name(header.kind), revision.id);
    if (header.kind == FileKind::revision) append_key(block, "revises", base::join(revision.revises, ", "));
    append_optional_key(block, "needs", base::join(header.needs, ", "));
    if (header.drop_before_upgrade) append_key(block, "drop_before_upgrade", "true");
    append_optional_key(block, "depends_on", base::join(revision.depends_on, ", "));
    append_optional_key(block, "branch_labels", base::join(revision.branch_labels, ", "));
    append_optional_key(block, "created", revision.created);
    append_optional_key(block, "transaction", header.transaction);
    append_optional_key(block, "sqlite_foreign_keys", header.sqlite_foreign_keys);
    append_optional_key(block, "variables", base::join(header.variables, ", "));
    append_optional_key(block, "statement_lock_timeout", header.statement_lock_timeout);
    append_optional_key(block, "statement_timeout", header.statement_timeout);
    append_optional_key(block, "lock_retries", header.lock_retries ? std::to_string(*header.lock_retries) : "");
    append_optional_key(block, "squashes", base::join(revision.squashes, ", "));
    append_optional_key(block, "squashed_checksums", base::join(header.squashed_checksums, ", "));
}

}  // namespace

MessageParts split_message(std::string_view text) {
    const auto lines = clean_lines(text);
    std::size_t first = 0;
    while (first + 1 < lines.size() && lines[first].empty()) ++first;
    return {std::string(base::trim(lines[first])), paragraph_of(std::span(lines).subspan(first + 1))};
}

std::string format_header(const RevisionHeader& header) {
    // Split as a message is, because the message of a revision may have got more than one line from somewhere else.
    const auto whole = header.revision.message + "\n\n" + header.description;
    const auto parts = split_message(whole);
    std::string block;
    append_comment_paragraph(block, parts.message);
    append_comment_paragraph(block, parts.description);
    append_keys(block, header);
    return block;
}

}  // namespace rev::script
