// Hints in the desired schema: comments that say what no comparison can find out. They are read from the text, since
// neither PostgreSQL nor SQLite keeps comments of DDL that it has run (SQLite keeps some, but not those before a
// CREATE).

#include "schema/hints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "rev/error.hpp"
#include "sql/names.hpp"
#include "sql/sql_scanner.hpp"
#include "sql/token_text.hpp"

namespace rev::schema {
namespace {

using Name = std::vector<std::string>;

constexpr std::string_view marker = "-- rev:";
constexpr std::string_view known_hints = "`-- rev:renamed from OLD` and `-- rev:using EXPRESSION`";

/// One hint; a comment may hold several.
struct Hint {
    std::size_t offset = 0;     ///< of its `--`
    std::string_view text;      ///< behind `rev:`, trimmed
    std::size_t token = 0;      ///< the first one behind it
    bool has_own_line = false;  ///< nothing but blanks stands before it on its line
};

/// A column, attribute or label: its tokens.
struct Item {
    Name name;
    Kind kind = Kind::column;
    std::size_t first = 0;
    std::size_t last = 0;
};

/// A CREATE: its tokens, and what it makes.
struct Creation {
    FactId id;
    std::size_t first = 0;
    std::size_t last = 0;
    std::vector<Item> items = {};
};

class HintReader {
public:
    HintReader(std::string_view ddl, Dialect dialect, const std::string& file, std::string_view default_schema)
        : ddl_(ddl),
          dialect_(dialect),
          file_(file),
          default_schema_(default_schema),
          text_({.sql = ddl, .dialect = dialect}) {}

    Hints read();

private:
    void find_hints();
    void add_hints(std::size_t begin, std::size_t token);
    void find_creations();
    void read_statement(std::size_t first, std::size_t last);
    void read_items(Creation& creation, std::size_t at);
    void add_item(Creation& creation, std::size_t first, std::size_t last);
    void apply(const Hint& hint);
    void apply_to_creation(const Hint& hint);
    void apply_to_item(const Hint& hint);
    [[nodiscard]] std::pair<const Creation*, const Item*> item_at(const Hint& hint) const;
    void add_rename(const Hint& hint, const FactId& id);
    void add_using(const Hint& hint, const FactId& id);

    [[nodiscard]] bool is(std::size_t token, std::string_view upper) const { return text_.is(token, upper); }
    [[nodiscard]] std::optional<Name> read_name(std::size_t& at, std::size_t last) const;
    [[nodiscard]] Name qualified(Name name) const;
    /// Where a `--` comment ends, a line does.
    [[nodiscard]] bool is_on_one_line(std::size_t begin, std::size_t end) const {
        return sql::line_comment_end(ddl_, begin, dialect_) >= end;
    }
    [[nodiscard]] bool has_own_line(std::size_t comment) const;
    [[noreturn]] void fail(const Hint& hint, const std::string& message, const std::string& advice) const;

    std::string_view ddl_;
    Dialect dialect_;
    const std::string& file_;
    std::string default_schema_;
    sql::TokenText text_;
    std::vector<Hint> hints_;
    std::vector<Creation> creations_;
    Hints found_;
};

/// Most schemas have no hint, and then nothing of the statements is read.
Hints HintReader::read() {
    find_hints();
    if (hints_.empty()) return {};
    find_creations();
    for (const auto& hint : hints_) apply(hint);
    return std::move(found_);
}

/// Comments stand between tokens.
void HintReader::find_hints() {
    if (ddl_.find("rev:") == std::string_view::npos) return;
    sql::SqlScanner scanner(ddl_, dialect_);
    std::vector<std::size_t> comments;
    scanner.note_line_comments(comments);
    for (auto kind = sql::SqlToken::Kind::terminator; kind != sql::SqlToken::Kind::end;) {
        const auto token = scanner.next();
        kind = token.kind;
        for (const auto comment : comments) add_hints(comment, text_.tokens.size());
        comments.clear();
        if (kind != sql::SqlToken::Kind::end) text_.tokens.push_back(token);
    }
}

bool HintReader::has_own_line(std::size_t comment) const {
    const auto before = ddl_.substr(0, comment).find_last_not_of(" \t\r\n");
    return before == std::string_view::npos || !is_on_one_line(before, comment);
}

/// A comment: `-- rev:... -- rev:...`
void HintReader::add_hints(std::size_t begin, std::size_t token) {
    const auto end = sql::line_comment_end(ddl_, begin, dialect_);
    if (!ddl_.substr(begin, end - begin).starts_with(marker)) return;
    const bool stands_alone = has_own_line(begin);
    while (begin < end) {
        const auto next = std::min(ddl_.find(marker, begin + marker.size()), end);
        const auto text = ddl_.substr(begin + marker.size(), next - begin - marker.size());
        hints_.push_back({.offset = begin, .text = base::trim(text), .token = token, .has_own_line = stands_alone});
        begin = next;
    }
}

void HintReader::find_creations() {
    std::size_t first = 0;
    const auto& tokens = text_.tokens;
    for (std::size_t token = 0; token <= tokens.size(); ++token) {
        if (token < tokens.size() && tokens[token].kind != sql::SqlToken::Kind::terminator) continue;
        if (token > first) read_statement(first, token);
        first = token + 1;
    }
}

struct CreatedKind {
    std::string_view word;
    Kind kind;
};
/// TYPE may be an enum, a composite or a range: read_items() tells which.
constexpr std::array<CreatedKind, 7> created_kinds = {{{"SCHEMA", Kind::schema},
                                                       {"TABLE", Kind::table},
                                                       {"VIEW", Kind::view},
                                                       {"INDEX", Kind::index},
                                                       {"TYPE", Kind::type_enum},
                                                       {"DOMAIN", Kind::domain},
                                                       {"SEQUENCE", Kind::sequence}}};

void HintReader::read_statement(std::size_t first, std::size_t last) {
    if (!is(first, "CREATE")) return;
    auto at = first + 1;
    bool is_materialized = false;
    bool is_virtual = false;
    const auto is_attribute = [&](std::size_t token) {
        for (const auto* word : {"OR", "REPLACE", "TEMP", "TEMPORARY", "UNLOGGED", "GLOBAL", "LOCAL", "UNIQUE",
                                 "FOREIGN", "RECURSIVE", "MATERIALIZED", "VIRTUAL"})
            if (is(token, word)) return true;
        return false;
    };
    for (; at < last && is_attribute(at); ++at) {
        is_materialized = is_materialized || is(at, "MATERIALIZED");
        is_virtual = is_virtual || is(at, "VIRTUAL");
    }
    const auto found = std::ranges::find_if(created_kinds, [&](const auto& each) { return is(at, each.word); });
    if (found == created_kinds.end()) return;
    Creation creation{.id = {found->kind, {}}, .first = first, .last = last};
    if (is_materialized) creation.id.kind = Kind::materialized_view;
    if (is_virtual) creation.id.kind = Kind::virtual_table;
    ++at;
    if (is(at, "CONCURRENTLY")) ++at;
    // IF NOT EXISTS
    if (is(at, "IF")) at += 3;
    auto name = read_name(at, last);
    if (!name) return;
    if (creation.id.kind == Kind::index && dialect_ == Dialect::postgresql && is(at, "ON")) {
        // An index is in the schema of its table.
        ++at;
        if (is(at, "ONLY")) ++at;
        auto table = read_name(at, last);
        if (table && table->size() > 1) name->insert(name->begin(), table->front());
    }
    creation.id.name = creation.id.kind == Kind::schema ? *name : qualified(std::move(*name));
    read_items(creation, at);
    creations_.push_back(std::move(creation));
}

std::optional<Name> HintReader::read_name(std::size_t& at, std::size_t last) const {
    Name name;
    while (at < last && (text_.is_name(at) || text_.is_string(at))) {
        name.push_back(text_.folded_name(at));
        ++at;
        if (!is(at, ".")) return name;
        ++at;
    }
    return std::nullopt;
}

/// As a model has it: with its schema on PostgreSQL, without on SQLite.
Name HintReader::qualified(Name name) const {
    if (dialect_ == Dialect::sqlite) return {name.back()};
    if (name.size() == 1) name.insert(name.begin(), default_schema_);
    return name;
}

/// The parts of the first parentheses behind the name, if they list columns, attributes or labels.
void HintReader::read_items(Creation& creation, std::size_t at) {
    auto& kind = creation.id.kind;
    auto item_kind = Kind::column;
    if (kind == Kind::type_enum) {
        if (!is(at, "AS")) return;
        ++at;
        item_kind = is(at, "ENUM") ? Kind::enum_label : Kind::attribute;
        if (is(at, "(")) kind = Kind::type_composite;
        if (is(at, "RANGE")) kind = Kind::type_range;
        if (is(at, "ENUM")) ++at;
    } else if (kind != Kind::table) {
        return;
    }
    if (!is(at, "(") || kind == Kind::type_range) return;
    std::size_t depth = 1;
    auto first = ++at;
    for (; at < creation.last && depth > 0; ++at) {
        if (is(at, "(")) ++depth;
        if (is(at, ")")) --depth;
        if (depth > 1 || (depth == 1 && !is(at, ","))) continue;
        if (at > first) {
            add_item(creation, first, at);
            creation.items.back().kind = item_kind;
        }
        first = at + 1;
    }
}

void HintReader::add_item(Creation& creation, std::size_t first, std::size_t last) {
    Item item{.name = creation.id.name, .first = first, .last = last};
    bool is_part = text_.is_name(first) || text_.is_string(first);
    for (const auto* word : {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE", "LIKE"})
        if (is(first, word)) is_part = false;
    // One without a name takes no hint.
    if (is_part)
        item.name.push_back(text_.folded_name(first));
    else
        item.name.clear();
    creation.items.push_back(std::move(item));
}

void HintReader::fail(const Hint& hint, const std::string& message, const std::string& advice) const {
    const auto position = base::position_of(ddl_, hint.offset);
    throw Error(ExitCode::graph, error_codes::bad_hint, message)
        .with_hint(advice)
        .with_location({file_, position.line, position.column, std::string(position.line_text)});
}

void HintReader::apply(const Hint& hint) {
    const bool is_rename = hint.text.starts_with("renamed");
    const bool is_using = hint.text.starts_with("using");
    if (!is_rename && !is_using)
        fail(hint, fmt::format("`rev:{}` is no hint", hint.text.substr(0, hint.text.find_first_of(" \t"))),
             fmt::format("hints are {}", known_hints));
    if (hint.has_own_line) {
        apply_to_creation(hint);
    } else {
        apply_to_item(hint);
    }
}

void HintReader::apply_to_creation(const Hint& hint) {
    const auto found = std::ranges::find(creations_, hint.token, &Creation::first);
    if (found == creations_.end() || !hint.text.starts_with("renamed"))
        fail(hint, "the hint stands before nothing that it can be about",
             "write it on the line before a CREATE, or at the end of a column's line");
    add_rename(hint, found->id);
}

void HintReader::apply_to_item(const Hint& hint) {
    const auto [creation, item] = item_at(hint);
    if (item == nullptr || item->name.empty())
        fail(hint, "the hint stands behind no column or label", "write it at the end of the line of what it is about");
    const FactId id{item->kind, item->name};
    if (hint.text.starts_with("using")) return add_using(hint, id);
    add_rename(hint, id);
}

/// What ends on the hint's line; nothing if several things begin there.
std::pair<const Creation*, const Item*> HintReader::item_at(const Hint& hint) const {
    auto token = hint.token;
    // The comma behind a column stands before the comment at the end of its line.
    while (token > 0 && is(token - 1, ",")) --token;
    if (token == 0) return {};
    const auto before = token - 1;
    for (const auto& creation : creations_) {
        for (const auto& item : creation.items) {
            if (before < item.first || before >= item.last) continue;
            const auto begins_there = std::ranges::count_if(creation.items, [&](const Item& other) {
                return other.first <= before && is_on_one_line(text_.tokens[other.first].begin, hint.offset);
            });
            if (begins_there > 1)
                fail(hint, "several columns stand on the line of the hint", "write each on a line of its own");
            return {&creation, &item};
        }
    }
    return {};
}

void HintReader::add_rename(const Hint& hint, const FactId& id) {
    auto rest = hint.text.substr(std::string_view("renamed").size());
    const auto from = base::trim(rest);
    const bool says_from = from.starts_with("from") && from.size() > 4 && (from[4] == ' ' || from[4] == '\t');
    const auto old_name = says_from ? sql::name_parts(from.substr(4), dialect_) : std::nullopt;
    const bool is_part = id.kind == Kind::column || id.kind == Kind::enum_label || id.kind == Kind::attribute;
    if (!old_name || (is_part && old_name->size() > 1))
        fail(hint, "the hint does not say one old name",
             "it is `-- rev:renamed from OLD`, with the name as SQL has it");
    FactId old{id.kind, id.name};
    if (is_part || old_name->size() == 1 || dialect_ == Dialect::sqlite) {
        old.name.back() = old_name->back();
    } else {
        old.name = *old_name;
    }
    if (std::ranges::any_of(found_.renames, [&](const Rename& other) { return other.to == id || other.from == old; }))
        fail(hint, fmt::format("two hints are about {} or {}", describe(old), describe(id)), "leave one of them");
    found_.renames.push_back({old, id});
}

void HintReader::add_using(const Hint& hint, const FactId& id) {
    const auto expression = base::trim(hint.text.substr(std::string_view("using").size()));
    if (expression.empty() || id.kind != Kind::column)
        fail(hint, expression.empty() ? "the hint has no expression" : "the hint is for columns only",
             "it is `-- rev:using EXPRESSION` at the end of a column's line");
    if (std::ranges::find(found_.using_expressions, id, &UsingExpression::column) != found_.using_expressions.end())
        fail(hint, fmt::format("two hints are about {}", describe(id)), "leave one of them");
    found_.using_expressions.push_back({id, std::string(expression)});
}

bool ends_with(const Name& name, const Name& end) {
    return name.size() >= end.size() && std::equal(end.rbegin(), end.rend(), name.rbegin());
}

bool can_be_renamed(Kind kind) {
    constexpr std::array<Kind, 14> kinds = {
        Kind::schema,     Kind::table,     Kind::virtual_table, Kind::view,      Kind::materialized_view,
        Kind::index,      Kind::type_enum, Kind::domain,        Kind::sequence,  Kind::type_composite,
        Kind::type_range, Kind::column,    Kind::attribute,     Kind::enum_label};
    return std::ranges::find(kinds, kind) != kinds.end();
}

bool is_part(Kind kind) { return kind == Kind::column || kind == Kind::attribute || kind == Kind::enum_label; }

Error bad_rename(std::string_view text, const std::string& message) {
    return Error(ExitCode::usage, error_codes::bad_rename, fmt::format("--rename {}: {}", text, message))
        .with_hint("it is --rename OLD=NEW, such as crew=staff for a table, or crew.nm=full_name for a column");
}

/// The things of `from` that the old name may mean; whole ones before parts of them.
std::vector<FactId> named(const Model& from, const Name& name) {
    std::vector<FactId> whole;
    std::vector<FactId> parts;
    for (const auto& fact : from.facts())
        if (can_be_renamed(fact.id.kind) && ends_with(fact.id.name, name) &&
            // A column must be named with its table: its name alone may be that of many.
            (!is_part(fact.id.kind) || name.size() > 1))
            (is_part(fact.id.kind) ? parts : whole).push_back(fact.id);
    return whole.empty() ? parts : whole;
}

}  // namespace

Hints read_hints(std::string_view ddl, Dialect dialect, const std::string& file, std::string_view default_schema) {
    return HintReader(ddl, dialect, file, default_schema).read();
}

Rename read_rename(std::string_view text, const Model& from, const Model& to) {
    const auto dialect = from.empty() ? to.dialect() : from.dialect();
    // Names may hold a `=` between quotes.
    sql::SqlScanner scanner(text, dialect);
    auto token = scanner.next();
    while (token.kind != sql::SqlToken::Kind::end && scanner.text_of(token) != "=") token = scanner.next();
    if (token.kind == sql::SqlToken::Kind::end) throw bad_rename(text, "there is no `=`");
    const auto old_name = sql::name_parts(text.substr(0, token.begin), dialect);
    const auto new_name = sql::name_parts(text.substr(token.end), dialect);
    if (!old_name || !new_name) throw bad_rename(text, "no name stands on one side of the `=`");

    const auto candidates = named(from, *old_name);
    if (candidates.empty()) throw bad_rename(text, "nothing has the old name");
    if (candidates.size() > 1)
        throw bad_rename(text, fmt::format("that may be {} or {}", describe(candidates[0]), describe(candidates[1])));
    Rename rename{candidates.front(), candidates.front()};
    if (new_name->size() > rename.to.name.size()) throw bad_rename(text, "the new name has too many parts");
    std::copy_backward(new_name->begin(), new_name->end(), rename.to.name.end());
    // A column's table may have another name too.
    const bool is_there = is_part(rename.to.kind) || to.find(rename.to) != nullptr;
    if (!is_there) throw bad_rename(text, "nothing will have the new name");
    return rename;
}

}  // namespace rev::schema
