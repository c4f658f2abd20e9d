#include "schema/postgres/rename_text.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "sql/literals.hpp"
#include "sql/token_text.hpp"

namespace rev::schema::postgres {
namespace {

using sql::TokenRange;
using sql::TokenText;

/// What has arguments is a function of the same name.
bool anywhere(std::string_view /*before*/, std::string_view behind) { return !behind.starts_with('('); }

/// A table's name stands behind its schema or before a column.
bool beside_a_dot(std::string_view before, std::string_view behind) {
    return before.ends_with('.') || behind.starts_with('.');
}

bool begins_with(const std::vector<std::string>& name, std::size_t at, const std::vector<std::string>& beginning) {
    return name.size() >= at + beginning.size() &&
           std::equal(beginning.begin(), beginning.end(), name.begin() + static_cast<std::ptrdiff_t>(at));
}

/// Where in the name of a fact the name of what it belongs to begins.
std::size_t name_offset(const Fact& fact) { return is_said_of_another(fact.id.kind) ? 1 : 0; }

using NewIds = std::map<FactId, FactId>;

std::vector<std::string> renamed(const std::vector<std::string>& name, std::size_t at, const FactId& from,
                                 const FactId& to) {
    auto result = name;
    std::ranges::copy(to.name, result.begin() + static_cast<std::ptrdiff_t>(at));
    static_cast<void>(from);
    return result;
}

bool before_a_dot(std::string_view /*before*/, std::string_view behind) { return behind.starts_with('.'); }

/// SQL as the server writes it: keywords in capitals, names in the plainest form.
TokenText tokens_of(std::string_view sql) { return sql::tokens_of(sql, Dialect::postgresql); }

/// `text` with the tokens of the ranges replaced, which are in ascending order.
std::string replace_ranges(const TokenText& text, const std::vector<TokenRange>& ranges, std::string_view replacement) {
    std::string out;
    std::size_t at = 0;
    for (const auto& range : ranges) {
        out += text.sql.substr(at, text.tokens[range.first].begin - at);
        out += replacement;
        at = text.tokens[range.last - 1].end;
    }
    return out.append(text.sql.substr(at));
}

/// With schema.name of the one thing replaced by that of the other.
std::string replace_address(const std::string& sql, const FactId& from, const FactId& to) {
    const auto text = tokens_of(sql);
    std::vector<TokenRange> found;
    for (std::size_t token = 0; token < text.tokens.size(); ++token) {
        if (!text.is_name(token)) continue;
        const TokenRange name{token, text.behind_name(token)};
        // What stands behind the second part belongs to it: a column.
        const TokenRange address{token, std::min(token + 2 * from.name.size() - 1, name.last)};
        token = name.last - 1;
        if (address.last <= text.tokens.size() && text.text(address) == qualified(from.name)) found.push_back(address);
    }
    return replace_ranges(text, found, qualified(to.name));
}

/// With `renamed` of what stands in each string that the server reads as the name of an object: 'app.item'::regclass.
template <typename Renamed>
std::string rename_in_object_names(const std::string& sql, const Renamed& renamed) {
    const auto text = tokens_of(sql);
    std::string out;
    std::size_t at = 0;
    for (std::size_t token = 0; token < text.tokens.size(); ++token) {
        if (!text.is_string(token) || !text.is(token + 1, "::") || !text.text(token + 2).starts_with("reg")) continue;
        const auto name = sql::quoted_content(text.text(token), Dialect::postgresql);
        const auto begin = static_cast<std::size_t>(name.data() - text.sql.data());
        out += text.sql.substr(at, begin - at);
        out += renamed(std::string(name));
        at = begin + name.size();
    }
    return out.append(text.sql.substr(at));
}

/// The types in the name of a routine, an operator or a cast.
std::string with_renamed_types(const std::string& types, const FactId& from, const FactId& to) {
    if (from.kind == Kind::schema)
        return replace_identifier(types, quote_name(from.name[0]), quote_name(to.name[0]), &before_a_dot);
    return replace_address(types, from, to);
}

/// What has types in its name, and what is said of it.
void add_signatures(NewIds& ids, const std::vector<Fact>& facts, const FactId& from, const FactId& to) {
    const auto has_types = [](Kind kind) {
        return kind == Kind::routine || kind == Kind::aggregate || kind == Kind::operator_ || kind == Kind::cast;
    };
    if (from.kind != Kind::schema && (from.name.size() != 2 || has_types(from.kind))) return;
    for (const auto& fact : facts) {
        if (!has_types(fact.id.kind) || fact.id == from) continue;
        auto id = fact.id;
        id.name.back() = with_renamed_types(id.name.back(), from, to);
        if (from.kind == Kind::schema && id.name.front() == from.name.front()) id.name.front() = to.name.front();
        if (id != fact.id) ids.emplace(fact.id, id);
    }
    for (const auto& fact : facts) {
        if (!is_said_of_another(fact.id.kind) || !fact.parent) continue;
        const auto found = ids.find(*fact.parent);
        if (found == ids.end() || !has_types(found->first.kind)) continue;
        auto id = fact.id;
        std::ranges::copy(found->second.name, id.name.begin() + 1);
        ids.emplace(fact.id, id);
    }
}

/// The renamed fact and all below it.
NewIds new_ids(const std::vector<Fact>& facts, const FactId& from, const FactId& to) {
    NewIds ids = {{from, to}};
    add_signatures(ids, facts, from, to);
    // Until nothing more is found below it.
    for (auto grown = true; grown;) {
        grown = false;
        for (const auto& fact : facts) {
            if (!fact.parent || ids.contains(fact.id) || !ids.contains(*fact.parent)) continue;
            const auto at = name_offset(fact);
            auto id = fact.id;
            if (begins_with(id.name, at, from.name)) id.name = renamed(id.name, at, from, to);
            ids.emplace(fact.id, id);
            grown = true;
        }
    }
    // What names the table in the third place: heirs and members of publications.
    for (const auto& fact : facts) {
        auto id = fact.id;
        const bool is_heir = id.kind == Kind::inheritance && from.kind == Kind::table;
        if (!is_heir && id.kind != Kind::publication_member) continue;
        if (!begins_with(id.name, 2, from.name)) continue;
        id.name = renamed(id.name, 2, from, to);
        ids.emplace(fact.id, id);
    }
    return ids;
}

bool needs_any_of(const Fact& fact, const NewIds& ids) {
    // The tables that it inherits from are named in it, and it needs them by facts of their own.
    return ids.contains(fact.id) || (fact.id.kind == Kind::table && fact.attributes.contains("inherits")) ||
           (fact.parent && ids.contains(*fact.parent)) ||
           std::ranges::any_of(fact.depends_on, [&](const FactId& id) { return ids.contains(id); });
}

/// Follows whether tokens stand in a list of what a query gives.
class ListReader {
public:
    /// Goes behind the token.
    void pass(const TokenText& text, std::size_t token) {
        if (text.is(token, "(")) in_list_.push_back(false);
        if (text.is(token, ")") && in_list_.size() > 1) in_list_.pop_back();
        if (text.tokens[token].kind != sql::SqlToken::Kind::word) return;
        // Keywords are in capitals, names are not: `set` may be a column.
        const auto word = text.text(token);
        if (word == "SELECT" || word == "RETURNING") in_list_.back() = true;
        for (const auto end : {"FROM", "WHERE", "GROUP", "ORDER", "SET"})
            if (word == end) in_list_.back() = false;
    }
    [[nodiscard]] bool in_list() const { return in_list_.back(); }

private:
    std::vector<bool> in_list_ = {false};  ///< for each parenthesis that is open
};

/// Whether the name is the first word of what a list gives, but for the table's name: since 16 the server leaves it out
/// where there is one table only.
bool begins_item(const TokenText& text, std::size_t name) {
    while (name >= 2 && text.is(name - 1, ".") && text.is_name(name - 2)) name -= 2;
    if (name == 0) return false;
    const auto before = text.text(name - 1);
    return before == "SELECT" || before == "DISTINCT" || before == "RETURNING" || before == "," || before == ")";
}

/// What a query gives keeps its name when the column that it takes gets another one: `t.nm` becomes `t.full_name AS
/// nm`.
std::string rename_in_query(const std::string& sql, const std::string& from, const std::string& to) {
    const auto text = tokens_of(sql);
    std::string out;
    std::size_t at = 0;
    ListReader list;
    for (std::size_t token = 0; token < text.tokens.size(); list.pass(text, token), ++token) {
        const auto behind = text.sql.substr(text.tokens[token].end);
        const bool is_alias = token > 0 && text.text(token - 1) == "AS";
        if (!text.is_name(token) || text.text(token) != from || !anywhere({}, behind) || is_alias) continue;
        out += text.sql.substr(at, text.tokens[token].begin - at);
        out += to;
        at = text.tokens[token].end;
        const auto given = list.in_list() && begins_item(text, token);
        const auto is_item =
            behind.empty() || behind.starts_with(',') || behind.starts_with('\n') || behind.starts_with(';');
        if (given && is_item)
            out += " AS " + from;
        else if (given && text.text(token + 1) == "AS" && text.text(token + 2) == to)
            at = text.tokens[token + 2].end;
    }
    return out.append(text.sql.substr(at));
}

bool is_query(const Fact& fact) {
    return fact.id.kind == Kind::view || fact.id.kind == Kind::materialized_view || fact.id.kind == Kind::rule ||
           (fact.id.kind == Kind::routine && !note_of(fact, "parsed").empty());
}

void rename_in_texts(Attributes& values, const FactId& from, const FactId& to) {
    const auto of_column = from.kind == Kind::column || from.kind == Kind::attribute;
    const auto old_name = quote_name(from.name.size() > 2 && !of_column ? from.name[1] : from.name.back());
    const auto name = quote_name(to.name.size() > 2 && !of_column ? to.name[1] : to.name.back());
    for (auto& [key, value] : values) {
        if (of_column) {
            value = replace_identifier(value, old_name, name, &anywhere);
            continue;
        }
        const auto renamed = [&](const std::string& sql) {
            const bool moves = from.name.size() == 2 && from.name[0] != to.name[0];
            return replace_identifier(moves ? replace_address(sql, from, to) : sql, old_name, name, &beside_a_dot);
        };
        value = rename_in_object_names(renamed(value), renamed);
    }
}

/// The server leaves the text of a body alone: it is a string, and says what its author wrote.
std::string take_body(Fact& fact) {
    const auto definition = fact.attributes.find("definition");
    if (fact.id.kind != Kind::routine || !note_of(fact, "parsed").empty() || definition == fact.attributes.end())
        return {};
    const auto at = std::min(definition->second.find("\nAS "), definition->second.size());
    auto body = definition->second.substr(at);
    definition->second.resize(at);
    return body;
}

void rename_label(Fact& type, const FactId& from, const FactId& to) {
    auto& labels = type.attributes["labels"];
    std::string changed;
    for (const auto& label : split_sql_list(labels))
        changed += (changed.empty() ? "" : ", ") +
                   (label == quote_text(from.name.back()) ? quote_text(to.name.back()) : label);
    labels = changed;
}

void rename_attribute(Fact& type, const FactId& from, const FactId& to) {
    auto& order = type.attributes["order"];
    order = replace_identifier(order, quote_name(from.name.back()), quote_name(to.name.back()), &anywhere);
}

void rename_label_in_text(Attributes& values, const FactId& from, const FactId& to) {
    // With the cast that the server writes behind it: other texts of the same letters stay.
    const auto old_label = quote_text(from.name.back()) + "::";
    for (auto& [key, value] : values)
        for (auto at = value.find(old_label); at != std::string::npos; at = value.find(old_label, at + 1))
            value.replace(at, old_label.size(), quote_text(to.name.back()) + "::");
}

/// Of indexes and constraints that partitions have: which one of the whole they are parts of.
void rename_whole(Fact& part, const NewIds& ids) {
    if (part.id.kind != Kind::index && part.id.kind != Kind::constraint) return;
    const auto note = part.notes.find(part.id.kind == Kind::index ? "whole" : "part of");
    if (note == part.notes.end()) return;
    const auto found = ids.find({part.id.kind, split_parts(note->second)});
    if (found == ids.end()) return;
    note->second.clear();
    for (const auto& name : found->second.name) note->second += (note->second.empty() ? "" : "\x1f") + name;
    if (const auto whole = part.attributes.find("part of"); whole != part.attributes.end())
        whole->second = qualified(found->second.name);
}

}  // namespace

std::string replace_identifier(const std::string& sql, const std::string& from, const std::string& to,
                               bool (*wanted)(std::string_view before, std::string_view behind)) {
    const auto text = tokens_of(sql);
    std::vector<TokenRange> found;
    for (std::size_t token = 0; token < text.tokens.size(); ++token) {
        const auto& [kind, begin, end] = text.tokens[token];
        if (!text.is_name(token) || text.text(token) != from) continue;
        if (wanted(text.sql.substr(0, begin), text.sql.substr(end))) found.push_back({token, token + 1});
    }
    return replace_ranges(text, found, to);
}

void rename_in_facts(std::vector<Fact>& facts, const FactId& from, const FactId& to) {
    const auto ids = new_ids(facts, from, to);
    const auto new_id = [&](FactId& id) {
        if (const auto found = ids.find(id); found != ids.end()) id = found->second;
    };
    for (auto& fact : facts) {
        if (from.kind == Kind::enum_label && fact.id == FactId{Kind::type_enum, {from.name[0], from.name[1]}})
            rename_label(fact, from, to);
        if (from.kind == Kind::attribute && fact.id == FactId{Kind::type_composite, {from.name[0], from.name[1]}})
            rename_attribute(fact, from, to);
        if (from.kind == Kind::enum_label) {
            rename_label_in_text(fact.attributes, from, to);
        } else if (needs_any_of(fact, ids) && fact.id.kind != Kind::comment) {
            if (from.kind == Kind::column && is_query(fact)) {
                auto& definition = fact.attributes["definition"];
                definition = rename_in_query(definition, quote_name(from.name.back()), quote_name(to.name.back()));
            } else {
                const auto body = take_body(fact);
                rename_in_texts(fact.attributes, from, to);
                rename_in_texts(fact.notes, from, to);
                if (!body.empty()) fact.attributes["definition"] += body;
            }
        }
        rename_whole(fact, ids);
        new_id(fact.id);
        if (fact.parent) new_id(*fact.parent);
        for (auto& needed : fact.depends_on) new_id(needed);
        std::ranges::sort(fact.depends_on);
    }
    std::ranges::sort(facts, {}, &Fact::id);
}

}  // namespace rev::schema::postgres
