#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {

inline constexpr std::string_view with_objects = "repeatable_locations: [objects]\n";

/// An object's file, tersely.
struct ObjectSpec {
    std::string name;
    std::string apply;
    std::string drop = {};    ///< empty: no section
    std::string header = {};  ///< more header lines, each with "-- "
};

/// A project with objects/ and a1, which makes the table `item` with three rows.
class RepeatableProject : public DatabaseProject {
public:
    explicit RepeatableProject(Kind kind, std::string_view settings = "")
        : DatabaseProject(kind, std::string(with_objects) + std::string(settings)) {
        revision({.id = "a1",
                  .upgrade = "CREATE TABLE item (id integer PRIMARY KEY, price integer);\n"
                             "INSERT INTO item VALUES (1, 10), (2, 20), (3, 30);",
                  .downgrade = "DROP TABLE item;"});
        std::filesystem::create_directory(path() / "objects");
    }

    void object(const ObjectSpec& spec) const {
        auto text = "-- about " + spec.name + "\n--\n-- repeatable: " + spec.name + "\n" + spec.header +
                    "\n-- rev:apply\n" + spec.apply + "\n";
        if (!spec.drop.empty()) text += "-- rev:drop\n" + spec.drop + "\n";
        write("objects/" + spec.name + ".sql", text);
    }

    /// A view of that one column that is replaced without being dropped first.
    void view(const std::string& name, const std::string& select, const std::string& header = "") const {
        const auto create =
            is_sqlite() ? "DROP VIEW IF EXISTS " + name + ";\nCREATE VIEW " : std::string("CREATE OR REPLACE VIEW ");
        object({.name = name, .apply = create + name + " AS " + select + ";", .header = header});
    }

    /// One that has to be dropped.
    void strict_view(const std::string& name, const std::string& select, const std::string& header = "") const {
        object({.name = name,
                .apply = "CREATE VIEW " + name + " AS " + select + ";",
                .drop = "DROP VIEW " + name + ";",
                .header = "-- drop_before_upgrade: true\n" + header});
    }

    /// "apply a, upgrade a1": what the log has, oldest first.
    [[nodiscard]] std::string log() const {
        auto text = query("SELECT event || ' ' || coalesce(repeatable, revision, '') FROM rev_log ORDER BY id");
        for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) text.replace(at, 1, ", ");
        return text;
    }

    [[nodiscard]] bool has_view(const std::string& name) const {
        return query(is_sqlite() ? "SELECT count(*) FROM sqlite_master WHERE type = 'view' AND name = '" + name + "'"
                                 : "SELECT count(*) FROM pg_views WHERE viewname = '" + name + "'") == "1";
    }
};

}  // namespace rev::test
