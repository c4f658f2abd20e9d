#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/soundness.hpp"
#include "base/text.hpp"
#include "commands/keep_until_exit.hpp"
#include "commands/registry.hpp"
#include "report/review.hpp"
#include "rewrite/base_check.hpp"
#include "rewrite/base_files.hpp"
#include "rewrite/renumber.hpp"
#include "rewrite/repeatable_changes.hpp"
#include "rewrite/replay.hpp"
#include "rewrite/touched_tables.hpp"

namespace rev::commands {
namespace {

struct Options {
    std::optional<std::string> base;
    std::optional<std::string> format;
};

void declare(Arguments& arguments, Options& options) {
    arguments.option("--base", options.base, "GITREF",
                     "report what that branch, tag or commit of Git does not have [the upstream branch]");
    arguments.choice("--format", options.format, {"markdown", "html", "json"}, "what to write [markdown]");
}

/// One call of the command.
class ReviewRun {
public:
    ReviewRun(Context& context, const Options& options)
        : context_(context),
          scripts_(context.scripts()),
          graph_(keep_until_exit(scripts_.load_graph())),
          base_(rewrite::read_base(context.config(), base_of(context, options))),
          review_{.base = base_.files.ref(), .picture = {.graph = graph_, .revisions = {}, .layout = {}}} {}

    report::Review run() {
        find_new();
        draw();
        read_files();
        review_.repeatables = rewrite::changed_repeatables(context_.config(), review_.base);
        find_findings();
        replay();
        return std::move(review_);
    }

private:
    static std::string base_of(Context& context, const Options& options) {
        if (options.base) return *options.base;
        if (auto upstream = rewrite::find_upstream(context.config())) return *upstream;
        throw Error(ExitCode::usage, error_codes::no_base, "nothing says with what to compare")
            .with_hint("name a branch, such as `rev report --base origin/main`");
    }

    void find_new() {
        const std::vector<Revision> revisions(graph_.revisions().begin(), graph_.revisions().end());
        const auto mine = rewrite::files_without_base(revisions, base_.files);
        for (std::size_t file = 0; file < mine.size(); ++file)
            if (mine[file]) new_.insert(&graph_.revisions()[file]);
    }

    /// With what the new ones stand on, so that it is seen where they begin.
    void draw() {
        auto shown = new_;
        for (const auto* revision : new_)
            for (const auto& parent : revision->revises) shown.insert(graph_.find(parent));
        const auto all = app::worded([&] { return history(graph_, ""); });
        auto& drawn = review_.picture.revisions;
        std::ranges::copy_if(all, std::back_inserter(drawn), [&](const auto* each) { return shown.contains(each); });
        review_.picture.layout = lay_out(graph_, drawn);
        for (const auto* revision : drawn)
            review_.picture.states.push_back(new_.contains(revision) ? report::RevisionState::pending
                                                                     : report::RevisionState::applied);
        // Oldest first, as they run.
        for (auto each = all.rbegin(); each != all.rend(); ++each)
            if (new_.contains(*each)) review_.revisions.push_back({.revision = *each, .file = {}, .lost = {}});
    }

    [[nodiscard]] std::vector<Dialect> dialects() {
        auto found = context_.configured_dialects();
        if (found.empty()) found = {Dialect::postgresql, Dialect::sqlite};
        return found;
    }

    void read_files() {
        const auto all = dialects();
        for (auto& reviewed : review_.revisions) {
            reviewed.file = scripts_.read(*reviewed.revision);
            reviewed.is_reversible = std::ranges::any_of(all, [&](Dialect dialect) {
                return reviewed.file.find_section(SectionKind::downgrade, dialect) != nullptr;
            });
            for (const auto dialect : all)
                if (const auto* section = reviewed.file.find_section(SectionKind::downgrade, dialect))
                    for (auto& name : rewrite::dropped_by(reviewed.file.text_of(*section), dialect))
                        if (std::ranges::find(reviewed.lost, name) == reviewed.lost.end())
                            reviewed.lost.push_back(std::move(name));
        }
        // Until a replay says it better.
        if (!review_.revisions.empty()) review_.lost_by = "the text of their statements";
    }

    void find_findings() {
        review_.findings = app::check_soundness(context_.config(), {dialects(), false}).problems;
        for (auto& finding : rewrite::check_against(base_, rewrite::read_checkout(context_.config())))
            review_.findings.push_back(std::move(finding));
    }

    // ---- what a database says

    [[nodiscard]] Graph graph_without_new() const {
        std::vector<Revision> revisions;
        for (const auto& revision : graph_.revisions())
            if (!new_.contains(&revision)) revisions.push_back(revision);
        return Graph(std::move(revisions));
    }

    /// Up without the new ones, up with them, and down again.
    // SQLite only: it can be had anywhere without a server.
    void replay() {
        if (review_.revisions.empty()) return;
        const auto all = dialects();
        if (std::ranges::find(all, Dialect::sqlite) == all.end()) {
            review_.remarks.emplace_back("What changes in the schema was not looked at: the revisions were not run.");
            return;
        }
        rewrite::SqliteReplay database(context_.config());
        std::vector<rewrite::ReplayedSchema> schemas;
        const auto failure = rewrite::failure_of([&] {
            const auto before = graph_without_new();
            database.up({before, scripts_}, "heads");
            schemas.push_back(database.schema());
            database.up({graph_, scripts_}, "heads");
            schemas.push_back(database.schema());
        });
        if (!failure.empty()) {
            review_.remarks.push_back(fmt::format(
                "What changes in the schema is not known: the revisions do not run on SQLite: {}", failure));
            return;
        }
        review_.schema = rewrite::differences(schemas[0], schemas[1]);
        replay_down(database, schemas[0]);
    }

    void replay_down(rewrite::SqliteReplay& database, const rewrite::ReplayedSchema& before) {
        for (auto reviewed = review_.revisions.rbegin(); reviewed != review_.revisions.rend(); ++reviewed) {
            // What lies below cannot be reached any more.
            if (!reviewed->is_reversible) return;
            // Each step alone, so that what it takes away is told beside its revision.
            const auto above = database.schema();
            const auto failure = rewrite::failure_of([&] {
                database.down({graph_, scripts_}, reviewed->revision->id);
            });
            if (!failure.empty()) {
                review_.remarks.push_back(
                    fmt::format("The downgrade of {} does not run on SQLite: {}", reviewed->revision->id, failure));
                return;
            }
            reviewed->lost = rewrite::gone(above, database.schema());
        }
        review_.lost_by = "running them on SQLite";
        review_.left = rewrite::differences(before, database.schema());
    }

    Context& context_;
    ScriptDirectory scripts_;
    const Graph& graph_;
    rewrite::Base base_;
    std::set<const Revision*> new_;
    report::Review review_;
};

ExitCode run(Context& context, const Options& options) {
    const auto review = ReviewRun(context, options).run();
    if (context.json() || options.format == "json")
        json::write(context.out(), report::review_object(review));
    else
        context.out() << (options.format == "html" ? report::review_html(review) : report::review_markdown(review));
    return ExitCode::done;
}

}  // namespace

Subcommand report_command() {
    return make_subcommand<Options>("report", "Tell a reviewer what a branch adds, in one page",
                                    "  rev report --base origin/main > comment.md   for a pull request\n"
                                    "  rev report --base v1.4 --format html > report.html",
                                    declare, run);
}

}  // namespace rev::commands
