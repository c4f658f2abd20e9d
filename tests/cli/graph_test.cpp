// history --graph and graph: the real program, its pictures read by the real Graphviz and an XML parser.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "base/files.hpp"
#include "cli/cli_support.hpp"

namespace rev::test {

namespace fs = std::filesystem;

namespace {

const Environment utf8 = {{"LANG", "en_US.UTF-8"}};

ProgramResult graph_in(const TemporaryProject& project, const std::string& line, const Environment& environment) {
    ProgramOptions options;
    options.directory = project.path();
    options.environment = environment;
    return run_rev(words(line), options);
}

void write_hostile(const TemporaryProject& project) {
    project.revision({.id = "a1", .message = "\"quoted\" \\N \\\\ &amp; <script>alert(1)</script>"});
    project.revision({.id = "b1", .revises = "a1", .message = "--> ]]> %%{init: {}}%% #quot; `x` \\l \\\""});
    project.revision({.id = "end", .revises = "a1", .message = "ends in a backslash \\"});
    project.revision({.id = "x.1",
                      .revises = "b1, end",
                      .message = "\xC3\xA4 \xE2\x80\xAE rtl \xEF\xBF\xBF",
                      .header = "branch_labels: a-b/c"});
    project.revision({.id = "o1", .message = "</svg><![CDATA[", .header = "depends_on: b1"});
}

/// Runs a program on a file that rev wrote; requires that it has nothing against it.
std::string accepted_by(const Arguments& command) {
    const auto result = run_program(command);
    CAPTURE(result.err);
    REQUIRE(result.exit_code == 0);
    CHECK(result.err == "");
    return result.out;
}

}  // namespace

TEST_CASE("history --graph draws branches, merges and dependencies beside Alembic's lines") {
    const TemporaryProject project;
    write_diamond(project);
    const std::string ascii =
        "*-\\ b1, c1 -> m1 (head) (mergepoint), make m1\n"
        "* | a1 -> b1 (bee), make b1\n"
        "+-* a1 -> c1, make c1\n"
        "* <base> -> a1 (branchpoint), make a1\n";
    CHECK(graph_in(project, "history --graph", {{"LANG", "C"}}).out == ascii);
    CHECK(graph_in(project, "history --graph --ascii", utf8).out == ascii);
    CHECK(graph_in(project, "history --graph", utf8).out ==
          "●─╮ b1, c1 -> m1 (head) (mergepoint), make m1\n"
          "● │ a1 -> b1 (bee), make b1\n"
          "├─● a1 -> c1, make c1\n"
          "● <base> -> a1 (branchpoint), make a1\n");
}

TEST_CASE("LC_ALL goes over LC_CTYPE, and that over LANG") {
    const TemporaryProject project;
    write_line(project);
    CHECK(has(graph_in(project, "history --graph", {{"LC_ALL", "C"}, {"LANG", "en_US.UTF-8"}}).out, "* "));
    CHECK(has(graph_in(project, "history --graph", {{"LC_CTYPE", "de_DE.utf8"}, {"LANG", "C"}}).out, "● "));
    CHECK(has(graph_in(project, "history --graph", {{"LANG", ""}}).out, "* "));
}

TEST_CASE("history --graph -i marks what is current and what is pending") {
    const TemporaryProject project;
    write_diamond(project);
    expect(project, "upgrade b1");
    CHECK(expect(project, "history --graph --ascii -i").out ==
          "o-\\ b1, c1 -> m1 (head) (pending) (mergepoint), make m1\n"
          "@ | a1 -> b1 (bee) (current), make b1\n"
          "+-o a1 -> c1 (pending), make c1\n"
          "* <base> -> a1 (branchpoint), make a1\n");
    CHECK(expect(project, "history --graph --ascii -r current:").out ==
          "*-\\ b1, c1 -> m1 (head) (mergepoint), make m1\n* . a1 -> b1 (bee), make b1\n.\n");
    CHECK(has(expect(project, "history --graph -i --json").out, R"("is_current":true)"));
}

TEST_CASE("history --graph -v draws the lines that go on beside the details") {
    const TemporaryProject project;
    write_diamond(project);
    const auto out = expect(project, "history --graph --ascii -v").out;
    CHECK(has(out, "*-\\ Rev: m1 (head) (mergepoint)\n| | Merges: b1, c1\n"));
    CHECK(has(out, "+-* Rev: c1\n|   Parent: a1\n"));
}

TEST_CASE("history --graph of a database that is ahead of the files says so") {
    const TemporaryProject project;
    write_line(project);
    expect(project, "upgrade head");
    for (const auto& file : fs::directory_iterator(project.path() / "versions"))
        if (has(file.path().filename().string(), "c1")) fs::remove(file.path());
    CHECK(has(error_of(expect(project, "history --graph -i", 4)), "c1"));
    expect(project, "history --graph");
}

TEST_CASE("a graph goes to standard output, or to a file by whose name the format is known") {
    const TemporaryProject project;
    write_diamond(project);
    const auto dot = expect(project, "graph --format dot").out;
    CHECK(has(dot, "\"a1\" -> \"b1\""));
    CHECK(expect(project, "graph --format dot -o -").out == dot);
    CHECK(expect(project, "graph -o graph.gv").out == "");
    CHECK(base::read_text_file(project.path() / "graph.gv") == dot);
    expect(project, "graph -o graph.mmd");
    CHECK(base::read_text_file(project.path() / "graph.mmd").starts_with("flowchart BT\n"));
    expect(project, "graph -o graph.svg --format dot");
    CHECK(base::read_text_file(project.path() / "graph.svg") == dot);
    CHECK(has(error_of(expect(project, "graph", 2)), "format"));
    CHECK(has(error_of(expect(project, "graph -o graph.png", 2)), "format"));
    CHECK(has(error_of(expect(project, "graph --format dot -r a1", 2)), "no range"));
}

TEST_CASE("a graph's file is replaced as a whole, or stays what it was") {
    const TemporaryProject project;
    write_diamond(project);
    const auto file = project.path() / "graph.dot";
    std::ofstream(file) << "old";
    fs::create_symlink(file, project.path() / "link.dot");
    expect(project, "graph -o link.dot -r b1:m1");
    CHECK(fs::is_symlink(project.path() / "link.dot"));
    const auto first = base::read_text_file(file);
    CHECK(first.starts_with("digraph"));
    CHECK(has(first, "outside"));

    fs::create_directory(project.path() / "folder.dot");
    CHECK(has(error_of(expect(project, "graph -o folder.dot", 2)), "folder.dot"));
    CHECK(has(error_of(expect(project, "graph -o missing/graph.dot", 2)), "missing/graph.dot"));
    expect(project, "graph -r nothing: -o graph.dot", 3);
    CHECK(base::read_text_file(file) == first);
    CHECK(expect(project, "graph --format dot -o /dev/stdout").out.starts_with("digraph"));
    for (const auto& entry : fs::directory_iterator(project.path()))
        CHECK_FALSE(entry.path().filename().string().starts_with(".rev-"));
}

TEST_CASE("graph -i asks the database, and only then") {
    const TemporaryProject project;
    write_diamond(project);
    expect(project, "graph --format svg");
    CHECK_FALSE(fs::exists(project.path() / "test.db"));
    expect(project, "upgrade b1");
    const auto svg = expect(project, "graph --format svg -i").out;
    CHECK(has(svg, "b1</tspan> (bee) (current) make b1"));
    CHECK(has(svg, "c1</tspan> (pending) make c1"));
    CHECK(has(expect(project, "graph --format dot -i").out, "\"m1\" [label=\"m1\\nmake m1\", style="));
}

TEST_CASE("Graphviz draws the graph, whatever messages say") {
    const TemporaryProject project;
    write_hostile(project);
    expect(project, "graph -o graph.dot");
    const auto svg = accepted_by({"dot", "-Tsvg", (project.path() / "graph.dot").string()});
    CHECK(has(svg, "&quot;quoted&quot; \\N \\\\ &amp;amp; &lt;script&gt;alert(1)&lt;/script&gt;"));
    CHECK(has(svg, "ends in a backslash \\</text>"));
    // Five nodes with four parents and one dependency.
    CHECK(accepted_by({"gc", "-n", "-e", (project.path() / "graph.dot").string()}).find("5       5 revisions") !=
          std::string::npos);
    expect(project, "graph -o part.dot -r b1:");
    accepted_by({"dot", "-Tsvg", (project.path() / "part.dot").string()});
}

TEST_CASE("the SVG is well-formed XML, whatever messages say") {
    const TemporaryProject project;
    write_hostile(project);
    expect(project, "upgrade b1");
    for (const std::string more : {"", " -i", " -r b1:"}) {
        expect(project, "graph -o graph.svg" + more);
        const auto text = accepted_by({"xmllint", "--nonet", "--xpath", "string(//*[local-name()='svg'])",
                                       (project.path() / "graph.svg").string()});
        CHECK(has(text, "--> ]]> %%{init: {}}%% #quot; `x` \\l \\\""));
        CHECK_FALSE(has(base::read_text_file(project.path() / "graph.svg"), "<script"));
    }
}

TEST_CASE("an empty project has an empty picture") {
    const TemporaryProject project;
    CHECK(expect(project, "history --graph").out == "");
    for (const std::string format : {"dot", "mermaid", "svg", "html"}) expect(project, "graph --format " + format);
    expect(project, "graph -o graph.svg");
    accepted_by({"xmllint", "--nonet", "--noout", (project.path() / "graph.svg").string()});
}

}  // namespace rev::test
