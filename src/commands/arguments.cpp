#include "commands/arguments.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "base/text.hpp"

namespace rev {
namespace {

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
        ->type_name(join(words, "|"))
        ->check(check_that([words](const std::string& text) {
            const bool known = std::find(words.begin(), words.end(), text) != words.end();
            return known ? std::string() : "\"" + text + "\" is not one of " + join(words, ", ");
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

}  // namespace rev
