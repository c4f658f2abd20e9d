#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/text.hpp"
#include "commands/registry.hpp"
#include "config/interpolation.hpp"
#include "report/error_text.hpp"
#include "script/head_file.hpp"
#include "script/repeatables.hpp"

namespace rev::commands {
namespace {

struct EditOptions {
    std::string symbol;
};

void declare_edit(Arguments& arguments, EditOptions& options) {
    arguments.positional("REV", options.symbol,
                         "a revision, a label, head, heads, current ..., or a repeatable object");
}

std::string editor() {
    // VISUAL before EDITOR, as Git has it.
    for (const char* name : {"VISUAL", "EDITOR"}) {
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
    }
    throw Error(ExitCode::usage, error_codes::no_editor, "neither VISUAL nor EDITOR is set")
        .with_hint("such as EDITOR=nano rev edit head");
}

Error editor_failed(const std::string& editor, const std::string& how) {
    return Error(ExitCode::usage, error_codes::editor_failed,
                 fmt::format("the editor \"{}\" {}", base::printable(editor), how));
}

/// The words of a command line such as `code --wait`. No shell reads it, nor the file's name.
std::vector<std::string> words_of(const std::string& editor) {
    auto words = config::split_words(editor);
    if (!words || words->empty()) throw editor_failed(editor, "is no command line: a quote is not closed");
    return std::move(*words);
}

void open_in_editor(const std::string& editor, const std::filesystem::path& file) {
    auto texts = words_of(editor);
    texts.push_back(file.string());
    std::vector<char*> argv;
    // posix_spawnp() wants char* and changes nothing.
    for (auto& text : texts) argv.push_back(text.data());
    argv.push_back(nullptr);
    pid_t child = 0;
    if (const int error = ::posix_spawnp(&child, argv[0], nullptr, nullptr, argv.data(), environ); error != 0) {
        throw editor_failed(editor, "could not be started: " + base::system_message(error));
    }
    int status = 0;
    // A signal (as that of a resized terminal) may interrupt waiting, which must go on then.
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw editor_failed(editor,
                            WIFEXITED(status) ? fmt::format("ended with {}", WEXITSTATUS(status)) : "was killed");
    }
}

Revisions chosen(Context& context, const Graph& graph, const std::string& symbol) {
    const auto rows = symbol == "current" ? context.rows() : std::vector<RevisionId>();
    auto revisions = app::worded([&] { return resolve(graph, symbol, rows); });
    if (revisions.empty()) {
        throw Error(ExitCode::graph, error_codes::no_revision, fmt::format("\"{}\" names no revision file", symbol))
            .with_hint("`rev history` lists all revisions");
    }
    return revisions;
}

void tell_unwritten(Context& context, const RevisionFile& file) {
    if (context.quiet()) return;
    for (const auto& section : file.sections) {
        if (!section.todo) continue;
        const auto unwritten = unwritten_section(file, section);
        context.err() << base::printable(base::place_text(unwritten.location())) << ": "
                      << base::printable(unwritten.what()) << '\n';
    }
}

/// Also where it is broken: that is why it is edited.
std::optional<std::string> path_of_repeatable(Context& context, const Graph& graph, const std::string& name) {
    if (graph.find(name) != nullptr) return std::nullopt;
    const auto read = script::read_repeatables(context.config());
    const auto* repeatable = read.repeatables.find(name);
    return repeatable == nullptr ? std::nullopt : std::optional(repeatable->path);
}

ExitCode run_edit(Context& context, const EditOptions& options) {
    const auto scripts = context.scripts();
    const auto graph = scripts.load_graph();
    const auto program = editor();
    if (const auto path = path_of_repeatable(context, graph, options.symbol)) {
        const auto file = std::filesystem::absolute(*path);
        open_in_editor(program, file);
        tell_unwritten(context, read_revision_file(file, *path, FileKind::repeatable));
        return ExitCode::done;
    }
    for (const auto* revision : chosen(context, graph, options.symbol)) {
        // The editor may change its folder before it opens the file.
        const auto file = std::filesystem::absolute(revision->path);
        open_in_editor(program, file);
        // What was broken or left in the editor is said now, not at the next run.
        tell_unwritten(context, read_revision_file(file, revision->path));
    }
    // Read again: the header may be what was edited.
    if (context.config().head_file) script::update_head_file(context.config(), scripts.load_graph());
    return ExitCode::done;
}

}  // namespace

Subcommand edit_command() {
    return make_subcommand<EditOptions>("edit", "Open revision files in $VISUAL or $EDITOR",
                                        "  rev edit head\n"
                                        "  EDITOR=nano rev edit 1975",
                                        declare_edit, run_edit);
}

}  // namespace rev::commands
