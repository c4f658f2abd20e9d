#include "import/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/text.hpp"
#include "script/listing.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

const Tool& named_tool(const std::string& name) {
    if (const auto* tool = find_tool(name)) return *tool;
    // Before anything else is guessed: a tool that rev knows and does not read was not misspelt.
    refuse_unsupported_name(name);
    std::vector<std::string> names;
    for (const auto* tool : tools()) names.emplace_back(tool->name);
    auto hint = base::did_you_mean(base::closest(name, names));
    if (hint.empty()) hint = "the tools are " + base::join(names, ", ");
    throw Error(ExitCode::usage, error_codes::unknown_tool,
                fmt::format("unknown tool \"{}\"", base::printable_word(name)))
        .with_hint(std::move(hint));
}

Found find_place(const ImportRequest& request, const std::string& shown) {
    if (request.tool.empty()) return detect(request.path, shown);
    const auto& tool = named_tool(request.tool);
    auto place = tool.find(request.path, Search::named);
    if (place) return {&tool, std::move(*place)};
    throw Error(ExitCode::usage, error_codes::no_foreign_tool,
                fmt::format("no files of {} are in {}", tool.title, shown))
        .with_hint("give the folder with its migrations: rev import " + std::string(tool.name) + " PATH");
}

void require_folder(const fs::path& path, const std::string& shown) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) return;
    throw Error(ExitCode::usage, error_codes::not_a_folder, fmt::format("{} is no folder", shown))
        .with_hint("give the other project's folder: rev import [TOOL] PATH");
}

void require_migrations(const Found& found, const History& history, const std::string& shown) {
    if (!history.migrations.empty() || !history.repeatables.empty()) return;
    throw Error(ExitCode::graph, error_codes::no_migrations,
                fmt::format("{} has no migrations in {}", found.tool->title, shown))
        .with_hint("give the folder that has them: rev import " + std::string(found.tool->name) + " PATH");
}

fs::path report_file(const fs::path& directory) {
    auto file = directory / "IMPORT.md";
    std::error_code ignored;
    // A link that leads nowhere counts as well: a new file cannot take its name.
    for (int number = 2; fs::exists(fs::symlink_status(file, ignored)); ++number)
        file = directory / fmt::format("IMPORT-{}.md", number);
    return file;
}

void append_list(std::string& text, std::string_view title, const std::vector<std::string>& items) {
    if (items.empty()) return;
    text += fmt::format("\n## {}\n\n", title);
    for (const auto& item : items) text += fmt::format("- {}\n", item);
}

/// In the first place: what begins the tool's own history follows it.
void add_baseline(History& history, const Baseline& baseline) {
    Migration first;
    first.version = first.id = "baseline";
    first.name = "schema before the first migration";
    first.file = baseline.shown;
    first.up = baseline.sql;
    first.is_baseline = true;
    for (auto& migration : history.migrations) {
        // Tools without branches name no parents: there the order of the list says it.
        if (!migration.revises) continue;
        // An empty list and not none: where the others name their parents, this one says that it has none.
        first.revises = std::vector<std::string>();
        if (migration.revises->empty()) migration.revises->push_back(first.version);
    }
    history.migrations.insert(history.migrations.begin(), std::move(first));
}

/// "3 new revisions and 1 repeatable object"
std::string new_text(const Draft& draft) {
    auto text = base::counted(draft.count_new(), "new revision");
    if (const auto count = draft.count_new_repeatables(); count > 0)
        text += " and " + base::counted(count, "repeatable object");
    return text;
}

std::vector<std::string> changed_names(const Draft& draft) {
    std::vector<std::string> names;
    for (const auto& revision : draft.revisions)
        if (revision.id != revision.version)
            names.push_back(fmt::format("`{}` is revision `{}`", revision.version, revision.id));
    return names;
}

std::vector<std::string> repeatable_lines(const Draft& draft) {
    std::vector<std::string> lines;
    for (const auto& repeatable : draft.repeatables)
        lines.push_back(
            fmt::format("{} is the repeatable object `{}` in {}: `rev upgrade head` makes it, and again "
                        "whenever its file has changed",
                        repeatable.source, repeatable.name, repeatable.path));
    return lines;
}

void draft(Import& import, const ImportRequest& request) {
    auto dialects = request.dialects;
    if (dialects.empty() && import.history.dialect) dialects = {*import.history.dialect};
    import.draft = make_draft(*import.tool, import.history, request.place, dialects, request.obstacles);
}

}  // namespace

Import read_import(const ImportRequest& request) {
    Files files(request.reading);
    const auto shown = files.shown(request.path);
    require_folder(request.path, shown);
    const auto found = find_place(request, shown);
    Import import{found.tool, found.place, files.shown(found.place.folder), found.tool->read(found.place, files), {}};
    // Only now has every file been asked for.
    files.require_all_skips_used();
    if (request.reading.baseline) add_baseline(import.history, *request.reading.baseline);
    require_migrations(found, import.history, files.shown(found.place.folder));
    draft(import, request);
    return import;
}

void carry_over(Import& import, const ImportRequest& request, const std::vector<SessionSettings>& left) {
    carry_over(import.history, *import.tool, left);
    draft(import, request);
}

std::vector<std::string> left_to_do(const Import& import) {
    std::vector<std::string> todo;
    for (const auto& revision : import.draft.revisions)
        if (revision.is_new && revision.is_todo)
            todo.push_back(fmt::format("write {}: rev cannot run {}", revision.path, revision.source));
    // In a new project alembic.yaml names it already; one that is there is not rewritten.
    if (!import.draft.is_new_project)
        for (const auto& seed : import.history.seeds)
            todo.push_back(fmt::format("name {} under `seed:` in alembic.yaml: it fills a new database",
                                       script::shown_path(seed)));
    if (!import.history.schema_hint.empty()) todo.push_back(import.history.schema_hint);
    for (const auto& repeatable : import.draft.repeatables)
        if (repeatable.is_new && repeatable.is_todo)
            todo.push_back(fmt::format("write {}: rev cannot run {}", repeatable.path, repeatable.source));
    return todo;
}

void add_report(Import& import, const std::string& verified) {
    auto& draft = import.draft;
    // A second import that finds nothing new writes no second report.
    if (draft.files.empty()) return;
    auto text = fmt::format("# Imported from {}\n\n{} became {}; {}.\n", import.tool->title,
                            base::counted(draft.revisions.size() + draft.repeatables.size(), "migration"),
                            new_text(draft), verified);
    append_list(text, "Left to do", left_to_do(import));
    append_list(text, "Made again when they change", repeatable_lines(draft));
    append_list(text, "What to know", draft.remarks);
    append_list(text, "Other names", changed_names(draft));
    append_list(text, "Files that were not read", import.history.ignored);
    text +=
        "\n## How to go on\n\n"
        "`rev history` lists the revisions and `rev check` reads them. On an empty database `rev upgrade head` makes "
        "the "
        "schema.\n";
    text +=
        import.tool->recorded == nullptr
            ? "A database that has it already is recorded with `rev stamp REV`.\n"
            : fmt::format("A database that {} has brought somewhere is taken over with `rev import {} --url URL`.\n",
                          import.tool->title, import.tool->name);
    draft.files.push_back({report_file(draft.config.directory), std::move(text)});
}

}  // namespace rev::foreign
