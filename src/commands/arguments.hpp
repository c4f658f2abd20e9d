#pragma once

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace rev::commands {

/// Where a command says which arguments it takes. Values are written when the command line is parsed; what was not
/// given keeps its default. Names are written as "-m,--message". Everything but command_line.cpp is free of CLI11.
class Arguments {
public:
    /// app: must outlive it, and so must every value until the command line is parsed.
    explicit Arguments(CLI::App& app) : app_(app) {}

    /// `value` becomes true if it is given.
    void flag(const std::string& names, bool& value, const std::string& help);
    /// value_name: in capitals, for --help.
    void option(const std::string& names, std::optional<std::string>& value, const std::string& value_name,
                const std::string& help);
    /// With or without a value, which stays empty without one: `--backup`, `--backup PATH`.
    void option_with_default(const std::string& names, std::optional<std::string>& value, const std::string& value_name,
                             const std::string& help);
    /// May be given several times.
    void options(const std::string& names, std::vector<std::string>& values, const std::string& value_name,
                 const std::string& help);
    /// A whole number, zero or more.
    void number(const std::string& names, std::size_t& value, const std::string& help);
    /// One of a few words.
    void choice(const std::string& names, std::optional<std::string>& value, const std::vector<std::string>& words,
                const std::string& help);

    /// name: in capitals, for --help. Has to be given.
    void positional(const std::string& name, std::string& value, const std::string& help);
    /// May be left out: `value` is then absent.
    void optional_positional(const std::string& name, std::optional<std::string>& value, const std::string& help);
    /// One or more.
    void positionals(const std::string& name, std::vector<std::string>& values, const std::string& help);
    /// Any number.
    void optional_positionals(const std::string& name, std::vector<std::string>& values, const std::string& help);

    /// What follows stands under this title in --help.
    void group(const std::string& title) { group_ = title; }

private:
    CLI::App& app_;
    std::string group_ = "Options";
};

}  // namespace rev::commands
