#pragma once

#include <filesystem>
#include <string>

#include "support/program.hpp"

namespace rev::test {

/// A PostgreSQL server that only one test uses, so that it may be stopped.
class OwnServer {
public:
    /// Makes the cluster and starts it. largest_file: in bytes, for the server's files; 0: no limit.
    explicit OwnServer(std::size_t largest_file = 0);
    ~OwnServer();
    OwnServer(const OwnServer&) = delete;
    OwnServer& operator=(const OwnServer&) = delete;

    /// Over the Unix socket, without a password.
    [[nodiscard]] std::string url() const;
    void start() const;
    /// As after a power failure: nothing is finished, sessions are cut off.
    void stop_at_once() const;
    /// Starts a stopped one that refuses connections, as one that recovers does, until end_recovery().
    void begin_recovery() const;
    void end_recovery() const;
    /// The first column of a query's rows.
    std::string query(const std::string& sql) const;
    /// Gives a folder to the user that the server runs as.
    void give(const std::filesystem::path& folder) const;

private:
    [[nodiscard]] std::filesystem::path data() const { return folder_.path() / "data"; }
    void control(const Arguments& arguments) const;

    TemporaryFolder folder_;
    std::size_t largest_file_ = 0;
};

}  // namespace rev::test
