#include "schema/history.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string_view>

namespace rev::test {
namespace {

bool is_setting(std::string_view line) {
    return line.starts_with("-- rename: ") || line.starts_with("-- loses: ") || line.starts_with("-- using: ") ||
           line.starts_with("-- since: ") || line == "-- pg_dump differs";
}

}  // namespace

std::vector<HistoryState> read_history(const std::string& file) {
    constexpr std::string_view begin = "-- state: ";
    std::vector<HistoryState> states;
    std::string before;
    auto* section = &before;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(begin)) {
            states.push_back({.name = line.substr(begin.size()), .settings = {}, .ddl = {}, .rows = {}});
            section = &states.back().ddl;
        } else if (!states.empty() && is_setting(line)) {
            states.back().settings.push_back(line);
        } else if (!states.empty() && line == "-- rows") {
            section = &states.back().rows;
        } else if (!states.empty()) {
            *section += line + '\n';
        } else if (!line.empty() && !line.starts_with("--")) {
            throw std::runtime_error(file + ": a line before the first state: " + line);
        }
    }
    return states;
}

std::vector<HistoryStep> read_history_steps(const std::string& folder) {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.insert(entry.path());
    std::vector<HistoryStep> steps;
    for (const auto& file : files) {
        const auto states = read_history(file.string());
        std::string lived;
        std::string made;
        for (const auto& state : states) {
            made += state.ddl;
            if (!lived.empty())
                steps.push_back({.name = file.stem().string() + ": " + state.name,
                                 .settings = state.settings,
                                 .lived = lived,
                                 .made = made});
            lived += state.ddl + state.rows;
        }
    }
    return steps;
}

}  // namespace rev::test
