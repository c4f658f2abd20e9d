// Commands and their arguments, on top of CLI11. What CLI11 does not recognise it leaves over (allow_extras), so that
// the message about it, with what was probably meant, is made here for all commands in the same way.

#include "commands/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <memory>
#include <sstream>
#include <utility>

#include "base/text.hpp"
#include "rev/version.hpp"

namespace rev::commands {
namespace {

constexpr const char* about =
    "Keeps a database schema under version control: SQL revision files, PostgreSQL and SQLite.";
constexpr const char* examples =
    "  rev init                           start a project here\n"
    "  rev revision -m \"add account\"      write a revision file\n"
    "  rev upgrade head                   run what is new\n"
    "  rev history -i                     see where the database is";

/// A check without the description that CLI11 would put into --help.
CLI::Validator check_that(std::function<std::string(std::string&)> complain) {
    return CLI::Validator(std::move(complain), "");
}

}  // namespace

void Arguments::flag(const std::string& names, bool& value, const std::string& help) {
    app_.add_flag(names, value, help)->group(group_);
}

void Arguments::option(const std::string& names, std::optional<std::string>& value, const std::string& value_name,
                       const std::string& help) {
    app_.add_option_function<std::string>(
            names, [&value](const std::string& text) { value = text; }, help)
        ->type_name(value_name)
        ->group(group_);
}

void Arguments::option_with_default(const std::string& names, std::optional<std::string>& value,
                                    const std::string& value_name, const std::string& help) {
    app_.add_option_function<std::string>(
            names, [&value](const std::string& text) { value = text; }, help)
        ->expected(0, 1)
        ->type_name("[" + value_name + "]")
        ->group(group_);
}

void Arguments::options(const std::string& names, std::vector<std::string>& values, const std::string& value_name,
                        const std::string& help) {
    app_.add_option_function<std::vector<std::string>>(
            names,
            [&values](const std::vector<std::string>& texts) {
                values.insert(values.end(), texts.begin(), texts.end());
            },
            help)
        ->type_name(value_name)
        ->allow_extra_args(false)  // else one option would swallow the targets after it
        ->group(group_);
}

void Arguments::number(const std::string& names, std::size_t& value, const std::string& help) {
    // In a check, since what a check returns becomes a usage error in the words of all others.
    const auto read = [&value](std::string& text) {
        const auto* end = text.data() + text.size();
        const auto [stop, failure] = std::from_chars(text.data(), end, value);
        return stop == end && failure == std::errc() ? std::string() : "\"" + text + "\" is no number";
    };
    app_.add_option_function<std::string>(
            names, [](const std::string&) {}, help)
        ->type_name("N")
        ->check(check_that(read))
        ->group(group_);
}

void Arguments::choice(const std::string& names, std::optional<std::string>& value,
                       const std::vector<std::string>& words, const std::string& help) {
    app_.add_option_function<std::string>(
            names, [&value](const std::string& text) { value = text; }, help)
        ->type_name(base::join(words, "|"))
        ->check(check_that([words](const std::string& text) {
            const bool known = std::find(words.begin(), words.end(), text) != words.end();
            return known ? std::string() : "\"" + text + "\" is not one of " + base::join(words, ", ");
        }))
        ->group(group_);
}

void Arguments::positional(const std::string& name, std::string& value, const std::string& help) {
    app_.add_option(name, value, help)->type_name("")->required();
}

void Arguments::optional_positional(const std::string& name, std::optional<std::string>& value,
                                    const std::string& help) {
    app_.add_option_function<std::string>(
            name, [&value](const std::string& text) { value = text; }, help)
        ->type_name("");
}

void Arguments::positionals(const std::string& name, std::vector<std::string>& values, const std::string& help) {
    app_.add_option(name, values, help)->type_name("")->required();
}

void Arguments::optional_positionals(const std::string& name, std::vector<std::string>& values,
                                     const std::string& help) {
    app_.add_option(name, values, help)->type_name("");
}

Error usage_error(const std::string& message, const std::string& hint) {
    return Error(ExitCode::usage, error_codes::usage, message).with_hint(hint);
}

namespace {

void declare_global_options(CLI::App& app, GlobalOptions& globals) {
    Arguments arguments(app);
    arguments.group("Global options");
    // The command's own options are declared before the global ones: CLI11 throws for a name that is there twice.
    const bool has_own_n = app.get_option_no_throw("-n") != nullptr;  // as `rev log -n 5`
    arguments.option("-c,--config", globals.config_file, "FILE", "alembic.yaml, if not here or in a parent folder");
    arguments.option(has_own_n ? "--name" : "-n,--name", globals.environment, "ENV", "an environment of alembic.yaml");
    arguments.option("-u,--url", globals.url, "URL", "the database, whatever alembic.yaml says");
    arguments.option("--wait", globals.wait, "TIME",
                     "wait so long (such as 30s) for a database that does not answer yet");
    arguments.options("-x", globals.variables, "NAME=VALUE", "a variable's value; may be repeated");
    const bool has_own_v = app.get_option_no_throw("-v") != nullptr;  // which shows more of all else, too
    if (!has_own_v) arguments.flag("-v,--verbose", globals.verbose, "cut no list short");
    arguments.flag("-q,--quiet", globals.quiet, "say nothing but answers and errors");
    arguments.flag("--json", globals.json, "answer with one JSON document");
    arguments.choice("--color", globals.color, {"auto", "always", "never"}, "colours; auto: on a terminal only");
}

/// --help without the second spellings of commands and without CLI11's word for what is required.
class HelpFormatter : public CLI::Formatter {
public:
    HelpFormatter() {
        column_width(34);
        label("REQUIRED", "");
        label("SUBCOMMAND", "COMMAND");
        label("Subcommands", "Commands");
    }

    std::string make_subcommand(const CLI::App* sub) const override {
        std::stringstream out;
        CLI::detail::format_help(out, sub->get_name(), sub->get_description(), column_width_);
        return out.str();
    }
};

/// Anywhere among the arguments: which of them is the command is only known after parsing, and one declared too much
/// costs little.
bool is_named(const Subcommand& command, const std::vector<std::string>& arguments) {
    const auto has = [&](const std::string& name) {
        return std::find(arguments.begin(), arguments.end(), name) != arguments.end();
    };
    return has(command.name) || has(with_underscores(command.name));
}

void declare_program(CLI::App& app, GlobalOptions& globals) {
    app.require_subcommand(0, 1);
    app.allow_extras();
    app.footer(fmt::format("\nExamples:\n{}\n\nrev COMMAND --help tells more of a command.\n", examples));
    app.formatter(std::make_shared<HelpFormatter>());
    app.set_version_flag("-V,--version", fmt::format("rev {}", base::version), "print the version");
    declare_global_options(app, globals);
}

CLI::App* add_command(CLI::App& app, const Subcommand& command) {
    auto* sub = app.add_subcommand(command.name, command.summary);
    if (const auto alias = with_underscores(command.name); alias != command.name) sub->alias(alias);
    sub->group("Commands");
    sub->allow_extras();
    return sub;
}

Subcommand::Run declare_arguments(CLI::App& sub, const Subcommand& command, GlobalOptions& globals) {
    sub.footer("\nExamples:\n" + command.examples + "\n");
    Arguments arguments(sub);
    auto run = command.declare(arguments);
    // Once more: they may stand on either side of the command's name.
    declare_global_options(sub, globals);
    return run;
}

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const auto* option : app.get_options()) {
        for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
}

Error with_suggestion(const std::string& message, const std::string& given, const std::vector<std::string>& names,
                      const std::string& otherwise) {
    const auto nearest = base::closest(given, names);
    return usage_error(message, nearest.empty() ? otherwise : base::did_you_mean(nearest));
}

std::string see_help(const CLI::App& app) {
    const auto parsed = app.get_subcommands();
    const auto command = parsed.empty() ? "rev" : "rev " + parsed.front()->get_name();
    return fmt::format("see `{} --help`", command);
}

struct Synonym {
    std::string_view word;
    std::string_view command;
};

/// What other tools call our commands: dbmate, goose, golang-migrate, Flyway, Rails, Django, Sqitch, Atlas.
constexpr std::array<Synonym, 25> synonyms{
    {{"up", "upgrade"},       {"migrate", "upgrade"}, {"apply", "upgrade"},     {"deploy", "upgrade"},
     {"run", "upgrade"},      {"redo", "upgrade"},    {"down", "downgrade"},    {"rollback", "downgrade"},
     {"revert", "downgrade"}, {"undo", "downgrade"},  {"new", "revision"},      {"create", "revision"},
     {"add", "revision"},     {"make", "revision"},   {"generate", "revision"}, {"makemigrations", "revision"},
     {"info", "status"},      {"st", "status"},       {"list", "history"},      {"ls", "history"},
     {"validate", "check"},   {"lint", "check"},      {"baseline", "stamp"},    {"mark", "stamp"},
     {"force", "stamp"}}};

Error no_command(const std::string& given, const std::vector<Subcommand>& commands, const std::string& otherwise) {
    const auto message = fmt::format("there is no command \"{}\"", given);
    const auto synonym = std::ranges::find(synonyms, base::lower_case(given), &Synonym::word);
    if (synonym != synonyms.end())
        return usage_error(message, base::did_you_mean(std::vector<std::string>{std::string(synonym->command)}));
    std::vector<std::string> names;
    for (const auto& command : commands) names.push_back(command.name);
    return with_suggestion(message, given, names, otherwise);
}

/// The command line of the first example: "  rev upgrade head      to the newest revision" gives "rev upgrade head".
std::string first_example(const Subcommand& command) {
    const auto line = base::trim(std::string_view(command.examples).substr(0, command.examples.find('\n')));
    return std::string(line.substr(0, line.find("  ")));
}

Error missing_argument(const CLI::App& app, const CLI::ParseError& error, const std::vector<Subcommand>& commands) {
    const auto parsed = app.get_subcommands();
    if (parsed.empty()) return usage_error(error.what(), see_help(app));
    const auto& name = parsed.front()->get_name();
    const auto command = std::ranges::find(commands, name, &Subcommand::name);
    if (command == commands.end()) return usage_error(error.what(), see_help(app));
    return usage_error(fmt::format("rev {}: {}", name, error.what()),
                       fmt::format("such as `{}`; {}", first_example(*command), see_help(app)));
}

/// What stands behind the letter of a short option may be its value, such as a password: it is not repeated.
std::string shown_option(const std::string& given, const std::vector<std::string>& known) {
    const bool is_short = given.size() > 2 && given[0] == '-' && given[1] != '-';
    return is_short && base::closest(given, known).empty() ? given.substr(0, 2) : given;
}

/// Throws for what is left over after parsing: a misspelt command or option, or one argument too many.
void check_leftovers(const CLI::App& app, const std::vector<Subcommand>& commands) {
    const auto leftovers = app.remaining(true);
    if (leftovers.empty()) return;
    const auto& leftover = leftovers.front();
    const auto parsed = app.get_subcommands();
    if (leftover.starts_with("-")) {
        // What stands behind `=` may be a password.
        const auto name = leftover.substr(0, leftover.find('='));
        const auto known = option_names(parsed.empty() ? app : *parsed.front());
        throw with_suggestion(fmt::format("unknown option \"{}\"", shown_option(name, known)), name, known,
                              see_help(app));
    }
    if (!parsed.empty()) throw usage_error(fmt::format("\"{}\" is one argument too many", leftover), see_help(app));
    throw no_command(leftover, commands, see_help(app));
}

/// CLI11 wants its arguments last first.
void parse(CLI::App& app, const std::vector<std::string>& arguments) {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
}

/// "PATH" of "[PATH]".
std::string trim_brackets(const std::string& name) {
    const bool has_brackets = name.size() > 2 && name.front() == '[' && name.back() == ']';
    return has_brackets ? name.substr(1, name.size() - 2) : name;
}

ArgumentDescription describe(const CLI::Option& option) {
    ArgumentDescription described;
    described.is_positional = option.get_positional();
    if (described.is_positional) {
        described.names.push_back(option.get_name(true));
    } else {
        for (const auto& name : option.get_snames()) described.names.push_back("-" + name);
        for (const auto& name : option.get_lnames()) described.names.push_back("--" + name);
        described.group = option.get_group();
    }
    described.is_value_optional = option.get_items_expected_min() == 0;
    const bool takes_value = !described.is_positional && option.get_items_expected_max() > 0;
    if (takes_value)
        described.value = described.is_value_optional ? trim_brackets(option.get_type_name()) : option.get_type_name();
    described.help = option.get_description();
    described.is_required = option.get_required();
    described.is_repeatable = option.get_items_expected_max() > 1;
    return described;
}

std::vector<ArgumentDescription> describe_arguments(const CLI::App& app) {
    std::vector<ArgumentDescription> described;
    for (const auto* option : app.get_options()) described.push_back(describe(*option));
    const auto is_positional = [](const auto& argument) { return argument.is_positional; };
    // Positionals first, as find_completion_point() counts on it.
    std::stable_partition(described.begin(), described.end(), is_positional);
    return described;
}

}  // namespace

std::string with_underscores(std::string name) {
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

CommandDescription describe_program() {
    CLI::App app(about, "rev");
    GlobalOptions globals;
    declare_program(app, globals);
    return {"", about, examples, describe_arguments(app)};
}

CommandDescription describe(const Subcommand& command) {
    CLI::App app(command.summary, command.name);
    GlobalOptions globals;
    const auto run = declare_arguments(app, command, globals);
    return {command.name, command.summary, command.examples, describe_arguments(app)};
}

CommandLine parse_command_line(const std::vector<std::string>& arguments, const std::vector<Subcommand>& commands,
                               GlobalOptions& globals) {
    CLI::App app(about, "rev");
    declare_program(app, globals);

    std::vector<Subcommand::Run> runs(commands.size());
    std::vector<CLI::App*> subs;
    for (std::size_t i = 0; i < commands.size(); ++i) {
        subs.push_back(add_command(app, commands[i]));
        // The others' arguments cannot be asked for; leaving them out makes the start quicker.
        if (is_named(commands[i], arguments)) runs[i] = declare_arguments(*subs.back(), commands[i], globals);
    }

    try {
        parse(app, arguments);
        // To CLI11 all of these are a ParseError, which therefore comes last.
    } catch (const CLI::CallForHelp&) {
        // `rev upgrad --help` is about a command that is not there, and gets no help of another.
        if (app.get_subcommands().empty()) check_leftovers(app, commands);
        return {app.help(), {}};
    } catch (const CLI::CallForVersion& answer) {
        return {std::string(answer.what()) + "\n", {}};
    } catch (const CLI::RequiredError& error) {
        check_leftovers(app, commands);  // a misspelt option explains a missing argument
        throw missing_argument(app, error, commands);
    } catch (const CLI::ParseError& error) {
        check_leftovers(app, commands);
        throw usage_error(error.what(), see_help(app));
    }
    check_leftovers(app, commands);

    const auto parsed = app.get_subcommands();
    // `rev` alone shows what there is.
    if (parsed.empty()) return {app.help(), {}};
    const auto index = std::find(subs.begin(), subs.end(), parsed.front()) - subs.begin();
    return {{}, std::move(runs[static_cast<std::size_t>(index)])};
}

}  // namespace rev::commands
