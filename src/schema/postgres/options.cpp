// Lists of options, and how one becomes another.
#include <map>

#include "base/text.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/render.hpp"
#include "sql/token_text.hpp"

namespace rev::schema::postgres {
namespace {

/// Of `name=value` or `name 'value'`.
std::string option_name(const std::string& option) {
    const auto text = sql::tokens_of(option, Dialect::postgresql);
    return std::string(text.text({0, text.behind_name(0)}));
}

std::map<std::string, std::string> options_by_name(const std::string& list) {
    std::map<std::string, std::string> options;
    for (const auto& option : split_sql_list(list)) {
        const auto name = option_name(option);
        options.emplace(name, name.size() < option.size() ? option.substr(name.size() + 1) : "");
    }
    return options;
}

struct SequenceOption {
    const char* attribute;
    const char* words;    ///< in front of the value
    const char* instead;  ///< where the value is the default
};
constexpr SequenceOption sequence_option_words[] = {{"increment", "INCREMENT BY ", "INCREMENT BY 1"},
                                                    {"minimum", "MINVALUE ", "NO MINVALUE"},
                                                    {"maximum", "MAXVALUE ", "NO MAXVALUE"},
                                                    {"start", "START WITH ", ""},
                                                    {"cache", "CACHE ", "CACHE 1"}};

std::string first_value(const Fact& fact, std::string_view prefix) {
    return note_of(fact, std::string(prefix) + "first");
}

}  // namespace

OptionChange change_options(const std::string& before, const std::string& after) {
    const auto old_options = options_by_name(before);
    const auto new_options = options_by_name(after);
    OptionChange change;
    const auto append = [](std::string& list, const std::string& text) { list += (list.empty() ? "" : ", ") + text; };
    // In the list's own order, in which the server keeps them and pg_dump writes them.
    for (const auto& option : split_sql_list(after)) {
        const auto name = option_name(option);
        const auto& value = new_options.at(name);
        const auto old = old_options.find(name);
        if (old == old_options.end() || old->second != value) append(change.set, name + '=' + value);
    }
    for (const auto& [name, value] : old_options)
        if (!new_options.contains(name)) append(change.reset, name);
    return change;
}

std::string change_foreign_options(const std::string& before, const std::string& after) {
    const auto old_options = options_by_name(before);
    const auto new_options = options_by_name(after);
    std::vector<std::string> changes;
    for (const auto& [name, value] : new_options) {
        const auto old = old_options.find(name);
        if (old == old_options.end())
            changes.push_back("ADD " + name + ' ' + value);
        else if (old->second != value)
            changes.push_back("SET " + name + ' ' + value);
    }
    for (const auto& [name, value] : old_options)
        if (!new_options.contains(name)) changes.push_back("DROP " + name);
    return changes.empty() ? "" : "OPTIONS (" + base::join(changes, ", ") + ')';
}

std::string sequence_options(const Fact& fact, std::string_view prefix) {
    std::string text;
    for (const auto& option : sequence_option_words) {
        const auto& value = attribute_of(fact, std::string(prefix) + option.attribute);
        if (!value.empty()) text += ' ' + (option.words + value);
    }
    if (!attribute_of(fact, std::string(prefix) + "cycle").empty()) text += " CYCLE";
    return text;
}

std::string change_sequence(const Fact& before, const Fact& after, std::string_view prefix, std::string_view word) {
    std::string text;
    const auto append = [&](const std::string& option) { text += ' ' + (std::string(word) + option); };
    // Where a bound moves, the first value moves with it, although no START is set.
    const auto first_moves = first_value(before, prefix) != first_value(after, prefix);
    auto turned = false;
    for (const auto& option : sequence_option_words) {
        const auto name = std::string(prefix) + option.attribute;
        const auto& value = attribute_of(after, name);
        const auto is_start = std::string_view(option.attribute) == "start";
        // The bounds that were set without a word are those of the old direction.
        const auto is_bound = option.attribute[0] == 'm';
        const auto turns = is_bound && first_moves && differs(before, after, std::string(prefix) + "increment");
        turned = turned || turns;
        if (!differs(before, after, name) && !(is_start && first_moves && value.empty()) && !turns) continue;
        if (!value.empty())
            append(option.words + value);
        else
            append(is_start ? "START WITH " + first_value(after, prefix) : option.instead);
    }
    const auto cycle = std::string(prefix) + "cycle";
    if (differs(before, after, cycle)) append(attribute_of(after, cycle).empty() ? "NO CYCLE" : "CYCLE");
    // Where it stood is outside its new bounds.
    if (turned) text += " RESTART";
    return text;
}

FactId object_of(const Fact& fact) {
    if (!fact.parent || fact.parent->kind == Kind::schema) return fact.id;
    // A column's default goes with the column, and so with the table.
    if (fact.parent->kind == Kind::column) return {Kind::table, {fact.parent->name[0], fact.parent->name[1]}};
    return *fact.parent;
}

Statement statement(std::string sql, const Fact& fact) { return {.sql = std::move(sql), .object = object_of(fact)}; }

Statement statement(std::string sql, const Fact& fact, HazardKind hazard, std::string detail) {
    auto one = statement(std::move(sql), fact);
    one.hazards.push_back({hazard, fact.id, std::move(detail)});
    return one;
}

}  // namespace rev::schema::postgres
