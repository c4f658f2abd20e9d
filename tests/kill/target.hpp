#pragma once

#include <memory>
#include <string>

#include "kill/state.hpp"

namespace rev::test {

/// The database that rev is killed on.
class Target {
public:
    virtual ~Target() = default;
    [[nodiscard]] virtual std::string url() const = 0;
    /// What there is now is what restore() brings back.
    virtual void keep() = 0;
    virtual void restore() = 0;
    /// Empty, for keep().
    virtual void clear() = 0;
    /// On a connection of its own.
    virtual std::vector<std::string> query(const std::string& sql) = 0;
    /// Ends all sessions but its own, and waits until they are gone; false if there is no such thing.
    virtual bool end_sessions() = 0;
    /// Waits until the sessions of killed programs have ended.
    virtual void wait_until_alone() = 0;
};

/// folder: for SQLite's files.
[[nodiscard]] std::unique_ptr<Target> open_target(Server server, const std::filesystem::path& folder);

}  // namespace rev::test
