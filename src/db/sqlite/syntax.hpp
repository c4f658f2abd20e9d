#pragma once

#include <string>
#include <string_view>

#include "db/sqlite/handles.hpp"

namespace rev::db {

/// Reads statements as SQLite does, in a database that has none of their tables. SQLite's grammar is only to be had by
/// preparing a statement, which looks the tables up that it names. For one thread.
class SqliteSyntax {
public:
    /// Throws std::bad_alloc.
    SqliteSyntax();

    /// Whether later statements may need what the statement does.
    enum class Use {
        read,  ///< nothing needs what the statement does
        run,   ///< it makes or changes tables, which later statements of the section name
    };
    /// What SQLite says of the statement's syntax; empty: nothing is wrong. text: one statement, without its end.
    [[nodiscard]] std::string error_in(std::string_view text, Use use);

    /// Forgets the tables of the section.
    void end_section();

private:
    [[nodiscard]] bool can_read_to_end(const std::string& text);
    [[nodiscard]] bool run(const std::string& text);
    [[nodiscard]] std::string message() const { return sqlite3_errmsg(connection_.get()); }
    [[nodiscard]] bool make_stand_in(const std::string& table);

    Connection connection_;
    bool is_changed_ = false;
    int slices_left_ = 0;  ///< of the statement that runs, until it is given up
};

}  // namespace rev::db
