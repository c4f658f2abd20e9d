#include "schema/model.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace rev::schema {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Kind::other) + 1> kind_names = {
    "schema",
    "extension",
    "collation",
    "enum type",
    "enum label",
    "composite type",
    "attribute",
    "range type",
    "domain",
    "domain constraint",
    "base type",
    "sequence",
    "table",
    "column",
    "default",
    "constraint",
    "index",
    "view",
    "materialized view",
    "routine",
    "aggregate",
    "operator",
    "operator class",
    "operator family",
    "cast",
    "conversion",
    "language",
    "trigger",
    "event trigger",
    "rule",
    "policy",
    "statistics",
    "text search parser",
    "text search dictionary",
    "text search template",
    "text search configuration",
    "foreign data wrapper",
    "foreign server",
    "user mapping",
    "publication",
    "publication member",
    "subscription",
    "partition",
    "inheritance",
    "owner",
    "grant",
    "default grant",
    "comment",
    "security label",
    "virtual table",
    "other",
};

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
        for (const char c : value) text += c == '\n' ? std::string("\n    ") : std::string(1, c);
        text += '\n';
    }
}

}  // namespace

std::string_view to_string(Kind kind) { return kind_names.at(static_cast<std::size_t>(kind)); }

std::string describe(const FactId& id) { return std::string(to_string(id.kind)) + ' ' + joined(id); }

Model::Model(Dialect dialect, int server_version, std::vector<Fact> facts, std::vector<Unmodelled> unmodelled)
    : dialect_(dialect), server_version_(server_version), facts_(std::move(facts)), unmodelled_(std::move(unmodelled)) {
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
