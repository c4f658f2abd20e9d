#include <string>
#include <string_view>

#include "rev/config.hpp"

extern char** environ;

namespace rev::config {

std::map<std::string, std::string> process_environment() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        variables.emplace(text.substr(0, equals), text.substr(equals + 1));  // the first counts, as for getenv
    }
    return variables;
}

}  // namespace rev::config
