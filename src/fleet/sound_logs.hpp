#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

#include "run/prepared.hpp"
#include "state/state.hpp"

namespace rev::fleet {

/// What the logs of members say whose applied revisions were compared with their files, and are those. Most members of
/// a fleet have the same history, so that few texts stand for thousands of logs. Thread-safe.
class SoundLogs {
public:
    /// Of members with these rows.
    [[nodiscard]] std::vector<state::LogSeal> of(const std::vector<RevisionId>& rows) {
        const std::lock_guard lock(mutex_);
        return by_rows_[rows];
    }
    /// A seal that is known already, or is one too many for these rows, is dropped.
    void add(const std::vector<RevisionId>& rows, const state::LogSeal& seal) {
        // With more, each member would carry a long list: who has another history is asked by itself.
        constexpr std::size_t most = 8;
        const std::lock_guard lock(mutex_);
        auto& known = by_rows_[rows];
        const bool is_new = std::ranges::none_of(known, [&](const auto& each) { return each.text == seal.text; });
        if (is_new && known.size() < most) known.push_back(seal);
    }

private:
    std::mutex mutex_;
    std::map<std::vector<RevisionId>, std::vector<state::LogSeal>> by_rows_;
};

}  // namespace rev::fleet
