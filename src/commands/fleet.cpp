// Many databases that share one history.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "commands/command_line.hpp"
#include "commands/fleet_actions.hpp"
#include "commands/fleet_project.hpp"
#include "commands/fleet_queue.hpp"
#include "commands/fleet_watcher.hpp"
#include "commands/registry.hpp"
#include "commands/stop_on_signal.hpp"
#include "commands/walk.hpp"
#include "fleet/new_member.hpp"
#include "fleet/roll_out.hpp"
#include "fleet/verify_members.hpp"
#include "report/fleet_text.hpp"
#include "report/json.hpp"
#include "report/losses_text.hpp"
#include "rev/stop.hpp"

namespace rev::commands {
namespace {

using fleet::Member;
using fleet::MemberResult;
using fleet::MemberState;
using fleet::Outcome;

void declare(Arguments& arguments, FleetOptions& options) {
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
std::string only_argument(const FleetOptions& options, const std::optional<std::string>& otherwise) {
    if (options.arguments.size() > 1)
        throw usage_error(fmt::format("\"{}\" is one argument too many", options.arguments[1]),
                          "see `rev fleet --help`");
    if (!options.arguments.empty()) return options.arguments.front();
    if (otherwise) return *otherwise;
    throw usage_error(fmt::format("rev fleet {} needs an argument", options.action), "see `rev fleet --help`");
}

/// What is done to members here and at once.
class Fleet {
public:
    explicit Fleet(const FleetProject& project) : project_(project) {}

    ExitCode status(const std::string& target, bool list) {
        read();
        const auto results =
            fleet::compare(members_, std::move(states_), target, project_.graph, project_.context.config());
        if (project_.context.json())
            json::write_fleet(project_.context.out(), target, results);
        else if (list)
            project_.context.out() << report::fleet_members_text(results, project_.context.out_style());
        else
            project_.context.out() << report::fleet_status_text(results, project_.graph, project_.context.list_length(),
                                                                project_.context.out_style());
        if (!project_.options.exit_code) return ExitCode::done;
        return exit_code_of_status(results);
    }

    ExitCode run(app::MigrateRequest migrate, const std::string& target) {
        migrate.extent = project_.options.dry_run    ? app::MigrateExtent::show
                         : project_.options.rehearse ? app::MigrateExtent::rehearse
                                                     : app::MigrateExtent::run;
        migrate.tag = project_.options.tag.value_or("");
        migrate.repeatables = project_.repeatables();
        if (project_.options.max_batches > 0) migrate.max_batches = project_.options.max_batches;
        read();
        FleetWatcher watcher(project_.context);
        const StopOnSignal stop_on_signal;
        const fleet::RollOut request{
            .migrate = std::move(migrate), .ring = project_.options.ring, .jobs = project_.jobs()};
        const auto results = fleet::roll_out(request, members_, std::move(states_), project_.fleet_context(watcher));
        watcher.end();
        // Behind watcher.end(): the live line would be drawn into the answer.
        return tell(results, target);
    }

    ExitCode verify() {
        read();
        FleetWatcher watcher(project_.context);
        const StopOnSignal stop_on_signal;
        const auto results = fleet::verify_members(members_, states_, project_.jobs(), project_.fleet_context(watcher));
        watcher.end();
        if (project_.context.json()) json::write_fleet(project_.context.out(), "", results);
        project_.context.out().flush();
        if (!project_.context.quiet() && !project_.context.json())
            project_.context.err() << report::fleet_counts_text(results) << '\n';
        if (stop_requested()) return ExitCode::interrupted;
        if (is_any_unreachable(results)) return ExitCode::database;
        // Behind the unreachable ones: a section that fails is an answer, and a member that nobody reached gives none.
        return count_of(results, Outcome::failed) > 0 ? ExitCode::negative : ExitCode::done;
    }

    ExitCode create(const std::string& name) {
        members_ = fleet::find_members(project_.context.config(), fleet::MissingFolder::empty);
        states_ = fleet::read_states(members_, project_.context.config(), {});
        fleet::Watcher watcher;  // the answer is about this one member
        const StopOnSignal stop_on_signal;
        const auto made = fleet::create_member(name, states_, project_.fleet_context(watcher));
        if (project_.context.json())
            json::write_fleet(project_.context.out(), "", std::span(&made.result, 1));
        else
            project_.context.out() << report::member_text(made.result, project_.context.out_style());
        return made.result.outcome == Outcome::failed ? ExitCode::revision_failed : ExitCode::done;
    }

private:
    void read() {
        members_ = fleet::select_members(fleet::find_members(project_.context.config()), project_.options.members);
        states_ = fleet::read_states(members_, project_.context.config(), {});
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
        if (project_.context.json()) json::write_fleet(project_.context.out(), target, results);
        project_.context.out().flush();
        const auto failed = count_of(results, Outcome::failed);
        if (!project_.context.quiet() && !project_.context.json()) {
            project_.context.err() << report::fleet_counts_text(results) << '\n';
            if (failed > 0 || count_of(results, Outcome::not_begun) > 0) project_.context.err() << again(results);
        }
        if (stop_requested()) return ExitCode::interrupted;
        if (failed > 0) return ExitCode::revision_failed;
        const bool did_something = count_of(results, Outcome::done) + count_of(results, Outcome::behind) > 0;
        return project_.options.detailed_exit_code && did_something ? ExitCode::changed : ExitCode::done;
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
        auto line = fmt::format("{}rev fleet {}", words, project_.options.action);
        for (const auto& argument : project_.options.arguments) line += " " + argument;
        if (project_.options.no_repeatables) line += " --no-repeatables";
        return line + options + "`\n";
    }

    const FleetProject& project_;
    std::vector<Member> members_;
    std::vector<MemberState> states_;
};

/// A question cannot be put for each of a thousand members: what would be lost is an error, unless --yes was given.
void refuse_losses(const app::Question& question) {
    if (const auto* losses = std::get_if<run::Losses>(&question))
        throw Error(ExitCode::usage, error_codes::not_confirmed, report::losses_text(*losses))
            .with_hint("add --yes to do it without being asked");
}

ExitCode downgrade(Fleet& fleet, const FleetOptions& options) {
    const auto target = only_argument(options, std::nullopt);
    app::MigrateRequest migrate{.mode = app::MigrateMode::downgrade, .targets = {target}};
    if (!options.yes) migrate.confirm = refuse_losses;
    return fleet.run(std::move(migrate), target);
}

ExitCode stamp(Fleet& fleet, const FleetOptions& options) {
    const auto target = only_argument(options, std::nullopt);
    if (options.purge && !options.yes)
        throw Error(ExitCode::usage, error_codes::not_confirmed, "the rows of these members would be forgotten")
            .with_hint("add --yes to do it without being asked");
    return fleet.run({.mode = app::MigrateMode::stamp, .targets = {target}, .purge = options.purge}, target);
}

ExitCode repair(Fleet& fleet, const FleetOptions& options) {
    if (int{options.applied} + int{options.not_applied} + int{options.accept_changed} != 1)
        throw usage_error("repair takes one of --applied, --not-applied and --accept-changed",
                          "see `rev fleet --help`");
    const auto mode = options.applied       ? app::MigrateMode::repair_applied
                      : options.not_applied ? app::MigrateMode::repair_not_applied
                                            : app::MigrateMode::accept_changed;
    const auto revision = only_argument(options, std::nullopt);
    return fleet.run({.mode = mode, .targets = {revision}}, revision);
}

ExitCode act(const FleetProject& project) {
    const auto& options = project.options;
    Fleet fleet(project);
    const auto& action = options.action;
    // Before the other status: how a roll-out stands is asked of the queue, and of no member.
    if (action == "status" && options.run) return show_queued_run(project);
    if (action == "verify") return fleet.verify();
    if (action == "forget") return forget_member(project, only_argument(options, std::nullopt));
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
    if (action == "enqueue") return enqueue_roll_out(project, only_argument(options, std::nullopt));
    if (action == "work") return work_on_queue(project);
    if (action == "log") return list_queued_members(project);
    return fleet.create(only_argument(options, std::nullopt));
}

ExitCode run(Context& context, const FleetOptions& options) {
    const auto& actions = fleet_actions();
    if (std::ranges::find(actions, options.action) == actions.end()) {
        const auto near = base::closest(options.action, actions);
        throw usage_error(
            fmt::format("\"{}\" is nothing that a fleet does", base::printable_word(options.action)),
            near.empty() ? fmt::format("the actions are {}", base::join(actions, ", ")) : base::did_you_mean(near));
    }
    return act(FleetProject(context, options));
}

}  // namespace

const std::vector<std::string>& fleet_actions() {
    static const std::vector<std::string> actions = {"status",  "current", "upgrade", "downgrade", "stamp",
                                                     "verify",  "resume",  "repair",  "create",    "forget",
                                                     "enqueue", "work",    "log"};
    return actions;
}

Subcommand fleet_command() {
    return make_subcommand<FleetOptions>(
        "fleet", "Do the same to many databases that share one history",
        "  rev fleet status                        how many members stand where\n"
        "  rev fleet upgrade head --ring canary    a first few of them\n"
        "  rev fleet upgrade head                  all that have something to do\n"
        "  rev fleet create acme                   a new member, as the others are\n"
        "  rev fleet enqueue head                  for several machines: each then runs `rev fleet work`",
        declare, run);
}

}  // namespace rev::commands
