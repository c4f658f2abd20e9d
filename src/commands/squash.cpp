#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <unordered_set>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "report/rewrite_text.hpp"
#include "report/text_reporter.hpp"
#include "rewrite/file_changes.hpp"
#include "rewrite/squash.hpp"
#include "rewrite/squash_proof.hpp"
#include "script/file_name.hpp"
#include "script/head_file.hpp"
#include "script/listing.hpp"
#include "script/local_time.hpp"
#include "script/squashed_files.hpp"
#include "script/writer_lock.hpp"

namespace rev::commands {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::optional<std::string> range;
    std::optional<std::string> message;
    std::optional<std::string> forget;
    bool no_proof = false;
    bool dry_run = false;
    bool yes = false;
};

void declare(Arguments& arguments, Options& options) {
    arguments.optional_positional("FROM:TO", options.range, "the revisions, both ends included; :TO from the first on");
    arguments.option("-m,--message", options.message, "MSG", "what the revision does [squash FROM to TO]");
    arguments.option("--forget", options.forget, "REV",
                     "remove the old files of this squash, once no database is below it or within it");
    arguments.flag("--no-proof", options.no_proof, "do not run it beforehand to compare what it makes");
    arguments.flag("--dry-run", options.dry_run, "say what would be done and change nothing");
    arguments.flag("--yes", options.yes, "with --forget: do not ask");
}

// ---- the squash

/// One call of the command.
class SquashRun {
public:
    SquashRun(Context& context, const Options& options)
        : context_(context),
          options_(options),
          reporter_(context.err(), context.err_style(), context.quiet()),
          scripts_(context.scripts()),
          // Behind scripts_ and before graph_: members are made in the order of their declaration, and the graph must
          // be read under the lock.
          lock_(context.config().version_locations.front()),
          graph_(scripts_.load_graph()) {}

    ExitCode run() {
        const auto line = rewrite::find_range(graph_, *options_.range);
        for (const auto* revision : line) parts_.push_back(scripts_.read(*revision));
        members_.insert(line.begin(), line.end());
        const auto squash = rewrite::make_squash(parts_, options_.message.value_or(""));
        const auto file = file_for(squash);
        report_ = {.id = squash.header.revision.id,
                   .squashes = squash.header.revision.squashes,
                   .path = script::shown_path(file),
                   .old_files = script::shown_path(folder_for(squash)),
                   .is_dry_run = options_.dry_run};
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

    // ---- proof

    void prove(const rewrite::Squash& squash) {
        auto revision = squash.header.revision;
        revision.path = report_.path;
        std::vector<Revision> revisions;
        for (const auto& each : graph_.revisions()) {
            if (!members_.contains(&each)) revisions.push_back(each);
            // The squash has the id of its last part, and takes its place: what follows it need not be changed.
            if (each.id == revision.id) revisions.push_back(revision);
        }
        const auto squashed = app::worded([&] { return Graph(std::move(revisions)); });
        if (options_.no_proof) {
            report_.unproven.emplace_back("It was not tried: --no-proof");
            return;
        }
        auto dialects = context_.configured_dialects();
        for (const auto dialect : rewrite::dialects_of(last())) {
            if (!dialects.empty() && std::ranges::find(dialects, dialect) == dialects.end()) continue;
            if (dialect == Dialect::sqlite)
                prove_on_sqlite(squash, squashed);
            else
                report_.unproven.push_back(
                    "It was not run on PostgreSQL: try it on an empty database before others get "
                    "it, `rev upgrade` to compare with what the old files make");
        }
    }

    void prove_on_sqlite(const rewrite::Squash& squash, const Graph& squashed) {
        std::vector<std::string> contents;
        std::vector<RevisionText> texts;
        // The texts look at these strings, which must not move.
        contents.reserve(squashed.size());
        for (const auto& revision : squashed.revisions()) {
            const bool is_squash = revision.id == squash.header.revision.id;
            contents.push_back(is_squash ? squash.text : scripts_.read(*graph_.find(revision.id)).text);
            texts.push_back({revision.path, contents.back()});
        }
        const ScriptDirectory in_memory(context_.config(), texts);
        const auto proof = rewrite::prove_on_sqlite(context_.config(), {graph_, scripts_}, {squashed, in_memory},
                                                    parts_.front().header.revision.id, last().header.revision.id);
        if (!proof.difference.empty())
            throw Error(ExitCode::graph, error_codes::squash_differs,
                        fmt::format("run as one, the revisions make something else: {}", proof.difference))
                .with_hint("squash a shorter range: what needs a commit of its own keeps its own revision");
        if (!proof.is_proven)
            report_.unproven.push_back(
                fmt::format("It was not tried on SQLite, as the old files do not run there: {}", proof.reason));
    }

    // ---- files

    /// Old files of squashes in squashes may have the same name, and so may files of two version locations.
    fs::path free_name(const fs::path& file) {
        auto free = file;
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
        if (context_.json())
            json::write_squash(context_.out(), report_);
        else if (!context_.quiet())
            context_.out() << report::squash_text(report_, context_.out_style());
    }

    Context& context_;
    const Options& options_;
    report::TextReporter reporter_;
    ScriptDirectory scripts_;
    script::WriterLock lock_;
    Graph graph_;
    std::vector<RevisionFile> parts_;  ///< oldest first
    std::unordered_set<const Revision*> members_;
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

ExitCode forget(Context& context, const Options& options) {
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

ExitCode run(Context& context, const Options& options) {
    if (options.range.has_value() == options.forget.has_value())
        throw Error(ExitCode::usage, error_codes::usage, "squash takes a range, FROM:TO, or --forget REV")
            .with_hint("see `rev squash --help`");
    return options.forget ? forget(context, options) : SquashRun(context, options).run();
}

}  // namespace

Subcommand squash_command() {
    return make_subcommand<Options>("squash", "Make one revision of many, so that databases still know them",
                                    "  rev squash 1975:ae10 -m \"accounts as of 2.0\"\n"
                                    "  rev squash :ae10                  from the first revision on\n"
                                    "  rev squash --forget ae10          the old files are not needed any more",
                                    declare, run);
}

}  // namespace rev::commands
