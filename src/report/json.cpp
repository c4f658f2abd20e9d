#include "report/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.hpp"
#include "report/json_value.hpp"
#include "rev/dialect.hpp"
#include "run/changed.hpp"
#include "run/prepared.hpp"
#include "state/state.hpp"

namespace rev::json {
namespace {

/// One item a line, each written as it is made, so that a long array needs no memory of its own.
template <typename Items, typename Append>
void write_lines(std::ostream& out, const Items& items, Append append) {
    std::string line = "[\n";
    for (const auto& item : items) {
        append(line, item);
        out << line;
        line = ",\n";
    }
    out << (items.empty() ? "[]\n" : "\n]\n");
}

template <typename Items, typename ToObject>
void write_array(std::ostream& out, const Items& items, ToObject to_object) {
    write_lines(out, items, [&](std::string& line, const auto& item) { line += dump(to_object(item)); });
}

/// Appends one JSON object. Lists of 100,000 revisions are written with it: building an Object of each would take
/// longer than reading their files.
class ObjectLine {
public:
    explicit ObjectLine(std::string& line) : line_(line) { line_ += '{'; }
    ~ObjectLine() { line_ += '}'; }
    ObjectLine(const ObjectLine&) = delete;
    ObjectLine& operator=(const ObjectLine&) = delete;

    void add(std::string_view key, std::string_view value) {
        add_key(key);
        add_string(value);
    }
    void add(std::string_view key, bool value) {
        add_key(key);
        line_ += value ? "true" : "false";
    }
    void add(std::string_view key, const std::vector<std::string>& values) {
        add_key(key);
        line_ += '[';
        for (std::size_t index = 0; index < values.size(); ++index) {
            if (index > 0) line_ += ',';
            add_string(values[index]);
        }
        line_ += ']';
    }

private:
    // Whether bytes beyond ASCII are UTF-8 is for dump() to see, which replaces what is not.
    static bool stands_as_it_is(char byte) { return byte >= ' ' && byte < '\x7f' && byte != '"' && byte != '\\'; }

    void add_key(std::string_view key) {
        // A value ends with a quote, a bracket or a letter: behind a `{` stands the first key.
        if (line_.back() != '{') line_ += ',';
        add_string(key);
        line_ += ':';
    }

    void add_string(std::string_view text) {
        if (!std::ranges::all_of(text, stands_as_it_is)) {
            line_ += dump(Object(text));
            return;
        }
        line_ += '"';
        line_ += text;
        line_ += '"';
    }

    std::string& line_;
};

/// rows: absent if the database was not read.
void append_revision(std::string& text, const Graph& graph, const Revision& revision, const CurrentRows& rows) {
    ObjectLine line(text);
    line.add("revision", revision.id);
    line.add("revises", revision.revises);
    line.add("depends_on", revision.depends_on);
    line.add("branch_labels", graph.labels(revision));
    line.add("message", revision.message);
    line.add("created", revision.created);
    line.add("path", revision.path);
    line.add("is_head", graph.is_head(revision));
    line.add("is_base", graph.is_base(revision));
    line.add("is_branch_point", graph.is_branch_point(revision));
    line.add("is_merge_point", graph.is_merge_point(revision));
    if (rows) line.add("is_current", rows->contains(revision.id));
}

Object revision_object(const Graph& graph, const Revision& revision) {
    std::string text;
    append_revision(text, graph, revision, {});
    // One description of a revision for both ways: what write_revisions() prints and what stands within other objects
    // cannot come apart.
    return Object::parse(text);
}

}  // namespace

Object revision_objects(const Graph& graph, const Revisions& revisions) {
    auto array = Object::array();
    for (const auto* revision : revisions) array.push_back(revision_object(graph, *revision));
    return array;
}

namespace {

/// What the step is of.
void add_subject(Object& object, const Step& step) {
    object["revision"] = step.revision == nullptr ? Object() : Object(step.revision->id);
    if (step.repeatable != nullptr) object["repeatable"] = step.repeatable->name;
}

/// heads: the rows after the step.
Object rehearsed_object(const run::RehearsedStep& step, const std::vector<RevisionId>& heads, Dialect dialect) {
    Object object{{"direction", direction_name(step.step->direction)}};
    add_subject(object, *step.step);
    object["heads"] = sorted(heads);
    object["rehearsed"] = !step.unrehearsed;
    if (!step.remarks.empty()) object["remarks"] = step.remarks;
    if (step.unrehearsed) {
        object["reason"] = run::unrehearsed_name(*step.unrehearsed);
        return object;
    }
    object["duration_ms"] = step.duration.count();
    object["rows"] = step.effects.rows;
    if (dialect == Dialect::sqlite) {
        object["written"] = step.effects.written;
        object["altered"] = step.effects.altered;
        return object;
    }
    object["rewritten"] = Object::array();
    for (const auto& [table, bytes] : step.effects.rewritten)
        object["rewritten"].push_back({{"table", table}, {"bytes", bytes}});
    object["locks"] = Object::array();
    for (const auto& [table, mode] : step.effects.locks) object["locks"].push_back({{"table", table}, {"mode", mode}});
    return object;
}

std::string_view loss_name(run::LostRows::Kind kind) {
    switch (kind) {
        case run::LostRows::Kind::dropped:
            return "dropped";
        case run::LostRows::Kind::column:
            return "column";
        case run::LostRows::Kind::deleted:
            return "deleted";
        case run::LostRows::Kind::replaced:
            return "replaced";
        case run::LostRows::Kind::changed:
            break;
    }
    return "changed";
}

std::string_view certainty_name(run::LostRows::Certainty certainty) {
    switch (certainty) {
        case run::LostRows::Certainty::exact:
            return "exact";
        case run::LostRows::Certainty::at_least:
            return "at_least";
        case run::LostRows::Certainty::estimate:
            return "estimate";
        case run::LostRows::Certainty::unknown:
            break;
    }
    return "unknown";
}

Object losses_object(const run::Losses& losses) {
    auto lost = Object::array();
    for (const auto& each : losses.rows) {
        Object object{{"kind", loss_name(each.kind)}, {"table", each.table}};
        if (!each.column.empty()) object["column"] = each.column;
        // null and not 0, which would say that nothing is lost.
        object["rows"] = each.certainty == run::LostRows::Certainty::unknown ? Object() : Object(each.rows);
        object["certainty"] = certainty_name(each.certainty);
        lost.push_back(std::move(object));
    }
    Object object{{"lost", std::move(lost)}};
    object["untried"] = losses.untried.empty() ? Object() : Object(losses.untried);
    return object;
}

/// What markers made of a step's statements.
Object note_objects(const std::vector<StatementNote>& notes) {
    auto array = Object::array();
    for (const auto& note : notes) {
        Object object{{"line", note.line}, {"marker", note.marker}, {"skipped", note.skipped}};
        if (!note.skipped) {
            object["batches"] = note.batches;
            object["rows"] = note.rows;
        }
        array.push_back(std::move(object));
    }
    return array;
}

/// What markers will decide about.
Object condition_objects(const std::vector<StatementNote>& notes) {
    auto array = Object::array();
    for (const auto& note : notes) array.push_back({{"line", note.line}, {"marker", note.marker}});
    return array;
}

Object log_object(const state::LogEntry& entry) {
    Object object{
        {"id", entry.id},
        {"event", entry.event},
        {"revision", entry.revision},
        {"message", entry.message},
        {"started_at", entry.started_at},
        {"duration_ms", entry.duration_ms},
        {"statements", entry.statements},
        {"checksum", entry.checksum},
        {"database_user", entry.database_user},
        {"os_user", entry.os_user},
        {"host", entry.host},
        {"rev_version", entry.rev_version},
        {"heads_after", entry.heads_after},
    };
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty()) object[key] = value;
    };
    add("repeatable", entry.repeatable);
    add("error", entry.error);
    add("sql_from", entry.sql_from);
    add("source", entry.source);
    add("tag", entry.tag);
    add("run", entry.run);
    if (!entry.notes.empty()) object["notes"] = note_objects(entry.notes);
    return object;
}

Object unknown_object(const state::MissingRevision& missing) {
    Object object{{"revision", missing.id}, {"is_row", missing.is_row}};
    if (missing.header) {
        object["revises"] = missing.header->revision.revises;
        object["is_reversible"] = missing.is_reversible;
    }
    if (missing.recorded) object["recorded"] = log_object(*missing.recorded);
    return object;
}

Object unfinished_object(const state::UnfinishedRun& run) {
    Object object{
        {"revision", run.revision},   {"direction", direction_name(run.direction)},
        {"statement", run.statement}, {"statements", run.statements},
        {"line", run.line},           {"started_at", run.started_at},
    };
    if (run.batches != 0) {
        object["batches"] = run.batches;
        object["rows"] = run.batch_rows;
    }
    if (!run.error.empty()) object["error"] = run.error;
    return object;
}

Object changed_object(const run::ChangedRevision& changed) {
    return {{"revision", changed.revision->id},
            {"path", changed.revision->path},
            {"comments_only", changed.comments_only},
            {"ran_nothing", changed.ran_nothing}};
}

Object repeatable_object(const app::RepeatableStatus& repeatable) {
    return {{"repeatable", repeatable.name},
            {"path", repeatable.path},
            {"state", app::repeatable_state_name(repeatable.state)}};
}

Object verified_object(const app::Verified& verified) {
    const auto& section = *verified.section;
    Object object{{"revision", section.revision->id}, {"path", section.revision->path},
                  {"line", section.line()},           {"expect_empty", section.part.expect_empty},
                  {"ok", !verified.failure},          {"duration_ms", verified.took.count()}};
    if (verified.failure) object["error"] = error_object(*verified.failure);
    return object;
}

Object grant_object(const state::ForeignGrant& grant) {
    return Object{{"table", grant.table},
                  {"grantee", grant.grantee},
                  {"privileges", base::split_list(grant.privileges)},
                  {"revoke", grant.revoke()}};
}

Object capabilities_object(const Capabilities& found) {
    return Object{{"run_lock", found.run_lock == RunLockKind::lease ? "lease" : "session"},
                  {"lease_reason", found.lease_reason.empty() ? Object() : Object(found.lease_reason)},
                  {"own_session", found.has_own_session},
                  {"transactional_ddl", found.has_transactional_ddl},
                  {"sees_sessions", found.sees_sessions},
                  {"may_create_tables", found.may_create_tables}};
}

Object server_object(const app::Status& status) {
    Object object{{"url", status.url}, {"dialect", dialect_name(status.dialect)}, {"reachable", !status.unreachable}};
    if (status.unreachable) {
        object["error"] = error_object(*status.unreachable);
        return object;
    }
    if (status.dialect == Dialect::sqlite) object["exists"] = !status.is_missing_file;
    object["product"] = status.server.product;
    object["version"] = status.server.version;
    object["name"] = status.server.database;
    if (!status.server.user.empty()) object["user"] = status.server.user;
    if (status.capabilities) object["capabilities"] = capabilities_object(*status.capabilities);
    return object;
}

}  // namespace

void write_revisions(std::ostream& out, const Graph& graph, const Revisions& revisions, const CurrentRows& rows) {
    write_lines(out, revisions,
                [&](std::string& line, const Revision* revision) { append_revision(line, graph, *revision, rows); });
}

void write_revision(std::ostream& out, const Graph& graph, const Revision& revision) {
    write(out, revision_object(graph, revision));
}

void write_plan(std::ostream& out, const Plan& plan, std::span<const StepResult> results,
                const std::set<RevisionId>& from_log, const run::ConditionalSteps& conditional) {
    auto steps = Object::array();
    auto rows = plan.from;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const auto& step = plan.steps[i];
        // The rows are followed step by step, as JSON tells where the database is after each.
        for (const auto& change : step.changes) apply(change, rows);
        Object object{{"direction", direction_name(step.direction)}};
        add_subject(object, step);
        object["heads"] = sorted(rows);
        if (step.revision != nullptr && from_log.contains(step.revision->id)) object["sql_from"] = "log";
        if (i < results.size()) object["duration_ms"] = results[i].duration.count();
        if (i < results.size() && !results[i].notes.empty()) object["notes"] = note_objects(results[i].notes);
        if (const auto found = conditional.find(i); found != conditional.end())
            object["conditional"] = condition_objects(found->second);
        steps.push_back(std::move(object));
    }
    write(out, {{"from", sorted(plan.from)}, {"to", sorted(plan.to)}, {"steps", std::move(steps)}});
}

void write_rehearsal(std::ostream& out, const Plan& plan, std::span<const run::RehearsedStep> rehearsed,
                     Dialect dialect, const std::optional<run::Losses>& losses) {
    auto steps = Object::array();
    auto rows = plan.from;
    for (const auto& step : rehearsed) {
        for (const auto& change : step.step->changes) apply(change, rows);
        steps.push_back(rehearsed_object(step, rows, dialect));
    }
    Object object{{"from", sorted(plan.from)}, {"to", sorted(plan.to)}, {"steps", std::move(steps)}};
    if (losses) object["losses"] = losses_object(*losses);
    write(out, object);
}

void write_error(std::ostream& out, const Error& error) { write(out, {{"error", error_object(error)}}); }

void write_log(std::ostream& out, std::span<const state::LogEntry> entries) { write_array(out, entries, log_object); }

void write_status(std::ostream& out, const Graph& graph, const app::Status& status) {
    auto holder = status.holder ? Object(status.holder->description) : Object();
    write(out, {
                   {"database", server_object(status)},
                   {"state", status.state()},
                   {"up_to_date", status.is_up_to_date()},
                   {"rows", status.rows},
                   {"current", revision_objects(graph, status.current)},
                   {"heads", revision_objects(graph, status.heads)},
                   {"pending", revision_objects(graph, status.pending)},
                   {"within_squashes", array_of(status.within_squashes,
                                                [](const auto& each) {
                                                    return Object{{"revision", each.first}, {"squash", each.second}};
                                                })},
                   {"locked_by", std::move(holder)},
                   {"unknown", array_of(status.unknown, unknown_object)},
                   {"unfinished", array_of(status.unfinished, unfinished_object)},
                   {"changed", array_of(status.changed, changed_object)},
                   {"repeatables", array_of(status.repeatables, repeatable_object)},
                   {"unadopted", status.unadopted},
                   {"unwritten", array_of(status.unwritten, error_object)},
                   {"unsound", array_of(status.unsound, error_object)},
                   {"problems", status.problems},
                   {"foreign_grants", array_of(status.foreign_grants, grant_object)},
                   {"next", status.next},
               });
}

void write_check(std::ostream& out, std::span<const Error> problems, std::size_t revisions) {
    write(out, {{"sound", problems.empty()}, {"revisions", revisions}, {"problems", array_of(problems, error_object)}});
}

void write_verified(std::ostream& out, const app::Verification& verification) {
    write(out, {{"ok", verification.failed == 0},
                {"sections", array_of(verification.results, verified_object)},
                {"revisions_without", verification.plan.without}});
}

void write_paths(std::ostream& out, std::span<const std::filesystem::path> created) {
    write(out, {{"created", array_of(created, [](const auto& path) { return path.string(); })}});
}

void write_names(std::ostream& out, std::span<const Named> items) {
    write_array(out, items, [](const Named& item) {
        return Object{{"name", item.name}, {"description", item.description}};
    });
}

void write_version(std::ostream& out, std::string_view version) { write(out, {{"version", version}}); }

void write_created(std::ostream& out, bool created) { write(out, {{"created", created}}); }

}  // namespace rev::json
