// `rev revision --autogenerate`: what is asked, and what is said of what app::autogenerate found. Findings go to
// standard error; standard output has the names of files, or one JSON document.

#include "commands/autogenerate.hpp"

#include <fmt/format.h>

#include "autogenerate/autogenerate.hpp"
#include "base/text.hpp"
#include "commands/keep_until_exit.hpp"
#include "lint/lint.hpp"
#include "lint/output.hpp"
#include "report/schema_json.hpp"
#include "report/schema_text.hpp"

namespace rev::commands {
namespace {

/// As `--rename` takes it: "public.crew.nm=full_name".
std::string rename_argument(const schema::Rename& rename) {
    return fmt::format("{}={}", base::join(rename.from.name, "."), rename.to.name.back());
}

autogenerate::AutogenerateRequest request_of(Context& context, const ScriptRequest& script,
                                             const AutogenerateOptions& options) {
    autogenerate::AutogenerateRequest request;
    request.script = script;
    request.from = options.from;
    request.online = options.online;
    request.renames = options.renames;
    request.fail_on = hazard_kinds(options.fail_on);
    request.replace = options.replace;
    request.unproven = options.unproven;
    request.allow_empty = options.allow_empty;
    request.drops_confirmed = options.yes;
    request.questions.confirm = [&context](const std::string& question) { context.confirm(question); };
    // Without somebody to answer, no rename is assumed: it stays a drop and an add, and is told of as possibly one.
    if (context.can_ask())
        request.questions.is_rename = [&context](const schema::Rename& rename) {
            return context.ask(fmt::format("Was {} renamed to {}?", describe(rename.from), rename.to.name.back()));
        };
    return request;
}

Graph grown_graph(const Graph& graph, const std::vector<CreatedScript>& created) {
    std::vector<Revision> revisions(graph.revisions().begin(), graph.revisions().end());
    for (const auto& script : created) revisions.push_back(script.revision);
    return app::worded([&] { return Graph(std::move(revisions)); });
}

std::vector<std::string> failures_of(const autogenerate::AutogenerateResult& result) {
    std::vector<std::string> failures;
    for (const auto& [dialect, proof] : result.proofs)
        failures.insert(failures.end(), proof.failures.begin(), proof.failures.end());
    return failures;
}

/// What lint says of what was written, as one plan.
lint::LintResult lint_of(Context& context, const autogenerate::AutogenerateResult& result) {
    std::vector<RevisionId> ids;
    for (const auto& script : result.created) ids.push_back(script.revision.id);
    if (result.rewritten != nullptr) ids.push_back(result.rewritten->id);
    if (ids.empty()) return {};
    const auto scripts = context.scripts();
    const auto graph = scripts.load_graph();
    lint::LintRequest request;
    for (const auto& id : ids)
        if (const auto* revision = graph.find(id)) request.revisions.push_back(revision);
    request.is_one_plan = true;
    request.dialect = result.lacks.front().dialect;
    return lint::lint_revisions(scripts, graph, request);
}

std::vector<json::NewFinding> findings_of(const lint::LintResult& result) {
    std::vector<json::NewFinding> findings;
    for (const auto& finding : result.findings)
        findings.push_back({std::string(lint::text_of(finding.rule).id), std::string(lint::level_name(finding.level)),
                            finding.revision, finding.path, finding.line, finding.column, finding.message,
                            finding.hint});
    return findings;
}

void print_json(Context& context, const SchemaWork& work, const autogenerate::AutogenerateResult& result,
                const lint::LintResult& linted) {
    // The answer has revisions of this graph, which must be there when it is written.
    const auto& graph = keep_until_exit(grown_graph(work.graph(), result.created));
    json::AutogenerateAnswer answer{graph, {}, {}, {}, {}, failures_of(result), findings_of(linted)};
    for (const auto& script : result.created) answer.revisions.push_back(graph.find(script.revision.id));
    if (result.rewritten != nullptr) answer.revisions.push_back(graph.find(result.rewritten->id));
    for (const auto& lack : result.lacks) {
        const auto hazards = autogenerate::hazards_of(lack.migration);
        answer.changes.insert(answer.changes.end(), lack.migration.changes.begin(), lack.migration.changes.end());
        answer.hazards.insert(answer.hazards.end(), hazards.begin(), hazards.end());
        answer.drift.insert(answer.drift.end(), lack.drift.begin(), lack.drift.end());
    }
    json::write_autogenerate(context.out(), answer);
}

/// What was found, and what to look at in it, on standard error.
void tell_findings(Context& context, SchemaWork& work, const autogenerate::AutogenerateResult& result) {
    for (const auto& lack : result.lacks) {
        work.warn_of_drift(lack.drift);
        if (!lack.base_reason.empty()) context.err() << "warning: " << base::printable(lack.base_reason) << '\n';
        if (context.quiet()) continue;
        if (result.lacks.size() > 1 && !lack.migration.changes.empty())
            context.err() << dialect_name(lack.dialect) << ":\n";
        context.err() << report::changes_text(
            lack.migration.changes, context.err_style(),
            context.list_length() == report::ListLength::all ? 0 : base::one_screen_of_items);
        for (const auto& rename : lack.migration.possible_renames)
            context.err() << fmt::format("perhaps a rename: add --rename {} if it is one\n",
                                         base::printable(rename_argument(rename)));
        work.tell_unmodelled(lack.desired.model.unmodelled());
    }
}

void tell_hazards(Context& context, const autogenerate::AutogenerateResult& result) {
    if (context.quiet()) return;
    for (const auto& lack : result.lacks)
        for (const auto& hazard : autogenerate::hazards_of(lack.migration))
            context.err() << "hazard " << report::hazard_text(hazard) << '\n';
}

ExitCode refuse_hazards(Context& context, const autogenerate::AutogenerateResult& result) {
    std::vector<std::string> names;
    for (const auto kind : result.met) names.emplace_back(to_string(kind));
    context.err() << fmt::format("Nothing was written: --fail-on {} is met\n", base::join(names, ", "));
    return ExitCode::negative;
}

void tell_proofs(Context& context, const autogenerate::AutogenerateResult& result) {
    if (!result.unproven_places.empty())
        context.err() << "warning: with --scratch transaction nothing is proven: try it before you rely on it\n";
    for (const auto& [dialect, proof] : result.proofs) {
        for (const auto& failure : proof.failures) context.err() << "not proven: " << base::printable(failure) << '\n';
        if (proof.holds() && !proof.proven_empty.empty() && !context.quiet())
            context.err() << fmt::format("proven without rows, on which it may fail: {}\n",
                                         base::printable(base::join_first(proof.proven_empty, ", ")));
    }
}

void tell_files(Context& context, const autogenerate::AutogenerateResult& result) {
    if (result.rewritten != nullptr && !context.quiet() && !context.json())
        context.out() << "  Replacing the sections of " << base::printable(result.rewritten->path) << " ...  done\n";
    for (const auto& script : result.created) {
        if (context.quiet()) continue;
        for (const auto& text : script.hook_output) context.err() << base::printable(text);
        if (!context.json())
            context.out() << "  Generating " << base::printable(script.file.string()) << " ...  done\n";
    }
}

}  // namespace

void declare_autogenerate_options(Arguments& arguments, AutogenerateOptions& options) {
    arguments.group("Writing what lacks");
    arguments.flag("--autogenerate", options.wanted,
                   "write the SQL that lacks between the revisions and the desired schema (`schema` in alembic.yaml)");
    arguments.option("--from", options.from, "SOURCE",
                     "hold this against the desired schema: heads without the database, or database [heads, with the "
                     "database checked]");
    arguments.flag("--online", options.online, "PostgreSQL: forms that do not block, in a second revision");
    arguments.options("--rename", options.renames, "A=B", "A got another name: crew=staff, crew.nm=full_name");
    arguments.options("--fail-on", options.fail_on, "HAZARD", "write nothing and exit with 1 if it has this hazard");
    arguments.option("--replace", options.replace, "REV",
                     "write the sections of this head anew, which no database has applied, instead of a new revision");
    arguments.flag("--unproven", options.unproven, "write also what could not be proven in scratch");
    arguments.flag("--allow-empty", options.allow_empty, "an empty desired schema is meant: drop everything");
    arguments.flag("--yes", options.yes, "do not ask before something is dropped that no revision may have made");
    declare_schema_options(arguments, options.schema);
}

/// Without the flag they would be ignored without a word, and a file to fill in written in place of what was asked for.
void refuse_without_autogenerate(const AutogenerateOptions& options) {
    const bool any = options.from || options.replace || options.online || !options.renames.empty() ||
                     !options.fail_on.empty() || options.unproven || options.allow_empty || options.yes ||
                     options.schema.scratch || options.schema.dialect;
    if (!any) return;
    throw Error(ExitCode::usage, error_codes::usage, "these options need --autogenerate")
        .with_hint("rev revision --autogenerate -m MSG ...; without it, `rev revision` writes a file to fill in");
}

ExitCode autogenerate_revision(Context& context, const ScriptRequest& script, const AutogenerateOptions& options) {
    SchemaWork work(context, options.schema);
    const auto result = autogenerate::autogenerate(work.places(), request_of(context, script, options));
    tell_findings(context, work, result);
    // Before anything is refused: whoever reads JSON gets the findings of a refusal, too.
    const auto linted = lint_of(context, result);
    if (context.json()) print_json(context, work, result, linted);
    if (!autogenerate::has_changes(result)) {
        if (!context.quiet()) context.err() << "No changes detected\n";
        return ExitCode::done;
    }
    tell_hazards(context, result);
    if (!result.met.empty()) return refuse_hazards(context, result);
    tell_proofs(context, result);
    if (result.created.empty() && result.rewritten == nullptr) {
        context.err() << "Nothing was written; --unproven writes it all the same\n";
        return ExitCode::negative;
    }
    tell_files(context, result);
    if (!context.quiet()) lint::write_text(context.err(), linted);
    return ExitCode::done;
}

}  // namespace rev::commands
