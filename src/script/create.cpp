// Writes new revision files. Everything that can be refused is refused before the file appears.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <random>
#include <system_error>

#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "script/builtin.hpp"
#include "script/file_name.hpp"
#include "script/head_file.hpp"
#include "script/header_format.hpp"
#include "script/listing.hpp"
#include "script/local_time.hpp"
#include "script/new_script.hpp"
#include "script/revision_header.hpp"
#include "script/script_directory.hpp"
#include "script/template.hpp"
#include "script/writer_lock.hpp"

namespace rev::script {

namespace fs = std::filesystem;

namespace {

// ---- the node

/// 48 random bits, as Alembic's ids have them. std::random_device gives 32 bits at a time; 24 of each make the twelve
/// digits.
std::string random_id() {
    std::random_device device;
    return fmt::format("{:06x}{:06x}", device() & 0xFFFFFFU, device() & 0xFFFFFFU);
}

bool is_number(std::string_view text) noexcept {
    constexpr std::size_t most_digits = 9;  // more are a timestamp, or something else
    return !text.empty() && text.size() <= most_digits &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// One more than the highest number among the ids, in three digits, or as many as the longest has.
std::string next_number(const Graph& graph) {
    constexpr std::size_t usual_digits = 3;
    std::size_t digits = usual_digits;
    long highest = 0;
    bool is_first = true;
    for (const auto& revision : graph.revisions()) {
        if (!is_number(revision.id)) continue;
        // The first one sets the width, so that "1" goes on with "2" and not with "002".
        digits = is_first ? revision.id.size() : std::max(digits, revision.id.size());
        is_first = false;
        highest = std::max(highest, std::stol(revision.id));
    }
    return fmt::format("{:0{}}", highest + 1, digits);
}

/// Digits of the date and time; of the next second that no id has.
std::string next_timestamp(const Graph& graph, const Config& config, std::time_t now) {
    for (;; ++now) {
        const auto time = local_time(config.timezone, now).clock;
        auto id = fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", time.tm_year + 1900, time.tm_mon + 1, time.tm_mday,
                              time.tm_hour, time.tm_min, time.tm_sec);
        if (graph.find(id) == nullptr) return id;
    }
}

std::time_t now() { return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()); }

std::string unused_id(const Graph& graph, const Config& config) {
    if (config.revision_ids == RevisionIds::sequential) return next_number(graph);
    if (config.revision_ids == RevisionIds::timestamp) return next_timestamp(graph, config, now());
    auto id = random_id();
    while (graph.find(id) != nullptr) id = random_id();
    return id;
}

/// For {number}: that of the id where ids are numbers, else how many revisions there are with the new one.
std::string number_for_file(const Graph& graph, const RevisionId& id) {
    return is_number(id) ? id : fmt::format("{:03}", graph.size() + 1);
}

void require_valid_names(const NewRevision& node) {
    if (!is_valid_revision_id(node.id)) {
        throw Error(ExitCode::usage, error_codes::bad_id,
                    fmt::format("\"{}\" cannot be a revision id", base::printable(node.id)))
            .with_hint("an id is 1 to 32 letters, digits, \"_\" and \".\", and none of head, heads, base, current");
    }
    for (const auto& label : node.branch_labels) {
        if (is_valid_branch_label(label)) continue;
        throw Error(ExitCode::usage, error_codes::bad_label,
                    fmt::format("\"{}\" cannot be a branch label", base::printable(label)))
            .with_hint(
                "a label is letters, digits, \"_\", \".\", \"-\" and \"/\", and none of head, heads, base, current");
    }
}

Revision plan(const Graph& graph, const Config& config, const ScriptRequest& request) {
    auto node = request.node;
    if (node.id.empty()) node.id = unused_id(graph, config);
    require_valid_names(node);
    try {
        return request.merge ? plan_merge(graph, node) : plan_new_revision(graph, node);
    } catch (const GraphError& error) {
        throw to_error(error);
    }
}

// ---- its text

/// "merge a and b", "merge a, b and c".
std::string merge_message(const std::vector<std::string>& parents) {
    if (parents.size() < 2) return "merge " + base::join(parents, "");
    const std::span all_but_last(parents.data(), parents.size() - 1);
    return fmt::format("merge {} and {}", base::join(all_but_last, ", "), parents.back());
}

std::string message_of(const ScriptRequest& request, const Revision& revision) {
    const bool given = !split_message(request.message).message.empty();
    if (!given && request.merge) return merge_message(revision.revises);
    return given ? request.message : std::string();
}

RevisionHeader header_of(Revision revision, std::string_view message, const LocalTime& now) {
    auto parts = split_message(message);
    revision.message = parts.message.empty() ? "empty message" : std::move(parts.message);  // Alembic's words
    revision.created = format_time(now);
    RevisionHeader header;
    header.revision = std::move(revision);
    header.description = std::move(parts.description);
    return header;
}

/// A template's text and its name in messages.
struct ScriptTemplate {
    std::string shown;
    std::string text;
};

/// The project's own file, else the built-in one.
ScriptTemplate load_template(const Config& config, bool merge) {
    const auto* name = merge ? "merge.sql" : "revision.sql";
    const auto file = config.script_location / "templates" / name;
    try {
        return {shown_path(file), base::read_text_file(file)};
    } catch (const std::system_error& error) {
        const bool missing = error.code() == std::errc::no_such_file_or_directory;
        if (missing) return {name, std::string(merge ? builtin_merge_template : builtin_revision_template)};
        throw Error(ExitCode::usage, error_codes::bad_template,
                    fmt::format("cannot read the template {}: {}", shown_path(file), error.code().message()));
    }
}

/// The message for a line `-- ${message}`: never such that the line becomes a marker or a header.
std::string message_for_comment(const std::string& message) {
    const bool misleading = message.starts_with("rev:") || message.starts_with("revision:");
    return misleading ? " " + message : message;
}

std::string without_last_line_end(std::string text) {
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

std::vector<Placeholder> placeholders_for(const RevisionHeader& header, const Config& config) {
    const auto& revision = header.revision;
    return {
        {"header", without_last_line_end(format_header(header)), PlaceholderPlace::alone},
        {"message", message_for_comment(revision.message), PlaceholderPlace::in_comment},
        {"up_revision", revision.id},
        {"down_revision", base::join(revision.revises, ", ")},
        {"depends_on", base::join(revision.depends_on, ", ")},
        {"branch_labels", base::join(revision.branch_labels, ", ")},
        {"create_date", revision.created},
        {"slug", base::slugify(revision.message, config.truncate_slug_length)},
    };
}

bool same_node(const Revision& left, const Revision& right) noexcept {
    return left.id == right.id && left.revises == right.revises && left.depends_on == right.depends_on &&
           left.branch_labels == right.branch_labels;
}

/// A template may leave out what the graph needs; such a file must not come to be. It is read back, as nobody can say
/// what a template makes of it.
void require_sound(const std::string& text, const Revision& revision, const ScriptTemplate& source) {
    const auto cannot = [&](const std::string& why) {
        return Error(ExitCode::usage, error_codes::bad_template, fmt::format("the template {} {}", source.shown, why))
            .with_location({source.shown, 0, 0, {}})
            .with_hint("write ${header} in it, alone on a line at its start; nothing was written");
    };
    try {
        const auto file = parse_revision_file(text, "the new file");
        if (!same_node(file.header.revision, revision)) throw cannot("gives a file with another header");
    } catch (const Error& error) {
        if (error.code() == error_codes::bad_template) throw;
        throw cannot(fmt::format("gives a file that cannot be read back: {} (its line {})", error.what(),
                                 error.location().line));
    }
}

/// The template's text up to its first section, then other sections.
std::string with_sections(std::string text, const std::string& sections) {
    const auto marker = find_first_marker(text);
    if (marker != std::string::npos) text.resize(marker);
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    return text + sections;
}

std::string new_text(const Config& config, const RevisionHeader& header, const ScriptRequest& request) {
    const auto source = load_template(config, request.merge);
    auto text = fill_template({source.text, source.shown}, placeholders_for(header, config));
    if (request.body) text = with_sections(std::move(text), request.body->sections);
    require_sound(text, header.revision, source);
    return text;
}

// ---- its place

fs::path normal(const fs::path& path) {
    std::error_code ignored;
    // Links and `..` resolved, also where the last part is not there yet.
    auto found = fs::weakly_canonical(fs::absolute(path), ignored);
    return found.has_filename() ? found : found.parent_path();
}

std::string shown_locations(const Config& config) {
    std::vector<std::string> shown;
    std::ranges::transform(config.version_locations, std::back_inserter(shown), shown_path);
    return base::join(shown, ", ");
}

fs::path find_location(const Config& config, const fs::path& wanted) {
    for (const auto& location : config.version_locations) {
        if (normal(location) == normal(wanted)) return location;
    }
    throw Error(ExitCode::usage, error_codes::not_a_version_location,
                fmt::format("{} is none of version_locations", shown_path(fs::absolute(wanted))))
        .with_hint("they are: " + shown_locations(config));
}

bool is_below(const fs::path& file, const fs::path& folder) {
    const auto relative = normal(file).lexically_relative(normal(folder));
    return !relative.empty() && *relative.begin() != "..";
}

/// The location that holds a parent's file, the innermost where they are nested; empty if none does.
fs::path location_of_parent(const Config& config, const Graph& graph, const Revision& revision) {
    fs::path best;
    for (const auto& id : revision.revises) {
        const auto* parent = graph.find(id);
        if (parent == nullptr || parent->path.empty()) continue;
        for (const auto& location : config.version_locations) {
            const bool longer = location.native().size() > best.native().size();
            if (longer && is_below(parent->path, location)) best = location;
        }
        if (!best.empty()) break;
    }
    return best;
}

fs::path choose_location(const Config& config, const Graph& graph, const ScriptRequest& request,
                         const Revision& revision) {
    if (request.version_path) return find_location(config, *request.version_path);
    if (config.version_locations.size() == 1) return config.version_locations.front();
    auto location = location_of_parent(config, graph, revision);
    if (!location.empty()) return location;
    throw Error(ExitCode::usage, error_codes::several_version_locations,
                "there are several version_locations, and the new revision has no parent to be put beside")
        .with_hint("choose one with --version-path: " + shown_locations(config));
}

void write_new_file(const fs::path& file, const std::string& text) {
    try {
        // file_template may put the file into a folder of its own ({year}/...).
        fs::create_directories(file.parent_path());
        // It never opens what is there: of two runs with the same name one fails.
        base::create_text_file(file, text);
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::file_exists) {
            throw Error(ExitCode::graph, error_codes::file_exists, fmt::format("{} is there already", shown_path(file)))
                .with_hint("use another message, or {rev} in file_template");
        }
        throw Error(ExitCode::graph, error_codes::cannot_write,
                    fmt::format("cannot write {}: {}", shown_path(file), error.code().message()));
    }
}

// ---- what runs on it

std::vector<std::string> arguments_for(const PostWriteHook& hook, const fs::path& file) {
    constexpr std::string_view placeholder = "{file}";
    auto arguments = hook.command;
    for (auto& argument : arguments) {
        for (std::size_t at = 0; (at = argument.find(placeholder, at)) != std::string::npos;) {
            argument.replace(at, placeholder.size(), file.string());
            // Behind what was put in, in case the path itself has "{file}" in it.
            at += file.string().size();
        }
    }
    return arguments;
}

Error hook_error(const PostWriteHook& hook, const fs::path& file, const std::string& what) {
    return Error(ExitCode::usage, error_codes::hook_failed,
                 fmt::format("the post_write_hook `{}` {}", base::join(hook.command, " "), what))
        .with_hint(fmt::format("the new revision stays as it is now: {}", shown_path(file)));
}

std::string run_hook(const PostWriteHook& hook, const fs::path& file) {
    base::ProcessResult result;
    try {
        result = base::run_process(arguments_for(hook, file));
    } catch (const std::system_error& error) {
        throw hook_error(hook, file, "could not be started: " + error.code().message());
    }
    if (result.exit_code != 0) {
        throw hook_error(hook, file, fmt::format("ended with exit code {}", result.exit_code))
            .with_detail(std::string(base::trim(result.output)));
    }
    return result.output;
}

std::vector<std::string> run_hooks(const Config& config, const fs::path& file) {
    std::vector<std::string> outputs;
    for (const auto& hook : config.post_write_hooks) outputs.push_back(run_hook(hook, file));
    return outputs;
}

}  // namespace

NewScript compose_script(const Config& config, const Graph& graph, const ScriptRequest& request) {
    auto revision = plan(graph, config, request);
    const auto number = number_for_file(graph, revision.id);
    const auto message = message_of(request, revision);
    const auto created = local_time(config.timezone, now());
    const auto folder = choose_location(config, graph, request, revision);
    auto file = folder / revision_file_name(config, {revision.id, message, created, number});
    revision.path = shown_path(file);

    auto header = header_of(std::move(revision), message, created);
    if (request.body) {
        header.transaction = request.body->transaction;
        header.sqlite_foreign_keys = request.body->sqlite_foreign_keys;
    }
    auto text = new_text(config, header, request);
    return {std::move(file), std::move(text), std::move(header.revision)};
}

CreatedScript ScriptDirectory::create(const Graph& graph, const ScriptRequest& request) const {
    // What can be refused is refused before anything is waited for.
    (void)plan(graph, config_, request);
    // Held from looking to writing. What the caller read before it may be old by now.
    WriterLock lock(config_.version_locations.front());
    // Slugs differ, so that two files of one id may have two names: who came first is seen by reading again. Counting
    // names is enough, and does not read a hundred thousand headers again.
    const bool grew = lock.has_folder() && list_revision_files(config_).files.size() != graph.size();
    auto script = grew ? compose_script(config_, load_graph(), request) : compose_script(config_, graph, request);
    write_new_file(script.file, script.text);
    // Of the graph as it is read again, with the new file in it.
    if (config_.head_file) update_head_file(config_, load_graph());
    lock.release();  // a hook may be slow, or write a revision itself
    auto output = run_hooks(config_, script.file);
    return {std::move(script.file), std::move(script.revision), std::move(output)};
}

}  // namespace rev::script
