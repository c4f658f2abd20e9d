#include "app/repeatables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <ranges>
#include <utility>

#include "base/text.hpp"
#include "run/prepared.hpp"
#include "state/sha256.hpp"
#include "state/state.hpp"

namespace rev::app {
namespace {

/// All that a run may come to need is looked for before it begins.
const Section& apply_section(const Repeatable& repeatable, const RevisionFile& file, Dialect dialect) {
    if (repeatable.drop_before_upgrade && file.find_section(SectionKind::drop, dialect) == nullptr)
        throw run::no_section(file, SectionKind::drop, dialect);
    const auto* section = file.find_section(SectionKind::apply, dialect);
    if (section == nullptr) throw run::no_section(file, SectionKind::apply, dialect);
    return *section;
}

/// Bytes first: tokens cost a parser, and nearly every file is as it was.
bool is_same(std::string_view section, const state::SectionChecksum& logged, Dialect dialect) {
    return state::sha256(section) == logged.raw_checksum ||
           state::section_checksum(section, dialect).checksum == logged.checksum;
}

/// One object in one database.
struct Standing {
    RepeatableState state = RepeatableState::current;
    bool is_there = false;  ///< as far as the log knows
};

/// What is needed and was dropped, perhaps with CASCADE, may have taken along what needs it, also what nothing of ours
/// can drop. So each is made again after what it needs, however far a run has come.
class Standings {
public:
    explicit Standings(const RepeatableFacts& facts) : facts_(facts) {
        for (const auto& repeatable : facts.repeatables.all()) add(repeatable);
    }

    [[nodiscard]] const std::vector<Standing>& all() const noexcept { return all_; }

private:
    /// What the needs of an object say of it.
    struct Needs {
        bool is_missing = false;        ///< one that is dropped before upgrades is not there
        long long newest_remaking = 0;  ///< row of the log in which such a one was made last
    };

    void add(const Repeatable& repeatable) {
        const auto& file = facts_.repeatables.file_of(repeatable);
        const auto section = file.text_of(apply_section(repeatable, file, facts_.dialect));
        const auto logged = facts_.logged.find(repeatable.name);
        auto needs = needs_of(repeatable);
        Standing standing{.state = RepeatableState::missing, .is_there = false};
        if (logged != facts_.logged.end() && logged->second.is_applied) {
            const auto& entry = logged->second;
            standing.is_there = !needs.is_missing && needs.newest_remaking <= entry.row;
            if (standing.is_there)
                standing.state = is_same(section, entry.checksum, facts_.dialect) ? RepeatableState::current
                                                                                  : RepeatableState::changed;
            if (repeatable.drop_before_upgrade) needs.newest_remaking = std::max(needs.newest_remaking, entry.row);
        }
        needs.is_missing = needs.is_missing || (repeatable.drop_before_upgrade && !standing.is_there);
        all_.push_back(standing);
        handed_on_.push_back(needs);
    }

    [[nodiscard]] Needs needs_of(const Repeatable& repeatable) const {
        Needs all;
        for (const auto& name : repeatable.needs) {
            const auto* needed = facts_.repeatables.find(name);
            // What is needed stands before what needs it, so it was added already.
            const auto& each = handed_on_.at(static_cast<std::size_t>(needed - facts_.repeatables.all().data()));
            all.is_missing = all.is_missing || each.is_missing;
            all.newest_remaking = std::max(all.newest_remaking, each.newest_remaking);
        }
        return all;
    }

    const RepeatableFacts& facts_;
    std::vector<Standing> all_;
    std::vector<Needs> handed_on_;  ///< to those that need it
};

bool can_be_dropped(const Repeatable& repeatable, const RepeatableFacts& facts) {
    return facts.repeatables.file_of(repeatable).find_section(SectionKind::drop, facts.dialect) != nullptr;
}

Step step_of(Direction direction, const Repeatable& repeatable) {
    Step step;
    step.direction = direction;
    step.repeatable = &repeatable;
    return step;
}

bool is_at_heads(const Graph& graph, const std::vector<RevisionId>& rows) {
    return plan_upgrade(graph, rows, "heads").steps.empty();
}

std::size_t count(std::span<const RepeatableStatus> repeatables, RepeatableState state) {
    return static_cast<std::size_t>(std::ranges::count(repeatables, state, &RepeatableStatus::state));
}

}  // namespace

std::string_view repeatable_state_name(RepeatableState state) noexcept {
    switch (state) {
        case RepeatableState::current:
            return "current";
        case RepeatableState::changed:
            return "changed";
        case RepeatableState::missing:
            return "missing";
        case RepeatableState::without_file:
            break;
    }
    return "without_file";
}

std::vector<RepeatableStatus> compare_repeatables(const script::Repeatables& repeatables,
                                                  const state::LoggedRepeatables& logged, Dialect dialect) {
    const RepeatableFacts facts{repeatables, logged, dialect};
    const Standings standings(facts);
    std::vector<RepeatableStatus> all;
    for (std::size_t at = 0; at < repeatables.all().size(); ++at) {
        const auto& repeatable = repeatables.all()[at];
        all.push_back({repeatable.name, repeatable.path, standings.all()[at].state});
    }
    for (const auto& [name, entry] : logged)
        if (entry.is_applied && repeatables.find(name) == nullptr)
            all.push_back({name, entry.source, RepeatableState::without_file});
    return all;
}

std::vector<RepeatableStatus> find_repeatables(Database& database, const state::FoundTables& tables,
                                               const ScriptDirectory& scripts) {
    if (scripts.config().repeatable_locations.empty()) return {};
    return compare_repeatables(scripts.repeatables(), state::read_logged_repeatables(database, tables),
                               database.dialect());
}

bool has_repeatables_to_make(std::span<const RepeatableStatus> repeatables) {
    return count(repeatables, RepeatableState::changed) + count(repeatables, RepeatableState::missing) > 0;
}

std::string repeatables_text(std::span<const RepeatableStatus> repeatables) {
    constexpr std::array<std::pair<RepeatableState, std::string_view>, 3> words{
        {{RepeatableState::changed, "changed"},
         {RepeatableState::missing, "missing"},
         {RepeatableState::without_file, "without a file"}}};
    std::string text;
    for (const auto& [state, word] : words) {
        const auto number = count(repeatables, state);
        if (number == 0) continue;
        text += text.empty() ? base::counted(number, "repeatable") : fmt::format(", {}", number);
        text += fmt::format(" {}", word);
    }
    return text;
}

state::LoggedRepeatables unasked_repeatables(const script::Repeatables& repeatables, std::span<const RevisionId> from) {
    state::LoggedRepeatables logged;
    if (from.empty()) return logged;
    for (const auto& repeatable : repeatables.all()) logged[repeatable.name].is_applied = true;
    return logged;
}

void add_repeatables(Plan& plan, const Graph& graph, Direction direction, const RepeatableFacts& facts) {
    const auto all = facts.repeatables.all();
    const Standings found(facts);
    const auto& standings = found.all();
    const bool has_revisions = !plan.steps.empty();
    const bool makes = direction == Direction::upgrade && is_at_heads(graph, plan.to);
    const auto is_dropped_first = [&](const Repeatable& repeatable) {
        const auto& standing = standings[static_cast<std::size_t>(&repeatable - all.data())];
        return repeatable.drop_before_upgrade && standing.is_there &&
               (has_revisions || (makes && standing.state == RepeatableState::changed));
    };
    const auto in_the_way = facts.repeatables.with_dependants(is_dropped_first);
    std::vector<Step> drops;
    // From the end: what needs another one goes before it.
    for (std::size_t at = all.size(); at-- > 0;)
        if (in_the_way[at] && standings[at].is_there && can_be_dropped(all[at], facts))
            drops.push_back(step_of(Direction::drop, all[at]));
    plan.steps.insert(plan.steps.begin(), std::make_move_iterator(drops.begin()), std::make_move_iterator(drops.end()));
    if (!makes) return;
    for (std::size_t at = 0; at < all.size(); ++at)
        if (in_the_way[at] || standings[at].state != RepeatableState::current)
            plan.steps.push_back(step_of(Direction::apply, all[at]));
}

}  // namespace rev::app
