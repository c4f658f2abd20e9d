// Finds the sections of a revision file. A marker is a line that begins with exactly `-- rev:`
//
//     marker = "-- rev:" ("upgrade" | "downgrade" | "verify") [dialect] ["empty"] ["until" word]
//     marker = "-- rev:" ("apply" | "drop") [dialect] ["until" word]                             (of a repeatable)
//     end    = "-- rev:end" word
//     todo   = "-- rev:todo" [(":" | blank) text]
//     above  = "-- rev:" ("ignore" | "unless" | "if" | "repeat") ...
//
// What stands above a statement and speaks of it (see sql/statement_markers.hpp) opens no section. A todo stands inside
// a section, which then is still to be written. New files have one in each section.
//
// A section with `until` goes on to the end marker with the same word; what would be a marker between the two is SQL.
// The line end before the end marker belongs to the marker, so that any text can stand in a section.
#include "script/revision_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/text.hpp"
#include "script/header_format.hpp"
#include "script/near_miss.hpp"
#include "script/revision_header.hpp"
#include "script/section_markers.hpp"
#include "script/source.hpp"

namespace rev::script {

namespace {

constexpr std::array<SectionKind, 3> revision_kinds{SectionKind::upgrade, SectionKind::downgrade, SectionKind::verify};
constexpr std::array<SectionKind, 2> repeatable_kinds{SectionKind::apply, SectionKind::drop};
constexpr std::array<std::string_view, 8> marker_words{"upgrade", "downgrade", "verify", "todo",
                                                       "end",     "unless",    "if",     "repeat"};
constexpr std::array<std::string_view, 4> words_after_section{"postgresql", "sqlite", "empty", "until"};

constexpr std::string_view todo_word = "todo";

/// Whether a line that begins as a marker is a todo; what follows the word is for people.
bool is_todo(std::string_view line) noexcept {
    if (!line.starts_with(marker_prefix)) return false;
    line.remove_prefix(marker_prefix.size());
    if (!line.starts_with(todo_word)) return false;
    line.remove_prefix(todo_word.size());
    // Not `-- rev:todos`, which is another word and a wrong marker.
    return line.empty() || line.front() == ':' || line.front() == ' ' || line.front() == '\t';
}

/// Takes the next word, up to a blank, off the front of `rest`.
std::string_view take_word(std::string_view& rest) noexcept {
    const auto start = std::min(rest.find_first_not_of(" \t"), rest.size());
    rest.remove_prefix(start);
    const auto word = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(word.size());
    return word;
}

std::span<const SectionKind> kinds_of(FileKind file) noexcept {
    if (file == FileKind::repeatable) return repeatable_kinds;
    return revision_kinds;
}

std::optional<SectionKind> find_kind(FileKind file, std::string_view word) noexcept {
    const auto kinds = kinds_of(file);
    const auto found = std::ranges::find(kinds, word, section_name);
    return found == kinds.end() ? std::nullopt : std::optional(*found);
}

/// "`-- rev:apply` or `-- rev:drop`"
std::string markers_of(FileKind file) {
    const auto kinds = kinds_of(file);
    std::string text;
    for (std::size_t at = 0; at < kinds.size(); ++at) {
        if (at > 0) text += at + 1 == kinds.size() ? " or " : ", ";
        text += fmt::format("`-- rev:{}`", section_name(kinds[at]));
    }
    return text;
}

constexpr std::string_view end_marker = "-- rev:end";

/// The word of a line that is an end marker; empty: it is none.
std::string_view end_word(std::string_view line) noexcept {
    if (!line.starts_with(end_marker)) return {};
    line.remove_prefix(end_marker.size());
    return line.starts_with(' ') || line.starts_with('\t') ? base::trim(line) : std::string_view();
}

/// What a marker line says.
struct Marker {
    Section section;
    std::string_view until;  ///< the word that ends the section; empty: the next marker does
};

/// Reads one marker line; knows where its words stand.
class MarkerReader {
public:
    MarkerReader(const Source& source, FileKind file, const Line& line)
        : source_(source), file_(file), rest_(line.text.substr(marker_prefix.size())) {}

    Marker read() {
        Marker marker;
        auto& section = marker.section;
        section.kind = read_kind();
        auto word = take_word(rest_);
        if (!word.empty() && word != "empty" && word != "until") {
            section.dialect = read_dialect(word);
            word = take_word(rest_);
        }
        if (word == "empty") {
            if (section.kind != SectionKind::verify) throw only_verify(word);
            section.expect_empty = true;
            word = take_word(rest_);
        }
        if (word == "until") {
            marker.until = read_end(word);
            word = take_word(rest_);
        }
        if (!word.empty())
            throw error(word, error_codes::bad_marker, fmt::format("\"{}\" is too much in a marker", word));
        return marker;
    }

private:
    std::string_view read_end(std::string_view until) {
        const auto word = take_word(rest_);
        if (!word.empty()) return word;
        throw error(until, error_codes::bad_marker, "\"until\" without the word that ends the section")
            .with_hint("write `-- rev:upgrade until WORD`, and below the section `-- rev:end WORD`");
    }

    SectionKind read_kind() {
        // The kind follows the colon at once.
        const auto word = rest_.starts_with(' ') ? rest_.substr(0, 0) : take_word(rest_);
        if (const auto kind = find_kind(file_, word)) return *kind;
        if (word == "end")
            throw error(word, error_codes::bad_marker, "this ends no section")
                .with_hint("it belongs below a section whose marker says `until` and the same word");
        if (word == "unless" || word == "if" || word == "repeat")
            throw error(word, error_codes::bad_marker, "this marker stands in no section")
                .with_hint("it belongs above a statement, below -- rev:upgrade or -- rev:downgrade");
        auto hint = file_ == FileKind::revision ? suggestion(word, marker_words) : std::string();
        auto behind_blanks = rest_;
        if (const auto kind = find_kind(file_, take_word(behind_blanks)); word.empty() && kind)
            hint = fmt::format("write `-- rev:{}`, without a blank behind the colon", section_name(*kind));
        if (hint.empty()) hint = "a marker is " + markers_of(file_);
        const auto message = word.empty() ? std::string("a marker without the name of a section")
                                          : fmt::format("unknown section \"{}\"", word);
        throw error(word, error_codes::bad_marker, message).with_hint(hint);
    }

    Dialect read_dialect(std::string_view word) {
        if (const auto dialect = find_dialect(word)) return *dialect;
        auto hint = suggestion(word, words_after_section);
        if (hint.empty()) hint = "the dialects are postgresql and sqlite";
        throw error(word, error_codes::unknown_dialect, fmt::format("unknown dialect \"{}\"", word)).with_hint(hint);
    }

    [[nodiscard]] Error only_verify(std::string_view word) const {
        return error(word, error_codes::bad_marker, "\"empty\" is for verify sections only");
    }

    [[nodiscard]] Error error(std::string_view word, std::string code, const std::string& message) const {
        const auto offset = static_cast<std::size_t>(word.data() - source_.text.data());
        return malformed(source_, offset, std::move(code), message);
    }

    const Source& source_;
    FileKind file_;
    std::string_view rest_;
};

void require_new(const Source& source, std::size_t offset, const Section& section,
                 const std::vector<Section>& sections) {
    const auto before = std::ranges::find_if(sections, [&](const auto& each) { return same_part(each, section); });
    if (before == sections.end()) return;
    throw malformed(
        source, offset, error_codes::duplicate_section,
        fmt::format("a second {} section, the first is in line {}", section_name(section.kind), before->marker_line))
        .with_hint("join the two, or give each a dialect");
}

/// `-- rev:ignore RULE reason` above a statement speaks to `rev lint` alone.
bool is_ignore(std::string_view line) noexcept {
    line.remove_prefix(std::min(marker_prefix.size(), line.size()));
    return take_word(line) == "ignore";
}

/// Walks over the markers, counting lines on the way.
class SectionReader {
public:
    /// header: of the same file.
    SectionReader(const Source& source, const RevisionHeader& header)
        : source_(source), file_(header.kind), header_(header) {}

    std::vector<Section> read(std::size_t first_marker) {
        for (auto at = first_marker; at != npos; at = find_line_of_comment(at)) {
            const auto line = line_at(source_.text, at);
            if (is_todo(line.text)) {
                mark_unwritten(line);
            } else if (line.text.starts_with(marker_prefix) && !belongs_to_section(line.text)) {
                at = begin_section(line);
            } else if (const auto meant = meant_marker(line.text, Doubt::none); !meant.empty()) {
                // Taken as a comment it would silently put the downgrade's SQL into the upgrade.
                throw no_marker(source_, at, meant);
            }
        }
        end_section(source_.text.size());
        return std::move(sections_);
    }

private:
    /// Whether it is a marker for a statement of the section at hand.
    [[nodiscard]] bool belongs_to_section(std::string_view line) const noexcept {
        return !sections_.empty() && (is_ignore(line) || (is_open_ && is_statement_marker(line)));
    }

    /// The next line that begins with `--`, after the one at `at`.
    [[nodiscard]] std::size_t find_line_of_comment(std::size_t at) const noexcept {
        const auto found = source_.text.find("\n--", at);
        return found == npos ? npos : found + 1;
    }

    /// Returns the offset of the line behind which the next marker is looked for.
    std::size_t begin_section(const Line& line) {
        end_section(line.offset);
        auto [section, until] = MarkerReader(source_, file_, line).read();
        // Counted from the last marker on, so that the file is walked over once.
        line_ += lines_between(counted_, line.offset);
        counted_ = line.offset;
        section.marker_line = line_;
        section.first_line = line_ + 1;
        section.offset = line.next;
        require_new(source_, line.offset, section, sections_);
        section.verbatim = !until.empty();
        sections_.push_back(section);
        is_open_ = until.empty();
        return is_open_ ? line.offset : close_section(line, until);
    }

    /// Ends the section that begins behind `marker` at its end marker, and returns that one's offset.
    std::size_t close_section(const Line& marker, std::string_view until) {
        for (auto at = find_line(source_.text, end_marker, marker.next); at != npos;) {
            const auto line = line_at(source_.text, at);
            if (end_word(line.text) == until) {
                auto& section = sections_.back();
                // The end marker may stand at once below: then the section is empty, and there is no line end to take
                // off.
                section.length = std::max(at, section.offset + 1) - 1 - section.offset;
                refuse_text_behind(line);
                return at;
            }
            at = find_line(source_.text, end_marker, line.next);
        }
        throw malformed(source_, marker.offset, error_codes::bad_marker, "the end of this section is missing")
            .with_hint(fmt::format("it ends with the line `{} {}`", end_marker, until));
    }

    /// Between an end marker and the next marker nothing would run.
    void refuse_text_behind(const Line& end) const {
        for (auto at = end.next; at < source_.text.size();) {
            const auto line = line_at(source_.text, at);
            if (line.text.starts_with(marker_prefix)) return;
            if (!base::trim(line.text).empty() && !line.text.starts_with("--"))
                throw malformed(source_, at, error_codes::stray_text, "text behind the end of a section")
                    .with_hint("move it into the section, or begin another one above it");
            at = line.next;
        }
    }

    void mark_unwritten(const Line& line) {
        if (sections_.empty() || !is_open_)
            throw malformed(source_, line.offset, error_codes::bad_marker, "\"-- rev:todo\" outside a section")
                .with_hint(fmt::format("it belongs into a section, below {}", markers_of(file_)));
        auto& todo = sections_.back().todo;
        if (!todo) todo = line.offset;
    }

    /// Taken as a comment, a todo that a formatter has indented would let an empty section run.
    void refuse_indented_todo(const Section& section) const {
        const auto text = source_.text.substr(0, section.offset + section.length);
        for (auto at = text.find("rev:todo", section.offset); at != npos; at = text.find("rev:todo", at + 1)) {
            const auto start = text.rfind('\n', at) + 1;  // npos + 1 is 0
            const bool is_indented = text[start] == ' ' || text[start] == '\t';
            if (!is_indented || base::trim(text.substr(start, at - start)) != "--") continue;
            throw malformed(source_, start, error_codes::bad_marker, "this looks like a marker, but is none")
                .with_hint("\"-- rev:todo\" stands at the beginning of its line");
        }
    }

    void end_section(std::size_t end) {
        if (sections_.empty() || !is_open_) return;
        sections_.back().length = end - sections_.back().offset;
        refuse_indented_todo(sections_.back());
        check_markers(source_, sections_.back(), header_.variables);
    }

    [[nodiscard]] std::size_t lines_between(std::size_t from, std::size_t to) const noexcept {
        return static_cast<std::size_t>(std::ranges::count(source_.text.substr(from, to - from), '\n'));
    }

    const Source& source_;
    FileKind file_;
    const RevisionHeader& header_;
    std::vector<Section> sections_;
    bool is_open_ = false;  ///< the last section goes on to the next marker
    std::size_t counted_ = 0;
    std::size_t line_ = 1;
};

/// The best section of those for which `matches` holds: one for `dialect`, else one for every dialect.
template <typename Matches>
const Section* best_section(const std::vector<Section>& sections, Dialect dialect, Matches matches) noexcept {
    const Section* general = nullptr;
    for (const auto& section : sections) {
        if (!matches(section)) continue;
        if (section.dialect == dialect) return &section;
        if (!section.dialect && general == nullptr) general = &section;
    }
    return general;
}

}  // namespace

std::string_view section_name(SectionKind kind) noexcept {
    switch (kind) {
        case SectionKind::upgrade:
            return "upgrade";
        case SectionKind::downgrade:
            return "downgrade";
        case SectionKind::apply:
            return "apply";
        case SectionKind::drop:
            return "drop";
        case SectionKind::verify:
            break;
    }
    return "verify";
}

std::string_view file_kind_name(FileKind kind) noexcept {
    return kind == FileKind::repeatable ? "repeatable" : "revision";
}

const Section* RevisionFile::find_section(SectionKind kind, Dialect dialect) const noexcept {
    return best_section(sections, dialect, [kind](const Section& section) { return section.kind == kind; });
}

std::vector<const Section*> RevisionFile::verify_sections(Dialect dialect) const {
    std::vector<const Section*> found;
    // One of each kind: `verify` and `verify empty` stand beside each other.
    for (const bool empty : {false, true}) {
        const auto* section = best_section(sections, dialect, [empty](const Section& each) {
            return each.kind == SectionKind::verify && each.expect_empty == empty;
        });
        if (section != nullptr) found.push_back(section);
    }
    // As the author has ordered them.
    std::ranges::sort(found, {}, &Section::offset);
    return found;
}

std::string_view RevisionFile::text_of(const Section& section) const noexcept {
    return std::string_view(text).substr(section.offset, section.length);
}

namespace {

/// Whether a section has a line besides its todos that is not blank: SQL that somebody wrote.
bool has_more_than_todos(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto line = line_at(text, at);
        if (!is_todo(line.text) && !base::trim(line.text).empty()) return true;
        at = line.next;
    }
    return false;
}

std::string advice_for_unwritten(const RevisionFile& file, const Section& section) {
    if (has_more_than_todos(file.text_of(section))) return "delete this line if the rest of the section is complete";
    if (section.kind == SectionKind::downgrade)
        return "write the SQL in place of this line, or delete the section to make the revision irreversible";
    if (section.kind == SectionKind::verify) return "write the SQL in place of this line, or delete the section";
    if (section.kind == SectionKind::drop)
        return "write the SQL in place of this line, or delete the section: then the object is never dropped";
    return fmt::format("write the SQL in place of this line; deleting only the line makes a {} that does nothing",
                       file_kind_name(file.header.kind));
}

}  // namespace

Error unwritten_section(const RevisionFile& file, const Section& section) {
    const auto& revision = file.header.revision;
    return malformed({file.text, revision.path}, section.todo.value_or(section.offset), error_codes::unwritten_section,
                     fmt::format("the {} section of {} {} is not written yet", section_name(section.kind),
                                 file_kind_name(file.header.kind), revision.id))
        .with_hint(advice_for_unwritten(file, section));
}

RevisionFile parse_revision_file(std::string text, std::string_view path, FileKind kind) {
    RevisionFile file;
    file.text = std::move(text);
    file.header = parse_header(file.text, path, kind);
    const Source source{file.text, path};
    // The whole text; the header's check has seen the prologue only.
    require_plain_utf8(source);
    const auto first_marker = find_first_marker(source.text);
    if (first_marker == npos) return file;
    try {
        file.sections = SectionReader(source, file.header).read(first_marker);
    } catch (const Error&) {  // a conflict explains a section that stands twice
        const auto conflict = find_conflict_marker(source.text, ConflictIn::sql);
        if (conflict != npos) throw conflict_error(source, conflict);
        throw;
    }
    return file;
}

}  // namespace rev::script
