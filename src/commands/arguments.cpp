#include "commands/arguments.hpp"

#include <CLI/CLI.hpp>

namespace rev {

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
    app_.add_option(names, value, help)->type_name("N")->check(CLI::NonNegativeNumber)->group(group_);
}

void Arguments::choice(const std::string& names, std::optional<std::string>& value,
                       const std::vector<std::string>& words, const std::string& help) {
    app_.add_option_function<std::string>(
            names, [&value](const std::string& text) { value = text; }, help)
        ->check(CLI::IsMember(words))
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

}  // namespace rev
