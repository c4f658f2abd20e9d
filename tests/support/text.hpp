#pragma once

#include <signal.h>

#include <sstream>
#include <string>
#include <string_view>

namespace rev::test {

[[nodiscard]] inline bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// For left_behind(): the scratch databases of a server, which other tests use at the same time.
constexpr const char* scratch_databases_sql =
    "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname LIKE 'rev\\_scratch\\_%'";

/// Those of the names, rev_scratch_PID_..., whose process has ended.
[[nodiscard]] inline std::string left_behind(const std::string& names) {
    std::istringstream words(names);
    std::string left;
    for (std::string name; words >> name;) {
        const auto pid = std::stoi(name.substr(std::string_view("rev_scratch_").size()));
        if (::kill(pid, 0) != 0) left += name + ' ';
    }
    return left;
}

}  // namespace rev::test
