#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "app/connect.hpp"
#include "db/database.hpp"
#include "db/database_url.hpp"
#include "rev/config.hpp"
#include "script/script_support.hpp"
#include "state/reporter.hpp"

namespace rev::test {

/// A folder with the configuration of a project whose database is an SQLite file in it, which is not there at first.
class AppProject {
public:
    AppProject() {
        fs::create_directory(folder_ / "versions");
        config_.directory = folder_.path();
        config_.script_location = folder_.path();
        config_.version_locations = {folder_ / "versions"};
        config_.url = "sqlite:///" + (folder_ / "test.db").string();
    }

    [[nodiscard]] const Folder& folder() const noexcept { return folder_; }
    [[nodiscard]] const Config& config() const noexcept { return config_; }
    Config& config() noexcept { return config_; }
    state::Reporter& reporter() noexcept { return silent_; }
    [[nodiscard]] bool has_database() const { return fs::exists(folder_ / "test.db"); }

    [[nodiscard]] app::Connector connector() {
        return app::connector_to(parse_database_url(config_.url), config_, std::chrono::milliseconds(0), silent_);
    }
    [[nodiscard]] std::unique_ptr<Database> open() { return connector().open(app::Access::write); }

    /// Statements without a result.
    void run(const std::string& sql) {
        const Command command{.kind = Command::Kind::sql, .sql = sql};
        open()->run({&command, 1});
    }
    /// One value.
    [[nodiscard]] std::string query(const std::string& sql) { return open()->query(sql).at(0).at(0).value_or("-"); }

private:
    Folder folder_;
    Config config_;
    state::Reporter silent_;
};

}  // namespace rev::test
