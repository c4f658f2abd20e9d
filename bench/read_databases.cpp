// The least that reading where SQLite files stand can cost: opens, reads and closes each file of a folder, one after
// the other.
#include <sqlite3.h>

#include <cstdio>
#include <filesystem>

int main(int count, char** arguments) {
    if (count != 2) return 2;
    std::size_t rows = 0;
    for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) {
        if (entry.path().extension() != ".db") continue;
        sqlite3* database = nullptr;
        sqlite3_stmt* statement = nullptr;
        sqlite3_open_v2(entry.path().c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
        sqlite3_prepare_v2(database, "SELECT version_num FROM alembic_version", -1, &statement, nullptr);
        while (sqlite3_step(statement) == SQLITE_ROW) ++rows;
        sqlite3_finalize(statement);
        sqlite3_close(database);
    }
    std::printf("%zu\n", rows);
    return 0;
}
