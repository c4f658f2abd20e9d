#include "schema/model.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace rev::schema {
namespace {

std::string joined(const FactId& id) {
    std::string text;
    for (const auto& part : id.name) {
        if (!text.empty()) text += '.';
        text += part;
    }
    return text;
}

void append_attributes(std::string& text, const Attributes& attributes) {
    for (const auto& [name, value] : attributes) {
        text += "  " + name + ": ";
        // Indented, so that a line of a value is not taken for the beginning of another fact.
        for (const char c : value) text += c == '\n' ? std::string("\n    ") : std::string(1, c);
        text += '\n';
    }
}

}  // namespace

std::string describe(const FactId& id) { return std::string(to_string(id.kind)) + ' ' + joined(id); }

Model::Model(Dialect dialect, int server_version, std::vector<Fact> facts, std::vector<Unmodelled> unmodelled)
    : dialect_(dialect), server_version_(server_version), facts_(std::move(facts)), unmodelled_(std::move(unmodelled)) {
    // find() and compare() count on it.
    std::ranges::sort(facts_, {}, &Fact::id);
    const auto twice = std::ranges::adjacent_find(facts_, {}, &Fact::id);
    if (twice != facts_.end()) throw std::logic_error("two facts of one name: " + describe(twice->id));
}

const Fact* Model::find(const FactId& id) const {
    const auto found = std::ranges::lower_bound(facts_, id, {}, &Fact::id);
    return found != facts_.end() && found->id == id ? &*found : nullptr;
}

std::string to_text(const Model& model) {
    std::string text;
    for (const auto& fact : model.facts()) {
        text += describe(fact.id) + '\n';
        append_attributes(text, fact.attributes);
    }
    return text;
}

const std::string& value_of(const Attributes& attributes, std::string_view name) {
    static const std::string nothing;
    const auto found = attributes.find(name);
    return found == attributes.end() ? nothing : found->second;
}

int ordinal_of(const Fact& fact) {
    const auto& text = value_of(fact.notes, "position");
    int position = 0;
    std::from_chars(text.data(), text.data() + text.size(), position);
    return position;
}

/// The names of columns, attributes and labels begin with the name of their table or type.
std::vector<const Fact*> parts_in_order(const Model& model, Kind kind, const FactId& whole) {
    std::vector<const Fact*> parts;
    const auto facts = model.facts();
    auto fact = std::ranges::lower_bound(facts, FactId{kind, whole.name}, {}, &Fact::id);
    for (; fact != facts.end() && fact->id.kind == kind; ++fact) {
        const auto& name = fact->id.name;
        if (name.size() < whole.name.size() || !std::equal(whole.name.begin(), whole.name.end(), name.begin())) break;
        if (fact->parent == whole) parts.push_back(&*fact);
    }
    std::ranges::stable_sort(parts, {}, [](const Fact* fact) { return ordinal_of(*fact); });
    return parts;
}

std::optional<FactId> partitioned_table_of(const Fact& link) {
    const auto is_whole = [&](const FactId& id) { return id.kind == Kind::table && id != link.parent; };
    const auto found = std::ranges::find_if(link.depends_on, is_whole);
    return found == link.depends_on.end() ? std::nullopt : std::optional(*found);
}

}  // namespace rev::schema
