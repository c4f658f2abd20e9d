#include "schema/model.hpp"

#include <algorithm>
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

}  // namespace rev::schema
