#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/soundness.hpp"
#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/schema_work.hpp"
#include "lint/lint.hpp"
#include "report/review.hpp"
#include "rewrite/base_check.hpp"
#include "rewrite/base_files.hpp"
#include "rewrite/renumber.hpp"
#include "rewrite/repeatable_changes.hpp"
#include "rewrite/touched_tables.hpp"
#include "trail/added.hpp"

namespace rev::commands {
namespace {

struct ReportOptions {
    std::optional<std::string> base;
    std::optional<std::string> format;
    bool no_scratch = false;
    SchemaOptions schema;
};

void declare_report(Arguments& arguments, ReportOptions& options) {
    arguments.option("--base", options.base, "GITREF",
                     "report what that branch, tag or commit of Git does not have [the upstream branch]");
    arguments.choice("--format", options.format, {"markdown", "html", "json"}, "what to write [markdown]");
    arguments.flag("--no-scratch", options.no_scratch,
                   "do not run the revisions: nothing of the schema is told, and losses by the text of statements");
    declare_schema_options(arguments, options.schema);
}

/// One call of the command.
class ReviewRun {
public:
    ReviewRun(Context& context, const ReportOptions& options)
        : context_(context),
          options_(options),
          work_(context, options.schema),
          graph_(work_.graph()),
          base_(rewrite::read_base(context.config(), base_of(context, options))),
          review_{.base = base_.files.ref(), .picture = {.graph = graph_, .revisions = {}, .layout = {}}} {}

    report::Review run() {
        find_new();
        draw();
        read_files();
        review_.repeatables = rewrite::changed_repeatables(context_.config(), review_.base);
        find_findings();
        if (!review_.revisions.empty()) {
            lint();
            try_all();
        }
        return std::move(review_);
    }

private:
    static std::string base_of(Context& context, const ReportOptions& options) {
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
        review_.picture.layout = graph::lay_out(graph_, drawn);
        for (const auto* revision : drawn)
            // No database is asked: the states only set off what is new.
            review_.picture.states.push_back(new_.contains(revision) ? report::RevisionState::pending
                                                                     : report::RevisionState::applied);
        // Oldest first, as they run.
        for (auto each = all.rbegin(); each != all.rend(); ++each)
            if (new_.contains(*each)) review_.revisions.push_back({.revision = *each, .file = {}, .lost = {}});
    }

    [[nodiscard]] std::vector<Dialect> dialects() {
        if (options_.schema.dialect) return {*find_dialect(*options_.schema.dialect)};
        auto found = context_.configured_dialects();
        if (found.empty()) found = {Dialect::postgresql, Dialect::sqlite};
        return found;
    }

    void read_files() {
        const auto all = dialects();
        for (auto& reviewed : review_.revisions) {
            reviewed.file = work_.scripts().read(*reviewed.revision);
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
        base::ThreadPool pool;
        for (auto& finding : rewrite::check_against(base_, rewrite::read_checkout(context_.config(), pool)))
            review_.findings.push_back(std::move(finding));
    }

    [[nodiscard]] Revisions added() const {
        Revisions all;
        for (const auto& reviewed : review_.revisions) all.push_back(reviewed.revision);
        return all;
    }

    void lint() {
        lint::LintRequest request;
        request.revisions = added();
        request.is_one_plan = true;
        const bool is_sqlite = std::ranges::equal(dialects(), std::vector{Dialect::sqlite});
        request.dialect = is_sqlite ? Dialect::sqlite : Dialect::postgresql;
        for (auto& finding : lint::lint_revisions(work_.scripts(), graph_, request).findings)
            review_.lint.push_back({.level = std::string(lint::level_name(finding.level)),
                                    .rule = std::string(lint::text_of(finding.rule).id),
                                    .path = std::move(finding.path),
                                    .line = finding.line,
                                    .message = std::move(finding.message),
                                    .hint = std::move(finding.hint)});
    }

    // ---- what a database says

    /// Of what the base has, as far as this checkout has it.
    [[nodiscard]] Revisions heads_below() const {
        Revisions heads;
        for (const auto& revision : graph_.revisions()) {
            const auto is_old = [&](const Revision* each) { return !new_.contains(each); };
            if (is_old(&revision) && std::ranges::none_of(graph_.children(revision), is_old))
                heads.push_back(&revision);
        }
        return heads;
    }

    void try_all() {
        if (options_.no_scratch) {
            review_.remarks.emplace_back("What changes in the schema was not looked at: --no-scratch.");
            return;
        }
        std::vector<std::string> tried;
        const auto all = dialects();
        for (const auto dialect : all)
            if (try_on(dialect)) tried.emplace_back(engine_name(dialect));
        if (!tried.empty()) review_.lost_by = "running them on " + base::join(tried, " and ");
    }

    /// Whether they run there.
    bool try_on(Dialect dialect) {
        auto& place = work_.place(dialect);
        place.leave_live_alone();
        require_replays(place);
        try {
            take({dialect, trail::try_added(place, heads_below(), added())});
            return true;
        } catch (const Error& error) {
            // A missing scratch server ends other commands; here the rest can be told without it.
            const bool has_no_scratch = error.code() == error_codes::no_scratch;
            if (!has_no_scratch && autogenerate::ends_all(error)) throw;
            review_.remarks.push_back(has_no_scratch
                                          ? fmt::format("What changes in the schema of {} is not known: {}",
                                                        engine_name(dialect), error.what())
                                          : fmt::format("What changes in the schema is not known: the revisions do not "
                                                        "run on {}: {}",
                                                        engine_name(dialect), error.what()));
            return false;
        }
    }

    /// What was seen stands in place of what the text tells.
    void take(report::ReviewedSchema schema) {
        for (const auto& taken : schema.added.downgrades) {
            const auto reviewed =
                std::ranges::find(review_.revisions, taken.revision, &report::ReviewedRevision::revision);
            if (reviewed == review_.revisions.end()) continue;
            // Only the first time: what one database has shown must stay when the next one is tried.
            if (seen_.insert(taken.revision).second) reviewed->lost.clear();
            for (const auto& name : taken.lost)
                if (std::ranges::find(reviewed->lost, name) == reviewed->lost.end()) reviewed->lost.push_back(name);
        }
        for (const auto& remark : schema.added.remarks) review_.remarks.push_back(remark);
        review_.schemas.push_back(std::move(schema));
    }

    Context& context_;
    const ReportOptions& options_;
    SchemaWork work_;
    const Graph& graph_;
    rewrite::Base base_;
    std::set<const Revision*> new_;
    std::set<const Revision*> seen_;  ///< whose downgrade has run
    report::Review review_;
};

ExitCode run_report(Context& context, const ReportOptions& options) {
    // The page refers to the graph that this has read.
    ReviewRun reviewing(context, options);
    // What is found is the page, and no failure to make it: `rev check` and `rev lint` answer by their exit codes.
    const auto review = reviewing.run();
    if (context.json() || options.format == "json")
        json::write(context.out(), report::review_object(review));
    else
        context.out() << (options.format == "html" ? report::review_html(review) : report::review_markdown(review));
    return ExitCode::done;
}

}  // namespace

Subcommand report_command() {
    return make_subcommand<ReportOptions>("report", "Tell a reviewer what a branch adds, in one page",
                                          "  rev report --base origin/main > comment.md   for a pull request\n"
                                          "  rev report --base v1.4 --format html > report.html",
                                          declare_report, run_report);
}

}  // namespace rev::commands
