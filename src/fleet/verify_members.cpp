#include "fleet/verify_members.hpp"

#include <fmt/format.h>

#include <atomic>
#include <mutex>

#include "app/connect.hpp"
#include "app/verify.hpp"
#include "base/text.hpp"
#include "fleet/borrowed_database.hpp"
#include "fleet/connections.hpp"
#include "fleet/workers.hpp"
#include "rev/plan.hpp"
#include "run/changed.hpp"
#include "state/reporter.hpp"

namespace rev::fleet {
namespace {

/// What is wrong with a member, line by line.
struct Findings {
    std::size_t failed_sections = 0;
    std::size_t changed_files = 0;
    std::string lines;

    [[nodiscard]] bool empty() const noexcept { return failed_sections + changed_files == 0; }
    [[nodiscard]] Error error() const {
        std::vector<std::string> parts;
        if (failed_sections > 0) parts.push_back(base::counted(failed_sections, "verify section") + " failed");
        if (changed_files > 0)
            parts.push_back(base::counted(changed_files, "revision file") + " changed after the revision was applied");
        return Error(ExitCode::negative, error_codes::not_sound, base::join(parts, ", ")).with_detail(lines);
    }
};

/// One thread of it.
class Verifier {
public:
    Verifier(const FleetContext& context, std::shared_ptr<run::FileChecksums> files)
        : context_(context), changed_(context.scripts, std::move(files)) {}

    void verify(MemberResult& result) {
        // Known from the first look: it could not be read, or a revision stopped half-way.
        if (result.error) return;
        try {
            const auto findings = look_at(result);
            result.outcome = findings.empty() ? Outcome::sound : Outcome::failed;
            if (!findings.empty()) result.error = findings.error();
        } catch (const GraphError& error) {
            result.outcome = Outcome::failed;
            result.error = to_error(error);
        } catch (const Error& error) {
            result.outcome = Outcome::failed;
            result.error = error;
        }
    }

private:
    Findings look_at(MemberResult& result) {
        const auto config = config_of(*result.member, context_.config, context_.given);
        const auto database = connections_.open(*result.member, config, app::Access::read);
        app::Connector connector;
        connector.open = [&](app::Access) { return borrow(*database); };
        Findings findings;
        const auto done = app::verify({.scripts = context_.scripts,
                                       .graph = context_.graph,
                                       .connector = connector,
                                       .reporter = silent_,
                                       .stop = context_.stop,
                                       .settings = &config},
                                      {});
        result.steps = done.results.size();
        for (const auto& each : done.results) {
            if (!each.failure) continue;
            ++findings.failed_sections;
            findings.lines += fmt::format("{}: {}\n", base::place_text(each.failure->location()), each.failure->what());
        }
        find_changed_files(result, *database, config, findings);
        return findings;
    }

    /// That only comments changed does not count.
    void find_changed_files(const MemberResult& result, Database& database, const Config& config, Findings& findings) {
        const auto checksums =
            state::read_checksums(database, state::find_tables(database, app::version_table(config)));
        for (const auto& each : changed_.find(checksums, database.dialect(), applied(context_.graph, result.rows))) {
            if (each.comments_only) continue;
            ++findings.changed_files;
            findings.lines += fmt::format("{}: not what was run as {}\n", each.revision->path, each.revision->id);
        }
    }

    const FleetContext& context_;
    state::Reporter silent_;
    Connections connections_{context_, silent_};
    run::ChangedFinder changed_;
};

MemberResult not_begun(const Member& member, const MemberState& state) {
    MemberResult result{.member = &member, .rows = state.rows, .error = state.failure};
    if (state.has_unfinished)
        result.error =
            Error(ExitCode::database, error_codes::unfinished_run, "a revision stopped half-way outside a transaction");
    if (result.error) result.outcome = Outcome::failed;
    return result;
}

}  // namespace

std::vector<MemberResult> verify_members(std::span<const Member> members, std::span<const MemberState> states,
                                         std::size_t jobs, const FleetContext& context) {
    std::vector<MemberResult> results;
    for (std::size_t i = 0; i < members.size(); ++i) results.push_back(not_begun(members[i], states[i]));
    context.watcher.roll_out_started(results.size());
    const auto files = std::make_shared<run::FileChecksums>();
    std::mutex mutex;
    std::atomic<std::size_t> next = 0;
    run_workers(std::min(jobs, results.size()), [&]() -> TakeNext {
        const auto verifier = std::make_shared<Verifier>(context, files);
        return [&, verifier] {
            const auto at = next++;
            if (at >= results.size() || context.stop.requested()) return false;
            verifier->verify(results[at]);
            const std::lock_guard lock(mutex);
            context.watcher.member_finished(results[at]);
            return true;
        };
    });
    return results;
}

}  // namespace rev::fleet
