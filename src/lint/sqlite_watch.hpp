#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"

namespace rev::lint {

/// What a database has, asked again only as far as it may have changed: to count all tables around each statement would
/// take longer than the statements. SQLite.
class SqliteWatch {
public:
    /// Only what this connection does is seen. database: must outlive it.
    explicit SqliteWatch(Database& database) : database_(database) {}

    /// A table with rows in the file, which virtual ones have not.
    struct Table {
        std::string place;  ///< of its rows in the file: another one after it was built anew
        long long rows = 0;
    };
    using Tables = std::map<std::string, Table>;  ///< by name

    /// As they are now.
    [[nodiscard]] const Tables& tables();
    /// What names a table that is not there, in sentences.
    [[nodiscard]] const std::vector<std::string>& dangling();
    /// After a rollback: nothing is known any more.
    void forget();

private:
    /// What the schema says of one table or view.
    struct Entry {
        bool is_view = false;
        std::string place;
        std::string sql;
        std::optional<std::vector<std::string>> targets = {};  ///< of its foreign keys
    };

    void refresh();
    void list();
    void count(const std::string& name);
    void find_dangling_keys();
    void find_unreadable_views();

    Database& database_;
    std::string version_;  ///< of the schema, when it was listed; empty: never
    std::map<std::string, Entry> entries_;
    Tables tables_;
    std::optional<std::vector<std::string>> dangling_;
};

}  // namespace rev::lint
