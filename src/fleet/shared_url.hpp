#pragma once

#include <memory>
#include <string>
#include <utility>

#include "db/database_url.hpp"

namespace rev::fleet {

/// A DatabaseUrl that copies share: thousands of schemas have the one of their database.
class SharedUrl {
public:
    /// Of nothing: DatabaseUrl().
    SharedUrl() = default;
    SharedUrl(DatabaseUrl url) : url_(std::make_shared<const DatabaseUrl>(std::move(url))) {}  // NOLINT: as the value

    /// Never without a value: of nothing it is an empty one.
    [[nodiscard]] const DatabaseUrl& operator*() const noexcept { return url_ ? *url_ : nothing(); }
    [[nodiscard]] const DatabaseUrl* operator->() const noexcept { return &**this; }

private:
    static const DatabaseUrl& nothing() {
        static const DatabaseUrl url;
        return url;
    }

    std::shared_ptr<const DatabaseUrl> url_;
};

/// Another database of the same server.
[[nodiscard]] inline DatabaseUrl other_database(DatabaseUrl url, std::string name) {
    url.database = std::move(name);
    return url;
}

/// Of an SQLite file.
[[nodiscard]] inline DatabaseUrl url_of_file(std::string path) {
    DatabaseUrl url;
    url.dialect = Dialect::sqlite;
    url.database = std::move(path);
    return url;
}

}  // namespace rev::fleet
