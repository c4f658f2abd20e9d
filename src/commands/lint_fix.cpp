// `rev lint --fix`, in this order: the new texts, in memory; the difference; the proof; the files.

#include "commands/lint_fix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/text.hpp"
#include "commands/schema_work.hpp"
#include "lint/fix.hpp"
#include "lint/output.hpp"
#include "rewrite/file_changes.hpp"
#include "rewrite/header_edit.hpp"
#include "rewrite/unified_diff.hpp"
#include "script/head_file.hpp"
#include "script/new_script.hpp"
#include "state/reporter.hpp"
#include "trail/same_schema.hpp"

namespace rev::commands {
namespace {

namespace fs = std::filesystem;

/// The files as they are to be.
class NewFiles {
public:
    NewFiles(const LintedProject& project, const lint::FixPlan& plan) : project_(project) {
        for (const auto& fix : plan.fixes) changed_[fix.revision->path] = {fix.before, fix.text};
        std::optional<Graph> grown;
        for (const auto& fix : plan.fixes) {
            lint::FixedRevision fixed{fix.revision->id, fix.revision->path, fix.rules, {}, {}};
            if (fix.second) {
                const auto& graph = grown ? *grown : project.graph;
                auto script = compose_second(graph, *fix.revision, *fix.second);
                // So that the next new one does not get the same id or number.
                grown = app::graph_with(graph, script.revision);
                fixed.second_revision = script.revision.id;
                fixed.second_path = script.revision.path;
                put_behind(*fix.revision, script.revision.id);
                new_.push_back(std::move(script));
            }
            fixed_.push_back(std::move(fixed));
        }
    }

    [[nodiscard]] const std::vector<lint::FixedRevision>& fixed() const { return fixed_; }

    [[nodiscard]] std::string difference() const {
        std::string text;
        for (const auto& [path, changed] : changed_) text += rewrite::unified_diff(path, changed.before, changed.after);
        for (const auto& script : new_) text += rewrite::unified_diff(script.revision.path, {}, script.text, true);
        return text;
    }

    /// In load order, new ones last. Views into this object.
    [[nodiscard]] std::vector<RevisionText> texts() {
        std::vector<RevisionText> texts;
        for (const auto& revision : project_.graph.revisions()) {
            const auto found = changed_.find(revision.path);
            if (found != changed_.end()) {
                texts.push_back({revision.path, found->second.after});
                continue;
            }
            // Kept, as the list has only views.
            auto& text = unchanged_[revision.path];
            text = project_.scripts.read(revision).text;
            texts.push_back({revision.path, text});
        }
        for (const auto& script : new_) texts.push_back({script.revision.path, script.text});
        return texts;
    }

    [[nodiscard]] std::vector<rewrite::FileChange> changes() const {
        std::vector<rewrite::FileChange> changes;
        for (const auto& [path, changed] : changed_)
            changes.push_back({fs::absolute(path), changed.after, {}, changed.before});
        for (const auto& script : new_) changes.push_back({fs::absolute(script.file), script.text});
        return changes;
    }

    /// The last part of each fixed revision.
    [[nodiscard]] std::vector<RevisionId> last_parts() const {
        std::vector<RevisionId> ids;
        for (const auto& each : fixed_)
            ids.push_back(each.second_revision.empty() ? each.revision : each.second_revision);
        return ids;
    }

private:
    struct Changed {
        std::string before;
        std::string after;
    };

    [[nodiscard]] script::NewScript compose_second(const Graph& graph, const Revision& first,
                                                   const lint::SecondRevision& second) const {
        ScriptRequest request;
        request.node.heads = {first.id};
        // What stands on the first is put on the second afterwards.
        request.node.splice = true;
        request.message = first.message + ": " + second.about;
        request.body = ScriptBody{.sections = second.sections};
        if (!second.transaction) request.body->transaction = false;
        return app::worded([&] { return script::compose_script(project_.scripts.config(), graph, request); });
    }

    void put_behind(const Revision& first, const RevisionId& second) {
        for (const auto& revision : project_.graph.revisions()) {
            for (const auto& [key, ids] :
                 {std::pair("revises", &revision.revises), std::pair("depends_on", &revision.depends_on)}) {
                if (std::ranges::find(*ids, first.id) == ids->end()) continue;
                auto found = changed_.find(revision.path);
                if (found == changed_.end()) {
                    const auto text = project_.scripts.read(revision).text;
                    found = changed_.emplace(revision.path, Changed{text, text}).first;
                }
                auto& text = found->second.after;
                text = rewrite::with_renamed_id(text, key, first.id, second);
            }
        }
    }

    const LintedProject& project_;
    std::map<std::string, Changed> changed_;        ///< by path
    std::map<std::string, std::string> unchanged_;  ///< texts of the others, by path
    std::vector<script::NewScript> new_;
    std::vector<lint::FixedRevision> fixed_;
};

Revisions found_in(const Graph& graph, const std::vector<RevisionId>& ids) {
    Revisions revisions;
    for (const auto& id : ids) revisions.push_back(graph.find(id));
    return revisions;
}

class FixRun {
public:
    FixRun(Context& context, const LintedProject& project, const LintFixOptions& options)
        : context_(context),
          project_(project),
          options_(options),
          reporter_(context.err(), context.err_style(), context.quiet(), context.err_width()) {}

    ExitCode run() {
        const bool is_for_sqlite_too = std::ranges::count(context_.configured_dialects(), Dialect::sqlite) > 0;
        const auto plan = lint::plan_fixes(project_.scripts, project_.graph, project_.request, project_.result.findings,
                                           is_for_sqlite_too);
        report_.unfixed = plan.unfixed;
        if (!plan.fixes.empty()) fix(plan);
        tell();
        const bool is_left = !report_.unfixed.empty() || !report_.failures.empty();
        return is_left ? ExitCode::negative : ExitCode::done;
    }

private:
    void fix(const lint::FixPlan& plan) {
        refuse_applied(plan);
        NewFiles files(project_, plan);
        report_.fixed = files.fixed();
        report_.difference = files.difference();
        if (options_.dry_run) return;
        if (!options_.no_proof) prove(files);
        if (!report_.failures.empty()) return;
        rewrite::change_files(files.changes());
        report_.is_written = true;
        // Read anew: what was written last may be a new head.
        if (context_.config().head_file) script::update_head_file(context_.config(), project_.scripts.load_graph());
    }

    /// What a database has is what was run there: its file stays.
    void refuse_applied(const lint::FixPlan& plan) {
        for (const auto* revision : applied_ones())
            for (const auto& fix : plan.fixes)
                if (fix.revision == revision)
                    throw Error(ExitCode::graph, error_codes::is_applied,
                                fmt::format("{} is applied to {}: its file says what was run", revision->id,
                                            context_.database_url().display()))
                        .with_location({revision->path, 0, 0, {}})
                        .with_hint(fmt::format("take it back first, `rev downgrade {}`, or name others: "
                                               "`rev lint REV --fix`",
                                               revision->revises.empty() ? "base" : revision->revises.front()));
    }

    Revisions applied_ones() {
        if (context_.config().url.empty()) return {};
        try {
            const auto rows = context_.rows();
            return app::worded([&] { return applied(project_.graph, rows); });
        } catch (const Error& error) {
            // Files can be mended where no database is within reach: it is only said what was not asked.
            if (error.exit_code() != ExitCode::database) throw;
            reporter_.warning(
                fmt::format("the database cannot be asked whether it has these revisions: {}", error.what()));
            return {};
        }
    }

    void prove(NewFiles& files) {
        const StopOnSignal stop_on_signal;
        const ScriptDirectory scripts(context_.config(), files.texts());
        const auto graph = scripts.load_graph();
        const SchemaOptions in_scratch{.scratch = options_.scratch, .dialect = {}};
        autogenerate::Workplace before(
            workplace_options(context_, in_scratch, project_.scripts, project_.graph, silent_), Dialect::postgresql);
        autogenerate::Workplace after(workplace_options(context_, in_scratch, scripts, graph, silent_),
                                      Dialect::postgresql);
        // It is about the files alone, and needs no database that has run them.
        before.leave_live_alone();
        after.leave_live_alone();
        require_replays(before);
        std::vector<RevisionId> ids;
        for (const auto& each : files.fixed()) ids.push_back(each.revision);
        try {
            auto all_parts = found_in(graph, files.last_parts());
            const auto firsts = found_in(graph, ids);
            all_parts.insert(all_parts.end(), firsts.begin(), firsts.end());
            const auto proof = trail::prove_same_schema({before, found_in(project_.graph, ids)}, {after, all_parts});
            report_.failures = proof.failures;
            is_tried_alone_ = proof.is_alone;
            for (const auto* sentences : {&proof.unproven, &proof.remarks})
                for (const auto& each : *sentences) reporter_.warning(each);
        } catch (const Error& error) {
            if (error.code() != error_codes::no_scratch) throw;
            throw Error(error).with_hint(error.hint() + "; --no-proof writes it untried");
        }
        report_.is_proven = report_.failures.empty();
    }

    void tell() {
        if (context_.json()) return lint::write_fix_json(context_.out(), report_);
        context_.out() << report_.difference;
        lint::LintResult left;
        for (const auto& each : report_.unfixed) {
            left.findings.push_back(each.finding);
            left.findings.back().hint += "; it is not rewritten: " + each.reason;
        }
        lint::write_text(context_.out(), left);
        for (const auto& failure : report_.failures)
            context_.err() << "not proven: " << base::printable(failure) << '\n';
        if (!context_.quiet()) context_.out() << summary() << '\n';
    }

    [[nodiscard]] std::string summary() const {
        const auto left = report_.unfixed.empty()
                              ? std::string()
                              : fmt::format("; {} left", base::counted(report_.unfixed.size(), "finding"));
        if (report_.fixed.empty()) return "Nothing to rewrite" + left;
        const auto what = base::counted(report_.fixed.size(), "revision");
        if (!report_.failures.empty()) return "Nothing was written" + left;
        if (!report_.is_written) return fmt::format("{} would be rewritten{}", what, left);
        return fmt::format("{} rewritten, {}{}", what, how_proven(), left);
    }

    [[nodiscard]] std::string_view how_proven() const {
        if (!report_.is_proven) return "untried: --no-proof";
        return is_tried_alone_ ? "tried in scratch" : "proven in scratch to make the same schema";
    }

    Context& context_;
    const LintedProject& project_;
    const LintFixOptions& options_;
    bool is_tried_alone_ = false;
    report::TextReporter reporter_;
    state::Reporter silent_;
    lint::FixReport report_;
};

}  // namespace

ExitCode fix_revisions(Context& context, const LintedProject& project, const LintFixOptions& options) {
    return FixRun(context, project, options).run();
}

}  // namespace rev::commands
