#include "import/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "app/connect.hpp"
#include "base/text.hpp"
#include "commands/live_schema.hpp"
#include "commands/registry.hpp"
#include "commands/stop_on_signal.hpp"
#include "import/take_over.hpp"
#include "import/verify.hpp"
#include "report/import_json.hpp"
#include "report/json.hpp"
#include "report/text_reporter.hpp"

namespace rev::commands {
namespace {

namespace fs = std::filesystem;

struct ImportOptions {
    std::vector<std::string> words;
    std::vector<std::string> dialects;
    std::vector<std::string> skipped;
    std::optional<std::string> table;
    std::optional<std::string> scratch;
    std::optional<std::string> python;
    std::optional<std::string> baseline;
    std::vector<std::string> arguments;
    std::optional<std::string> ini_section;
    bool allow_network = false;
    bool accept_data = false;
    bool placeholders = false;
    bool keep_going = false;
    bool dry_run = false;
};

void declare_import(Arguments& arguments, ImportOptions& options) {
    arguments.optional_positionals("TOOL|PATH", options.words,
                                   "the other tool [found from its files], and its project or folder [here]");
    arguments.options("--dialect", options.dialects, "DIALECT",
                      "postgresql or sqlite: what the files are for; both for Alembic's: one file for both [the "
                      "URL's, else the tool's]");
    arguments.options("--skip", options.skipped, "FILE", "leave a file of the other tool out");
    arguments.flag("--placeholder", options.placeholders,
                   "what rev cannot run becomes a revision that refuses to run until you write it");
    arguments.option("--table", options.table, "NAME", "with --url: where the other tool keeps what is applied");
    arguments.option("--scratch", options.scratch, "URL", "a server on which databases for trying may be made");
    arguments.option("--baseline-from", options.baseline, "URL",
                     "a database whose schema was there before the tool's first migration");
    arguments.option("--python", options.python, "CMD", "the interpreter for tools that are Python");
    arguments.option("--ini-section", options.ini_section, "NAME", "Alembic: the section of alembic.ini [alembic]");
    arguments.options("--x-arg", options.arguments, "ARG", "Alembic: an argument for env.py, as its -x");
    arguments.flag("--allow-network", options.allow_network,
                   "Alembic: let its Python connect elsewhere and run programs");
    arguments.flag("--accept-data", options.accept_data,
                   "Alembic: take over a database below revisions that read rows of tables");
    arguments.flag("--keep-going", options.keep_going,
                   "write what can be written, and list what differs or cannot be run: exit code 1");
    arguments.flag("--dry-run", options.dry_run, "read and compare all, and change nothing");
}

/// TOOL and PATH, either left out.
struct Words {
    std::string tool;
    std::string path = ".";
};

Words words_of(const std::vector<std::string>& words) {
    if (words.size() > 2)
        throw Error(ExitCode::usage, error_codes::usage, "import takes a tool and a folder")
            .with_hint("see `rev import --help`");
    if (words.size() == 2) return {words[0], words[1]};
    if (words.empty()) return {};
    std::error_code ignored;
    // A folder that is there is a path, even if it could be a misspelt tool; a word that is neither is told of as an
    // unknown tool.
    const bool is_tool = foreign::find_tool(words[0]) != nullptr || !fs::exists(words[0], ignored);
    return is_tool ? Words{words[0], "."} : Words{"", words[0]};
}

Dialect dialect_named(const std::string& name) {
    if (const auto dialect = find_dialect(name)) return *dialect;
    throw Error(ExitCode::usage, error_codes::unknown_dialect,
                fmt::format("unknown dialect \"{}\"", base::printable(name)))
        .with_hint("the dialects are postgresql and sqlite");
}

std::optional<std::string> from_environment(std::string_view name) {
    const auto* value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

class Importing {
public:
    Importing(Context& context, const ImportOptions& options)
        : context_(context), options_(options), reporter_(context.err(), context.err_style(), context.quiet()) {}

    ExitCode run() {
        const StopOnSignal stop_on_signal;
        request_ = make_request();
        import_ = foreign::read_import(request_);
        // Before anything is written: what the files make is compared with what the tool itself makes of them.
        verify();
        refuse_broken();
        refuse_difference();
        foreign::add_report(import_, foreign::verified_text(verified_));
        summary_ = summarize();
        if (options_.dry_run) {
            if (context_.given_url()) preview();
        } else {
            write();
        }
        tell();
        return is_complete() ? ExitCode::done : ExitCode::negative;
    }

private:
    void verify() {
        verified_ = foreign::verify(import_, scratch());
        if (!verified_.to_carry.empty()) {
            // What is carried over is only believed to make the schemas equal: so they are compared once more.
            foreign::carry_over(import_, request_, verified_.to_carry);
            verified_ = foreign::verify(import_, scratch());
        }
        if (!verified_.remark.empty()) import_.draft.remarks.push_back(verified_.remark);
    }

    foreign::ImportRequest make_request() {
        const auto words = words_of(options_.words);
        const auto here = fs::current_path();
        foreign::ImportRequest request;
        request.tool = words.tool;
        request.path = (here / words.path).lexically_normal();
        // Of a path that ends with `/` the last part is empty, and its parent would be the folder itself.
        if (!request.path.has_filename()) request.path = request.path.parent_path();
        request.place.directory = here;
        if (context_.has_config_here()) {
            request.place.config = context_.config();
            request.place.directory = request.place.config->directory;
        }
        for (const auto& name : options_.dialects) request.dialects.push_back(dialect_named(name));
        if (request.dialects.empty() && context_.given_url()) request.dialects = {url().dialect};
        if (context_.given_url())
            for (const auto& [name, value] : url().query) request.reading.url_parameters[name] = value;
        request.reading.skipped = options_.skipped;
        request.reading.working_directory = here;
        request.reading.environment = from_environment;
        request.reading.python = options_.python.value_or("");
        request.reading.dialects = request.dialects;
        request.reading.scratch_url = scratch_url();
        if (options_.baseline) request.reading.baseline = read_baseline(request.place.config.value_or(Config{}));
        request.reading.arguments = options_.arguments;
        request.reading.ini_section = options_.ini_section.value_or("");
        request.reading.allow_network = options_.allow_network;
        if (options_.placeholders || options_.keep_going) request.obstacles = foreign::Obstacles::placeholders;
        return request;
    }

    [[nodiscard]] DatabaseUrl url() const { return parse_database_url(*context_.given_url()); }

    /// Refused before it is used, where it is no URL.
    [[nodiscard]] std::string scratch_url() const {
        if (options_.scratch) static_cast<void>(parse_database_url(*options_.scratch));
        return options_.scratch.value_or("");
    }

    [[nodiscard]] foreign::Baseline read_baseline(const Config& config) {
        auto live = read_live_schema(context_, *options_.baseline, config);
        return {live.url.display(), std::move(live.sql), std::move(live.rows)};
    }

    [[nodiscard]] foreign::Scratch scratch() const { return {scratch_url(), request_.dialects}; }

    /// Whether all is there that `--keep-going` goes past. What somebody asked to write himself is.
    [[nodiscard]] bool is_complete() const {
        if ((verified_.is_broken && options_.keep_going) || !verified_.differences.empty()) return false;
        if (options_.placeholders) return true;
        return std::ranges::none_of(import_.draft.revisions,
                                    [](const foreign::DraftRevision& each) { return each.is_new && each.is_todo; });
    }

    /// With a live database it is its own state that counts, and what the tool has recorded there.
    void refuse_broken() const {
        if (!verified_.is_broken || options_.keep_going || context_.given_url()) return;
        throw Error(ExitCode::graph, error_codes::foreign_file,
                    fmt::format("{} itself cannot run the files: {}", import_.tool->runs_by(), verified_.why_not))
            .with_hint("mend the file; `--keep-going` writes the revisions as they are; nothing was written");
    }

    void refuse_difference() const {
        if (verified_.differences.empty() || options_.keep_going) return;
        throw Error(ExitCode::graph, error_codes::not_the_same,
                    fmt::format("rev would make another schema of the files than {}", import_.tool->runs_by()))
            .with_detail(base::join(verified_.differences, "\n"))
            .with_hint("`--keep-going` writes the revisions all the same; nothing was written");
    }

    // ---- the database

    [[nodiscard]] foreign::TakeOver what_to_take_over() const {
        return {*import_.tool, import_.history, import_.draft, given_table(), options_.accept_data};
    }

    /// --table, else what the tool itself would read in the URL, `name` or `"schema"."name"`; empty: neither.
    [[nodiscard]] std::string given_table() const {
        if (options_.table || !context_.given_url()) return options_.table.value_or("");
        const auto parameters = url().query;
        const auto found = parameters.find(std::string(import_.tool->table_parameter));
        if (found == parameters.end()) return {};
        auto name = found->second;
        std::erase(name, '"');
        return name;
    }

    void preview() { take_over(app::MigrateExtent::show, {}); }

    void write() {
        foreign::DraftWriter writer;
        const auto write_files = [&] { writer.write(import_.draft); };
        if (context_.given_url())
            // Just before the commit: files and rows come to be together, or not at all.
            take_over(app::MigrateExtent::run, write_files);
        else
            write_files();
        // Until here everything that was written goes away again with the writer.
        writer.keep();
    }

    void take_over(app::MigrateExtent extent, const std::function<void()>& before_commit) {
        const auto connector = app::connector_to(url(), import_.draft.config, context_.wait(), reporter_);
        const auto inspect = [&](const foreign::TakenOver& would_be, Database& database) {
            remember(would_be);
            compare_live(database);
        };
        remember(foreign::take_over(what_to_take_over(), {connector, reporter_, extent, inspect, before_commit}));
    }

    void remember(const foreign::TakenOver& taken) {
        json::ImportSummary::Database now;
        if (summary_.database) now = *summary_.database;
        // The second time, under the lock, the remarks are the same.
        if (!summary_.database)
            for (const auto& remark : taken.remarks) summary_.remarks.push_back(remark);
        now.url = url().display();
        now.has_table = taken.has_table;
        now.before = taken.before;
        now.after = taken.after;
        now.edited = taken.edited;
        now.repeatables = taken.repeatables;
        summary_.database = std::move(now);
    }

    /// Where it is to be, against what makes it so.
    void compare_live(Database& database) {
        const auto& what = *summary_.database;
        if (what.after.empty()) return;
        const auto given = given_table();
        const auto& table = given.empty() ? import_.history.table : given;
        const auto compared = foreign::compare_live(import_, scratch(), database, what.after,
                                                    table.empty() ? std::string(import_.tool->table) : table);
        summary_.database->differences = compared.facts;
        summary_.database->not_compared = compared.why_not;
    }

    // ---- what is said

    json::ImportSummary summarize() const {
        json::ImportSummary summary;
        summary.tool = import_.tool->name;
        summary.folder = import_.shown_folder;
        summary.dry_run = options_.dry_run;
        for (const auto& each : import_.draft.revisions)
            summary.revisions.push_back({each.id, each.version, each.source, each.path, each.is_new, each.is_todo});
        for (const auto& each : import_.draft.repeatables)
            summary.repeatables.push_back({each.name, each.version, each.source, each.path, each.is_new, each.is_todo});
        for (const auto& file : import_.draft.files) summary.created.push_back(file.path.string());
        summary.remarks = import_.draft.remarks;
        summary.todo = foreign::left_to_do(import_);
        summary.verified = {verified_.done, verified_.same, verified_.of, verified_.differences, verified_.why_not};
        return summary;
    }

    void tell() {
        if (context_.json()) return json::write_import(context_.out(), summary_);
        if (context_.quiet()) return;
        for (const auto& remark : summary_.remarks) reporter_.say(base::printable(remark));
        for (const auto& todo : summary_.todo) reporter_.say("to do: " + base::printable(todo));
        for (const auto& difference : summary_.verified.differences) reporter_.warning(difference);
        tell_files();
        if (summary_.database) tell_database(*summary_.database);
    }

    void tell_files() {
        const auto count = import_.draft.count_new() + import_.draft.count_new_repeatables();
        auto& out = context_.out();
        if (count == 0) {
            const bool has_work = summary_.database && (summary_.database->before != summary_.database->after ||
                                                        !summary_.database->repeatables.empty());
            if (!has_work) out << "Nothing to do: all migrations are there already\n";
            return;
        }
        out << fmt::format("{} {} of {} ({}); {}\n", options_.dry_run ? "Would import" : "Imported",
                           base::counted(count, "migration"), import_.tool->title,
                           base::printable_word(summary_.folder), foreign::verified_text(verified_));
    }

    void tell_database(const json::ImportSummary::Database& database) {
        auto& out = context_.out();
        for (const auto& file : database.edited)
            reporter_.warning(fmt::format("{} is not what was run: it was edited since", base::printable(file)));
        const auto name = base::printable(database.url);
        if (!database.repeatables.empty())
            out << fmt::format("{} {} as they are\n", options_.dry_run ? "Would record" : "Recorded",
                               base::counted(database.repeatables.size(), "repeatable object"));
        for (const auto& difference : database.differences)
            reporter_.warning(
                fmt::format("{} is not what its migrations make: it {}", name, base::printable(difference)));
        if (!database.not_compared.empty())
            reporter_.say(fmt::format("{} was not compared with what its migrations make: {}", name,
                                      base::printable(database.not_compared)));
        if (database.before != database.after) {
            out << fmt::format("{} {}: it is at {}\n", options_.dry_run ? "Would take over" : "Took over", name,
                               database.after.empty() ? "base" : base::join_first(database.after, ", "));
        } else if (!database.has_table) {
            out << fmt::format("{} is empty: nothing was taken over\n", name);
        } else {
            out << fmt::format("{} is at {} already\n", name,
                               database.after.empty() ? "base" : base::join_first(database.after, ", "));
        }
    }

    Context& context_;
    const ImportOptions& options_;
    report::TextReporter reporter_;
    foreign::ImportRequest request_;
    foreign::Import import_;
    foreign::Verified verified_;
    json::ImportSummary summary_;
};

ExitCode run_import(Context& context, const ImportOptions& options) { return Importing(context, options).run(); }

}  // namespace

Subcommand import_command() {
    return make_subcommand<ImportOptions>("import", "Make a project of another tool's migrations",
                                          "  rev import                         of the tool whose files are here\n"
                                          "  rev import goose db/migrations     of that tool, from that folder\n"
                                          "  rev import --url \"$DATABASE_URL\"   and take over what is applied there\n"
                                          "  rev import --dry-run --json        only tell",
                                          declare_import, run_import);
}

}  // namespace rev::commands
