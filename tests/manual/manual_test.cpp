// The manual pages: that they are those of this program, and that man and mandoc find nothing to complain about.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/files.hpp"
#include "cli/cli_support.hpp"
#include "manual/markdown.hpp"
#include "manual/pages.hpp"
#include "manual/roff.hpp"

namespace fs = std::filesystem;

using rev::base::read_text_file;
using rev::manual::Block;
using rev::manual::parse_markdown;
using rev::manual::with_option_tables;
using rev::test::Arguments;
using rev::test::has;
using rev::test::run_program;
using rev::test::run_rev;
using rev::test::TemporaryFolder;

namespace {

const fs::path pages = REV_MANUAL_DIRECTORY;
const fs::path docs = fs::path(REV_SOURCE_DIR) / "docs";

std::vector<fs::path> page_files() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(pages)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    REQUIRE(files.size() > 20);
    return files;
}

/// As a reader sees it, with words in one line.
std::string shown(const std::string& name) {
    const auto result = run_program({"man", "-l", (pages / name).string()},
                                    {".", {{"MANWIDTH", "1000"}, {"MAN_KEEP_FORMATTING", ""}}, {}});
    REQUIRE_MESSAGE(result.exit_code == 0, result.err);
    return result.out;
}

std::string roff_of(std::string_view markdown) {
    const rev::manual::PageNames names{{"targets.md", "rev-targets(7)"}};
    rev::manual::Roff roff("x", 1, "2026-01-01", "1", names);
    const auto start = roff.text().size();
    roff.blocks(parse_markdown(markdown));
    return roff.text().substr(start);
}

/// Every option in the help of a command.
std::vector<std::string> options_in_help(const Arguments& arguments) {
    std::vector<std::string> options;
    std::istringstream lines(run_rev(arguments).out);
    for (std::string line, word; std::getline(lines, line);) {
        if (!line.starts_with("  -")) continue;
        std::replace(line.begin(), line.end(), ',', ' ');
        for (std::istringstream words(line); words >> word && word.starts_with("-");) options.push_back(word);
    }
    return options;
}

std::vector<std::string> commands() {
    std::vector<std::string> names;
    const auto help = run_rev({"--help"}).out;
    std::istringstream lines(help.substr(help.find("Commands:\n") + 10));
    for (std::string line; std::getline(lines, line) && line.starts_with("  ");)
        std::istringstream(line) >> names.emplace_back();
    REQUIRE(names.size() > 15);
    return names;
}

}  // namespace

TEST_CASE("man and mandoc find no fault in any page") {
    for (const auto& file : page_files()) {
        CAPTURE(file.string());
        const auto lint = run_program({"mandoc", "-T", "lint", "-W", "warning", file.string()});
        CHECK_MESSAGE(lint.exit_code == 0, lint.out, lint.err);
        const auto warnings = run_program({"man", "--warnings=w", "-E", "UTF-8", "-l", "-Tutf8", "-Z", file.string()});
        CHECK(warnings.exit_code == 0);
        CHECK(warnings.err.empty());
    }
}

TEST_CASE("rev(1) names every command, and each has a page with its options, examples and exit status") {
    const auto program = shown("rev.1");
    for (const auto& command : commands()) {
        CAPTURE(command);
        CHECK(has(program, "rev-" + command + "(1)"));
        const auto page = shown("rev-" + command + ".1");
        for (const auto& option : options_in_help({command, "--help"})) CHECK_MESSAGE(has(page, option), option);
        CHECK(has(page, "rev " + command));
        for (const auto* title : {"NAME\n", "SYNOPSIS\n", "DESCRIPTION\n", "EXAMPLES\n", "EXIT STATUS\n",
                                  "ENVIRONMENT\n", "FILES\n", "SEE ALSO\n"})
            CHECK_MESSAGE(has(page, title), title);
    }
}

TEST_CASE("every section of docs/commands.md stands in a page") {
    std::string all;
    for (const auto& file : page_files()) all += rev::base::read_text_file(file);
    const auto blocks = parse_markdown(rev::base::read_text_file(docs / "commands.md"));
    for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
        if (blocks[i].kind != Block::Kind::heading || blocks[i].level != 2) continue;
        const auto& title = blocks[i].text;
        if (title == "Environment" || title == "Files" || title == "Options") continue;
        const bool marked = blocks[i + 1].kind == Block::Kind::comment && blocks[i + 1].text.starts_with("man: ");
        CHECK_MESSAGE(marked, "\"## ", title, "\" in docs/commands.md needs a line <!-- man: COMMAND... -->");
    }
}

TEST_CASE("the tables of options in docs/commands.md are those of this program") {
    const auto page = docs / "commands.md";
    const auto check = run_program({REV_MANUAL_PROGRAM, "check", page.string()});
    CHECK_MESSAGE(check.exit_code == 0, check.err);

    const TemporaryFolder folder;
    auto text = rev::base::read_text_file(page);
    const auto row = text.find("| `--detailed-exitcode`");
    REQUIRE(row != std::string::npos);
    auto stale = text;
    stale.erase(row, stale.find('\n', row) + 1 - row);
    std::ofstream(folder.path() / "stale.md") << stale;
    const auto stale_file = (folder.path() / "stale.md").string();
    CHECK(run_program({REV_MANUAL_PROGRAM, "check", stale_file}).exit_code == 1);
    CHECK(run_program({REV_MANUAL_PROGRAM, "tables", stale_file}).exit_code == 0);
    CHECK(rev::base::read_text_file(stale_file) == text);
}

TEST_CASE("the pages that the build made are those of these sources") {
    const auto date = rev::base::read_text_file(pages / "rev.1").substr(std::string(".TH REV 1 ").size(), 10);
    for (const auto& page : rev::manual::manual_pages(docs, date)) {
        const bool same = rev::base::read_text_file(pages / page.file) == page.text;
        CHECK_MESSAGE(same, page.file);
    }
}

TEST_CASE("Markdown becomes man(7)") {
    CHECK(roff_of("plain `--flag` and **bold**, see [targets](targets.md)") ==
          ".PP\nplain \\fB\\-\\-flag\\fR and \\fBbold\\fR, see rev\\-targets(7)\n");
    CHECK(roff_of("[the rules](targets.md#order) and [more](other.md), [site](https://example.org)") ==
          ".PP\nthe rules (rev\\-targets(7)) and more, site (https://example.org)\n");
    CHECK(roff_of("## Title\ntext") == ".SH \"Title\"\ntext\n");
    CHECK(roff_of("- one\n- two\n  goes on\n") == ".IP \"\\(bu\" 4\none\n.IP \"\\(bu\" 4\ntwo goes on\n");
    CHECK(roff_of("1. one\n2. two\n\n       code\n\nafter") ==
          ".IP \"1.\" 4\none\n.IP \"2.\" 4\ntwo\n.RS 4\n.PP\n.RS 4\n.nf\ncode\n.fi\n.RE\n.RE\n.PP\nafter\n");
    CHECK(roff_of("| a | b |\n| --- | --- |\n| `x\\|y` | z |\n") == ".TP\n\\fB\\fBx|y\\fR\\fR\nz\n");
    CHECK(roff_of("|\n| --- |\n|") == "");
    CHECK(roff_of("```sh\na\n\n.b\n```") == ".PP\n.RS 4\n.nf\na\n\\&\n\\&.b\n.fi\n.RE\n");
}

TEST_CASE("nothing in a text is taken for a macro") {
    CHECK(roff_of(".so /etc/passwd") == ".PP\n\\&.so /etc/passwd\n");
    CHECK(roff_of("'quoted' back\\slash") == ".PP\n\\(aqquoted\\(aq back\\eslash\n");
    CHECK(roff_of("caf\xC3\xA9 \xE2\x86\x92") == ".PP\ncaf\\[u00E9] \\[u2192]\n");
}

TEST_CASE("rev(1) lists each global option once") {
    const auto page = shown("rev.1");
    for (const auto& option : options_in_help({"--help"})) {
        if (!option.starts_with("--")) continue;
        std::size_t items = 0;
        std::istringstream lines(page);
        for (std::string line; std::getline(lines, line);) {
            const auto text = line.substr(std::min(line.find_first_not_of(' '), line.size()));
            const auto at = text.find(option);
            if (!text.starts_with("-") || at == std::string::npos) continue;
            const auto end = at + option.size();
            if (end == text.size() || text[end] == ' ' || text[end] == ',') ++items;
        }
        CHECK_MESSAGE(items == 1, option);
    }
}
