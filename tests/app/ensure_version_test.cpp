#include "app/ensure_version.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "app/app_project.hpp"

namespace rev::test {

TEST_CASE("the version table is made once, and with it the log") {
    AppProject project;
    const auto connector = project.connector();
    CHECK(app::ensure_version(project.config(), connector, project.reporter()));
    CHECK_FALSE(app::ensure_version(project.config(), connector, project.reporter()));
    CHECK(project.query("SELECT count(*) FROM alembic_version") == "0");
    CHECK(project.query("SELECT count(*) FROM rev_log") == "0");
}

TEST_CASE("the script that makes the version table connects to no database") {
    const AppProject project;
    std::ostringstream out;
    app::write_ensure_version(project.config(), Dialect::sqlite, out);
    CHECK(out.str().find("CREATE TABLE alembic_version") != std::string::npos);
    CHECK_FALSE(project.has_database());
}

}  // namespace rev::test
