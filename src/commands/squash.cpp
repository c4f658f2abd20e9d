#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "autogenerate/sections.hpp"
#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/schema_work.hpp"
#include "report/rewrite_text.hpp"
#include "report/text_reporter.hpp"
#include "rewrite/file_changes.hpp"
#include "rewrite/squash.hpp"
#include "script/file_name.hpp"
#include "script/head_file.hpp"
#include "script/listing.hpp"
#include "script/local_time.hpp"
#include "script/squashed_files.hpp"
#include "script/writer_lock.hpp"
#include "trail/squashed_range.hpp"

namespace rev::commands {
namespace {

namespace fs = std::filesystem;

struct SquashOptions {
    std::optional<std::string> range;
    std::optional<std::string> message;
    std::optional<std::string> forget;
    SchemaOptions schema;
    bool from_schema = false;
    bool no_proof = false;
    bool dry_run = false;
    bool yes = false;
};

void declare_squash(Arguments& arguments, SquashOptions& options) {
    arguments.optional_positional("FROM:TO", options.range, "the revisions, both ends included; :TO from the first on");
    arguments.option("-m,--message", options.message, "MSG", "what the revision does [squash FROM to TO]");
    arguments.option("--forget", options.forget, "REV",
                     "remove the old files of this squash, once no database is below it or within it");
    arguments.flag(
        "--from-schema", options.from_schema,
        "write the schema that they make, as one step, instead of their SQL; statements that change rows are "
        "listed");
    arguments.flag("--no-proof", options.no_proof, "do not run it beforehand to compare what it makes");
    arguments.flag("--dry-run", options.dry_run, "say what would be done and change nothing");
    arguments.flag("--yes", options.yes, "with --forget: do not ask");
    declare_schema_options(arguments, options.schema);
}

// ---- the squash

/// The graph and the files with a squash in place of what it stands for.
class SquashedProject {
public:
    /// line: what it stands for, of `graph`. squash: its path is the one that is shown.
    SquashedProject(const Graph& graph, const Revisions& line, const Revision& squash)
        : graph_(app::worded([&] { return Graph(rewrite::with_squash(graph, line, squash)); })) {}

    [[nodiscard]] const Graph& graph() const noexcept { return graph_; }

    /// The files of the squash and of all that it stands on.
    [[nodiscard]] const ScriptDirectory& files(const Config& config, const ScriptDirectory& scripts,
                                               const Graph& old_graph, const rewrite::Squash& squash) {
        const auto plan = scratch::plan_replay(graph_, {graph_.find(squash.header.revision.id)});
        std::vector<RevisionText> texts;
        // The texts look at these strings, which must not move.
        contents_.reserve(plan.steps.size());
        for (const auto& step : plan.steps) {
            const auto& revision = *step.revision;
            const bool is_squash = revision.id == squash.header.revision.id;
            contents_.push_back(is_squash ? squash.text : scripts.read(*old_graph.find(revision.id)).text);
            texts.push_back({revision.path, contents_.back()});
        }
        return files_.emplace(config, texts);
    }

private:
    Graph graph_;
    std::vector<std::string> contents_;
    std::optional<ScriptDirectory> files_;
};

/// One call of the command.
class SquashRun {
public:
    SquashRun(Context& context, const SquashOptions& options)
        : context_(context),
          options_(options),
          reporter_(context.err(), context.err_style(), context.quiet()),
          replay_reporter_(reporter_, context.err(), context.quiet()),
          scripts_(context.scripts()),
          // Behind scripts_ and before graph_: members are made in the order of their declaration, and the graph must
          // be read under the lock.
          lock_(context.config().version_locations.front()),
          graph_(scripts_.load_graph()) {}

    ExitCode run() {
        line_ = rewrite::find_range(graph_, *options_.range);
        for (const auto* revision : line_) parts_.push_back(scripts_.read(*revision));
        const auto squash =
            options_.from_schema ? squash_of_schema() : rewrite::make_squash(parts_, options_.message.value_or(""));
        const auto file = file_for(squash);
        report_.id = squash.header.revision.id;
        report_.squashes = squash.header.revision.squashes;
        report_.path = script::shown_path(file);
        report_.old_files = script::shown_path(folder_for(squash));
        report_.is_dry_run = options_.dry_run;
        // Before a file is moved.
        prove(squash);
        if (!options_.dry_run) write(squash, file);
        tell();
        return ExitCode::done;
    }

private:
    [[nodiscard]] const RevisionFile& last() const { return parts_.back(); }

    /// In the folder of the last part, whose id it has.
    [[nodiscard]] fs::path file_for(const rewrite::Squash& squash) const {
        const auto now = script::local_time(context_.config().timezone,
                                            std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
        const auto& revision = squash.header.revision;
        const auto name = script::revision_file_name(context_.config(), {revision.id, revision.message, now});
        return fs::absolute(last().header.revision.path).parent_path() / name.filename();
    }

    [[nodiscard]] fs::path folder_for(const rewrite::Squash& squash) const {
        return script::squashed_folder(context_.config(), last().header.revision.path, squash.header.revision.id);
    }

    // ---- scratch

    /// Those that the parts are for, as far as the project or the command line wants them.
    [[nodiscard]] std::vector<Dialect> dialects() {
        auto wanted = context_.configured_dialects();
        if (options_.schema.dialect) wanted = {*find_dialect(*options_.schema.dialect)};
        auto found = rewrite::dialects_of(last());
        std::erase_if(found, [&](Dialect dialect) {
            return !wanted.empty() && std::ranges::find(wanted, dialect) == wanted.end();
        });
        return found;
    }

    [[nodiscard]] autogenerate::Workplace& place(Dialect dialect) {
        auto& place = places_[dialect];
        if (!place) {
            place = std::make_unique<autogenerate::Workplace>(
                workplace_options(context_, options_.schema, scripts_, graph_, replay_reporter_), dialect);
            place->leave_live_alone();
            require_replays(*place);
        }
        return *place;
    }

    [[nodiscard]] trail::RevisionRange range() const {
        return {.last = last().header.revision.id, .size = line_.size()};
    }

    // ---- the schema

    rewrite::Squash squash_of_schema() {
        std::map<Dialect, std::vector<schema::RevisionDraft>> drafts;
        for (const auto dialect : dialects()) {
            const auto change = trail::find_change(place(dialect), {graph_, scripts_}, range());
            schema::MigrationOptions options;
            options.hints.renames = change.renames;
            auto migration = schema::plan_migration(change.before, change.after, options);
            // What they make and what they take away may cancel out; it is a revision all the same.
            if (migration.revisions.empty()) migration.revisions.emplace_back();
            drafts.emplace(dialect, std::move(migration.revisions));
        }
        if (drafts.empty())
            throw Error(ExitCode::usage, error_codes::bad_dialect,
                        fmt::format("{} has no section for that database", last().header.revision.id))
                .with_hint("leave out --dialect");
        auto files = autogenerate::join_drafts(drafts, drafts.size() < rewrite::dialects_of(last()).size());
        require_one(files);
        return made_of(files.front(), drafts);
    }

    void require_one(const std::vector<autogenerate::FileDraft>& files) const {
        if (files.size() == 1) return;
        throw Error(ExitCode::graph, error_codes::not_squashable,
                    fmt::format("{} to {} cannot be one revision: what they change of the schema before them needs {} "
                                "transactions",
                                line_.front()->id, line_.back()->id, files.size()))
            .with_location({line_.front()->path, 0, 0, {}})
            .with_hint("squash from the first revision on (`:REV`), or a shorter range");
    }

    rewrite::Squash made_of(const autogenerate::FileDraft& file,
                            const std::map<Dialect, std::vector<schema::RevisionDraft>>& drafts) {
        std::vector<Dialect> of;
        for (const auto& [dialect, each] : drafts) of.push_back(dialect);
        auto left_out = rewrite::find_row_statements(parts_, of);
        // Where the old files are afterwards.
        const auto folder = script::squashed_folder(context_.config(), last().header.revision.path, range().last);
        for (auto& statement : left_out)
            statement.path = script::shown_path(folder / fs::path(statement.path).filename());
        for (const auto& statement : left_out)
            report_.left_out.push_back({statement.revision, statement.path, statement.line, statement.sql});
        auto sections = file.sections;
        // One irreversible part makes the whole irreversible.
        if (!rewrite::is_reversible(parts_)) sections.resize(sections.find("-- rev:downgrade"));
        return rewrite::make_schema_squash(
            parts_, options_.message.value_or(""),
            {.text = sections, .transaction = file.transaction, .sqlite_foreign_keys = file.sqlite_foreign_keys},
            left_out);
    }

    // ---- proof

    void prove(const rewrite::Squash& squash) {
        auto revision = squash.header.revision;
        revision.path = report_.path;
        // Also where nothing is proven: making its graph refuses a squash that leaves the history unsound.
        SquashedProject squashed(graph_, line_, revision);
        if (options_.no_proof) {
            report_.unproven.emplace_back("It was not tried: --no-proof");
            return;
        }
        const auto wanted = dialects();
        if (wanted.empty()) return;
        const auto& files = squashed.files(context_.config(), scripts_, graph_, squash);
        for (const auto dialect : wanted) prove_on(dialect, {squashed.graph(), files});
    }

    void prove_on(Dialect dialect, const trail::Sources& squashed) {
        const auto name = engine_name(dialect);
        try {
            const auto proof =
                trail::prove_squash(place(dialect), {graph_, scripts_}, squashed, range(),
                                    options_.from_schema ? trail::SquashedRows::left_out : trail::SquashedRows::kept);
            heed(proof, name);
        } catch (const Error& error) {
            const bool is_about_scratch = error.code() == error_codes::no_scratch;
            if (!is_about_scratch && error.exit_code() != ExitCode::revision_failed) throw;
            report_.unproven.push_back(
                is_about_scratch
                    ? fmt::format("It was not run on {}: {}", name, error.what())
                    : fmt::format("It was not tried on {}, as the old files do not run there: {}", name, error.what()));
        }
    }

    void heed(const trail::SquashProof& proof, std::string_view name) {
        switch (proof.outcome) {
            case trail::SquashProof::Outcome::differs:
                throw Error(ExitCode::graph, error_codes::squash_differs,
                            fmt::format("run as one on {}, the revisions make something else: {}", name,
                                        report::squash_difference_text(proof)))
                    .with_hint("squash a shorter range: what needs a commit of its own keeps its own revision");
            case trail::SquashProof::Outcome::unknown:
                report_.unproven.push_back(
                    fmt::format("It was not tried on {}, as the old files do not run there: {}", name, proof.reason));
                return;
            case trail::SquashProof::Outcome::same:
                break;
        }
        if (!proof.fails_on_rows.empty())
            report_.warnings.push_back(
                fmt::format("On {}, where tables hold rows, {}; a database below it needs the old files, or SQL that "
                            "you write into it",
                            name, proof.fails_on_rows));
    }

    // ---- files

    /// Old files of squashes in squashes may have the same name, and so may files of two version locations.
    fs::path free_name(const fs::path& file) {
        auto free = file;
        // taken_: no file is moved yet, so that the folder does not tell which names are given away.
        for (int number = 2; fs::exists(free) || !taken_.insert(free).second; ++number)
            free = file.parent_path() / fmt::format("{}.{}.sql", file.stem().string(), number);
        return free;
    }

    /// The new file may have the name of one that goes away, and of no other.
    void require_free(const fs::path& file) const {
        const auto is_it = [&](const RevisionFile& part) { return fs::absolute(part.header.revision.path) == file; };
        if (!fs::exists(file) || std::ranges::any_of(parts_, is_it)) return;
        throw Error(ExitCode::graph, error_codes::file_exists,
                    fmt::format("{} is there already", base::printable(script::shown_path(file))))
            .with_hint("use another message: -m MSG");
    }

    void write(const rewrite::Squash& squash, const fs::path& file) {
        require_free(file);
        const auto folder = folder_for(squash);
        std::vector<rewrite::FileChange> changes;
        for (const auto& part : parts_) {
            const auto from = fs::absolute(part.header.revision.path);
            // change_files() refuses where the file is no longer what was read.
            changes.push_back({.file = from, .moved_to = free_name(folder / from.filename()), .before = part.text});
        }
        changes.push_back({.file = file, .text = squash.text});
        rewrite::change_files(changes);
        if (context_.config().head_file) script::update_head_file(context_.config(), scripts_.load_graph());
    }

    void tell() {
        for (const auto& sentence : report_.unproven) reporter_.warning(sentence);
        for (const auto& sentence : report_.warnings) reporter_.warning(sentence);
        if (context_.json())
            json::write_squash(context_.out(), report_);
        else if (!context_.quiet())
            context_.out() << report::squash_text(report_, context_.out_style());
    }

    Context& context_;
    const SquashOptions& options_;
    StopOnSignal stop_on_signal_;
    report::TextReporter reporter_;
    ReplayReporter replay_reporter_;
    ScriptDirectory scripts_;
    script::WriterLock lock_;
    Graph graph_;
    Revisions line_;                   ///< of graph_, oldest first
    std::vector<RevisionFile> parts_;  ///< their files
    std::map<Dialect, std::unique_ptr<autogenerate::Workplace>> places_;
    std::set<fs::path> taken_;  ///< names that old files get
    report::SquashReport report_;
};

// ---- forgetting

void refuse_needed(Context& context, const Graph& graph, const Revision& squash) {
    if (context.config().url.empty()) return;
    const auto rows = context.rows();
    const auto is_within = [&](const RevisionId& row) { return script::find_squash_around(graph, row) == &squash; };
    if (std::ranges::none_of(rows, is_within)) return;
    throw Error(ExitCode::database, error_codes::database_within_squash,
                fmt::format("{} needs the old files of {}: it is at {}", context.database_url().display(), squash.id,
                            base::join_first(rows, ", ")))
        .with_hint("rev upgrade " + squash.id);
}

ExitCode forget(Context& context, const SquashOptions& options) {
    const auto graph = context.scripts().load_graph();
    const auto& squash = *app::worded([&] { return &resolve_one(graph, *options.forget); });
    if (squash.squashes.empty())
        throw Error(ExitCode::graph, error_codes::no_squash, fmt::format("{} is no squash", squash.id))
            .with_location({squash.path, 0, 0, {}})
            .with_hint("`rev show REV` names what a squash stands for");
    const auto folder = script::squashed_folder(context.config(), squash.path, squash.id);
    if (!fs::exists(folder)) {
        if (!context.quiet())
            context.out() << "Nothing to do: there is no " << base::printable(script::shown_path(folder)) << '\n';
        return ExitCode::done;
    }
    // Only of the database that is configured here; of all others the question must do.
    refuse_needed(context, graph, squash);
    if (!options.yes)
        context.confirm(
            fmt::format("A database below {} or within it can not be upgraded without them. Remove the files "
                        "in {}?",
                        squash.id, script::shown_path(folder)));
    std::error_code failure;
    fs::remove_all(folder, failure);
    if (failure)
        throw Error(
            ExitCode::graph, error_codes::cannot_write,
            fmt::format("cannot remove {}: {}", base::printable(script::shown_path(folder)), failure.message()));
    if (context.json())
        json::write_squash(context.out(), {.id = squash.id, .squashes = squash.squashes, .path = squash.path});
    else if (!context.quiet())
        context.out() << "Removed " << base::printable(script::shown_path(folder)) << '\n';
    return ExitCode::done;
}

ExitCode run_squash(Context& context, const SquashOptions& options) {
    if (options.range.has_value() == options.forget.has_value())
        throw Error(ExitCode::usage, error_codes::usage, "squash takes a range, FROM:TO, or --forget REV")
            .with_hint("see `rev squash --help`");
    return options.forget ? forget(context, options) : SquashRun(context, options).run();
}

}  // namespace

Subcommand squash_command() {
    return make_subcommand<SquashOptions>("squash", "Make one revision of many, so that databases still know them",
                                          "  rev squash 1975:ae10 -m \"accounts as of 2.0\"\n"
                                          "  rev squash :ae10                  from the first revision on\n"
                                          "  rev squash :ae10 --from-schema    what they make, in one step\n"
                                          "  rev squash --forget ae10          the old files are not needed any more",
                                          declare_squash, run_squash);
}

}  // namespace rev::commands
