#include "trail/blame.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "trail/renames.hpp"
#include "trail/walker.hpp"

namespace rev::trail {
namespace {

using schema::Change;
using schema::Fact;
using schema::FactId;
using schema::Kind;
using schema::Model;
using schema::Rename;

/// One thing through all of its names.
struct Thread {
    std::vector<FactId> names;  ///< the last is the one that it has, or had at last
};

/// What happened to things in a step, as far as names go.
struct Moment {
    const Revision* revision = nullptr;
    std::vector<Change> changes;
    std::vector<std::set<std::size_t>> threads;  ///< of each change: the thing itself, and what it goes with
};

/// What is said of a thing has no name of its own.
bool has_name(Kind kind) {
    switch (kind) {
        case Kind::column_default:
        case Kind::partition:
        case Kind::inheritance:
        case Kind::owner:
        case Kind::grant:
        case Kind::default_grant:
        case Kind::comment:
        case Kind::security_label:
        case Kind::publication_member:
            return false;
        default:
            return true;
    }
}

bool begins_with(const std::vector<std::string>& name, const std::vector<std::string>& beginning) {
    return name.size() > beginning.size() && std::equal(beginning.begin(), beginning.end(), name.begin());
}

/// Follows every thing of a history through its names.
class Threads {
public:
    void advance(const Model& from, const Model& to, const std::vector<Rename>& renames, Moment& moment) {
        std::map<FactId, std::size_t> next;
        std::set<std::size_t> used;
        for (const auto& fact : to.facts()) {
            if (!has_name(fact.id.kind)) continue;
            const auto known = find_live(fact.id, renames);
            if (!known || !used.insert(*known).second) {
                next[fact.id] = all_.size();
                all_.push_back({{fact.id}});
                continue;
            }
            next[fact.id] = *known;
            auto& names = all_[*known].names;
            if (names.back() != fact.id) names.push_back(fact.id);
        }
        for (const auto& change : moment.changes) moment.threads.push_back(threads_of(change, from, to, next, renames));
        live_ = std::move(next);
    }

    [[nodiscard]] const std::vector<Thread>& all() const noexcept { return all_; }

private:
    /// What was there before and has this name now.
    [[nodiscard]] std::optional<std::size_t> find_live(const FactId& id, const std::vector<Rename>& renames) const {
        const auto before = name_before(id, renames);
        auto known = live_.find(before);
        const bool is_new_name = std::ranges::any_of(renames, [&](const Rename& rename) { return rename.to == id; });
        if (known == live_.end() && !is_new_name) known = live_.find(id);
        if (known == live_.end()) return std::nullopt;
        return known->second;
    }

    /// A fact's own and those of what it goes with, in one model.
    static void add_chain(const Model& model, FactId id, const std::map<FactId, std::size_t>& live,
                          std::set<std::size_t>& threads) {
        // Deeper than parts go; a bound is simpler than a search for circles.
        for (int depth = 0; depth < 8; ++depth) {
            if (const auto found = live.find(id); found != live.end()) threads.insert(found->second);
            const auto* fact = model.find(id);
            if (fact == nullptr || !fact->parent) return;
            id = *fact->parent;
            // A schema is told of by itself: what becomes of its tables is not its own history.
            if (id.kind == Kind::schema) return;
        }
    }

    [[nodiscard]] std::set<std::size_t> threads_of(const Change& change, const Model& from, const Model& to,
                                                   const std::map<FactId, std::size_t>& next,
                                                   const std::vector<Rename>& renames) const {
        std::set<std::size_t> threads;
        if (change.action != Change::Action::drop) add_chain(to, change.id, next, threads);
        if (change.action != Change::Action::add) {
            add_chain(from, name_before(change.id, renames), live_, threads);
            add_chain(from, change.id, live_, threads);
        }
        // What belongs to it has another name, too.
        if (change.action == Change::Action::rename)
            for (const auto& [id, thread] : next)
                if (begins_with(id.name, change.id.name)) threads.insert(thread);
        // The default or comment of a column goes with the table; its column is in its name.
        if (!has_name(change.id.kind)) {
            auto column = FactId{Kind::column, change.id.name};
            if (change.id.kind != Kind::column_default && !column.name.empty()) column.name.erase(column.name.begin());
            for (const auto* live : {&next, &live_})
                if (const auto found = live->find(column); found != live->end()) threads.insert(found->second);
        }
        return threads;
    }

    std::map<FactId, std::size_t> live_;
    std::vector<Thread> all_;
};

/// The parts as people write them: a routine without its arguments.
std::vector<std::string> said_parts(const FactId& id) {
    auto parts = id.name;
    if ((id.kind == Kind::routine || id.kind == Kind::aggregate) && parts.size() > 1 && parts.back().starts_with('('))
        parts.pop_back();
    return parts;
}

/// Whether the last parts of its name are these. Letters match in either case on SQLite.
bool is_named(const FactId& id, const std::vector<std::string>& name, Dialect dialect) {
    const auto parts = said_parts(id);
    if (parts.size() < name.size()) return false;
    // One word is no part of a table: `nm` names no column.
    const bool is_part = id.kind == Kind::column || id.kind == Kind::attribute || id.kind == Kind::enum_label;
    if (is_part && name.size() < 2) return false;
    const auto begin = parts.end() - static_cast<std::ptrdiff_t>(name.size());
    return std::equal(begin, parts.end(), name.begin(), [&](const std::string& part, const std::string& wanted) {
        return part == wanted || (dialect == Dialect::sqlite && base::same_name(part, wanted));
    });
}

/// Those that have the name now; else those that had it at last; else that ever had it.
std::set<std::size_t> named_threads(const std::vector<Thread>& all, const std::vector<std::string>& name,
                                    Dialect dialect) {
    std::set<std::size_t> last;
    std::set<std::size_t> ever;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (is_named(all[i].names.back(), name, dialect)) last.insert(i);
        if (std::ranges::any_of(all[i].names, [&](const FactId& id) { return is_named(id, name, dialect); }))
            ever.insert(i);
    }
    return last.empty() ? ever : last;
}

std::vector<std::string> names_near(const std::vector<Thread>& all, const std::vector<std::string>& name) {
    std::set<std::string> known;
    for (const auto& thread : all) {
        const auto parts = said_parts(thread.names.back());
        const auto count = std::min(parts.size(), name.size());
        known.insert(
            base::join(std::vector<std::string>(parts.end() - static_cast<std::ptrdiff_t>(count), parts.end()), "."));
    }
    const std::vector<std::string> candidates(known.begin(), known.end());
    return base::closest(base::join(name, "."), candidates);
}

/// Goes up a history and compares what is there before and after each revision.
class Observation {
public:
    Observation(autogenerate::Workplace& place, const Revisions& revisions) : walker_(place, revisions) {
        walker_.start();
    }

    [[nodiscard]] std::size_t size() const noexcept { return walker_.size(); }
    [[nodiscard]] const Revision& revision(std::size_t step) const { return walker_.revision(step); }

    /// Without looking, until the step: what it and those behind it change can be taken from then on.
    void go_to(std::size_t step) {
        for (std::size_t i = 0; i < step; ++i) walker_.up(i);
        model_ = walker_.read_model();
        identities_ = read_identities(walker_.database());
    }

    Moment take(std::size_t step, Threads* threads) {
        Moment moment{.revision = &walker_.revision(step), .changes = {}, .threads = {}};
        walker_.up(step);
        auto whole = walker_.fingerprints().look().whole;
        walker_.fingerprints().begin_step();
        if (whole == whole_) return moment;
        whole_ = std::move(whole);
        auto model = walker_.read_model();
        auto identities = read_identities(walker_.database());
        auto renames = find_renames(model_, identities_, model, identities);
        moment.changes = compare(model_, model, {.renames = renames, .using_expressions = {}});
        if (threads != nullptr) threads->advance(model_, model, renames, moment);
        model_ = std::move(model);
        identities_ = std::move(identities);
        return moment;
    }

private:
    Walker walker_;
    Model model_;
    Identities identities_;
    std::string whole_;
};

bool concerns(const std::set<std::size_t>& one, const std::set<std::size_t>& other) {
    return std::ranges::any_of(one, [&](std::size_t thread) { return other.contains(thread); });
}

}  // namespace

Blame blame(autogenerate::Workplace& place, const Revisions& revisions, const std::vector<std::string>& name,
            const Progress& tell) {
    Observation observation(place, revisions);
    Threads threads;
    std::vector<Moment> moments;
    observation.go_to(0);
    for (std::size_t step = 0; step < observation.size(); ++step) {
        heed_stop("not all revisions were looked at");
        if (tell) tell(observation.revision(step), step + 1, observation.size());
        auto moment = observation.take(step, &threads);
        if (!moment.changes.empty()) moments.push_back(std::move(moment));
    }
    Blame found;
    const auto wanted = named_threads(threads.all(), name, place.dialect());
    for (const auto thread : wanted) {
        const auto& names = threads.all()[thread].names;
        found.objects.push_back(describe(names.back()));
        for (const auto& each : names)
            if (std::ranges::find(found.names, describe(each)) == found.names.end())
                found.names.push_back(describe(each));
    }
    std::ranges::sort(found.objects);
    found.objects.erase(std::unique(found.objects.begin(), found.objects.end()), found.objects.end());
    if (wanted.empty()) found.near = names_near(threads.all(), name);
    for (auto& moment : moments) {
        RevisionChanges changes{moment.revision, {}};
        for (std::size_t i = 0; i < moment.changes.size(); ++i)
            if (concerns(moment.threads[i], wanted)) changes.changes.push_back(std::move(moment.changes[i]));
        if (!changes.changes.empty()) found.revisions.push_back(std::move(changes));
    }
    return found;
}

std::vector<std::string> name_parts(std::string_view text) {
    std::vector<std::string> parts(1);
    bool is_quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' && is_quoted && i + 1 < text.size() && text[i + 1] == '"') {
            parts.back() += '"';
            ++i;
        } else if (c == '"' && (is_quoted || parts.back().empty())) {
            // Within a word it is a letter of the name, as people copy it from elsewhere.
            is_quoted = !is_quoted;
        } else if (c == '.' && !is_quoted) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

RevisionChanges changes_of(autogenerate::Workplace& place, const Revision& revision) {
    Observation observation(place, {&revision});
    const auto last = observation.size() - 1;
    observation.go_to(last);
    auto moment = observation.take(last, nullptr);
    return {&revision, std::move(moment.changes)};
}

}  // namespace rev::trail
