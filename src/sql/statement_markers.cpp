#include "sql/statement_markers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::sql {
namespace {

using MarkerKind = StatementMarker::Kind;
using MarkerThing = StatementMarker::Thing;

constexpr std::string_view marker_start = "-- rev:";

struct KindName {
    std::string_view word;
    MarkerKind kind;
};
constexpr std::array<KindName, 3> kind_names = {
    {{"unless", MarkerKind::unless}, {"if", MarkerKind::only_if}, {"repeat", MarkerKind::repeat}}};

/// A thing that a guard may name, with the fewest and the most parts of its name.
struct ThingName {
    std::string_view word;
    MarkerThing thing;
    std::size_t fewest;
    std::size_t most;
    std::string_view form;
};
constexpr std::array<ThingName, 6> thing_names = {{{"column", MarkerThing::column, 2, 3, "TABLE.COLUMN"},
                                                   {"table", MarkerThing::table, 1, 2, "TABLE"},
                                                   {"view", MarkerThing::view, 1, 2, "VIEW"},
                                                   {"index", MarkerThing::index, 1, 2, "INDEX"},
                                                   {"constraint", MarkerThing::constraint, 2, 3, "TABLE.CONSTRAINT"},
                                                   {"type", MarkerThing::type, 1, 2, "TYPE"}}};

constexpr std::string_view forms_of_guards =
    "write `-- rev:unless column TABLE.COLUMN`, `table T`, `view V`, `index I`, `constraint TABLE.NAME`, `type T`, or "
    "a "
    "SELECT";

bool is_inline_blank(char c) noexcept { return c == ' ' || c == '\t'; }

/// Takes the next word, up to a blank, off the front of `rest`.
std::string_view take_marker_word(std::string_view& rest) noexcept {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    const auto word = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(word.size());
    return word;
}

const KindName* find_kind_name(std::string_view word) noexcept {
    const auto* found = std::ranges::find(kind_names, word, &KindName::word);
    return found == kind_names.end() ? nullptr : found;
}

/// The word behind `-- rev:` of a comment that is written as a marker is; empty: it is not.
std::string_view exact_word(std::string_view comment) noexcept {
    if (!comment.starts_with(marker_start)) return {};
    comment.remove_prefix(marker_start.size());
    return comment.substr(0, comment.find_first_of(" \t\r:"));
}

/// The same of one that only looks so: with blanks or capitals where none may be.
std::string loose_word(std::string_view comment) {
    constexpr std::size_t longest_worth_a_look = 64;
    std::string squeezed;
    for (const char c : base::lower_case(comment.substr(2, longest_worth_a_look)))
        if (!is_inline_blank(c)) squeezed += c;
    if (!squeezed.starts_with("rev:")) return {};
    auto words = base::lower_case(comment.substr(comment.find(':') + 1));
    std::string_view rest = words;
    const auto word = take_marker_word(rest);
    return word.empty() ? std::string("?") : std::string(base::trim(word));
}

/// Offsets of all `--` comments of a text.
std::vector<std::size_t> find_line_comments(std::string_view text, Dialect dialect, Backslash backslash) {
    std::vector<std::size_t> comments;
    SqlScanner scanner(text, dialect, backslash);
    scanner.note_line_comments(comments);
    while (scanner.next().kind != SqlToken::Kind::end) continue;
    return comments;
}

std::string_view comment_at(std::string_view text, std::size_t offset) {
    auto comment = text.substr(offset, std::min(text.find('\n', offset), text.size()) - offset);
    return comment.substr(0, comment.find('\r'));
}

/// Whether nothing but blanks stands before it on its line; a BOM is nothing.
bool begins_line(std::string_view text, std::size_t offset) {
    auto before = text.substr(0, offset);
    before.remove_prefix(before.rfind('\n') + 1);  // npos + 1 is 0
    if (before.starts_with("\xEF\xBB\xBF")) before.remove_prefix(3);
    return base::trim(before).empty();
}

bool stands_at_line_start(std::string_view text, std::size_t offset) {
    return offset == 0 || text[offset - 1] == '\n' || text.substr(0, offset) == "\xEF\xBB\xBF";
}

/// Reads what stands behind the word of one marker.
class MarkerArguments {
public:
    /// marker: its text and offset are known.
    MarkerArguments(std::string_view text, Dialect dialect, StatementMarker& marker)
        : text_(text), dialect_(dialect), marker_(marker) {}

    void read() {
        if (!marker_.is_guard()) return read_options();
        auto rest = marker_.argument;
        const auto word = take_marker_word(rest);
        const auto* thing = std::ranges::find(thing_names, word, &ThingName::word);
        if (thing != thing_names.end()) {
            marker_.thing = thing->thing;
            return read_name(*thing, word, base::trim(rest));
        }
        if (!is_word(word, "SELECT") && !is_word(word, "WITH")) refuse_thing(word);
        marker_.thing = MarkerThing::query;
        read_query();
    }

private:
    [[noreturn]] void refuse(std::string_view at, std::string message, std::string hint) const {
        throw BadMarker{static_cast<std::size_t>(at.data() - text_.data()), std::move(message), std::move(hint)};
    }

    [[noreturn]] void refuse_thing(std::string_view word) const {
        if (word.empty()) refuse(marker_.text, "a guard that names nothing", std::string(forms_of_guards));
        std::vector<std::string> known{"SELECT"};
        for (const auto& each : thing_names) known.emplace_back(each.word);
        const auto near = base::closest(word, known);
        refuse(word, fmt::format("a guard cannot ask for \"{}\"", base::printable_word(word)),
               near.empty() ? std::string(forms_of_guards) : base::did_you_mean(near));
    }

    void read_options() {
        auto rest = marker_.argument;
        for (auto word = take_marker_word(rest); !word.empty(); word = take_marker_word(rest)) {
            constexpr std::string_view key = "pause=";
            const bool is_pause = word.starts_with(key) && word.size() > key.size();
            if (!is_pause || !marker_.pause.empty())
                refuse(word, fmt::format("\"{}\" is too much in this marker", base::printable_word(word)),
                       "write `-- rev:repeat`, or `-- rev:repeat pause=100ms`");
            marker_.pause = word.substr(key.size());
        }
    }

    void read_name(const ThingName& thing, std::string_view word, std::string_view name) {
        const auto hint = fmt::format("write `{} {}`, where {} may have a schema and parts may be in double quotes",
                                      thing.word, thing.form, thing.fewest == 1 ? "it" : "the table");
        SqlScanner scanner(name, dialect_);
        for (auto token = scanner.next();; token = scanner.next()) {
            const auto part = scanner.text_of(token);
            const bool is_name = (token.kind == SqlToken::Kind::word || token.kind == SqlToken::Kind::quoted_name) &&
                                 part.size() > (token.kind == SqlToken::Kind::word ? 0U : 2U);
            if (!is_name || scanner.ends_open())
                refuse(name.empty() ? word : name,
                       fmt::format("\"{}\" is not the name of a {}", base::printable_word(name), thing.word), hint);
            marker_.name.push_back(part);
            token = scanner.next();
            if (token.kind == SqlToken::Kind::end) break;
            if (scanner.text_of(token) != ".")
                refuse(
                    name.substr(token.begin),
                    fmt::format("\"{}\" is too much behind the name", base::printable_word(name.substr(token.begin))),
                    hint);
        }
        if (marker_.name.size() < thing.fewest || marker_.name.size() > thing.most)
            refuse(name, fmt::format("\"{}\" is not the name of a {}", base::printable_word(name), thing.word), hint);
    }

    void read_query() {
        marker_.query = marker_.argument;
        SqlScanner scanner(marker_.argument, dialect_);
        long long open = 0;
        bool is_over = false;
        for (auto token = scanner.next(); token.kind != SqlToken::Kind::end; token = scanner.next()) {
            const auto part = marker_.argument.substr(token.begin);
            if (is_over) refuse(part, "a guard asks one SELECT", "join the two, or write two markers: all must hold");
            if (token.kind == SqlToken::Kind::terminator) {
                is_over = true;
                marker_.query = marker_.argument.substr(0, token.begin);
            }
            if (scanner.text_of(token) == "(") ++open;
            if (scanner.text_of(token) == ")" && --open < 0) refuse(part, "this closes no parenthesis", "remove it");
        }
        if (open != 0 || scanner.ends_open())
            refuse(marker_.argument, "this SELECT does not end on its line",
                   "a guard is one line: close the quote or the parenthesis, or put the SELECT into a view");
    }

    std::string_view text_;
    Dialect dialect_;
    StatementMarker& marker_;
};

/// Walks over the comments of a text.
class StatementMarkerReader {
public:
    StatementMarkerReader(std::string_view text, Dialect dialect, std::span<const Statement> statements,
                          UnknownMarkers unknown)
        : text_(text), dialect_(dialect), statements_(statements), unknown_(unknown) {}

    std::vector<StatementMarker> read(Backslash backslash) {
        for (const auto offset : find_line_comments(text_, dialect_, backslash)) read_comment(offset);
        for (const auto& marker : markers_)
            if (marker.statement == statements_.size())
                throw BadMarker{marker.offset, "a marker with no statement below it",
                                "it holds for the statement that comes next: write that, or delete this line"};
        return std::move(markers_);
    }

private:
    void read_comment(std::size_t offset) {
        const auto comment = comment_at(text_, offset);
        const auto exact = exact_word(comment);
        const auto* kind = find_kind_name(exact);
        if (!begins_line(text_, offset)) {
            if (kind != nullptr)
                throw BadMarker{offset, "a marker behind something else on its line",
                                "put it on a line of its own, above the statement that it holds for"};
            return;
        }
        if (kind != nullptr && stands_at_line_start(text_, offset)) return add(*kind, offset, comment);
        if (unknown_ == UnknownMarkers::refused) refuse_near_miss(offset, comment, exact);
    }

    void add(const KindName& kind, std::size_t offset, std::string_view comment) {
        const auto below = std::ranges::upper_bound(statements_, offset, {}, &Statement::offset);
        if (below != statements_.begin()) {
            const auto& before = *std::prev(below);
            if (offset < before.offset + before.text.size())
                throw BadMarker{offset, "a marker within a statement", "put it above the statement"};
        }
        StatementMarker marker;
        marker.kind = kind.kind;
        marker.statement = static_cast<std::size_t>(below - statements_.begin());
        marker.offset = offset;
        marker.text = base::trim(comment.substr(3));
        marker.argument = base::trim(comment.substr(marker_start.size() + kind.word.size()));
        MarkerArguments(text_, dialect_, marker).read();
        const bool is_second = !markers_.empty() && markers_.back().statement == marker.statement &&
                               std::ranges::any_of(markers_, [&](const StatementMarker& each) {
                                   return each.statement == marker.statement && !each.is_guard() && !marker.is_guard();
                               });
        if (is_second) throw BadMarker{offset, "a second rev:repeat above one statement", "remove one of them"};
        markers_.push_back(std::move(marker));
    }

    /// Taken as a comment, a guard that a formatter has indented would let its statement run unguarded.
    void refuse_near_miss(std::size_t offset, std::string_view comment, std::string_view exact) const {
        const auto word = loose_word(comment);
        if (word.empty() || word == "ignore") return;
        const auto colon = word.substr(0, word.find(':'));
        const bool is_known = find_kind_name(colon) != nullptr || colon == "upgrade" || colon == "downgrade" ||
                              colon == "verify" || colon == "todo" || colon == "end";
        if (stands_at_line_start(text_, offset) && exact == "todo") return;
        if (is_known)
            throw BadMarker{offset, "this looks like a marker, but is none",
                            fmt::format("write `-- rev:{}`, exactly so, at the beginning of its line", colon)};
        std::vector<std::string> known{"upgrade", "downgrade", "verify", "todo", "ignore", "unless", "if", "repeat"};
        const auto near = base::closest(colon, known);
        throw BadMarker{offset, fmt::format("there is no marker \"rev:{}\"", base::printable_word(colon)),
                        near.empty() ? "begin an ordinary comment with another word" : base::did_you_mean(near)};
    }

    std::string_view text_;
    Dialect dialect_;
    std::span<const Statement> statements_;
    UnknownMarkers unknown_;
    std::vector<StatementMarker> markers_;
};

}  // namespace

std::vector<StatementMarker> read_markers(std::string_view text, Dialect dialect, std::span<const Statement> statements,
                                          UnknownMarkers unknown, Backslash backslash) {
    // "previous" and REVOKE are in many texts.
    const bool may_have = unknown == UnknownMarkers::comments ? may_have_exact_markers(text) : may_have_markers(text);
    if (!may_have) return {};
    return StatementMarkerReader(text, dialect, statements, unknown).read(backslash);
}

std::span<const StatementMarker> markers_above(std::span<const StatementMarker> markers, std::size_t statement) {
    // Two searches: clang 14 takes no equal_range of GCC's library.
    const auto first = std::ranges::lower_bound(markers, statement, {}, &StatementMarker::statement);
    const auto last = std::ranges::upper_bound(markers, statement, {}, &StatementMarker::statement);
    return {first, last};
}

std::string normalized_marker(std::string_view comment, Dialect dialect) {
    const auto word = exact_word(comment);
    if (find_kind_name(word) == nullptr) return {};
    std::string text(comment.substr(0, marker_start.size() + word.size()));
    SqlScanner scanner(comment.substr(text.size()), dialect);
    for (auto token = scanner.next(); token.kind != SqlToken::Kind::end; token = scanner.next())
        if (token.kind != SqlToken::Kind::terminator) (text += ' ') += scanner.text_of(token);
    return text += '\n';
}

}  // namespace rev::sql
