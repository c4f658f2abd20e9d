#include "commands/fleet_queue.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "app/worded.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "commands/command_line.hpp"
#include "commands/fleet_watcher.hpp"
#include "commands/stop_on_signal.hpp"
#include "fleet/queue.hpp"
#include "report/fleet_text.hpp"
#include "report/json.hpp"
#include "rev/stop.hpp"

namespace rev::commands {
namespace {

/// nullopt: it is no number of a roll-out, the first of which is 1.
std::optional<long long> run_number(std::string_view text) {
    long long number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = failure == std::errc() && end == text.data() + text.size();
    return is_whole && number > 0 ? std::optional(number) : std::nullopt;
}

/// The one of --run, else the newest.
fleet::QueuedRun queued_run(const FleetOptions& options, fleet::RollOutQueue& queue) {
    std::optional<long long> id;
    if (options.run) {
        id = run_number(*options.run);
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

Error not_in_roll_out(const fleet::QueuedRun& run, const std::string& name,
                      const std::vector<fleet::QueuedMember>& members) {
    std::vector<std::string> names;
    for (const auto& member : members) names.push_back(member.name);
    const auto near = base::closest(name, names);
    return Error(ExitCode::usage, error_codes::no_such_member,
                 fmt::format("roll-out {} has no member {}", run.id, base::printable_word(name)))
        .with_hint(near.empty() ? std::string("`rev fleet log` lists them") : base::did_you_mean(near));
}

std::chrono::seconds lease_of(const FleetOptions& options) {
    if (!options.lease) return std::chrono::seconds{30};
    const auto duration = parse_duration(*options.lease);
    if (!duration || *duration < std::chrono::seconds{1})
        throw usage_error("--lease takes a duration of at least a second", "such as 30s");
    return std::chrono::duration_cast<std::chrono::seconds>(*duration);
}

/// With the process, as several may work on one machine.
std::string worker_name() { return fmt::format("{}:{}", base::host_name(), getpid()); }

/// The run to work on, and its members; its connection to the queue is not kept while they run.
fleet::QueuedRun take_queued_run(const FleetProject& project, std::vector<fleet::Member>& members) {
    fleet::RollOutQueue queue(project.context.config());
    auto run = queued_run(project.options, queue);
    members = fleet::with_gone_members(fleet::find_members(project.context.config()), queue.members(run.id));
    return run;
}

}  // namespace

ExitCode show_queued_run(const FleetProject& project) {
    fleet::RollOutQueue queue(project.context.config());
    const auto run = queued_run(project.options, queue);
    const auto members = queue.members(run.id);
    if (project.context.json())
        json::write_queued_run(project.context.out(), run, members);
    else
        project.context.out() << report::queued_run_status_text(run, members, project.context.out_style());
    const auto is_over = [](const auto& member) { return member.state == "done" || member.state == "forgotten"; };
    const bool all = std::ranges::all_of(members, is_over);
    return project.options.exit_code && !all ? ExitCode::negative : ExitCode::done;
}

ExitCode forget_member(const FleetProject& project, const std::string& name) {
    fleet::RollOutQueue queue(project.context.config());
    const auto run = queued_run(project.options, queue);
    const auto members = queue.members(run.id);
    const auto member = std::ranges::find(members, name, &fleet::QueuedMember::name);
    if (member == members.end()) throw not_in_roll_out(run, name, members);
    // That it was forgotten before is no failure: whoever calls again has what he wants.
    if (!queue.forget(run, name) && member->state != "forgotten")
        throw Error(ExitCode::negative, error_codes::not_forgotten,
                    fmt::format("{} is {} in roll-out {}", base::printable_word(name), member->state, run.id))
            .with_hint(member->state == "running" ? "wait until its worker is done with it, or its lease has ended"
                                                  : "what is done needs no forgetting");
    if (project.context.json()) json::write_queued_run(project.context.out(), run, queue.members(run.id));
    if (!project.context.quiet())
        project.context.err() << fmt::format("Roll-out {} goes on without {}\n", run.id, base::printable_word(name));
    return ExitCode::done;
}

ExitCode enqueue_roll_out(const FleetProject& project, const std::string& target) {
    const auto members = fleet::select_members(fleet::find_members(project.context.config()), project.options.members);
    // A target that is none would fail for each member, on every machine.
    (void)app::worded([&] { return resolve(project.graph, target); });
    fleet::RollOutQueue queue(project.context.config());
    queue.ensure_tables();
    const auto& settings = project.context.config().fleet;
    const auto run = queue.enqueue(target, fleet::history_of(project.graph, project.scripts),
                                   fleet::divide(members, settings.rings), settings.stop_after);
    if (project.context.json())
        json::write_queued_run(project.context.out(), run, queue.members(run.id));
    else if (!project.context.quiet())
        project.context.err() << fmt::format(
            "Roll-out {}: {} to {}; `rev fleet work` runs it, on as many machines as you like\n", run.id,
            base::counted(members.size(), "member"), base::printable_word(target));
    return ExitCode::done;
}

ExitCode work_on_queue(const FleetProject& project) {
    std::vector<fleet::Member> members;
    const auto run = take_queued_run(project, members);
    FleetWatcher watcher(project.context);
    const StopOnSignal stop_on_signal;
    const fleet::WorkOptions options{.lease = lease_of(project.options),
                                     .jobs = project.jobs(),
                                     .worker = worker_name(),
                                     .repeatables = project.repeatables()};
    const auto results = fleet::work(run, members, options, project.fleet_context(watcher));
    watcher.end();
    if (project.context.json()) json::write_fleet(project.context.out(), run.target, results);
    if (!project.context.quiet() && !project.context.json())
        project.context.err() << fmt::format("Roll-out {}: {} run here: {}\n", run.id,
                                             base::counted(results.size(), "member"),
                                             report::fleet_counts_text(results));
    // A stop counts more than failures: what was not begun is still to do.
    if (stop_requested()) return ExitCode::interrupted;
    return count_of(results, fleet::Outcome::failed) > 0 ? ExitCode::revision_failed : ExitCode::done;
}

ExitCode list_queued_members(const FleetProject& project) {
    fleet::RollOutQueue queue(project.context.config());
    const auto run = queued_run(project.options, queue);
    auto members = queue.members(run.id);
    if (project.options.failed) std::erase_if(members, [](const auto& member) { return member.state != "failed"; });
    if (project.context.json())
        json::write_queued_run(project.context.out(), run, members);
    else
        project.context.out() << report::queued_run_text(run, members, project.context.out_style());
    return ExitCode::done;
}

}  // namespace rev::commands
