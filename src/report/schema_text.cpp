#include "report/schema_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace rev::report {
namespace {

using schema::Change;

/// A definition of many lines would hide what else there is.
std::string short_value(const std::string& value) {
    constexpr std::size_t longest = 60;
    auto text = base::printable_word(value.substr(0, value.find('\n')));
    const bool is_cut = text.size() > longest || value.find('\n') != std::string::npos;
    return std::string(base::whole_characters(text, longest)) + (is_cut ? "..." : "");
}

std::string altered_text(const Change& change) {
    const auto name = base::printable_word(describe(change.id));
    const auto attribute = change.attribute.empty() ? std::string("definition") : change.attribute;
    if (change.before.empty()) return fmt::format("changed {}: {} {}", name, attribute, short_value(change.after));
    if (change.after.empty()) return fmt::format("changed {}: no {} {}", name, attribute, short_value(change.before));
    return fmt::format("changed {}: {} from {} to {}", name, attribute, short_value(change.before),
                       short_value(change.after));
}

/// Without columns and the like of a table that is added or removed as a whole.
std::vector<const Change*> without_parts(std::span<const Change> changes) {
    std::set<std::pair<Change::Action, std::vector<std::string>>> wholes;
    for (const auto& change : changes)
        if (change.id.kind == schema::Kind::table) wholes.emplace(change.action, change.id.name);
    std::vector<const Change*> shown;
    for (const auto& change : changes) {
        // The name of a part is that of its table and one word more.
        auto parent = change.id.name;
        if (!parent.empty()) parent.pop_back();
        const bool is_whole = change.action == Change::Action::add || change.action == Change::Action::drop;
        if (!is_whole || !wholes.contains({change.action, parent})) shown.push_back(&change);
    }
    return shown;
}

char mark_of(const Change& change) {
    switch (change.action) {
        case Change::Action::add:
            return '+';
        case Change::Action::drop:
            return '-';
        case Change::Action::rename:
            return '>';
        case Change::Action::alter:
            break;
    }
    return '~';
}

}  // namespace

std::string change_text(const Change& change) {
    const auto name = base::printable_word(describe(change.id));
    switch (change.action) {
        case Change::Action::add:
            return "added " + name;
        case Change::Action::drop:
            return "removed " + name;
        case Change::Action::rename:
            return fmt::format("renamed {} (was {})", name, base::printable_word(change.before));
        case Change::Action::alter:
            break;
    }
    return altered_text(change);
}

std::string changes_text(std::span<const Change> all, Style /*style*/, std::size_t most) {
    const auto changes = without_parts(all);
    const auto shown = most == 0 ? changes.size() : std::min(most, changes.size());
    std::string text;
    for (const auto* change : std::span(changes).first(shown))
        text += fmt::format("{} {}\n", mark_of(*change), change_text(*change));
    if (shown < changes.size()) text += fmt::format("and {} more\n", changes.size() - shown);
    return text;
}

std::string unmodelled_text(std::span<const schema::Unmodelled> unmodelled) {
    std::vector<std::string> parts;
    for (const auto& each : unmodelled) {
        auto part = fmt::format("{} {}", each.count, base::printable_word(each.kind));
        if (!each.names.empty()) part += fmt::format(" ({})", base::printable_word(base::join(each.names, ", ")));
        parts.push_back(std::move(part));
    }
    return parts.empty() ? std::string() : "not compared: " + base::join(parts, ", ");
}

std::string hazard_text(const schema::Hazard& hazard) {
    const auto of = hazard.object.name.empty() ? std::string() : fmt::format(" ({})", describe(hazard.object));
    return fmt::format("{}{}: {}", to_string(hazard.kind), base::printable_word(of),
                       base::printable_word(hazard.detail));
}

}  // namespace rev::report
