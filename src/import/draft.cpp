#include "import/draft.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <map>
#include <system_error>

#include "base/files.hpp"
#include "base/text.hpp"
#include "import/body.hpp"
#include "import/compose.hpp"
#include "import/ids.hpp"
#include "import/known_revisions.hpp"
#include "import/new_project.hpp"
#include "import/sent_sql.hpp"
#include "script/file_name.hpp"
#include "script/listing.hpp"
#include "script/repeatables.hpp"
#include "script/script_directory.hpp"
#include "sql/statements.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

// ---- one migration

struct Bodies {
    Body up;
    std::optional<Body> down;
};

Bodies bodies_of(const Migration& migration, std::span<const Dialect> dialects) {
    Bodies bodies{to_body(migration.up, migration.run, dialects), std::nullopt};
    if (migration.down) bodies.down = to_body(*migration.down, migration.run_down, dialects);
    bodies.up.sql.insert(0, migration.carried + migration.before);
    if (bodies.down) bodies.down->sql.insert(0, migration.before);
    return bodies;
}

/// Why rev cannot run the migration; empty: it can. Without a tool that is psql, its commands are errors of the server.
std::string obstacle_of(const Tool& tool, const Migration& migration, const Bodies& bodies,
                        std::span<const Dialect> dialects) {
    if (!migration.obstacle.empty()) return migration.obstacle;
    if (auto refusal = refusal_of(tool, migration, bodies.up.sent, dialects); !refusal.empty()) return refusal;
    if (migration.is_repeatable && !bodies.up.in_transaction)
        return "runs outside a transaction, and a repeatable object is made in one";
    if (migration.run != Run::as_written) return {};
    for (const auto* body : {&bodies.up, bodies.down ? &*bodies.down : nullptr})
        if (body != nullptr && !body->shell_command.empty())
            return fmt::format("holds {}, a {} of {}", body->shell_command,
                               body->shell_command.starts_with(':') ? "variable" : "command",
                               body->shell_command.starts_with('.') ? "sqlite3" : "psql");
    return {};
}

/// The header has one value of each for both directions.
void set_modes(RevisionHeader& header, const Bodies& bodies) {
    const auto add = [&](const Body& body) {
        if (!body.in_transaction) header.transaction = false;
        // What one direction needs off, the other one cannot switch on.
        if (body.sqlite_foreign_keys && header.sqlite_foreign_keys != false)
            header.sqlite_foreign_keys = body.sqlite_foreign_keys;
    };
    add(bodies.up);
    if (bodies.down) add(*bodies.down);
}

std::string message_of(const Migration& migration, const RevisionId& id) {
    auto message = migration.name.empty() ? migration.id : migration.name;
    if (id != migration.id && message != migration.id) message += fmt::format(" ({})", migration.id);
    return message;
}

std::string description_of(const Tool& tool, const Migration& migration) {
    const auto source = migration.file.empty() ? fmt::format("Imported from {}.", tool.title)
                                               : fmt::format("Imported from {} ({}).", migration.file, tool.title);
    return migration.description.empty() ? source : migration.description + "\n\n" + source;
}

/// `id_slug.sql` where the id is a number, else `id.sql`: then it is a name already.
fs::path file_name_of(const Config& config, const RevisionId& id, const std::string& message) {
    if (id.find_first_not_of("0123456789.") != std::string::npos) return id + ".sql";
    return script::revision_file_name(config, {id, message, {}, id});
}

// ---- all of them

std::vector<std::string> obstacles_in(const Tool& tool, const std::vector<Migration>& migrations,
                                      const std::vector<Bodies>& bodies, std::span<const Dialect> dialects) {
    std::vector<std::string> found;
    for (std::size_t at = 0; at < bodies.size(); ++at) {
        const auto obstacle = obstacle_of(tool, migrations[at], bodies[at], dialects);
        if (!obstacle.empty()) found.push_back(fmt::format("{} {}", migrations[at].file, obstacle));
    }
    return found;
}

[[noreturn]] void throw_obstacles(const Tool& tool, const std::vector<std::string>& obstacles) {
    throw Error(ExitCode::graph, error_codes::foreign_obstacles,
                fmt::format("{} of {} cannot be run by rev", base::counted(obstacles.size(), "file"), tool.title))
        .with_detail(base::join(obstacles, "\n"))
        .with_hint(
            "leave a file out with `--skip FILE`, or let each become a revision that refuses to run until you have "
            "written its SQL: `--placeholder`; nothing was written");
}

class Drafter {
public:
    Drafter(const Tool& tool, const History& history, const ProjectPlace& place, std::span<const Dialect> dialects,
            Obstacles obstacles)
        : tool_(tool),
          history_(history),
          place_(place),
          dialects_(dialects),
          obstacles_(obstacles),
          project_(place, tool) {}

    Draft make() {
        const auto ids = known_ids();
        for (std::size_t at = 0; at < ids.size(); ++at) ids_[history_.migrations[at].version] = ids[at];
        for (const auto& migration : history_.migrations) bodies_.push_back(bodies_of(migration, main_dialects()));
        for (const auto& migration : history_.repeatables)
            repeatable_bodies_.push_back(bodies_of(migration, dialects_));
        // All of them at once, and before anything is made: nobody wants to run it anew for each file.
        if (obstacles_ == Obstacles::refuse) {
            auto found = obstacles_in(tool_, history_.migrations, bodies_, main_dialects());
            std::ranges::move(obstacles_in(tool_, history_.repeatables, repeatable_bodies_, dialects_),
                              std::back_inserter(found));
            if (!found.empty()) throw_obstacles(tool_, found);
        }
        draft_.is_new_project = !place_.config;
        draft_.remarks = history_.remarks;
        if (draft_.is_new_project) {
            // Ids of branches do not follow each other in one order.
            const auto numbering = has_branches() ? Numbering::random : numbering_of(ids);
            auto made = new_project(place_.directory, numbering, history_, dialects_);
            draft_.config = std::move(made.config);
            draft_.files = std::move(made.files);
            std::ranges::move(made.remarks, std::back_inserter(draft_.remarks));
        } else {
            draft_.config = *place_.config;
        }
        draft_.graph = project_.revisions();
        if (!has_branches()) {
            parent_ = head_of_project();
            tell_of_late_ones(ids);
        }
        for (std::size_t at = 0; at < ids.size(); ++at) add(history_.migrations[at], ids[at], bodies_[at]);
        add_repeatables();
        if (!draft_.is_new_project && draft_.count_new() + draft_.count_new_repeatables() == 0) draft_.files.clear();
        return std::move(draft_);
    }

private:
    /// What an earlier import made of a file keeps its id, also where another file has changed what the id would be
    /// now.
    [[nodiscard]] std::vector<RevisionId> known_ids() const {
        auto ids = ids_of(history_.migrations);
        for (std::size_t at = 0; at < ids.size(); ++at) {
            if (project_.find(ids[at]) != nullptr) continue;
            const auto known = project_.imported_from(history_.migrations[at].file);
            if (known && std::ranges::find(ids, *known) == ids.end()) ids[at] = *known;
        }
        return ids;
    }

    /// New ones before known ones: of two people's, one was merged after the other was imported. Databases have run
    /// what is known, and the new ones follow.
    void tell_of_late_ones(const std::vector<RevisionId>& ids) {
        const auto is_known = [&](const RevisionId& id) { return project_.find(id) != nullptr; };
        auto last = ids.size();
        while (last > 0 && !is_known(ids[last - 1])) --last;
        for (std::size_t at = 0; at < last; ++at) {
            if (is_known(ids[at])) continue;
            draft_.is_out_of_order = true;
            draft_.remarks.push_back(
                fmt::format("{} comes before what was imported already, and revision {} follows it here",
                            history_.migrations[at].file, ids[at]));
        }
    }

    void add(const Migration& migration, const RevisionId& id, const Bodies& bodies) {
        if (const auto* there = project_.find(id)) return add_known(migration, *there, bodies);
        DraftRevision revision{id, migration.version, migration.file, {}};
        RevisionHeader header;
        const auto message = message_of(migration, id);
        header.revision.id = id;
        header.revision.message = message;
        header.revision.revises = parents_of(migration);
        header.revision.depends_on = ids_named(migration.depends_on);
        header.revision.branch_labels = migration.branch_labels;
        header.revision.created = migration.created;
        header.description = description_of(tool_, migration);
        Sections sections;
        if (const auto obstacle = obstacle_of(tool_, migration, bodies, main_dialects()); obstacle.empty()) {
            set_modes(header, bodies);
            sections.up = bodies.up.sql;
            if (bodies.down) sections.down = bodies.down->sql;
            if (auto remark = transaction_remark(tool_, migration, bodies.up.sent, main_dialects()); !remark.empty())
                draft_.remarks.push_back(std::move(remark));
            add_dialects(header, sections, draft_.revisions.size());
            sections.check = migration.check;
        } else {
            sections.todo = fmt::format("{} {}", migration.file, obstacle);
            revision.is_todo = true;
        }
        const auto file = draft_.config.version_locations.front() / file_name_of(draft_.config, id, migration.name);
        revision.path = script::shown_path(file);
        header.revision.path = revision.path;
        draft_.files.push_back({file, compose_revision(header, sections, revision.path)});
        draft_.graph.push_back(header.revision);
        draft_.revisions.push_back(std::move(revision));
        parent_ = id;
    }

    /// What was recorded elsewhere. at: index of the migration.
    void add_dialects(RevisionHeader& header, Sections& sections, std::size_t at) const {
        if (history_.others.empty()) return;
        sections.by_dialect.push_back({main_dialect(), sections.up, sections.down});
        for (const auto& other : history_.others) {
            const std::array dialects{other.dialect.value_or(Dialect::postgresql)};
            const auto bodies = bodies_of(other.migrations[at], dialects);
            set_modes(header, bodies);
            sections.by_dialect.push_back(
                {dialects.front(), bodies.up.sql, bodies.down ? std::optional(bodies.down->sql) : std::nullopt});
        }
    }

    [[nodiscard]] Dialect main_dialect() const {
        return history_.others.empty() ? Dialect::postgresql : history_.dialect.value_or(Dialect::postgresql);
    }

    /// Those for which the texts of history_.migrations are.
    [[nodiscard]] std::span<const Dialect> main_dialects() const {
        return history_.others.empty() ? dialects_ : std::span(&*history_.dialect, 1);
    }

    [[nodiscard]] std::vector<RevisionId> parents_of(const Migration& migration) const {
        if (migration.revises) return ids_named(*migration.revises);
        return parent_ ? std::vector<RevisionId>{*parent_} : std::vector<RevisionId>{};
    }

    /// Of versions; what is none of them stays, as a label does.
    [[nodiscard]] std::vector<RevisionId> ids_named(const std::vector<std::string>& versions) const {
        std::vector<RevisionId> ids;
        for (const auto& version : versions) {
            const auto found = ids_.find(version);
            ids.push_back(found == ids_.end() ? version : found->second);
        }
        return ids;
    }

    // ---- repeatables

    void add_repeatables() {
        if (history_.repeatables.empty()) return;
        auto& folders = draft_.config.repeatable_locations;
        if (folders.empty()) folders = {draft_.config.directory / "objects"};
        if (place_.config && !place_.config->repeatable_locations.empty())
            known_ = script::load_repeatables(*place_.config);
        else if (place_.config)
            draft_.remarks.push_back(
                fmt::format("write `repeatable_locations: [{}]` into alembic.yaml: only then "
                            "the files there count",
                            folders.front().filename().string()));
        const auto names = ids_of(history_.repeatables);
        std::string greatest;
        for (std::size_t at = 0; at < names.size(); ++at) {
            // rev breaks ties by name: where the tool's order is another one, each needs the one before it.
            const bool is_in_order = at == 0 || names[at] > greatest;
            add_repeatable(at, names[at], is_in_order ? std::string() : names[at - 1]);
            greatest = std::max(greatest, names[at]);
        }
    }

    void add_repeatable(std::size_t at, const std::string& name, const std::string& need) {
        const auto& migration = history_.repeatables[at];
        const auto& bodies = repeatable_bodies_[at];
        if (const auto* there = known_.find(name)) return add_known_repeatable(migration, *there, bodies);
        RevisionHeader header;
        header.kind = FileKind::repeatable;
        header.revision.id = name;
        header.revision.message = migration.name.empty() ? name : migration.name;
        header.description = description_of(tool_, migration);
        if (!need.empty()) header.needs = {need};
        Sections sections;
        const auto obstacle = obstacle_of(tool_, migration, bodies, dialects_);
        if (obstacle.empty()) {
            set_modes(header, bodies);
            // It is made in a transaction in any case: obstacle_of() has refused all others.
            header.transaction.reset();
            sections.up = bodies.up.sql;
        } else {
            sections.todo = fmt::format("{} {}", migration.file, obstacle);
        }
        const auto file = draft_.config.repeatable_locations.front() / (name + ".sql");
        const auto shown = script::shown_path(file);
        auto text = compose_repeatable(header, sections, shown);
        draft_.repeatables.push_back({.name = name,
                                      .version = migration.version,
                                      .source = migration.file,
                                      .path = shown,
                                      .file = parse_revision_file(text, shown, FileKind::repeatable),
                                      .is_new = true,
                                      .is_todo = !obstacle.empty()});
        draft_.files.push_back({file, std::move(text)});
    }

    /// The tool's file is what counts as long as it is the tool's: a later change of it is told, and written by nobody.
    void add_known_repeatable(const Migration& migration, const Repeatable& there, const Bodies& bodies) {
        const auto& file = known_.file_of(there);
        const auto* section = file.find_section(SectionKind::apply, Dialect::postgresql);
        if (section == nullptr) section = file.find_section(SectionKind::apply, Dialect::sqlite);
        if (section != nullptr && !section->todo &&
            normalized_sql(file.text_of(*section), Dialect::sqlite) != normalized_sql(bodies.up.sql, Dialect::sqlite))
            draft_.remarks.push_back(
                fmt::format("{} is not what {} has: that stays as it is", migration.file, there.path));
        draft_.repeatables.push_back({.name = there.name,
                                      .version = migration.version,
                                      .source = migration.file,
                                      .path = there.path,
                                      .file = file,
                                      .is_new = false});
    }

    void add_known(const Migration& migration, const Revision& there, const Bodies& bodies) {
        if (!project_.is_imported(there))
            throw Error(ExitCode::graph, error_codes::id_taken,
                        fmt::format("{} would become revision {}, and the project has another one of that id",
                                    migration.file, there.id))
                .with_location({there.path, 0, 0, {}})
                .with_hint("give the other tool's migrations a project of their own; nothing was written");
        const bool is_changed = migration.obstacle.empty() && !project_.is_same_sql(there, bodies.up, main_dialect());
        if (is_changed)
            draft_.remarks.push_back(fmt::format("{} is not what revision {} has ({}): that stays as it is",
                                                 migration.file, there.id, there.path));
        draft_.revisions.push_back({there.id, migration.version, migration.file, there.path, false, false, is_changed});
    }

    /// Then each says itself what it follows.
    [[nodiscard]] bool has_branches() const {
        return std::ranges::any_of(history_.migrations,
                                   [](const Migration& migration) { return migration.revises.has_value(); });
    }

    /// What the first new revision revises.
    [[nodiscard]] std::optional<RevisionId> head_of_project() const {
        const auto heads = project_.heads();
        if (heads.empty()) return std::nullopt;
        if (heads.size() == 1) return heads.front()->id;
        throw Error(ExitCode::graph, error_codes::several_heads,
                    "the project has several heads, and new revisions follow one")
            .with_hint("`rev heads` lists them; `rev merge heads` joins them");
    }

    const Tool& tool_;
    const History& history_;
    const ProjectPlace& place_;
    std::span<const Dialect> dialects_;
    Obstacles obstacles_;
    KnownRevisions project_;
    std::vector<Bodies> bodies_;
    std::map<std::string, RevisionId> ids_;  ///< by version
    std::vector<Bodies> repeatable_bodies_;
    script::Repeatables known_;
    Draft draft_;
    std::optional<RevisionId> parent_;
};

Error cannot_write(const fs::path& path, const std::error_code& why) {
    return Error(ExitCode::usage, error_codes::cannot_write,
                 fmt::format("cannot write {}: {}", script::shown_path(path), why.message()))
        .with_hint("nothing was written");
}

/// A new file. It is not waited for until it is safe on disk: with hundreds of them that takes seconds, and what they
/// are made of is still there.
void create_file(const fs::path& path, std::string_view text) {
    const auto failed = [&] { return cannot_write(path, {errno, std::generic_category()}); };
    base::FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!file.is_open()) throw failed();
    while (!text.empty()) {
        const auto written = ::write(file.number(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            auto error = failed();
            // Half a file would be taken for a revision.
            ::unlink(path.c_str());
            throw error;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    // Some file systems, such as NFS, tell only here that the disk is full.
    if (!file.close()) throw failed();
}

}  // namespace

std::size_t Draft::count_new() const {
    return static_cast<std::size_t>(std::ranges::count(revisions, true, &DraftRevision::is_new));
}

std::size_t Draft::count_new_repeatables() const {
    return static_cast<std::size_t>(std::ranges::count(repeatables, true, &DraftRepeatable::is_new));
}

Draft make_draft(const Tool& tool, const History& history, const ProjectPlace& place, std::span<const Dialect> dialects,
                 Obstacles obstacles) {
    return Drafter(tool, history, place, dialects, obstacles).make();
}

DraftWriter::~DraftWriter() {
    std::error_code ignored;
    for (auto path = made_.rbegin(); path != made_.rend(); ++path) fs::remove(*path, ignored);
}

void DraftWriter::add_folder(const fs::path& folder) {
    std::error_code failed;
    if (folder.empty() || fs::is_directory(folder, failed)) return;
    add_folder(folder.parent_path());
    if (fs::create_directory(folder, failed)) made_.push_back(folder);
    if (failed) throw cannot_write(folder, failed);
}

void DraftWriter::write(const Draft& draft) {
    for (const auto& file : draft.files) {
        add_folder(file.path.parent_path());
        create_file(file.path, file.text);
        made_.push_back(file.path);
    }
    for (const auto& location : draft.config.version_locations) add_folder(location);
}

}  // namespace rev::foreign
