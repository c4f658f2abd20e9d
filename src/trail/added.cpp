#include "trail/added.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "autogenerate/autogenerate.hpp"
#include "base/text.hpp"
#include "scratch/row_maker.hpp"
#include "trail/renames.hpp"
#include "trail/walker.hpp"

namespace rev::trail {
namespace {

using schema::Kind;

/// Names as people write them: `public` goes without saying.
std::string short_name(const schema::FactId& id) {
    auto parts = id.name;
    // A column's own name is table and column; what stands before it is the schema.
    const std::size_t own = id.kind == Kind::column ? 2 : 1;
    if (parts.size() > own && parts.front() == "public") parts.erase(parts.begin());
    return base::join(parts, ".");
}

void add_dropped(const std::vector<schema::Change>& changes, std::set<std::string>& lost) {
    const auto is_dropped = [](const schema::Change& change, Kind kind) {
        return change.action == schema::Change::Action::drop && change.id.kind == kind;
    };
    std::set<std::vector<std::string>> tables;
    for (const auto& change : changes) {
        if (!is_dropped(change, Kind::table)) continue;
        tables.insert(change.id.name);
        lost.insert("table " + short_name(change.id));
    }
    for (const auto& change : changes) {
        if (!is_dropped(change, Kind::column)) continue;
        auto table = change.id.name;
        table.pop_back();
        // A table's columns go with it without saying.
        if (!tables.contains(table)) lost.insert("column " + short_name(change.id));
    }
}

/// Rows and values of what stays; what goes is known from the schemas.
void add_rows(const run::Losses& losses, std::set<std::string>& lost) {
    for (const auto& each : losses.rows) {
        switch (each.kind) {
            case run::LostRows::Kind::deleted:
            case run::LostRows::Kind::replaced:
                lost.insert("rows of " + each.table);
                break;
            case run::LostRows::Kind::changed:
                lost.insert(fmt::format("values of {}.{}", each.table, each.column));
                break;
            case run::LostRows::Kind::dropped:
            case run::LostRows::Kind::column:
                break;
        }
    }
}

class AddedTrial {
public:
    AddedTrial(autogenerate::Workplace& place, const Revisions& below, const Revisions& added)
        : place_(place), walker_(place, all_of(below, added)), maker_(walker_.own_tables()) {
        below_ = walker_.first_of(added);
    }

    AddedChanges run() {
        start();
        go_up();
        compare_both();
        go_down();
        return std::move(found_);
    }

private:
    static constexpr const char* not_complete = "the report is not complete";

    struct Moment {
        schema::Model model = {};
        Identities identities = {};
    };

    static Revisions all_of(const Revisions& below, const Revisions& added) {
        auto all = below;
        all.insert(all.end(), added.begin(), added.end());
        return all;
    }

    Moment look() { return {walker_.read_model(), read_identities(walker_.database())}; }

    static std::vector<schema::Rename> renames_between(const Moment& from, const Moment& to) {
        return find_renames(from.model, from.identities, to.model, to.identities);
    }

    void start() {
        walker_.start_at(below_, not_complete);
        auto moment = look();
        trail_.emplace(std::move(moment.model), std::move(moment.identities));
    }

    void go_up() {
        maker_.fill_empty_tables(walker_.database());
        auto step = below_;
        const auto failure = failure_of([&] {
            for (; step < walker_.size(); ++step) up(step);
            // Tables that the steps have made get rows, too: only so the way down shows what it loses.
            maker_.fill_empty_tables(walker_.database());
        });
        if (!failure) return;
        found_.remarks.push_back(fmt::format("On {}, the upgrade of {} fails where tables hold made-up rows: {}",
                                             engine_name(place_.dialect()), walker_.revision(step).id,
                                             failure->what()));
        go_up_without_rows();
    }

    void up(std::size_t step) {
        walker_.up(step);
        // PostgreSQL's oids outlast a rename, so that one look at the end will do. SQLite's root pages do not.
        if (!trail_->needs_each_step() && step + 1 < walker_.size()) return;
        auto moment = look();
        trail_->advance(std::move(moment.model), std::move(moment.identities));
    }

    void go_up_without_rows() {
        // In a new database: what ran outside a transaction may have left a step half done.
        start();
        for (auto step = below_; step < walker_.size(); ++step) up(step);
        maker_.fill_empty_tables(walker_.database());
    }

    void compare_both() {
        schema::MigrationOptions options;
        options.hints.renames = trail_->renames();
        const auto migration = plan_migration(trail_->first(), trail_->last(), options);
        found_.changes = migration.changes;
        found_.hazards = autogenerate::hazards_of(migration);
    }

    void go_down() {
        Moment above{trail_->last(), trail_->last_identities()};
        for (auto step = walker_.size(); step-- > below_;) {
            heed_stop(not_complete);
            if (walker_.why_irreversible(step)) return;  // what lies below cannot be reached any more
            if (const auto failure = failure_of([&] { above = go_down(step, above); })) {
                found_.remarks.push_back(fmt::format("The downgrade of {} does not run on {}: {}",
                                                     walker_.revision(step).id, engine_name(place_.dialect()),
                                                     failure->what()));
                return;
            }
        }
        found_.undone = true;
        found_.left = compare(trail_->first(), above.model);
    }

    Moment go_down(std::size_t step, const Moment& above) {
        std::set<std::string> lost;
        // While the rows are still there.
        add_rows(walker_.losses_of_down(step), lost);
        walker_.down(step);
        auto below = look();
        add_dropped(compare(above.model, below.model, {renames_between(above, below), {}}), lost);
        found_.downgrades.push_back({&walker_.revision(step), {lost.begin(), lost.end()}});
        return below;
    }

    autogenerate::Workplace& place_;
    Walker walker_;
    scratch::RowMaker maker_;
    std::size_t below_ = 0;  ///< how many steps are there already
    std::optional<RenameTrail> trail_;
    AddedChanges found_;
};

}  // namespace

AddedChanges try_added(autogenerate::Workplace& place, const Revisions& below, const Revisions& added) {
    return AddedTrial(place, below, added).run();
}

}  // namespace rev::trail
