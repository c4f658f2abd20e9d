#pragma once

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rev/project.hpp"

namespace rev::test {

/// a1 <- b1 <- c1, in memory; each makes a table of its name.
inline std::vector<RevisionText> line_of_three() {
    return {{"versions/a1.sql",
             "-- make a1\n--\n-- revision: a1\n-- revises:\n\n-- rev:upgrade\nCREATE TABLE a1 (id integer);\n\n"
             "-- rev:downgrade\nDROP TABLE a1;\n"},
            {"versions/b1.sql",
             "-- make b1\n--\n-- revision: b1\n-- revises: a1\n\n-- rev:upgrade\nCREATE TABLE b1 (id integer);\n\n"
             "-- rev:downgrade\nDROP TABLE b1;\n"},
            {"versions/c1.sql",
             "-- make c1\n--\n-- revision: c1\n-- revises: b1\n\n-- rev:upgrade\nCREATE TABLE c1 (id integer);\n\n"
             "-- rev:downgrade\nDROP TABLE c1;\n\n-- rev:verify\nSELECT id FROM c1;\n"}};
}

/// a1 with this upgrade section; header: more lines of it, such as "-- transaction: false\n".
inline std::string one_revision(const std::string& upgrade, const std::string& header = "") {
    return "-- make a1\n--\n-- revision: a1\n-- revises:\n" + header + "\n-- rev:upgrade\n" + upgrade + "\n";
}

/// The Error that `call` throws; fails if it throws none.
template <typename Call>
Error error_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no Error was thrown");
    return {ExitCode::done, "", ""};
}

/// An application's connection.
class Sqlite {
public:
    explicit Sqlite(const std::string& file = ":memory:") {
        sqlite3* opened = nullptr;
        REQUIRE(sqlite3_open(file.c_str(), &opened) == SQLITE_OK);
        connection_.reset(opened);
    }

    [[nodiscard]] sqlite3* get() const { return connection_.get(); }

    /// The result code.
    int run(const std::string& sql) const {
        return sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    }

    /// The first column of all rows, joined by blanks.
    [[nodiscard]] std::string query(const std::string& sql) const {
        std::string text;
        const auto add = [](void* into, int, char** values, char**) {
            auto& joined = *static_cast<std::string*>(into);
            joined += (joined.empty() ? "" : " ") + std::string(values[0] == nullptr ? "NULL" : values[0]);
            return 0;
        };
        CHECK_MESSAGE(sqlite3_exec(connection_.get(), sql.c_str(), add, &text, nullptr) == SQLITE_OK,
                      sqlite3_errmsg(connection_.get()));
        return text;
    }

private:
    struct Close {
        void operator()(sqlite3* connection) const { CHECK(sqlite3_close(connection) == SQLITE_OK); }
    };
    std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace rev::test
