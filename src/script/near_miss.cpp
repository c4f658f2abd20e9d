#include "script/near_miss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"

namespace rev::script {
namespace {

struct Synonym {
    std::string_view word;
    std::string_view meant;
};

/// How the markers of other tools begin: goose, sql-migrate, micrate, dbmate, Play, MyBatis.
constexpr std::array<Synonym, 14> tool_markers{{{"+goose up", "upgrade"},
                                                {"+goose down", "downgrade"},
                                                {"+migrate up", "upgrade"},
                                                {"+migrate down", "downgrade"},
                                                {"+micrate up", "upgrade"},
                                                {"+micrate down", "downgrade"},
                                                {"migrate:up", "upgrade"},
                                                {"migrate:down", "downgrade"},
                                                {"!ups", "upgrade"},
                                                {"!downs", "downgrade"},
                                                {"//@undo", "downgrade"},
                                                {"@up", "upgrade"},
                                                {"@down", "downgrade"},
                                                {"@undo", "downgrade"}}};

/// Whole comments that may be meant as markers.
constexpr std::array<Synonym, 14> bare_markers{{{"up", "upgrade"},
                                                {"upgrade", "upgrade"},
                                                {"rev upgrade", "upgrade"},
                                                {"migrate", "upgrade"},
                                                {"deploy", "upgrade"},
                                                {"apply", "upgrade"},
                                                {"down", "downgrade"},
                                                {"downgrade", "downgrade"},
                                                {"rev downgrade", "downgrade"},
                                                {"rollback", "downgrade"},
                                                {"revert", "downgrade"},
                                                {"undo", "downgrade"},
                                                {"verify", "verify"},
                                                {"rev verify", "verify"}}};

constexpr std::array<Synonym, 24> key_synonyms{{{"down_revision", "revises"},
                                                {"down_revisions", "revises"},
                                                {"parent", "revises"},
                                                {"parents", "revises"},
                                                {"previous", "revises"},
                                                {"prev", "revises"},
                                                {"after", "revises"},
                                                {"revision_id", "revision"},
                                                {"rev", "revision"},
                                                {"rev_id", "revision"},
                                                {"id", "revision"},
                                                {"version", "revision"},
                                                {"requires", "depends_on"},
                                                {"depends", "depends_on"},
                                                {"dependencies", "depends_on"},
                                                {"label", "branch_labels"},
                                                {"labels", "branch_labels"},
                                                {"branch", "branch_labels"},
                                                {"date", "created"},
                                                {"create_date", "created"},
                                                {"created_at", "created"},
                                                {"transactional", "transaction"},
                                                {"lock_timeout", "statement_lock_timeout"},
                                                {"timeout", "statement_timeout"}}};

constexpr std::array<std::string_view, 2> required_keys{"revision", "revises"};

std::string as_marker(std::string_view section) { return fmt::format("-- rev:{}", section); }

std::string without_blanks(std::string_view text) {
    std::string squeezed;
    for (const char c : text)
        if (c != ' ' && c != '\t') squeezed += c;
    return squeezed;
}

/// `rev:upgrade` with blanks or capitals where none may be.
std::string own_marker(std::string_view comment) {
    // A marker has no more; a long comment need not be copied.
    const auto squeezed = without_blanks(comment.substr(0, 40));
    for (const std::string_view section : {"upgrade", "downgrade", "verify", "todo", "apply", "drop"})
        if (squeezed.starts_with(fmt::format("rev:{}", section))) return as_marker(section);
    return {};
}

/// One key of a line such as `# Down_Revision = 'a1'`, in any style of comment.
struct LooseKey {
    std::string name;  ///< in lower case, `_` for blanks
    std::string_view value;
};

LooseKey loose_key(std::string_view line) {
    const auto first = std::min(line.find_first_not_of("-#/* \t"), line.size());
    const auto text = line.substr(first);
    const auto separator = text.find_first_of(":=");
    if (separator == npos) return {};
    auto name = base::lower_case(base::trim(text.substr(0, separator)));
    std::ranges::replace(name, ' ', '_');
    return {std::move(name), unquoted(text.substr(separator + 1))};
}

std::string_view known_key(std::string_view name) {
    const auto required = std::ranges::find(required_keys, name);
    return required == required_keys.end() ? meant_key(name) : *required;
}

/// The first line, up to line number `last`, for which `is_wanted` holds; npos if there is none.
template <typename IsWanted>
std::size_t find_line_where(std::string_view text, std::size_t last, IsWanted is_wanted) {
    std::size_t at = 0;
    for (std::size_t number = 1; at < text.size() && number <= last; ++number) {
        const auto line = line_at(text, at);
        if (is_wanted(line.text)) return at;
        at = line.next;
    }
    return npos;
}

std::optional<Error> loose_key_error(const Source& prologue, std::string_view key) {
    const auto at = find_line_where(prologue.text, npos,
                                    [&](std::string_view line) { return known_key(loose_key(line).name) == key; });
    if (at == npos) return std::nullopt;
    return malformed(prologue, at, error_codes::bad_header,
                     fmt::format("this looks like the header's \"{}\", but is not", key))
        .with_hint(fmt::format("write `-- {}: {}`", key, loose_key(line_at(prologue.text, at).text).value));
}

std::optional<Error> loose_marker_error(const Source& prologue, std::size_t last) {
    const auto at = find_line_where(prologue.text, last,
                                    [](std::string_view line) { return !meant_marker(line, Doubt::likely).empty(); });
    if (at == npos) return std::nullopt;
    return no_marker(prologue, at, meant_marker(line_at(prologue.text, at).text, Doubt::likely));
}

bool is_conflict_marker(std::string_view line, ConflictIn where) noexcept {
    constexpr std::size_t width = 7;
    const std::string_view signs = where == ConflictIn::sql ? "<" : "<=>|";
    if (line.size() < width || signs.find(line.front()) == npos) return false;
    // Seven signs, then nothing or a blank: a ruler of `=======` in a comment may be longer.
    return line.find_first_not_of(line.front()) == (line.size() == width ? npos : width) &&
           (line.size() == width || line[width] == ' ');
}

}  // namespace

std::string meant_marker(std::string_view line, Doubt most) {
    constexpr std::string_view dashes = "--";
    if (!line.starts_with(dashes) || line.starts_with("-- rev:")) return {};
    const auto comment = base::lower_case(base::trim(line.substr(dashes.size())));
    if (auto own = own_marker(comment); !own.empty()) return own;
    for (const auto& tool : tool_markers) {
        // The word must end there: `-- @updated` is no `@up`.
        const auto rest = comment.starts_with(tool.word) ? comment.substr(tool.word.size()) : std::string("x");
        if (rest.empty() || rest.front() == ' ') return as_marker(tool.meant);
    }
    if (most == Doubt::none) return {};
    const auto bare = comment.substr(0, comment.find_last_not_of(" :=-") + 1);
    const auto* found = std::ranges::find(bare_markers, bare, &Synonym::word);
    return found == bare_markers.end() ? std::string() : as_marker(found->meant);
}

std::string_view meant_key(std::string_view name) {
    const auto* found = std::ranges::find(key_synonyms, base::lower_case(name), &Synonym::word);
    return found == key_synonyms.end() ? std::string_view() : found->meant;
}

std::string_view unquoted(std::string_view value) noexcept {
    value.remove_prefix(std::min(value.find_first_not_of(" \t'\""), value.size()));
    return value.substr(0, value.find_last_not_of(" \t\r'\";,") + 1);
}

std::size_t find_conflict_marker(std::string_view text, ConflictIn where) noexcept {
    return find_line_where(text, npos, [&](std::string_view line) { return is_conflict_marker(line, where); });
}

Error conflict_error(const Source& source, std::size_t offset) {
    return malformed(source, offset, error_codes::conflict_marker,
                     "a conflict marker: Git could not merge this file, and nobody has yet")
        .with_hint("keep what is right between the lines `<<<<<<<`, `=======` and `>>>>>>>`, and remove these");
}

Error no_marker(const Source& source, std::size_t offset, const std::string& meant) {
    return malformed(source, offset, error_codes::bad_marker, "this looks like a marker, but is none")
        .with_hint(fmt::format("write `{}`, exactly so", meant));
}

Error explained(const Source& prologue, const Error& error, FileKind kind) {
    // First: a conflict explains any other error in the same text.
    const auto conflict = find_conflict_marker(prologue.text, ConflictIn::header);
    if (conflict != npos) return conflict_error(prologue, conflict);
    if (kind == FileKind::repeatable) return error;
    std::optional<Error> better;
    if (error.code() == error_codes::no_header) better = loose_key_error(prologue, "revision");
    if (error.code() == error_codes::missing_key) better = loose_key_error(prologue, "revises");
    if (error.code() == error_codes::stray_text) better = loose_marker_error(prologue, error.location().line);
    return better.value_or(error);
}

}  // namespace rev::script
