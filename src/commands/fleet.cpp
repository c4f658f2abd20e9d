// Many databases that share one history.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "app/connect.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "commands/command_line.hpp"
#include "commands/fleet_actions.hpp"
#include "commands/fleet_watcher.hpp"
#include "commands/keep_until_exit.hpp"
#include "commands/registry.hpp"
#include "commands/stop_on_signal.hpp"
#include "commands/walk.hpp"
#include "fleet/new_member.hpp"
#include "fleet/queue.hpp"
#include "fleet/roll_out.hpp"
#include "fleet/verify_members.hpp"
#include "report/fleet_text.hpp"
#include "report/json.hpp"
#include "report/losses_text.hpp"

namespace rev::commands {
namespace {

using fleet::Member;
using fleet::MemberResult;
using fleet::MemberState;
using fleet::Outcome;

struct Options {
    std::string action;
    std::vector<std::string> arguments;
    std::vector<std::string> members;
    std::optional<std::string> ring;
    std::size_t jobs = 0;
    bool list_members = false;
    bool exit_code = false;
    bool dry_run = false;
    bool rehearse = false;
    bool yes = false;
    bool applied = false;
    bool not_applied = false;
    bool accept_changed = false;
    bool purge = false;
    bool failed = false;
    bool no_repeatables = false;
    bool detailed_exit_code = false;
    std::size_t max_batches = 0;
    std::optional<std::string> run;
    std::optional<std::string> lease;
    std::optional<std::string> tag;
};

void declare(Arguments& arguments, Options& options) {
    arguments.positional("ACTION", options.action, base::join(fleet_actions(), ", "));
    arguments.optional_positionals(
        "TARGET", options.arguments,
        "status, upgrade, downgrade, stamp, enqueue: where to; repair: the revision; create, "
        "forget: a member's name");
    arguments.options("--members", options.members, "MEMBER",
                      "only members of such names, or patterns of them (tenant_*); may be repeated");
    arguments.option("--ring", options.ring, "RING", "only this ring of alembic.yaml");
    arguments.number("--jobs", options.jobs, "connections at once, for each server (else: jobs of alembic.yaml)");
    arguments.flag("--list", options.list_members, "status: a line for each member");
    arguments.flag("--exit-code", options.exit_code, "status: exit with 1 unless all are at the target, or done");
    arguments.flag("--dry-run", options.dry_run, "say what would run, and change nothing");
    arguments.flag("--rehearse", options.rehearse, "run the steps of each member, and roll all of it back");
    arguments.flag("--no-repeatables", options.no_repeatables,
                   "upgrade, downgrade, work: neither drop nor make repeatable objects");
    declare_max_batches(arguments, options.max_batches);
    arguments.flag("--detailed-exitcode", options.detailed_exit_code,
                   "upgrade, downgrade, stamp: exit with 10 if there was something to do");
    arguments.flag("--yes", options.yes, "downgrade, stamp --purge: do not ask before rows are lost");
    arguments.flag("--purge", options.purge, "stamp: forget the rows that are there first");
    arguments.flag("--applied", options.applied, "repair: what stopped half-way is finished by hand");
    arguments.flag("--not-applied", options.not_applied, "repair: what stopped half-way is undone by hand");
    arguments.flag("--accept-changed", options.accept_changed,
                   "repair: the revision's file counts as what was applied");
    arguments.flag("--failed", options.failed, "log: only members that failed");
    arguments.option("--run", options.run, "ID",
                     "work, log, forget: this queued roll-out (else the newest); status: how it stands");
    arguments.option("--lease", options.lease, "TIME", "work: how long a member is this worker's unless renewed (30s)");
    arguments.option("--tag", options.tag, "TAG", "a word of yours for the logs");
}

/// The one argument behind the action; `otherwise` where there may be none.
std::string only_argument(const Options& options, const std::optional<std::string>& otherwise) {
    if (options.arguments.size() > 1)
        throw usage_error(fmt::format("\"{}\" is one argument too many", options.arguments[1]),
                          "see `rev fleet --help`");
    if (!options.arguments.empty()) return options.arguments.front();
    if (otherwise) return *otherwise;
    throw usage_error(fmt::format("rev fleet {} needs an argument", options.action), "see `rev fleet --help`");
}

/// What every action works on.
class Fleet {
public:
    Fleet(Context& context, const Options& options)
        : context_(context),
          options_(options),
          scripts_(keep_until_exit(context.scripts())),
          graph_(keep_until_exit(scripts_.load_graph_and_files())) {}

    ExitCode status(const std::string& target, bool list) {
        read();
        const auto results = fleet::compare(members_, std::move(states_), target, graph_, context_.config());
        if (context_.json())
            json::write_fleet(context_.out(), target, results);
        else if (list)
            context_.out() << report::fleet_members_text(results, context_.out_style());
        else
            context_.out() << report::fleet_status_text(results, graph_, context_.list_length(), context_.out_style());
        if (!options_.exit_code) return ExitCode::done;
        return exit_code_of_status(results);
    }

    ExitCode run(app::MigrateRequest migrate, const std::string& target) {
        migrate.extent = options_.dry_run    ? app::MigrateExtent::show
                         : options_.rehearse ? app::MigrateExtent::rehearse
                                             : app::MigrateExtent::run;
        migrate.tag = options_.tag.value_or("");
        migrate.repeatables = repeatables();
        if (options_.max_batches > 0) migrate.max_batches = options_.max_batches;
        read();
        FleetWatcher watcher(context_);
        const StopOnSignal stop_on_signal;
        const fleet::RollOut request{.migrate = std::move(migrate), .ring = options_.ring, .jobs = jobs()};
        const auto results = fleet::roll_out(request, members_, std::move(states_), fleet_context(watcher));
        watcher.end();
        return tell(results, target);
    }

    ExitCode verify() {
        read();
        FleetWatcher watcher(context_);
        const StopOnSignal stop_on_signal;
        const auto results = fleet::verify_members(members_, states_, jobs(), fleet_context(watcher));
        watcher.end();
        if (context_.json()) json::write_fleet(context_.out(), "", results);
        context_.out().flush();
        if (!context_.quiet() && !context_.json()) context_.err() << report::fleet_counts_text(results) << '\n';
        if (stop_requested()) return ExitCode::interrupted;
        if (is_any_unreachable(results)) return ExitCode::database;
        return count(results, Outcome::failed) > 0 ? ExitCode::negative : ExitCode::done;
    }

    /// How a queued roll-out stands, over all workers.
    ExitCode queued_status() {
        fleet::RollOutQueue queue(context_.config());
        const auto run = queued_run(queue);
        const auto members = queue.members(run.id);
        if (context_.json())
            json::write_queued_run(context_.out(), run, members);
        else
            context_.out() << report::queued_run_status_text(run, members, context_.out_style());
        const auto is_over = [](const auto& member) { return member.state == "done" || member.state == "forgotten"; };
        const bool all = std::ranges::all_of(members, is_over);
        return options_.exit_code && !all ? ExitCode::negative : ExitCode::done;
    }

    ExitCode forget(const std::string& name) {
        fleet::RollOutQueue queue(context_.config());
        const auto run = queued_run(queue);
        const auto members = queue.members(run.id);
        const auto member = std::ranges::find(members, name, &fleet::QueuedMember::name);
        if (member == members.end()) throw not_in_roll_out(run, name, members);
        if (!queue.forget(run, name) && member->state != "forgotten")
            throw Error(ExitCode::negative, error_codes::not_forgotten,
                        fmt::format("{} is {} in roll-out {}", base::printable_word(name), member->state, run.id))
                .with_hint(member->state == "running" ? "wait until its worker is done with it, or its lease has ended"
                                                      : "what is done needs no forgetting");
        if (context_.json()) json::write_queued_run(context_.out(), run, queue.members(run.id));
        if (!context_.quiet())
            context_.err() << fmt::format("Roll-out {} goes on without {}\n", run.id, base::printable_word(name));
        return ExitCode::done;
    }

    ExitCode create(const std::string& name) {
        members_ = fleet::find_members(context_.config(), fleet::MissingFolder::empty);
        states_ = fleet::read_states(members_, context_.config(), {});
        fleet::Watcher watcher;  // the answer is about this one member
        const StopOnSignal stop_on_signal;
        const auto made = fleet::create_member(name, states_, fleet_context(watcher));
        if (context_.json())
            json::write_fleet(context_.out(), "", std::span(&made.result, 1));
        else
            context_.out() << report::member_text(made.result, context_.out_style());
        return made.result.outcome == Outcome::failed ? ExitCode::revision_failed : ExitCode::done;
    }

    ExitCode enqueue(const std::string& target) {
        members_ = fleet::select_members(fleet::find_members(context_.config()), options_.members);
        // A target that is none would fail for each member, on every machine.
        (void)app::worded([&] { return resolve(graph_, target); });
        fleet::RollOutQueue queue(context_.config());
        queue.ensure_tables();
        const auto& settings = context_.config().fleet;
        const auto run = queue.enqueue(target, fleet::history_of(graph_, scripts_),
                                       fleet::divide(members_, settings.rings), settings.stop_after);
        if (context_.json())
            json::write_queued_run(context_.out(), run, queue.members(run.id));
        else if (!context_.quiet())
            context_.err() << fmt::format(
                "Roll-out {}: {} to {}; `rev fleet work` runs it, on as many machines as you like\n", run.id,
                base::counted(members_.size(), "member"), base::printable_word(target));
        return ExitCode::done;
    }

    ExitCode work() {
        const auto run = take_queued_run();
        FleetWatcher watcher(context_);
        const StopOnSignal stop_on_signal;
        const fleet::WorkOptions options{
            .lease = lease(), .jobs = jobs(), .worker = worker_name(), .repeatables = repeatables()};
        const auto results = fleet::work(run, members_, options, fleet_context(watcher));
        watcher.end();
        if (context_.json()) json::write_fleet(context_.out(), run.target, results);
        if (!context_.quiet() && !context_.json())
            context_.err() << fmt::format("Roll-out {}: {} run here: {}\n", run.id,
                                          base::counted(results.size(), "member"), report::fleet_counts_text(results));
        // A stop counts more than failures: what was not begun is still to do.
        if (stop_requested()) return ExitCode::interrupted;
        return count(results, Outcome::failed) > 0 ? ExitCode::revision_failed : ExitCode::done;
    }

    ExitCode log() {
        fleet::RollOutQueue queue(context_.config());
        const auto run = queued_run(queue);
        auto members = queue.members(run.id);
        if (options_.failed) std::erase_if(members, [](const auto& member) { return member.state != "failed"; });
        if (context_.json())
            json::write_queued_run(context_.out(), run, members);
        else
            context_.out() << report::queued_run_text(run, members, context_.out_style());
        return ExitCode::done;
    }

private:
    /// The run to work on, with members_; its connection to the queue is not kept while they run.
    [[nodiscard]] fleet::QueuedRun take_queued_run() {
        fleet::RollOutQueue queue(context_.config());
        auto run = queued_run(queue);
        members_ = fleet::with_gone_members(fleet::find_members(context_.config()), queue.members(run.id));
        return run;
    }

    [[nodiscard]] fleet::QueuedRun queued_run(fleet::RollOutQueue& queue) const {
        std::optional<long long> id;
        if (options_.run) {
            id = run_number(*options_.run);
            if (!id) throw usage_error("--run takes the number of a roll-out", "`rev fleet log` shows the newest");
        }
        auto found = queue.find(id);
        if (found) return *found;
        if (id)
            throw Error(ExitCode::database, error_codes::nothing_queued, fmt::format("there is no roll-out {}", *id))
                .with_hint("`rev fleet log` shows the newest");
        throw Error(ExitCode::database, error_codes::nothing_queued, "no roll-out is queued")
            .with_hint("`rev fleet enqueue head` queues one");
    }

    /// nullopt: it is no number of a roll-out, the first of which is 1.
    static std::optional<long long> run_number(std::string_view text) {
        long long number = 0;
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool is_whole = failure == std::errc() && end == text.data() + text.size();
        return is_whole && number > 0 ? std::optional(number) : std::nullopt;
    }

    static Error not_in_roll_out(const fleet::QueuedRun& run, const std::string& name,
                                 const std::vector<fleet::QueuedMember>& members) {
        std::vector<std::string> names;
        for (const auto& member : members) names.push_back(member.name);
        const auto near = base::closest(name, names);
        return Error(ExitCode::usage, error_codes::no_such_member,
                     fmt::format("roll-out {} has no member {}", run.id, base::printable_word(name)))
            .with_hint(near.empty() ? std::string("`rev fleet log` lists them") : base::did_you_mean(near));
    }

    [[nodiscard]] std::chrono::seconds lease() const {
        if (!options_.lease) return std::chrono::seconds{30};
        const auto duration = parse_duration(*options_.lease);
        if (!duration || *duration < std::chrono::seconds{1})
            throw usage_error("--lease takes a duration of at least a second", "such as 30s");
        return std::chrono::duration_cast<std::chrono::seconds>(*duration);
    }

    static std::string worker_name() { return fmt::format("{}:{}", base::host_name(), getpid()); }

    void read() {
        members_ = fleet::select_members(fleet::find_members(context_.config()), options_.members);
        states_ = fleet::read_states(members_, context_.config(), {});
    }

    [[nodiscard]] app::RepeatableUse repeatables() const {
        return options_.no_repeatables ? app::RepeatableUse::leave : app::RepeatableUse::run;
    }

    [[nodiscard]] std::size_t jobs() { return options_.jobs > 0 ? options_.jobs : context_.config().fleet.jobs; }

    [[nodiscard]] fleet::FleetContext fleet_context(fleet::Watcher& watcher) {
        return {.scripts = scripts_,
                .graph = graph_,
                .config = context_.config(),
                .given = context_.given_variables(),
                .watcher = watcher};
    }

    static ExitCode exit_code_of_status(const std::vector<MemberResult>& results) {
        // Whether it is at the target is not known, which is neither yes nor no.
        if (is_any_unreachable(results)) return ExitCode::database;
        const bool all =
            std::ranges::all_of(results, [](const auto& result) { return result.outcome == Outcome::up_to_date; });
        return all ? ExitCode::done : ExitCode::negative;
    }

    static bool is_any_unreachable(const std::vector<MemberResult>& results) {
        return std::ranges::any_of(results,
                                   [](const auto& each) { return report::outcome_name(each) == "unreachable"; });
    }

    ExitCode tell(const std::vector<MemberResult>& results, const std::string& target) {
        if (context_.json()) json::write_fleet(context_.out(), target, results);
        context_.out().flush();
        const auto failed = count(results, Outcome::failed);
        if (!context_.quiet() && !context_.json()) {
            context_.err() << report::fleet_counts_text(results) << '\n';
            if (failed > 0 || count(results, Outcome::not_begun) > 0) context_.err() << again(results);
        }
        if (stop_requested()) return ExitCode::interrupted;
        if (failed > 0) return ExitCode::revision_failed;
        const bool did_something = count(results, Outcome::done) + count(results, Outcome::behind) > 0;
        return options_.detailed_exit_code && did_something ? ExitCode::changed : ExitCode::done;
    }

    static std::size_t count(const std::vector<MemberResult>& results, Outcome outcome) {
        return static_cast<std::size_t>(std::ranges::count(results, outcome, &MemberResult::outcome));
    }

    /// The command that goes on: all who are not done are those who have something to do.
    [[nodiscard]] std::string again(const std::vector<MemberResult>& results) const {
        std::string names;
        std::size_t shown = 0;
        for (const auto& result : results) {
            // A member whose settings are at fault is not helped by another try.
            if (result.outcome != Outcome::failed || result.member->fault) continue;
            // A longer list helps nobody on a command line.
            if (++shown > 5) return again_for_all();
            names += " --members '" + base::printable_word(result.member->name) + "'";
        }
        return shown == 0 ? again_for_all() : command_line("hint: when that is mended: `", names);
    }
    [[nodiscard]] std::string again_for_all() const { return command_line("hint: to go on: `", ""); }
    [[nodiscard]] std::string command_line(std::string_view words, const std::string& options) const {
        auto line = fmt::format("{}rev fleet {}", words, options_.action);
        for (const auto& argument : options_.arguments) line += " " + argument;
        if (options_.no_repeatables) line += " --no-repeatables";
        return line + options + "`\n";
    }

    Context& context_;
    const Options& options_;
    ScriptDirectory& scripts_;
    const Graph& graph_;
    std::vector<Member> members_;
    std::vector<MemberState> states_;
};

/// A question cannot be put for each of a thousand members: what would be lost is an error, unless --yes was given.
void refuse_losses(const app::Question& question) {
    if (const auto* losses = std::get_if<Losses>(&question))
        throw Error(ExitCode::usage, error_codes::not_confirmed, report::losses_text(*losses))
            .with_hint("add --yes to do it without being asked");
}

ExitCode downgrade(Fleet& fleet, const Options& options) {
    const auto target = only_argument(options, std::nullopt);
    app::MigrateRequest migrate{.mode = app::MigrateMode::downgrade, .targets = {target}};
    if (!options.yes) migrate.confirm = refuse_losses;
    return fleet.run(std::move(migrate), target);
}

ExitCode stamp(Fleet& fleet, const Options& options) {
    const auto target = only_argument(options, std::nullopt);
    if (options.purge && !options.yes)
        throw Error(ExitCode::usage, error_codes::not_confirmed, "the rows of these members would be forgotten")
            .with_hint("add --yes to do it without being asked");
    return fleet.run({.mode = app::MigrateMode::stamp, .targets = {target}, .purge = options.purge}, target);
}

ExitCode repair(Fleet& fleet, const Options& options) {
    if (int{options.applied} + int{options.not_applied} + int{options.accept_changed} != 1)
        throw usage_error("repair takes one of --applied, --not-applied and --accept-changed",
                          "see `rev fleet --help`");
    const auto mode = options.applied       ? app::MigrateMode::repair_applied
                      : options.not_applied ? app::MigrateMode::repair_not_applied
                                            : app::MigrateMode::accept_changed;
    const auto revision = only_argument(options, std::nullopt);
    return fleet.run({.mode = mode, .targets = {revision}}, revision);
}

ExitCode act(Fleet& fleet, const Options& options) {
    const auto& action = options.action;
    if (action == "status" && options.run) return fleet.queued_status();
    if (action == "verify") return fleet.verify();
    if (action == "forget") return fleet.forget(only_argument(options, std::nullopt));
    if (action == "status") return fleet.status(only_argument(options, "heads"), options.list_members);
    if (action == "current") return fleet.status(only_argument(options, "heads"), true);
    if (action == "upgrade") {
        const auto target = only_argument(options, std::nullopt);
        return fleet.run({.mode = app::MigrateMode::upgrade, .targets = {target}}, target);
    }
    if (action == "downgrade") return downgrade(fleet, options);
    if (action == "stamp") return stamp(fleet, options);
    if (action == "resume") return fleet.run({.mode = app::MigrateMode::resume}, "");
    if (action == "repair") return repair(fleet, options);
    if (action == "enqueue") return fleet.enqueue(only_argument(options, std::nullopt));
    if (action == "work") return fleet.work();
    if (action == "log") return fleet.log();
    return fleet.create(only_argument(options, std::nullopt));
}

ExitCode run(Context& context, const Options& options) {
    const auto& actions = fleet_actions();
    if (std::ranges::find(actions, options.action) == actions.end()) {
        const auto near = base::closest(options.action, actions);
        throw usage_error(
            fmt::format("\"{}\" is nothing that a fleet does", base::printable_word(options.action)),
            near.empty() ? fmt::format("the actions are {}", base::join(actions, ", ")) : base::did_you_mean(near));
    }
    Fleet fleet(context, options);
    return act(fleet, options);
}

}  // namespace

const std::vector<std::string>& fleet_actions() {
    static const std::vector<std::string> actions = {"status",  "current", "upgrade", "downgrade", "stamp",
                                                     "verify",  "resume",  "repair",  "create",    "forget",
                                                     "enqueue", "work",    "log"};
    return actions;
}

Subcommand fleet_command() {
    return make_subcommand<Options>(
        "fleet", "Do the same to many databases that share one history",
        "  rev fleet status                        how many members stand where\n"
        "  rev fleet upgrade head --ring canary    a first few of them\n"
        "  rev fleet upgrade head                  all that have something to do\n"
        "  rev fleet create acme                   a new member, as the others are\n"
        "  rev fleet enqueue head                  for several machines: each then runs `rev fleet work`",
        declare, run);
}

}  // namespace rev::commands
