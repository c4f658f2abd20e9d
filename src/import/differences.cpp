#include "import/differences.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "schema/migration.hpp"

namespace rev::foreign {
namespace {

constexpr std::size_t most = 10;

std::string text_of(const schema::Change& change) {
    const auto name = schema::describe(change.id);
    switch (change.action) {
        case schema::Change::Action::add:
            return fmt::format("has {} too", name);
        case schema::Change::Action::drop:
            return "lacks " + name;
        case schema::Change::Action::rename:
            return fmt::format("has {} by another name than {}", name, change.before);
        case schema::Change::Action::alter:
            break;
    }
    return fmt::format("has {} with {} {} and not {}", name, change.attribute,
                       change.after.empty() ? "not set" : change.after,
                       change.before.empty() ? "not set" : change.before);
}

/// Whether what it goes with has come or gone as a whole.
bool is_part(const schema::Change& change, const std::vector<schema::Change>& all, const schema::Model& expected,
             const schema::Model& there) {
    if (change.action != schema::Change::Action::add && change.action != schema::Change::Action::drop) return false;
    const auto* fact = (change.action == schema::Change::Action::add ? there : expected).find(change.id);
    if (fact == nullptr || !fact->parent) return false;
    return std::ranges::any_of(
        all, [&](const schema::Change& other) { return other.action == change.action && other.id == *fact->parent; });
}

}  // namespace

std::vector<std::string> differences(const schema::Model& expected, const schema::Model& there) {
    const auto changes = schema::compare(expected, there);
    std::vector<std::string> texts;
    std::size_t more = 0;
    for (const auto& change : changes) {
        if (is_part(change, changes, expected, there)) continue;
        if (texts.size() < most) {
            texts.push_back(text_of(change));
        } else {
            ++more;
        }
    }
    if (more > 0) texts.push_back(fmt::format("and {} more", more));
    return texts;
}

}  // namespace rev::foreign
