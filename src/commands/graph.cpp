#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include "base/files.hpp"
#include "base/text.hpp"
#include "commands/keep_until_exit.hpp"
#include "commands/picture.hpp"
#include "commands/registry.hpp"

namespace rev::commands {
namespace {

namespace fs = std::filesystem;

struct GraphOptions {
    std::optional<std::string> format;
    std::optional<std::string> range;
    std::optional<std::string> output;
    bool indicate_current = false;
};

/// One kind of picture.
struct Format {
    std::string name;
    std::vector<std::string> extensions;
    std::string (*draw)(const report::GraphPicture&);
    DatabaseFacts facts;  ///< what -i asks the database for
};

const std::array<Format, 4>& formats() {
    static const std::array<Format, 4> all = {{
        {"dot", {".dot", ".gv"}, report::graph_dot, DatabaseFacts::states},
        {"mermaid", {".mmd", ".mermaid"}, report::graph_mermaid, DatabaseFacts::states},
        {"svg", {".svg"}, report::graph_svg, DatabaseFacts::states},
        {"html", {".html", ".htm"}, report::graph_html, DatabaseFacts::log},
    }};
    return all;
}

std::vector<std::string> format_names() {
    std::vector<std::string> names;
    for (const auto& format : formats()) names.push_back(format.name);
    return names;
}

void declare_graph(Arguments& arguments, GraphOptions& options) {
    arguments.choice("--format", options.format, format_names(), "what to write; else by the name of FILE");
    arguments.option("-r,--rev-range", options.range, "A:B", "from A to B, as for history");
    arguments.option("-o,--output", options.output, "FILE", "write it there; `-` or none: standard output");
    arguments.flag("-i,--indicate-current", options.indicate_current,
                   "mark what is applied, current and pending; html: also who ran it");
}

const Format& format_of(const GraphOptions& options) {
    const auto extension = fs::path(options.output.value_or("")).extension().string();
    const auto is_wanted = [&](const Format& format) {
        if (options.format) return format.name == *options.format;
        return std::ranges::find(format.extensions, extension) != format.extensions.end();
    };
    const auto found = std::ranges::find_if(formats(), is_wanted);
    if (found != formats().end()) return *found;
    throw Error(ExitCode::usage, error_codes::no_format, "nothing says in which format to draw the graph")
        .with_hint("add --format " + base::join(format_names(), "|"));
}

void write_file(const std::string& file, std::string_view text) {
    try {
        base::replace_text_file(file, text);
    } catch (const std::system_error& error) {
        throw Error(ExitCode::usage, error_codes::file_not_written,
                    fmt::format("cannot write {}: {}", base::printable(file), error.code().message()))
            .with_hint("what was there before is untouched; name another file with -o");
    }
}

/// statuses: none, where no database was asked.
std::vector<report::PicturedRepeatable> pictured(const ScriptDirectory& scripts,
                                                 std::span<const app::RepeatableStatus> statuses) {
    std::vector<report::PicturedRepeatable> all;
    for (const auto& repeatable : scripts.repeatables().all()) {
        const auto status = std::ranges::find(statuses, repeatable.name, &app::RepeatableStatus::name);
        all.push_back(
            {.repeatable = repeatable,
             .state = status == statuses.end() ? std::string() : std::string(app::repeatable_state_name(status->state)),
             .sql = scripts.read(repeatable).text});
    }
    return all;
}

ExitCode run_graph(Context& context, const GraphOptions& options) {
    const auto& format = format_of(options);
    const auto facts = options.indicate_current ? format.facts : DatabaseFacts::none;
    const auto scripts = context.scripts();
    const auto& graph = keep_until_exit(scripts.load_graph());
    auto range = read_range(context, scripts, graph, options.range, facts);
    auto repeatables = pictured(scripts, range.repeatables);
    auto picture = make_picture(std::move(range), facts);
    picture.repeatables = std::move(repeatables);
    // The name of the folder, whether its path ends with a `/` or not.
    picture.page.title = fs::absolute(context.config().directory / "").parent_path().filename().string();
    picture.page.read_file = [&](const Revision& revision) { return scripts.read(revision); };
    const auto text = format.draw(picture);
    if (!options.output || *options.output == "-")
        context.out() << text;
    else
        write_file(*options.output, text);
    return ExitCode::done;
}

}  // namespace

Subcommand graph_command() {
    return make_subcommand<GraphOptions>("graph", "Draw the graph for Graphviz, Mermaid or a browser",
                                         "  rev graph --format dot | dot -Tpdf > graph.pdf\n"
                                         "  rev graph -o graph.html -i    a page with search, SQL and who ran what\n"
                                         "  rev graph -o graph.svg -i     mark what is applied and what is pending\n"
                                         "  rev graph --format mermaid -r -10:",
                                         declare_graph, run_graph);
}

}  // namespace rev::commands
