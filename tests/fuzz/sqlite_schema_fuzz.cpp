#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rev/error.hpp"
#include "schema/hints.hpp"
#include "schema/sqlite/build_model.hpp"
#include "schema/sqlite/plan_sqlite.hpp"
#include "schema/sqlite/table_definition.hpp"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void check_table(std::string_view sql) {
    const auto table = rev::schema::sqlite::read_table(sql);
    if (!table) return;
    std::size_t end = 0;
    for (const auto& column : table->columns) {
        require(column.text.first >= end && column.text.first < column.text.last);
        require(column.text.last <= table->text.tokens.size());
        end = column.text.last;
    }
    for (const auto& constraint : table->constraints) require(constraint.text.last <= table->text.tokens.size());
}

/// A schema of the text as each kind of object, and what leads to it and away from it.
void check_plan(const std::string& sql) {
    using rev::schema::sqlite::build_model;
    const auto model = build_model({{.type = "table", .name = "t", .sql = sql},
                                    {.type = "virtual table", .name = "f", .sql = sql},
                                    {.type = "index", .name = "i", .table = "t", .sql = sql},
                                    {.type = "view", .name = "v", .sql = sql},
                                    {.type = "trigger", .name = "g", .table = "v", .sql = sql}},
                                   3040001);
    const auto other =
        build_model({{.type = "table", .name = "t", .sql = "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)"}}, 3040001);
    require(rev::schema::plan_sqlite(model, model).revisions.empty());
    require(!rev::schema::plan_sqlite(model, other).revisions.empty());
    require(build_model(rev::schema::sqlite::objects_of(model), 3040001) == model);
}

void check_hints(std::string_view ddl) {
    for (const auto dialect : {rev::Dialect::postgresql, rev::Dialect::sqlite}) {
        try {
            (void)rev::schema::read_hints(ddl, dialect);
        } catch (const rev::Error& error) {
            require(error.code() == "bad_hint" && error.location().line > 0);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_table(text);
    check_plan(text);
    check_hints(text);
    return 0;
}
