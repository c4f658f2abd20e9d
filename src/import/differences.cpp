#include "import/differences.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "schema/migration.hpp"

namespace rev::foreign {
namespace {

constexpr std::size_t most = 10;

std::string part_of(const schema::Change& change) {
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
bool is_part(const schema::Change& change, const schema::Model& expected, const schema::Model& there) {
    const bool is_added = change.action == schema::Change::Action::add;
    if (!is_added && change.action != schema::Change::Action::drop) return false;
    const auto& with = is_added ? there : expected;
    const auto& without = is_added ? expected : there;
    const auto* fact = with.find(change.id);
    return fact != nullptr && fact->parent && with.find(*fact->parent) != nullptr &&
           without.find(*fact->parent) == nullptr;
}

}  // namespace

std::vector<std::string> differences(const schema::Model& expected, const schema::Model& there) {
    const auto changes = schema::compare(expected, there);
    std::vector<std::string> texts;
    std::size_t more = 0;
    for (const auto& change : changes) {
        if (is_part(change, expected, there)) continue;
        if (texts.size() < most) {
            texts.push_back(part_of(change));
        } else {
            ++more;
        }
    }
    if (more > 0) texts.push_back(fmt::format("and {} more", more));
    return texts;
}

std::string words_of(const Error& error) {
    return error.detail().empty() ? error.what() : fmt::format("{} ({})", error.what(), error.detail());
}

std::string one_line(const Error& error) {
    auto text = words_of(error);
    std::ranges::replace(text, '\n', ' ');
    return text;
}

}  // namespace rev::foreign
