#include "import/compose.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "import/checksums.hpp"
#include "sql/statement_markers.hpp"

namespace rev::foreign {
namespace {

/// Whether rev would take a comment of the text for one that speaks of the statement below it.
bool has_markers(std::string_view sql, Dialect dialect) {
    if (!sql::may_have_exact_markers(sql)) return false;
    return !sql::read_markers(sql, dialect, split_statements(sql, dialect), sql::UnknownMarkers::comments).empty();
}

/// Whether the text is one section, and nothing in it a marker, when it stands below a plain one.
bool is_plain(FileKind kind, std::string_view section, const std::string& sql) {
    const auto* const header = kind == FileKind::repeatable ? "-- repeatable: a\n" : "-- revision: a\n-- revises:\n";
    try {
        const auto file = parse_revision_file(fmt::format("{}\n-- rev:{}\n{}", header, section, sql), "", kind);
        // For both, whichever it is for: what is a comment in one may stand in a string of the other.
        if (has_markers(sql, Dialect::postgresql) || has_markers(sql, Dialect::sqlite)) return false;
        return file.sections.size() == 1 && !file.sections.front().todo && file.text_of(file.sections.front()) == sql;
    } catch (const Error&) {
        // No failure: between markers with an end of its own, any text can stand.
        return false;
    } catch (const sql::BadMarker&) {
        return false;
    }
}

/// A word such that no line of `sql` is its end marker. The same for the same text.
std::string unused_word(const std::string& sql) {
    for (int number = 0;; ++number) {
        auto word = sha256_hex(fmt::format("{}{}", number, sql)).substr(0, 8);
        if (sql.find(word) == std::string::npos) return word;
    }
}

void append_section(std::string& text, std::string_view name, const std::string& sql,
                    FileKind kind = FileKind::revision) {
    if (is_plain(kind, name, sql)) {
        text += fmt::format("-- rev:{}\n{}", name, sql);
        // Else the marker of the next section would stand in the last line of this one.
        if (!text.ends_with('\n')) text += '\n';
        return;
    }
    const auto word = unused_word(sql);
    text += fmt::format("-- rev:{} until {}\n{}\n-- rev:end {}\n", name, word, sql, word);
}

void append_todo(std::string& text, std::string_view name, std::string_view what) {
    text += fmt::format("-- rev:{}\n-- rev:todo: {}\n", name, what);
}

/// Each dialect's own, or a plain one that is the same for all. text_of: of a DialectSections; nullopt: it has none.
template <typename TextOf>
void append_by_dialect(std::string& text, std::string_view name, const std::vector<DialectSections>& dialects,
                       TextOf text_of) {
    const std::optional<std::string> first = text_of(dialects.front());
    if (std::ranges::all_of(dialects, [&](const auto& each) { return text_of(each) == first; })) {
        if (first) append_section(text, name, *first);
        return;
    }
    for (const auto& each : dialects)
        if (const std::optional<std::string> own = text_of(each))
            append_section(text, fmt::format("{} {}", name, dialect_name(each.dialect)), *own);
}

void append_directions(std::string& text, const Sections& sections) {
    if (sections.by_dialect.empty()) {
        append_section(text, "upgrade", sections.up);
        if (sections.down) append_section(text, "downgrade", *sections.down);
        return;
    }
    append_by_dialect(text, "upgrade", sections.by_dialect, [](const auto& each) { return std::optional(each.up); });
    append_by_dialect(text, "downgrade", sections.by_dialect, [](const auto& each) { return each.down; });
}

}  // namespace

std::string compose_revision(const RevisionHeader& header, const Sections& sections, std::string_view shown) {
    auto text = format_header(header) + "\n";
    if (!sections.todo.empty()) {
        append_todo(text, "upgrade", sections.todo);
        append_todo(text, "downgrade", sections.todo);
    } else {
        append_directions(text, sections);
        if (sections.check) append_section(text, "verify", *sections.check);
    }
    // What rev itself could not read again must not be written.
    static_cast<void>(parse_revision_file(text, shown));
    return text;
}

std::string compose_repeatable(const RevisionHeader& header, const Sections& sections, std::string_view shown) {
    auto text = format_header(header) + "\n";
    if (sections.todo.empty())
        append_section(text, "apply", sections.up, FileKind::repeatable);
    else
        append_todo(text, "apply", sections.todo);
    static_cast<void>(parse_revision_file(text, shown, FileKind::repeatable));
    return text;
}

}  // namespace rev::foreign
