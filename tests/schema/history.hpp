#pragma once

#include <string>
#include <vector>

namespace rev::test {

/// One release of a schema's history. Source: tests/data/schema_histories/README.md.
struct HistoryState {
    std::string name;
    std::vector<std::string> settings;  ///< lines such as "-- rename: ...", in their order
    std::string ddl;                    ///< what leads from the state before to this one
    std::string rows;                   ///< what somebody writes then
};

/// Two neighbours of a history, as SQL that makes them from nothing.
struct HistoryStep {
    std::string name;  ///< file and state: "reading_list: shelves"
    std::vector<std::string> settings;
    std::string lived;  ///< makes the first, with the rows of all its time
    std::string made;   ///< makes the second, without rows of its own
};

/// Throws std::runtime_error on a line before the first state.
[[nodiscard]] std::vector<HistoryState> read_history(const std::string& file);

/// All neighbours of the histories in a folder, by the files' names.
[[nodiscard]] std::vector<HistoryStep> read_history_steps(const std::string& folder);

}  // namespace rev::test
