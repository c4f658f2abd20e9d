#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/files.hpp"
#include "base/text.hpp"
#include "commands/database_moves.hpp"
#include "commands/keep_until_exit.hpp"
#include "commands/registry.hpp"
#include "report/json.hpp"
#include "report/rewrite_text.hpp"
#include "report/text_reporter.hpp"
#include "rewrite/base_files.hpp"
#include "rewrite/file_changes.hpp"
#include "rewrite/header_edit.hpp"
#include "rewrite/rebase.hpp"
#include "rewrite/renumber.hpp"
#include "rewrite/touched_tables.hpp"
#include "script/head_file.hpp"
#include "script/listing.hpp"
#include "script/writer_lock.hpp"

namespace rev::commands {
namespace {

namespace fs = std::filesystem;

struct RebaseOptions {
    std::vector<std::string> revisions;
    std::optional<std::string> onto;
    std::optional<std::string> base;
    bool even_applied = false;
    bool renumber = false;
    bool dry_run = false;
    bool yes = false;
};

void declare_rebase(Arguments& arguments, RebaseOptions& options) {
    arguments.optional_positionals("REV", options.revisions,
                                   "the revisions to move, with what stands on them; else those that GITREF lacks");
    arguments.option("--onto", options.onto, "REV", "what they are to stand on [the other head]");
    arguments.option("--base", options.base, "GITREF", "a branch, tag or commit of Git [the upstream branch]");
    arguments.flag("--renumber", options.renumber, "give the revisions that GITREF lacks the numbers after its own");
    arguments.flag("--even-applied", options.even_applied,
                   "where the database has some of them: downgrade it first, and upgrade it again after");
    arguments.flag("--dry-run", options.dry_run, "say what would be done and change nothing");
    arguments.flag("--yes", options.yes, "with --even-applied: do not ask before rows are lost");
}

/// One call of the command.
class RebaseRun {
public:
    RebaseRun(Context& context, const RebaseOptions& options)
        : context_(context), options_(options), reporter_(context.err(), context.err_style(), context.quiet()) {}

    ExitCode run() {
        // From the reading of headers to the last change: another rev must not write a revision in between.
        const rev::script::WriterLock lock(context_.config().version_locations.front());
        revisions_ = headers_as_revisions();
        read_base_if_needed();
        if (options_.renumber) plan_renumbering();
        // A graph of the files as they will be: as they are, two may have one number, of which no Graph can be made.
        const auto& graph = keep_until_exit(graph_of(rewrite::renumbered(revisions_, renumbering_, base_files())));
        const auto rebase = rewrite::plan_rebase(graph, request_for(graph));
        if (rebase.moved.empty() && renumbering_.empty()) return nothing_to_do(graph, rebase);
        take(rebase);
        report_.renumbered = renumbered_files();
        find_touched_tables(rebase);
        // Everything that can be refused comes before the first change of a file.
        refuse_applied(rebase);
        const auto changes = changes_for(rebase);
        report_.is_dry_run = options_.dry_run;
        if (!options_.dry_run) change(rebase, graph, changes);
        tell();
        return ExitCode::done;
    }

private:
    // ---- what is asked for

    std::vector<Revision> headers_as_revisions() {
        std::vector<Revision> revisions;
        for (auto& header : context_.scripts().load_headers()) revisions.push_back(std::move(header.revision));
        return revisions;
    }

    static bool is_number(const RevisionId& id) {
        return std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
    }

    Graph graph_of(std::vector<Revision> revisions) const {
        try {
            return Graph(std::move(revisions));
        } catch (const GraphError& error) {
            auto worded = to_error(error);
            if (error.kind == GraphError::Kind::duplicate_id && is_number(error.symbol) && !options_.renumber)
                worded.with_hint("two branches took the same number: rev rebase --renumber gives one of them the next");
            throw worded;
        }
    }

    [[nodiscard]] const rewrite::BaseFiles& base_files() const { return base_ ? base_->files : no_base_; }

    void read_base_if_needed() {
        if (!options_.revisions.empty() && !options_.base && !options_.renumber) return;
        auto ref = options_.base ? options_.base : rewrite::find_upstream(context_.config());
        if (!ref)
            throw Error(ExitCode::usage, error_codes::no_base, "nothing says which revisions are to be moved")
                .with_hint(
                    "name the lowest of them, `rev rebase REV`, or the branch that has the others, such as "
                    "`rev rebase --base origin/main`");
        base_ = rewrite::read_base(context_.config(), *ref);
        report_.base = *ref;
        warn_of_missing();
    }

    void warn_of_missing() {
        std::set<std::string_view> here;
        for (const auto& revision : revisions_) here.insert(revision.id);
        std::vector<std::string> missing;
        for (const auto& theirs : base_->files.revisions()) {
            const auto& id = theirs.header.revision.id;
            // One that was there where the branches parted is missing because this branch removed it.
            if (!here.contains(id) && (!base_->fork || !base_->fork->has(id))) missing.push_back(id);
        }
        if (missing.empty()) return;
        warn(fmt::format("{} has {} that this checkout lacks: {}; `git merge {}` gets {}", *report_.base,
                         base::counted(missing.size(), "revision"), base::join_first(missing, ", "), *report_.base,
                         missing.size() == 1 ? "it" : "them"));
    }

    rewrite::RebaseRequest request_for(const Graph& graph) {
        rewrite::RebaseRequest request;
        if (options_.onto) request.onto = app::worded([&] { return &resolve_one(graph, *options_.onto); });
        request.must_be_connected = !options_.revisions.empty();
        request.chosen = options_.revisions.empty() ? without_base(graph) : named(graph);
        return request;
    }

    Revisions named(const Graph& graph) {
        Revisions chosen;
        for (const auto& symbol : options_.revisions)
            for (const auto* revision : app::worded([&] { return resolve(graph, symbol); }))
                if (std::ranges::find(chosen, revision) == chosen.end()) chosen.push_back(revision);
        return chosen;
    }

    Revisions without_base(const Graph& graph) {
        const auto mine = rewrite::files_without_base(revisions_, base_->files);
        Revisions chosen;
        for (std::size_t file = 0; file < mine.size(); ++file)
            // The graph keeps the order of the files it was made of.
            if (mine[file]) chosen.push_back(&graph.revisions()[file]);
        return chosen;
    }

    // ---- new numbers

    void plan_renumbering() { renumbering_ = rewrite::plan_renumbering(revisions_, base_->files); }

    std::vector<report::RenumberedFile> renumbered_files() const {
        std::vector<report::RenumberedFile> files;
        for (const auto& each : renumbering_) {
            const auto& path = revisions_[each.file].path;
            files.push_back({each.from, each.to, path, new_path(each)});
        }
        return files;
    }

    [[nodiscard]] std::string new_path(const rewrite::Renumbered& each) const {
        const fs::path path = revisions_[each.file].path;
        return path.parent_path() / rewrite::renamed_file(path.filename().native(), each.from, each.to);
    }

    // ---- the database

    /// The ids that databases may have: of moved revisions, as they are called so far, and of renumbered ones.
    std::set<RevisionId> ids_at_stake(const rewrite::Rebase& rebase) const {
        std::map<RevisionId, RevisionId> old_ids;
        for (const auto& each : renumbering_) old_ids.emplace(each.to, each.from);
        std::set<RevisionId> ids;
        for (const auto* revision : rebase.moved) {
            const auto found = old_ids.find(revision->id);
            ids.insert(found == old_ids.end() ? revision->id : found->second);
        }
        for (const auto& each : renumbering_) ids.insert(each.from);
        return ids;
    }

    void refuse_applied(const rewrite::Rebase& rebase) {
        auto recorded = find_recorded(context_, revisions_, ids_at_stake(rebase));
        for (auto& warning : recorded.warnings) warn(std::move(warning));
        forget_those_of_base(recorded);
        if (recorded.revisions.empty()) return;
        applied_ = true;
        // A new number cannot be given to what a database has under the old one, not by going down and up either.
        if (options_.even_applied && renumbering_.empty()) return;
        const auto& [id, where] = *recorded.revisions.begin();
        std::vector<std::string> ids;
        for (const auto& each : recorded.revisions) ids.push_back(each.first);
        throw Error(ExitCode::graph, error_codes::applied_revision,
                    fmt::format("{} is recorded in {}: {}", id, where, recorded.database))
            .with_detail("recorded there: " + base::join_first(ids, ", "))
            .with_hint(
                renumbering_.empty()
                    ? "if it is your own development database: rev rebase --even-applied; else join the branches "
                      "with `rev merge heads`, which changes no revision"
                    : "`rev downgrade` it first: what a database has keeps its id");
    }

    /// Of two files with one number the database may have the one that stays.
    void forget_those_of_base(Recorded& recorded) {
        std::erase_if(recorded.revisions, [&](const auto& each) {
            const auto* theirs = base_files().find(each.first);
            return theirs != nullptr && recorded.sources.contains(each.first) &&
                   recorded.sources.at(each.first) == theirs->header.revision.path;
        });
    }

    // ---- the files

    std::vector<rewrite::FileChange> changes_for(const rewrite::Rebase& rebase) {
        std::map<std::string, std::string> texts;
        // Read once, changed as often as needed: a file may get a new id and a new parent.
        const auto text_of = [&](const std::string& path) -> std::string& {
            const auto found = texts.find(path);
            return found != texts.end() ? found->second : texts.emplace(path, base::read_text_file(path)).first->second;
        };
        rename_ids(text_of);
        for (const auto* revision : rebase.lowest) {
            auto& text = text_of(revision->path);
            text = rewrite::with_header_value(text, revision->path, "revises", {rebase.onto->id});
        }
        std::vector<rewrite::FileChange> changes;
        for (const auto& [path, text] : texts) changes.push_back(change_of(path, text));
        return changes;
    }

    template <typename TextOf>
    void rename_ids(TextOf text_of) {
        if (renumbering_.empty()) return;
        const auto mine = rewrite::files_without_base(revisions_, base_->files);
        std::map<RevisionId, RevisionId> new_ids;
        for (const auto& each : renumbering_) new_ids.emplace(each.from, each.to);
        for (std::size_t file = 0; file < revisions_.size(); ++file) {
            if (!mine[file]) continue;
            const auto& revision = revisions_[file];
            const auto rename = [&](std::string_view key, const RevisionId& id) {
                const auto found = new_ids.find(id);
                if (found == new_ids.end()) return;
                auto& text = text_of(revision.path);
                text = rewrite::with_renamed_id(text, key, id, found->second);
            };
            rename("revision", revision.id);
            for (const auto& parent : revision.revises) rename("revises", parent);
            for (const auto& dependency : revision.depends_on) rename("depends_on", dependency);
        }
    }

    rewrite::FileChange change_of(const std::string& path, const std::string& text) const {
        rewrite::FileChange change{.file = fs::absolute(path), .text = text};
        for (const auto& each : renumbering_) {
            if (revisions_[each.file].path != path) continue;
            const auto renamed = new_path(each);
            if (renamed != path) change.moved_to = fs::absolute(renamed);
        }
        return change;
    }

    void change(const rewrite::Rebase& rebase, const Graph& graph, const std::vector<rewrite::FileChange>& changes) {
        // Down with the old files, whose downgrades the database knows; up again with the new ones.
        DatabaseMove move(context_, reporter_);
        if (applied_) move.down(graph, rebase.lowest, options_.yes);
        rewrite::change_files(changes);
        // Thousands of files are not read once more for nothing.
        if (!applied_ && !context_.config().head_file) return;
        const auto& changed = keep_until_exit(context_.scripts().load_graph());
        script::update_head_file(context_.config(), changed);
        if (applied_) move.up_again(changed);
    }

    // ---- the report

    void find_touched_tables(const rewrite::Rebase& rebase) {
        auto dialects = context_.configured_dialects();
        if (dialects.empty()) dialects = {Dialect::postgresql, Dialect::sqlite};
        const auto mine = tables_of(rebase.moved, dialects);
        const auto theirs = tables_of(naming_one_of(mine, rebase.passed), dialects);
        for (const auto& [table, touch] : mine) {
            const auto other = theirs.find(table);
            if (other == theirs.end()) continue;
            // That both only read it is nothing to look at.
            if (touch.changed_by.empty() && other->second.changed_by.empty()) continue;
            report_.tables.push_back({table, touch, other->second});
        }
    }

    /// Those whose files have the name of one of the tables somewhere: to parse thousands that have none takes as long
    /// as all else. A name that can be written in several ways is taken to be in every file.
    static Revisions naming_one_of(const std::map<std::string, report::TableTouch>& tables,
                                   const Revisions& revisions) {
        if (tables.empty()) return {};
        const auto is_plain = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        };
        std::vector<std::string> names;
        for (const auto& [table, touch] : tables) {
            const auto name = table.substr(table.find_last_of('.') + 1);  // npos + 1: all of it
            if (name.empty() || !std::ranges::all_of(name, is_plain)) return revisions;
            names.push_back(base::lower_case(name));
        }
        Revisions found;
        for (const auto* revision : revisions) {
            const auto text = base::lower_case(base::read_text_file(revision->path));
            if (std::ranges::any_of(names, [&](const auto& name) { return text.find(name) != std::string::npos; }))
                found.push_back(revision);
        }
        return found;
    }

    static std::map<std::string, report::TableTouch> tables_of(const Revisions& revisions,
                                                               const std::vector<Dialect>& dialects) {
        std::map<std::string, report::TableTouch> tables;
        for (const auto* revision : revisions) {
            const auto touched = rewrite::touched_tables(read_revision_file(revision->path, revision->path), dialects);
            for (const auto& table : touched.changed) tables[table].changed_by.push_back(revision->id);
            for (const auto& table : touched.used) tables[table].used_by.push_back(revision->id);
        }
        return tables;
    }

    void take(const rewrite::Rebase& rebase) {
        report_.moved = rebase.moved;
        report_.lowest = rebase.lowest;
        report_.onto = rebase.onto;
    }

    void warn(std::string text) {
        reporter_.warning(text);
        report_.warnings.push_back(std::move(text));
    }

    ExitCode nothing_to_do(const Graph& graph, const rewrite::Rebase& rebase) {
        take(rebase);
        if (context_.json())
            json::write_rebase(context_.out(), report_);
        else if (!context_.quiet())
            context_.out() << (graph.heads().size() > 1 ? "Nothing to do: nothing of this checkout is to be moved\n"
                                                        : "Nothing to do: the revisions are one line already\n");
        return ExitCode::done;
    }

    void tell() {
        if (context_.json())
            json::write_rebase(context_.out(), report_);
        else if (!context_.quiet())
            context_.out() << report::rebase_text(report_, context_.out_style());
    }

    Context& context_;
    const RebaseOptions& options_;
    report::TextReporter reporter_;
    std::vector<Revision> revisions_;  ///< as the files have them, in load order
    std::optional<rewrite::Base> base_;
    const rewrite::BaseFiles no_base_{"", {}};
    std::vector<rewrite::Renumbered> renumbering_;
    bool applied_ = false;  ///< the database has moved revisions
    report::RebaseReport report_;
};

ExitCode run_rebase(Context& context, const RebaseOptions& options) { return RebaseRun(context, options).run(); }

}  // namespace

Subcommand rebase_command() {
    return make_subcommand<RebaseOptions>(
        "rebase", "Put revisions onto another head, in place of a merge",
        "  rev rebase                        mine, onto what the upstream branch has\n"
        "  rev rebase --base origin/main     mine are those that origin/main lacks\n"
        "  rev rebase 1975 --onto ae10       1975 and what stands on it\n"
        "  rev rebase --renumber             two branches took the same numbers",
        declare_rebase, run_rebase);
}

}  // namespace rev::commands
