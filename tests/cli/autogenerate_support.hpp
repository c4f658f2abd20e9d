#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {

/// The line of alembic.yaml that says where the desired schema is.
inline constexpr const char* settings = "schema: schema.sql\n";

/// A desired schema: a table with an index.
inline const std::string crew =
    "CREATE TABLE crew (\n    id integer PRIMARY KEY,\n    nm text NOT NULL\n);\nCREATE INDEX crew_nm ON crew (nm);\n";

/// The text of the one file that begins with this id.
inline std::string revision_file(const TemporaryProject& project, const std::string& id) {
    for (const auto& entry : std::filesystem::directory_iterator(project.path() / "versions"))
        if (entry.path().filename().string().starts_with(id)) return project.read("versions" / entry.path().filename());
    FAIL("there is no file of " << id);
    return {};
}

/// A project at its first revision, which autogenerate has written and upgrade has run.
inline void begin(const DatabaseProject& project, const std::string& schema = crew) {
    project.write("schema.sql", schema);
    expect(project, "revision --autogenerate -m start --rev-id a1");
    expect(project, "upgrade head -q");
}

}  // namespace rev::test
