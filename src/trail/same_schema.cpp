#include "trail/same_schema.hpp"

#include <fmt/format.h>

#include "autogenerate/proof.hpp"
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

/// One form on its way up and down.
class Way {
public:
    explicit Way(const HistoryForm& form)
        : walker_(form.place, form.revisions), first_(walker_.first_of(form.revisions)) {}

    schema::Model up() {
        walker_.start();
        walker_.up_from(0, "nothing was written");
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

/// wanted, made: the same moment of both forms.
void compare_ends(const schema::Model& wanted, const schema::Model& made, const char* what, SameSchemaProof& proof) {
    const auto changes = schema::compare(made, wanted);
    if (!changes.empty())
        proof.failures.push_back(
            fmt::format("{}: {}", what, autogenerate::difference_text(changes, "is there in addition")));
}

}  // namespace

SameSchemaProof prove_same_schema(const HistoryForm& before, const HistoryForm& after) {
    SameSchemaProof proof;
    Way old_way(before);
    const auto wanted = old_way.up();
    Way new_way(after);
    schema::Model made;
    if (const auto failure = failure_of([&] { made = new_way.up(); })) {
        proof.failures.push_back("a statement fails in its new place: " + failure_text(*failure));
        return proof;
    }
    compare_ends(wanted, made, "the upgrade makes another schema", proof);
    if (!proof.holds()) return proof;
    if (!old_way.has_way_down()) return proof;
    schema::Model left;
    if (const auto failure = failure_of([&] { left = old_way.down(); })) {
        proof.unproven.push_back("the downgrade was not compared, as it fails as it is: " + failure_text(*failure));
        return proof;
    }
    schema::Model left_now;
    if (const auto failure = failure_of([&] { left_now = new_way.down(); }))
        proof.failures.push_back("the downgrade fails: " + failure_text(*failure));
    else
        compare_ends(left, left_now, "the downgrade leaves another schema", proof);
    return proof;
}

}  // namespace rev::trail
