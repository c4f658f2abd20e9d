#include "manual/pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/files.hpp"
#include "base/text.hpp"
#include "commands/command_line.hpp"
#include "commands/registry.hpp"
#include "manual/roff.hpp"
#include "rev/version.hpp"

namespace rev::manual {
namespace {

/// A page of docs/ that is a manual page as a whole.
struct Reference {
    std::string_view file;
    std::string_view name;
    int section;
    std::string_view summary;
};

constexpr std::array<Reference, 16> references{{
    {"lint.md", "rev-lint-rules", 7, "what lint finds in revisions, and what to do about it"},
    {"autogenerate.md", "rev-autogenerate", 7, "how rev writes the revision that a schema lacks"},
    {"teamwork.md", "rev-teamwork", 7, "two branches, one history: rebase, squash, checks of pull requests"},
    {"repeatables.md", "rev-repeatables", 7, "views and functions that rev makes again when they change"},
    {"adopting.md", "rev-adopting", 7, "how a database that was there before comes under rev"},
    {"configuration.md", "rev-configuration", 5, "alembic.yaml and .env, the settings of rev"},
    {"fleet.md", "rev-fleet-guide", 7, "one history and many databases with rev"},
    {"import.md", "rev-importing", 7, "how another tool's migrations come under rev"},
    {"prove.md", "rev-proving", 7, "what revisions do to a schema: prove, blame, show --schema"},
    {"revision-files.md", "rev-revision-files", 5, "the SQL files that rev runs"},
    {"templates.md", "rev-templates", 5, "what new revision files of rev are made of"},
    {"database-state.md", "rev-database-state", 7, "the tables that rev keeps in a database"},
    {"json.md", "rev-json", 7, "what rev prints with --json"},
    {"security.md", "rev-security", 7, "whom rev trusts, and what it never shows"},
    {"targets.md", "rev-targets", 7, "how revisions and targets are named"},
    {"transactions.md", "rev-transactions", 7, "what rev runs in which transaction"},
}};

PageNames page_names() {
    PageNames names{{"commands.md", "rev(1)"}};
    for (const auto& page : references) names.emplace(page.file, fmt::format("{}({})", page.name, page.section));
    return names;
}

using Blocks = std::vector<Block>;

/// The blocks below a heading of level 2, without it. Empty: there is no such heading.
Blocks section_of(const Blocks& page, std::string_view heading) {
    const auto is_section = [](const Block& block) { return block.kind == Block::Kind::heading && block.level == 2; };
    const auto start = std::find_if(page.begin(), page.end(),
                                    [&](const Block& block) { return is_section(block) && block.text == heading; });
    if (start == page.end()) return {};
    return {start + 1, std::find_if(start + 1, page.end(), is_section)};
}

/// Whether a section begins with `<!-- man: NAME... -->` that names the command.
bool is_about(const Blocks& section, const std::string& command) {
    if (section.empty() || section.front().kind != Block::Kind::comment) return false;
    const auto names = base::split_list(section.front().text, ' ');
    return !names.empty() && names.front() == "man:" && std::find(names.begin(), names.end(), command) != names.end();
}

/// A table of options in docs/commands.md: a page lists them under OPTIONS, from the declarations.
bool is_option_table(const Block& block) {
    return block.kind == Block::Kind::table && !block.rows.empty() && !block.rows.front().empty() &&
           block.rows.front().front() == "option";
}

std::string upper_name(const commands::CommandDescription& command) {
    return command.name.empty() ? "rev" : "rev-" + command.name;
}

bool is_own(const commands::ArgumentDescription& argument) { return argument.group != "Global options"; }

/// "-m, --message MSG", "--backup [PATH]".
std::string tag_of(const commands::ArgumentDescription& argument) {
    auto tag = base::join(argument.names, ", ");
    if (!argument.value.empty()) tag += argument.is_value_optional ? " [" + argument.value + "]" : " " + argument.value;
    return tag;
}

/// "[--dialect postgresql|sqlite]", "REV...".
std::string usage_of(const commands::ArgumentDescription& argument) {
    auto usage = argument.names.back();
    if (!argument.value.empty())
        usage += argument.is_value_optional ? " [" + argument.value + "]" : " " + argument.value;
    if (!argument.is_required) usage = "[" + usage + "]";
    return argument.is_repeatable ? usage + "..." : usage;
}

/// Without -h, which every command has.
std::string synopsis_of(const commands::CommandDescription& command) {
    std::string options;
    std::string positionals;
    for (const auto& argument : command.arguments) {
        if (argument.names.back() == "--help" || !is_own(argument)) continue;
        (argument.is_positional ? positionals : options) += " " + usage_of(argument);
    }
    if (command.name.empty()) return "rev [GLOBAL OPTION]... COMMAND [ARGUMENT]...";
    return "rev " + command.name + options + positionals + " [GLOBAL OPTION]...";
}

/// The texts that all pages share.
class Pages {
public:
    Pages(const std::filesystem::path& docs, std::string_view date)
        : docs_(docs),
          date_(date),
          names_(page_names()),
          commands_page_(parse_markdown(base::read_text_file(docs / "commands.md"))) {}

    std::vector<Page> make() {
        std::vector<Page> pages{program_page()};
        for (const auto& command : commands::subcommands()) pages.push_back(command_page(commands::describe(command)));
        for (const auto& reference : references) pages.push_back(reference_page(reference));
        return pages;
    }

private:
    Roff begin(std::string_view name, int section, std::string_view summary) const {
        Roff roff(name, section, date_, base::version, names_);
        roff.section("NAME");
        // apropos reads this line.
        roff.name(name, summary);
        return roff;
    }

    Page program_page() {
        const auto program = commands::describe_program();
        auto roff = begin("rev", 1, "database migrations for PostgreSQL and SQLite, in plain SQL");
        roff.section("SYNOPSIS");
        roff.synopsis(synopsis_of(program));
        roff.section("DESCRIPTION");
        roff.paragraph(program.summary);
        roff.paragraph("`rev COMMAND --help` shows the options of a command, `man rev-COMMAND` tells more of it.");
        roff.section("COMMANDS");
        for (const auto& command : commands::subcommands()) roff.item("rev-" + command.name + "(1)", command.summary);
        add_options(roff, program, "OPTIONS", false);
        add_sections_about(roff, "rev");
        add_end(roff, program.examples);
        return {"rev.1", roff.text()};
    }

    Page command_page(const commands::CommandDescription& command) {
        auto roff = begin(upper_name(command), 1, command.summary);
        roff.section("SYNOPSIS");
        roff.synopsis(synopsis_of(command));
        roff.section("DESCRIPTION");
        roff.paragraph(command.summary + ".");
        add_sections_about(roff, command.name);
        add_options(roff, command, "OPTIONS", true);
        add_options(roff, command, "GLOBAL OPTIONS", false);
        add_end(roff, command.examples);
        return {upper_name(command) + ".1", roff.text()};
    }

    Page reference_page(const Reference& reference) {
        const auto blocks = parse_markdown(base::read_text_file(docs_ / reference.file));
        auto roff = begin(reference.name, reference.section, reference.summary);
        const auto is_section = [](const Block& block) {
            return block.kind == Block::Kind::heading && block.level == 2;
        };
        const auto first = std::find_if(blocks.begin(), blocks.end(), is_section);
        roff.section("DESCRIPTION");
        if (first == blocks.begin() + 1) roff.paragraph(std::string(reference.summary) + ".");
        roff.blocks({blocks.begin(), first});
        roff.blocks({first, blocks.end()});
        add_see_also(roff);
        return {fmt::format("{}.{}", reference.name, reference.section), roff.text()};
    }

    /// What docs/commands.md tells of the command; its synopses stand in SYNOPSIS.
    void add_sections_about(Roff& roff, const std::string& command) const {
        for (const auto& block : commands_page_) {
            if (block.kind != Block::Kind::heading || block.level != 2) continue;
            const auto section = section_of(commands_page_, block.text);
            if (!is_about(section, command)) continue;
            auto rest = std::span(section).subspan(1);
            if (!rest.empty() && rest.front().kind == Block::Kind::code && rest.front().text.starts_with("rev "))
                rest = rest.subspan(1);
            if (block.text != "rev " + command) roff.subsection(block.text);
            for (const auto& each : rest)
                if (!is_option_table(each)) roff.blocks({&each, 1});
        }
    }

    static void add_options(Roff& roff, const commands::CommandDescription& command, std::string_view title, bool own) {
        bool first = true;
        for (const auto& argument : command.arguments) {
            const bool belongs = command.name.empty() || is_own(argument) == own;
            if (!belongs) continue;
            if (std::exchange(first, false)) roff.section(title);
            roff.item(tag_of(argument), argument.help);
        }
    }

    void add_end(Roff& roff, const std::string& examples) const {
        roff.section("EXAMPLES");
        roff.code(examples);
        roff.section("EXIT STATUS");
        const auto exit_codes = parse_markdown(base::read_text_file(docs_ / "exit-codes.md"));
        const auto is_table = [](const Block& block) { return block.kind == Block::Kind::table; };
        const auto table = std::find_if(exit_codes.begin(), exit_codes.end(), is_table);
        if (table == exit_codes.end()) throw std::runtime_error("docs/exit-codes.md has no table");
        roff.blocks({table, 1});
        for (const std::string_view title : {"Environment", "Files"}) {
            const auto section = section_of(commands_page_, title);
            roff.section(title == "Files" ? "FILES" : "ENVIRONMENT");
            roff.blocks(section);
        }
        add_see_also(roff);
    }

    void add_see_also(Roff& roff) const {
        roff.section("SEE ALSO");
        std::vector<std::string> names;
        for (const auto& [file, name] : names_) names.push_back(name);
        roff.synopsis(base::join(names, ", "));
    }

    std::filesystem::path docs_;
    std::string_view date_;
    PageNames names_;
    Blocks commands_page_;
};

constexpr std::string_view tables_begin = "<!-- options -->";
constexpr std::string_view tables_end = "<!-- end of options -->";

/// For a cell of a Markdown table.
std::string in_cell(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, 1, '\\');
    return text;
}

std::string option_table(const commands::CommandDescription& command) {
    auto table = command.name.empty() ? std::string("### rev\n\n") : fmt::format("### rev {}\n\n", command.name);
    table += fmt::format("{}.\n\n    {}\n", command.name.empty() ? "The options of all commands" : command.summary,
                         synopsis_of(command));
    std::string rows;
    for (const auto& argument : command.arguments) {
        if (!command.name.empty() && (!is_own(argument) || argument.names.back() == "--help")) continue;
        rows += fmt::format("| `{}` | {} |\n", in_cell(tag_of(argument)), in_cell(argument.help));
    }
    if (!rows.empty()) table += "\n| argument | meaning |\n| --- | --- |\n" + rows;
    return table;
}

}  // namespace

std::vector<Page> manual_pages(const std::filesystem::path& docs, std::string_view date) {
    return Pages(docs, date).make();
}

std::string with_option_tables(std::string_view commands_page) {
    const auto begin = commands_page.find(tables_begin);
    const auto end = commands_page.find(tables_end);
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
        throw std::runtime_error(fmt::format("there is no {} with {} behind it", tables_begin, tables_end));
    auto tables = option_table(commands::describe_program());
    for (const auto& command : commands::subcommands()) tables += "\n" + option_table(commands::describe(command));
    return fmt::format("{}{}\n\n{}\n{}", commands_page.substr(0, begin), tables_begin, tables,
                       commands_page.substr(end));
}

}  // namespace rev::manual
