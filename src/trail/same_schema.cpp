#include "trail/same_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "autogenerate/proof.hpp"
#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "schema/migration.hpp"
#include "trail/walker.hpp"

namespace rev::trail {
namespace {

std::string failure_text(const Error& error) {
    auto text = fmt::format("{} ({})", error.what(), base::place_text(error.location()));
    if (!error.location().line_text.empty()) text += ": " + std::string(base::trim(error.location().line_text));
    return text;
}

constexpr const char* nothing_written = "nothing was written";

/// One form on its way up and down.
class Way {
public:
    explicit Way(const HistoryForm& form)
        : walker_(form.place, form.revisions), first_(walker_.first_of(form.revisions)) {}

    /// Below the first of its revisions.
    schema::Model below() {
        walker_.start_at(first_, nothing_written);
        return walker_.read_model();
    }
    /// From there.
    schema::Model up() {
        walker_.up_from(first_, nothing_written);
        return walker_.read_model();
    }
    schema::Model down() {
        walker_.down_to(first_);
        return walker_.read_model();
    }
    [[nodiscard]] bool has_way_down() const { return walker_.is_reversible_to(first_); }

private:
    Walker walker_;
    std::size_t first_;
};

std::string difference(const schema::Model& made, const schema::Model& wanted) {
    const auto changes = schema::compare(made, wanted);
    return changes.empty() ? std::string() : autogenerate::difference_text(changes, "is there in addition");
}

/// What one model has otherwise than another, each as a text that tells it from all others.
std::set<std::string> differences(const schema::Model& from, const schema::Model& to) {
    std::set<std::string> all;
    for (const auto& change : schema::compare(from, to))
        all.insert(fmt::format("{} {}\n{}\n{}\n{}", static_cast<int>(change.action), describe(change.id),
                               change.attribute, change.before, change.after));
    return all;
}

/// What the ways down have left.
struct Left {
    const schema::Model& below;  ///< what was there before the way up
    const schema::Model& before;
    const schema::Model& now;
};

void compare_left(const Left& left, SameSchemaProof& proof) {
    const auto text = difference(left.now, left.before);
    if (text.empty()) return;
    const auto before = differences(left.below, left.before);
    const auto now = differences(left.below, left.now);
    if (std::ranges::includes(before, now))
        proof.remarks.push_back("the downgrade takes back what it left behind before: " + text);
    else
        proof.failures.push_back("the downgrade leaves another schema: " + text);
}

/// why: the first form does not run.
SameSchemaProof prove_alone(const HistoryForm& after, const Error& why) {
    SameSchemaProof proof;
    proof.is_alone = true;
    proof.unproven.push_back("there is nothing to compare with, as the revision does not run as it is: " +
                             failure_text(why));
    const auto failure = failure_of([&] {
        Way way(after);
        const auto below = way.below();
        (void)way.up();
        if (!way.has_way_down()) return;
        const auto left = difference(way.down(), below);
        if (!left.empty()) proof.unproven.push_back("the downgrade leaves something: " + left);
    });
    if (failure) proof.failures.push_back("the new form does not run: " + failure_text(*failure));
    return proof;
}

/// Whether it is for the transaction itself that what failed does not run, whatever the database holds.
bool can_run_in_no_transaction(const Error& error) {
    return error.code() == error_codes::outside_transaction ||
           error.sqlstate() == sqlstate::unsafe_new_enum_value_usage;
}

/// What is there with the first form, and was before.
struct Wanted {
    schema::Model below;
    schema::Model model;
};

SameSchemaProof compare_ways(Way& old_way, const Wanted& wanted, Way& new_way) {
    SameSchemaProof proof;
    schema::Model made;
    const auto new_up = [&] {
        (void)new_way.below();
        made = new_way.up();
    };
    if (const auto failure = failure_of(new_up)) {
        proof.failures.push_back("a statement fails in its new place: " + failure_text(*failure));
        return proof;
    }
    if (const auto text = difference(made, wanted.model); !text.empty())
        proof.failures.push_back("the upgrade makes another schema: " + text);
    // From another schema the way down would only show the same difference once more.
    if (!proof.holds() || !old_way.has_way_down()) return proof;
    schema::Model left;
    if (const auto failure = failure_of([&] { left = old_way.down(); })) {
        proof.unproven.push_back("the downgrade was not compared, as it fails as it is: " + failure_text(*failure));
        return proof;
    }
    schema::Model left_now;
    if (const auto failure = failure_of([&] { left_now = new_way.down(); }))
        proof.failures.push_back("the downgrade fails: " + failure_text(*failure));
    else
        compare_left({wanted.below, left, left_now}, proof);
    return proof;
}

}  // namespace

SameSchemaProof prove_same_schema(const HistoryForm& before, const HistoryForm& after) {
    std::optional<Way> old_way;
    Wanted wanted;
    try {
        old_way.emplace(before);
        wanted.below = old_way->below();
        wanted.model = old_way->up();
    } catch (const Error& error) {
        // Any other failure is one of the revision as it stands, of which no new form is to be proven.
        if (!can_run_in_no_transaction(error)) throw;
        return prove_alone(after, error);
    }
    Way new_way(after);
    return compare_ways(*old_way, wanted, new_way);
}

}  // namespace rev::trail
