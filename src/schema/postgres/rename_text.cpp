#include "schema/postgres/rename_text.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"

namespace rev::schema::postgres {
namespace {

/// What has arguments is a function of the same name.
bool anywhere(std::string_view /*before*/, std::string_view behind) { return !behind.starts_with('('); }

/// A table's name stands behind its schema or before a column.
bool beside_a_dot(std::string_view before, std::string_view behind) {
    return before.ends_with('.') || behind.starts_with('.');
}

std::size_t quoted_end(const std::string& text, std::size_t begin) {
    auto end = begin + 1;
    while (end < text.size() && text[end] != '"') ++end;
    return std::min(end + 1, text.size());
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

/// The types in the name of a routine, an operator or a cast.
std::string with_renamed_types(const std::string& types, const FactId& from, const FactId& to) {
    if (from.kind == Kind::schema)
        return replace_identifier(types, quote_name(from.name[0]), quote_name(to.name[0]), &before_a_dot);
    const auto old_type = qualified(from.name);
    auto text = types;
    for (auto at = text.find(old_type); at != std::string::npos; at = text.find(old_type, at + 1)) {
        const auto end = at + old_type.size();
        const auto begins = at == 0 || !(is_word_character(text[at - 1]) || text[at - 1] == '.' || text[at - 1] == '"');
        const auto ends = end == text.size() || !(is_word_character(text[end]) || text[end] == '.');
        if (begins && ends) text.replace(at, old_type.size(), qualified(to.name));
    }
    return text;
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

/// Whether the place stands in a list of what a query gives, by the last word of those that begin a clause.
bool is_in_select_list(std::string_view before) {
    std::size_t last = 0;
    auto selects = false;
    for (const auto word : {"SELECT", "RETURNING"}) {
        const auto at = before.rfind(word);
        if (at == std::string_view::npos || at < last) continue;
        last = at;
        selects = true;
    }
    const auto ends = [&](std::string_view word) {
        const auto at = before.rfind(word);
        return at != std::string_view::npos && at > last;
    };
    return selects && !ends("FROM ") && !ends("WHERE ") && !ends("GROUP BY ") && !ends("ORDER BY ") && !ends("SET ");
}

/// Whether what follows is the first word of what a list gives, but for the table's name: since 16 the server leaves it
/// out where there is one table only.
bool begins_item(std::string_view before) {
    if (before.ends_with('.')) {
        before.remove_suffix(1);
        while (!before.empty() && (is_word_character(before.back()) || before.back() == '"')) before.remove_suffix(1);
    }
    while (before.ends_with(' ')) before.remove_suffix(1);
    return before.ends_with("SELECT") || before.ends_with("DISTINCT") || before.ends_with("RETURNING") ||
           before.ends_with(',') || before.ends_with('\n') || before.ends_with(')');
}

/// Behind the word or the quoted name that begins there; `at`: none does.
std::size_t identifier_end(const std::string& text, std::size_t at) {
    if (text[at] == '"') return quoted_end(text, at);
    while (at < text.size() && is_word_character(text[at])) ++at;
    return at;
}

/// What a query gives keeps its name when the column that it takes gets another one: `t.nm` becomes `t.full_name AS
/// nm`.
std::string rename_in_query(const std::string& text, const std::string& from, const std::string& to) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        auto end = identifier_end(text, at);
        if (end == at) {
            out += text[at++];
            continue;
        }
        const auto word = std::string_view(text).substr(at, end - at);
        const auto before = std::string_view(text).substr(0, at);
        const auto behind = std::string_view(text).substr(end);
        if (word != from || !anywhere(before, behind) || before.ends_with(" AS ")) {
            out += word;
        } else {
            out += to;
            const auto given = begins_item(before) && is_in_select_list(before);
            const auto is_item =
                behind.empty() || behind.starts_with(',') || behind.starts_with('\n') || behind.starts_with(';');
            const auto renamed_to = " AS " + to;
            if (given && is_item)
                out += " AS " + from;
            else if (given && behind.starts_with(renamed_to) &&
                     (behind.size() == renamed_to.size() || !is_word_character(behind[renamed_to.size()])))
                end += renamed_to.size();
        }
        at = end;
    }
    return out;
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
        if (from.name.size() == 2 && from.name[0] != to.name[0]) {
            const auto old_place = qualified(from.name);
            for (auto at = value.find(old_place); at != std::string::npos; at = value.find(old_place, at + 1))
                value.replace(at, old_place.size(), qualified(to.name));
        }
        value = replace_identifier(value, old_name, name, &beside_a_dot);
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

std::string replace_identifier(const std::string& text, const std::string& from, const std::string& to,
                               bool (*wanted)(std::string_view before, std::string_view behind)) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto end = identifier_end(text, at);
        if (end == at) {
            out += text[at++];
            continue;
        }
        const std::string_view whole = text;
        const auto word = whole.substr(at, end - at);
        if (word == from && wanted(whole.substr(0, at), whole.substr(end)))
            out += to;
        else
            out += word;
        at = end;
    }
    return out;
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
