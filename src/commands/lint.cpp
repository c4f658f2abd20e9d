#include "lint/lint.hpp"
#include "rev/stop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"
#include "commands/lint_fix.hpp"
#include "commands/lint_plan.hpp"
#include "commands/registry.hpp"
#include "commands/stop_on_signal.hpp"
#include "lint/facts.hpp"
#include "lint/output.hpp"
#include "report/text_reporter.hpp"
#include "rewrite/git.hpp"
#include "script/writer_lock.hpp"

namespace rev::commands {
namespace {

namespace fs = std::filesystem;

struct LintOptions {
    std::vector<std::string> targets;
    std::optional<std::string> dialect;
    std::optional<std::string> since;
    std::optional<std::string> format;
    std::optional<std::string> level;
    std::optional<std::string> scratch;
    std::size_t rows = 50;
    bool facts = false;
    bool on_live = false;
    bool yes = false;
    bool fix = false;
    LintFixOptions fixing;
};

void declare_lint(Arguments& arguments, LintOptions& options) {
    arguments.optional_positionals("TARGET", options.targets,
                                   "revisions, ranges A:B, files; without one: what the database of --url lacks, else "
                                   "what --since lacks, else what is not in the upstream of the Git branch, else all");
    arguments.option("--since", options.since, "GITREF", "the revisions that this commit of Git does not have");
    arguments.choice("--dialect", options.dialect, {"postgresql", "sqlite"},
                     "of sections that name none (else: that of the configured URL)");
    arguments.choice("--format", options.format, {"text", "json", "github", "gitlab", "sarif"},
                     "github: annotations; gitlab: a code quality report; sarif: for code scanning");
    arguments.flag("--facts", options.facts,
                   "run the revisions in a scratch database, statement by statement, and look at what each does");
    arguments.flag("--on-live", options.on_live,
                   "run them on the database itself, with its rows and its locks, and roll them back");
    arguments.flag("--yes", options.yes, "with --on-live: do not ask");
    arguments.number("--rows", options.rows,
                     "with --facts: how many rows are made up for each table that they name [50]");
    arguments.choice("--scratch", options.scratch, {"url", "database", "server"},
                     "with --facts: where the scratch database is made [the first that can be had]");
    arguments.choice("--level", options.level, {"error", "warning", "notice"}, "show nothing below this level");
    arguments.group("Rewriting");
    arguments.flag("--fix", options.fix,
                   "rewrite what has one safe form, with a second revision where it takes one; proven in scratch");
    arguments.flag("--dry-run", options.fixing.dry_run, "with --fix: show the difference and write nothing");
    arguments.flag("--no-proof", options.fixing.no_proof, "with --fix: write it without trying it in scratch");
}

/// SQLite's only where every URL is.
Dialect dialect_of(Context& context, const LintOptions& options) {
    if (options.dialect) return *find_dialect(*options.dialect);
    const auto configured = context.configured_dialects();
    const bool is_sqlite = std::ranges::equal(configured, std::vector{Dialect::sqlite});
    return is_sqlite ? Dialect::sqlite : Dialect::postgresql;
}

const Revision* find_by_path(const Graph& graph, const fs::path& file) {
    for (const Revision& revision : graph.revisions()) {
        std::error_code ignored;
        // The file and not its name: a path may be written in several ways, and lead over links.
        if (fs::equivalent(revision.path, file, ignored)) return &revision;
    }
    return nullptr;
}

/// A name that ends in .sql, or that of a file that is there.
bool is_file(const std::string& target) {
    std::error_code ignored;
    return target.ends_with(".sql") || fs::is_regular_file(target, ignored);
}

void add_file(const Graph& graph, const std::string& target, lint::LintRequest& request) {
    if (const auto* revision = find_by_path(graph, target)) {
        request.revisions.push_back(revision);
        return;
    }
    try {
        request.files.push_back({target, base::read_text_file(target)});
    } catch (const std::system_error& error) {
        throw Error(ExitCode::usage, error_codes::no_file,
                    fmt::format("{} cannot be read: {}", base::printable_word(target), error.code().message()))
            .with_hint("name a revision, a range such as ae10:head, or a file that is there");
    }
}

void add_target(const Graph& graph, const std::string& target, lint::LintRequest& request) {
    if (is_file(target)) return add_file(graph, target, request);
    const bool is_range = target.find(':') != std::string::npos;
    auto revisions = app::worded([&] { return is_range ? history(graph, target) : resolve(graph, target); });
    // history() has the newest first; lint reads a plan in the order in which it runs.
    std::ranges::reverse(revisions);
    request.revisions.insert(request.revisions.end(), revisions.begin(), revisions.end());
}

/// A commit, as far as its files go.
struct CommittedPaths {
    fs::path root;                ///< of the repository
    std::set<std::string> paths;  ///< relative to it
};

/// nullopt: the project is in no repository, or there is no such commit.
std::optional<CommittedPaths> find_commit(const Config& config, const std::string& commit) {
    try {
        const rewrite::Repository repository(config.directory);
        if (auto paths = repository.paths(commit)) return CommittedPaths{repository.root(), std::move(*paths)};
    } catch (const Error&) {  // without Git there is no upstream either
    }
    return std::nullopt;
}

Revisions missing_in(const CommittedPaths& commit, const Graph& graph) {
    Revisions missing;
    for (const Revision& revision : graph.revisions()) {
        std::error_code ignored;
        // Git's paths are relative to the root of the repository and know no links.
        const auto path = fs::weakly_canonical(revision.path, ignored);
        if (!commit.paths.contains(path.lexically_relative(commit.root).generic_string())) missing.push_back(&revision);
    }
    return missing;
}

void add_since(Context& context, const Graph& graph, const std::string& name, lint::LintRequest& request) {
    const auto commit = find_commit(context.config(), name);
    if (!commit)
        throw Error(ExitCode::usage, error_codes::unknown_commit,
                    fmt::format("Git has no commit {}", base::printable_word(name)))
            .with_hint("--since takes a branch, tag or commit, such as origin/main");
    request.revisions = missing_in(*commit, graph);
    // They run together, so that what an earlier one makes is new to a later one.
    request.is_one_plan = true;
}

void add_pending(Context& context, const Graph& graph, lint::LintRequest& request) {
    const auto database = context.open_for_reading();
    const auto rows = state::read_rows(*database, context.version_table());
    const auto done = app::worded(*database, context.version_table(), graph, [&] { return applied(graph, rows); });
    const std::set<const Revision*> known(done.begin(), done.end());
    for (const Revision& revision : graph.revisions())
        if (!known.contains(&revision)) request.revisions.push_back(&revision);
    request.is_one_plan = true;
}

void add_all(Context& context, const Graph& graph, lint::LintRequest& request) {
    const auto upstream = find_commit(context.config(), "@{upstream}");
    if (upstream) request.revisions = missing_in(*upstream, graph);
    request.is_one_plan = upstream.has_value();
    if (upstream) return;
    for (const Revision& revision : graph.revisions()) request.revisions.push_back(&revision);
}

lint::LintRequest request_of(Context& context, const LintOptions& options, const Graph& graph) {
    lint::LintRequest request;
    request.dialect = dialect_of(context, options);
    for (const auto& target : options.targets) add_target(graph, target, request);
    if (!options.targets.empty()) return request;
    // A URL of the configuration does not make lint connect anywhere: only one that was named for it does.
    const bool has_own_url = context.config().url_source == "--url";
    if (options.since && !options.on_live) {
        add_since(context, graph, *options.since, request);
    } else if (options.on_live || has_own_url) {
        add_pending(context, graph, request);
    } else {
        add_all(context, graph, request);
    }
    return request;
}

void write(Context& context, const std::string& format, const lint::LintResult& result) {
    if (format == "json") return lint::write_json(context.out(), result);
    if (format == "github") return lint::write_github(context.out(), result);
    if (format == "gitlab") return lint::write_gitlab(context.out(), result);
    if (format == "sarif") return lint::write_sarif(context.out(), result);
    lint::write_text(context.out(), result);
    if (!context.quiet()) context.out() << lint::summary_of(result) << '\n';
}

bool is_refused(const lint::LintResult& result) {
    return std::ranges::any_of(result.findings,
                               [](const auto& finding) { return finding.level != lint::Level::notice; });
}

/// Where the revisions are tried; the database of the URL is what they are tried for.
lint::FactsRequest facts_request(Context& context, const LintOptions& options, Dialect dialect) {
    const auto& unresolved = context.config().unresolved;
    if (const auto found = unresolved.find("scratch_url"); found != unresolved.end()) throw Error(found->second);
    lint::FactsRequest request;
    request.rows = options.rows;
    request.place.dialect = dialect;
    request.place.scratch_url = context.config().scratch_url;
    if (options.scratch) request.place.way = scratch::find_way(*options.scratch);
    request.place.is_protected = context.config().is_protected;
    request.place.interrupted = stop_requested;
    request.place.announce = [&context](const std::string& text) {
        if (!context.quiet()) context.err() << base::printable(text) << '\n' << std::flush;
    };
    const bool has_target = dialect == Dialect::postgresql && !context.config().url.empty() &&
                            context.database_url().dialect == Dialect::postgresql;
    if (has_target) request.place.target = context.database_url();
    return request;
}

/// The sections that the database lacks, in their order. Throws Error if one that is asked for is not among them.
std::vector<lint::SectionText> pending_sections(Context& context, const Graph& graph, const ScriptDirectory& scripts,
                                                const lint::LintRequest& request) {
    const auto rows = context.rows();
    std::set<std::string> applied_paths;
    for (const auto* revision : app::worded([&] { return applied(graph, rows); })) applied_paths.insert(revision->path);
    for (const auto* revision : request.revisions)
        if (applied_paths.contains(revision->path))
            throw Error(ExitCode::usage, error_codes::is_applied,
                        fmt::format("{} is applied to {} already", revision->id, context.database_url().display()))
                .with_location({revision->path, 0, 0, {}})
                .with_hint("`rev lint --on-live` without a TARGET is about what the database lacks");
    auto sections = lint::sections_of(scripts, graph, request);
    std::erase_if(sections, [&](const auto& section) { return applied_paths.contains(section.path); });
    return sections;
}

/// Even what is rolled back makes others wait meanwhile.
void confirm_on_live(Context& context, const LintOptions& options, const std::vector<lint::SectionText>& sections,
                     std::chrono::milliseconds lock_timeout) {
    if (options.yes) return;
    std::size_t statements = 0;
    for (const auto& section : sections) statements += section.statements.size();
    context.confirm(fmt::format(
        "Run {} of {} on {} and roll them back? Each waits up to {} s for its locks, and whoever needs what is locked "
        "waits until all is rolled back.",
        base::counted(statements, "statement"), base::counted(sections.size(), "revision"),
        context.database_url().display(), static_cast<double>(lock_timeout.count()) / 1000));
}

lint::ObservedFacts observe_on_live(Context& context, const LintOptions& options, const Graph& graph,
                                    const ScriptDirectory& scripts, const lint::LintRequest& request) {
    if (options.scratch || !request.files.empty())
        throw Error(ExitCode::usage, error_codes::usage, "--on-live takes neither --scratch nor files")
            .with_hint("--facts --scratch works in a scratch database");
    if (context.database_url().dialect != request.dialect)
        throw Error(
            ExitCode::usage, error_codes::other_dialect,
            fmt::format("{} is no {} database", context.database_url().display(), dialect_name(request.dialect)));
    constexpr std::chrono::seconds usual{2};
    const auto lock_timeout = context.config().limits.lock_timeout.value_or(usual);
    const auto sections = pending_sections(context, graph, scripts, request);
    lint::require_rollback(sections);
    if (sections.empty()) return {};
    confirm_on_live(context, options, sections, lock_timeout);
    std::set<std::string> asked;
    for (const auto* revision : request.revisions) asked.insert(revision->path);
    report::TextReporter reporter(context.err(), context.err_style(), context.quiet(), context.err_width());
    const auto database = context.open_for_writing(reporter);
    return lint::observe_live(*database, sections, asked, lock_timeout);
}

/// Whether the command line names a database of PostgreSQL, whose version and tables count then.
bool has_real_tables(Context& context) {
    return context.config().url_source == "--url" && context.database_url().dialect == Dialect::postgresql;
}

/// What is linted, and what is found. The graph must not move: revisions of the request are of it.
struct Linted {
    ScriptDirectory scripts;
    Graph graph;
    lint::LintRequest request;
    lint::ObservedFacts facts;
    lint::LintResult result;
};

void find(Context& context, const LintOptions& options, Linted& linted) {
    auto& request = linted.request;
    request = request_of(context, options, linted.graph);
    const auto real = has_real_tables(context) ? context.open_for_reading() : nullptr;
    if (real) request.server_version = major_version(*real);
    if (options.facts || options.on_live) {
        // Only what has a database to leave in order: reading files may simply end.
        const StopOnSignal stop_on_signal;
        linted.facts = options.on_live ? observe_on_live(context, options, linted.graph, linted.scripts, request)
                                       : lint::observe(linted.scripts, linted.graph, request,
                                                       facts_request(context, options, request.dialect));
        request.facts = &linted.facts;
    }
    linted.result = lint::lint_revisions(linted.scripts, linted.graph, request);
    if (real) lint::apply_sizes(lint::read_sizes(*real), linted.result.findings);
}

void refuse_without_fix(const LintOptions& options) {
    if (options.fix && options.format)
        throw Error(ExitCode::usage, error_codes::usage, "--fix answers with a difference, and takes no --format")
            .with_hint("rev lint --fix --json answers with one document");
    if (options.fix || (!options.fixing.dry_run && !options.fixing.no_proof)) return;
    throw Error(ExitCode::usage, error_codes::usage, "--dry-run and --no-proof belong to --fix")
        .with_hint("`rev lint` without --fix writes nothing");
}

ExitCode fix(Context& context, const LintOptions& options) {
    // From the reading of headers to the last change: another rev must not write a revision in between.
    std::optional<script::WriterLock> lock;
    if (!options.fixing.dry_run) lock.emplace(context.config().version_locations.front());
    auto scripts = context.scripts();
    auto graph = scripts.load_graph_and_files();
    Linted linted{std::move(scripts), std::move(graph), {}, {}, {}};
    find(context, options, linted);
    auto fixing = options.fixing;
    fixing.scratch = options.scratch;
    return fix_revisions(context, {linted.scripts, linted.graph, linted.request, linted.result}, fixing);
}

ExitCode run_lint(Context& context, const LintOptions& options) {
    refuse_without_fix(options);
    if (options.fix) return fix(context, options);
    auto scripts = context.scripts();
    auto graph = scripts.load_graph();
    Linted linted{std::move(scripts), std::move(graph), {}, {}, {}};
    find(context, options, linted);
    auto& result = linted.result;
    // Before what is below --level is taken out: that is about what is shown, not about the answer.
    const bool refused = is_refused(result);
    const auto least = lint::find_level(options.level.value_or("notice")).value_or(lint::Level::notice);
    std::erase_if(result.findings, [&](const auto& finding) { return finding.level < least; });
    write(context, context.json() ? "json" : options.format.value_or("text"), result);
    return refused ? ExitCode::negative : ExitCode::done;
}

}  // namespace

Subcommand lint_command() {
    return make_subcommand<LintOptions>("lint", "Say which statements lock, rewrite, lose or break what",
                                        "  rev lint                        what upstream does not have yet, else all\n"
                                        "  rev lint head                   the newest revision\n"
                                        "  rev lint --since origin/main --format github\n"
                                        "  rev lint head --facts           as seen on a scratch database\n"
                                        "  rev lint head --fix --dry-run   in safe forms\n"
                                        "  rev lint versions/ae10_x.sql --json",
                                        declare_lint, run_lint);
}

}  // namespace rev::commands
