#include "trail/squashed_range.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "scratch/row_maker.hpp"
#include "trail/renames.hpp"
#include "trail/table_rows.hpp"

namespace rev::trail {
namespace {

using Outcome = SquashProof::Outcome;
using RowCounts = std::map<std::string, std::size_t>;

enum class TableFilling { empty, made_up };

/// A database that goes up and down one of the two.
class Side {
public:
    Side(autogenerate::Workplace& place, const Sources& sources, const RevisionRange& range)
        : walker_(place, sources, {sources.graph.find(range.last)}),
          below_(walker_.size() - range.size),
          maker_(walker_.own_tables()) {}

    /// A new database, up to the range.
    void start(TableFilling filling) {
        walker_.start_at(below_, not_tried);
        if (filling == TableFilling::made_up) fill();
    }
    void fill() { maker_.fill_empty_tables(walker_.database()); }

    void up() { walker_.up_from(below_, not_tried); }
    void down() { walker_.down_to(below_); }
    [[nodiscard]] bool is_reversible() const { return walker_.is_reversible_to(below_); }

    [[nodiscard]] schema::Model model() { return walker_.read_model(); }
    /// Of each table. Their number and not the rows: what a revision makes up (random ids, the time) differs from run
    /// to run.
    [[nodiscard]] RowCounts rows() {
        RowCounts counts;
        for (const auto& [table, rows] : read_rows(walker_.database(), walker_.own_tables()))
            counts[table] = rows->rows.size();
        return counts;
    }

private:
    static constexpr const char* not_tried = "the squash was not tried";

    Walker walker_;
    std::size_t below_;
    scratch::RowMaker maker_;
};

/// "table account has 3 rows, not 2"; empty: there is none.
std::string row_difference(const RowCounts& before, const RowCounts& after) {
    for (const auto& [table, rows] : before)
        if (const auto same = after.find(table); same != after.end() && same->second != rows)
            return fmt::format("table {} has {}, not {}", table, base::counted(same->second, "row"), rows);
    return {};
}

class SquashTrial {
public:
    SquashTrial(autogenerate::Workplace& place, const Sources& before, const Sources& squashed,
                const RevisionRange& range, SquashedRows rows)
        : before_(place, before, range), after_(place, squashed, {range.last, 1}), rows_(rows) {}

    SquashProof run() {
        // With rows first: only where tables hold some is seen what has to wait for a commit.
        const auto on_rows = attempt(TableFilling::made_up);
        if (on_rows && on_rows->outcome == Outcome::same) return *on_rows;
        const bool may_fail_on_rows = rows_ == SquashedRows::left_out && on_rows && !on_rows->reason.empty();
        if (on_rows && !may_fail_on_rows) return *on_rows;
        auto without = attempt(TableFilling::empty);
        if (may_fail_on_rows && without->outcome == Outcome::same) without->fails_on_rows = on_rows->reason;
        return *without;
    }

private:
    /// nullopt: the old revisions do not run on made-up rows, which says nothing of the squash.
    std::optional<SquashProof> attempt(TableFilling filling) {
        const bool has_rows = filling == TableFilling::made_up;
        before_.start(filling);
        after_.start(filling);
        // Only from equal numbers on: what can be made up may differ between the two.
        compares_rows_ = rows_ == SquashedRows::kept && before_.rows() == after_.rows();
        if (const auto failure = failure_of([&] { before_.up(); })) {
            if (has_rows) return std::nullopt;
            return SquashProof{.outcome = Outcome::unknown, .reason = failure->what()};
        }
        if (const auto failure = failure_of([&] { after_.up(); })) return failed("upgrade", *failure);
        if (auto found = difference(); found.outcome != Outcome::same) return found;
        // Irreversible before, or as broken as it was: there is nothing to compare with.
        if (!before_.is_reversible()) return SquashProof{};
        // Tables that the range has made are empty so far, and a downgrade of empty tables shows little.
        if (has_rows) {
            before_.fill();
            after_.fill();
        }
        if (failure_of([&] { before_.down(); })) return has_rows ? std::nullopt : std::optional(SquashProof{});
        if (const auto failure = failure_of([&] { after_.down(); })) return failed("downgrade", *failure);
        auto found = difference();
        found.after_downgrade = true;
        return found;
    }

    static SquashProof failed(std::string_view direction, const Error& error) {
        return {.outcome = Outcome::differs, .reason = fmt::format("its {} fails: {}", direction, error.what())};
    }

    SquashProof difference() {
        SquashProof found;
        found.changes = compare(before_.model(), after_.model());
        if (compares_rows_ && found.changes.empty()) found.reason = row_difference(before_.rows(), after_.rows());
        if (!found.changes.empty() || !found.reason.empty()) found.outcome = Outcome::differs;
        return found;
    }

    Side before_;
    Side after_;
    SquashedRows rows_;
    bool compares_rows_ = true;
};

}  // namespace

RangeChange find_change(autogenerate::Workplace& place, const Sources& sources, const RevisionRange& range) {
    Walker walker(place, sources, {sources.graph.find(range.last)});
    const auto below = walker.size() - range.size;
    constexpr const char* not_made = "the squash was not made";
    walker.start_at(below, not_made);
    RenameTrail trail(walker.read_model(), read_identities(walker.database()));
    for (auto step = below; step < walker.size(); ++step) {
        heed_stop(not_made);
        walker.up(step);
        if (trail.needs_each_step() || step + 1 == walker.size())
            trail.advance(walker.read_model(), read_identities(walker.database()));
    }
    return {.before = trail.first(), .after = trail.last(), .renames = trail.renames()};
}

SquashProof prove_squash(autogenerate::Workplace& place, const Sources& before, const Sources& squashed,
                         const RevisionRange& range, SquashedRows rows) {
    return SquashTrial(place, before, squashed, range, rows).run();
}

}  // namespace rev::trail
