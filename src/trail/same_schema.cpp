#include "trail/same_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "schema/migration.hpp"
#include "trail/walker.hpp"

namespace rev::trail {
namespace {

/// "index public.item_name is missing" and the like: the first few.
std::string differences(const std::vector<schema::Change>& changes) {
    std::vector<std::string> parts;
    for (const auto& change : changes) {
        auto text = describe(change.id);
        if (change.action == schema::Change::Action::alter)
            text += fmt::format(" ({}: {} instead of {})", change.attribute, change.after, change.before);
        if (change.action == schema::Change::Action::add) text += " is there in addition";
        if (change.action == schema::Change::Action::drop) text += " is missing";
        parts.push_back(std::move(text));
    }
    return base::join_first(parts, "; ", 5);
}

std::string failure_text(const Error& error) {
    auto text = fmt::format("{} ({})", error.what(), base::place_text(error.location()));
    if (!error.location().line_text.empty()) text += ": " + std::string(base::trim(error.location().line_text));
    return text;
}

/// One form on its way up and down.
class Way {
public:
    explicit Way(const HistoryForm& form) : walker_(form.place, form.revisions), first_(walker_.size()) {
        for (std::size_t step = walker_.size(); step-- > 0;) {
            const auto& id = walker_.revision(step).id;
            if (std::ranges::any_of(form.revisions, [&](const Revision* each) { return each->id == id; }))
                first_ = step;
        }
    }

    schema::Model up() {
        walker_.start();
        for (std::size_t step = 0; step < walker_.size(); ++step) {
            heed_stop("nothing was written");
            walker_.up(step);
        }
        return walker_.read_model();
    }
    schema::Model down() {
        for (std::size_t step = walker_.size(); step-- > first_;) walker_.down(step);
        return walker_.read_model();
    }
    [[nodiscard]] bool has_way_down() const {
        for (std::size_t step = first_; step < walker_.size(); ++step)
            if (walker_.why_irreversible(step)) return false;
        return true;
    }

private:
    Walker walker_;
    std::size_t first_;
};

/// nullopt: it fails, which `failure` then says.
template <typename Run>
std::optional<schema::Model> tried(Run run, std::string& failure) {
    try {
        return run();
    } catch (const Error& error) {
        if (autogenerate::ends_all(error)) throw;
        failure = failure_text(error);
        return std::nullopt;
    }
}

void compare_ends(const schema::Model& before, const schema::Model& after, const char* what, SameSchemaProof& proof) {
    const auto changes = schema::compare(before, after);
    if (!changes.empty()) proof.failures.push_back(fmt::format("{}: {}", what, differences(changes)));
}

}  // namespace

SameSchemaProof prove_same_schema(const HistoryForm& before, const HistoryForm& after) {
    SameSchemaProof proof;
    Way old_way(before);
    const auto wanted = old_way.up();
    Way new_way(after);
    std::string failure;
    const auto made = tried([&] { return new_way.up(); }, failure);
    if (!made) {
        proof.failures.push_back("a statement fails in its new place: " + failure);
        return proof;
    }
    compare_ends(wanted, *made, "the upgrade makes another schema", proof);
    if (!proof.holds()) return proof;
    if (!old_way.has_way_down()) return proof;
    const auto left = tried([&] { return old_way.down(); }, failure);
    if (!left) {
        proof.unproven.push_back("the downgrade was not compared, as it fails as it is: " + failure);
        return proof;
    }
    const auto left_now = tried([&] { return new_way.down(); }, failure);
    if (!left_now)
        proof.failures.push_back("the downgrade fails: " + failure);
    else
        compare_ends(*left, *left_now, "the downgrade leaves another schema", proof);
    return proof;
}

}  // namespace rev::trail
