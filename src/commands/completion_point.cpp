// Which argument a half-typed command line is at. CLI11 cannot tell: it parses whole lines only. So the words are
// walked over as it would parse them, and anything that it would refuse is passed over, since it may still become
// right.

#include "commands/completion_point.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace rev::commands {
namespace {

/// As the command line takes it: `-1` and `-3:current` are targets.
bool looks_like_option(std::string_view word) {
    return word.size() > 1 && word[0] == '-' && std::isdigit(static_cast<unsigned char>(word[1])) == 0;
}

/// Walks over the finished words as the command line would be parsed.
class Walker {
public:
    explicit Walker(const std::vector<Subcommand>& commands) : commands_(commands) {
        point_.command = describe_program();
    }

    void pass(const std::string& word) {
        if (awaiting_ != npos && (!awaiting().is_value_optional || !looks_like_option(word))) {
            take_value(word);
        } else if (!options_ended_ && word == "--") {
            options_ended_ = true;
            awaiting_ = npos;
        } else if (!options_ended_ && looks_like_option(word)) {
            pass_option(word);
        } else {
            pass_plain(word);
        }
    }

    CompletionPoint stop_at(const std::string& word) {
        point_.word = word;
        if (awaiting_ != npos && (!awaiting().is_value_optional || !word.starts_with("-"))) {
            stop_in_value(awaiting_);
        } else if (!options_ended_ && word.starts_with("-") && (word == "-" || looks_like_option(word))) {
            stop_in_option();
        } else if (!has_command_) {
            point_.kind = CompletionPoint::Kind::command;
        } else {
            stop_in_positional();
        }
        return std::move(point_);
    }

private:
    static constexpr std::size_t npos = static_cast<std::size_t>(-1);

    [[nodiscard]] const ArgumentDescription& awaiting() const { return point_.command.arguments[awaiting_]; }

    [[nodiscard]] std::size_t find_option(std::string_view name) const {
        const auto& arguments = point_.command.arguments;
        const auto found = std::find_if(arguments.begin(), arguments.end(), [&](const auto& argument) {
            return !argument.is_positional &&
                   std::find(argument.names.begin(), argument.names.end(), name) != argument.names.end();
        });
        return found == arguments.end() ? npos : static_cast<std::size_t>(found - arguments.begin());
    }

    [[nodiscard]] bool takes_value(std::size_t option) const {
        return option != npos && !point_.command.arguments[option].value.empty();
    }

    void take_value(const std::string& value) {
        const auto& names = awaiting().names;
        if (names.back() == "--config") point_.config_file = value;
        if (names.back() == "--name") point_.environment = value;
        awaiting_ = npos;
    }

    void pass_option(const std::string& word) {
        awaiting_ = npos;
        if (word.starts_with("--")) {
            const auto equals = word.find('=');
            const auto option = find_option(word.substr(0, equals));
            if (!takes_value(option)) return;
            awaiting_ = option;
            if (equals != std::string::npos) take_value(word.substr(equals + 1));
            return;
        }
        // One letter after the other, until one takes the rest as its value.
        for (std::size_t i = 1; i < word.size(); ++i) {
            const auto option = find_option("-" + word.substr(i, 1));
            if (!takes_value(option)) continue;
            awaiting_ = option;
            if (i + 1 < word.size()) take_value(word.substr(i + 1));
            return;
        }
    }

    void pass_plain(const std::string& word) {
        awaiting_ = npos;
        if (has_command_) {
            ++positionals_;
            return;
        }
        has_command_ = true;
        const auto found = std::find_if(commands_.begin(), commands_.end(), [&](const Subcommand& command) {
            return command.name == word || with_underscores(command.name) == word;
        });
        if (found != commands_.end()) point_.command = describe(*found);
    }

    void stop_in_value(std::size_t option) {
        point_.kind = CompletionPoint::Kind::value;
        point_.argument = point_.command.arguments[option];
    }

    void stop_in_option() {
        point_.kind = CompletionPoint::Kind::option;
        const auto equals = point_.word.find('=');
        if (equals == std::string::npos) return;
        const auto option = find_option(point_.word.substr(0, equals));
        if (!takes_value(option)) return;
        point_.prefix = point_.word.substr(0, equals + 1);
        point_.word.erase(0, equals + 1);
        stop_in_value(option);
    }

    void stop_in_positional() {
        point_.kind = CompletionPoint::Kind::positional;
        const auto& arguments = point_.command.arguments;  // positionals come first
        std::size_t index = 0;
        while (index < arguments.size() && arguments[index].is_positional) {
            if (index == positionals_ || arguments[index].is_repeatable) {
                point_.argument = arguments[index];
                return;
            }
            ++index;
        }
    }

    const std::vector<Subcommand>& commands_;
    CompletionPoint point_;
    std::size_t awaiting_ = npos;  ///< the option that the next word is the value of
    std::size_t positionals_ = 0;
    bool has_command_ = false;
    bool options_ended_ = false;
};

}  // namespace

CompletionPoint find_completion_point(const std::vector<std::string>& words, const std::vector<Subcommand>& commands) {
    Walker walker(commands);
    if (words.empty()) return walker.stop_at("");
    for (std::size_t i = 0; i + 1 < words.size(); ++i) walker.pass(words[i]);
    return walker.stop_at(words.back());
}

}  // namespace rev::commands
