#pragma once

#include <string>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {

/// A database with a schema for each tenant t1 ... tN, named by a table that also has a number for each.
class TenantProject : public DatabaseProject {
public:
    explicit TenantProject(int tenants, const std::string& settings = "")
        : DatabaseProject(Kind::postgresql,
                          "fleet:\n"
                          "  schemas: SELECT schema_name AS name, id AS tenant FROM public.tenants ORDER BY id\n"
                          "  search_path: \"{schema}\"\n" +
                              settings) {
        std::string sql = "CREATE TABLE public.tenants (id int, schema_name text);";
        for (int i = 1; i <= tenants; ++i) {
            const auto number = std::to_string(i);
            sql +=
                "CREATE SCHEMA t" + number + "; INSERT INTO public.tenants VALUES (" + number + ", 't" + number + "');";
        }
        query(sql);
        revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
        revision({.id = "b1",
                  .revises = "a1",
                  .upgrade = "ALTER TABLE account ADD CONSTRAINT account_key UNIQUE (id);",
                  .downgrade = "ALTER TABLE account DROP CONSTRAINT account_key;"});
    }

    /// A revision behind b1 that sleeps for a minute in each tenant until sleep_no_more(). further: what it does then.
    void sleeping_revision(const std::string& further = "", const std::string& downgrade = "SELECT 1;") const {
        revision({.id = "c1",
                  .revises = "b1",
                  .upgrade =
                      "SELECT pg_sleep(CASE WHEN (SELECT count(*) FROM public.slow) > 0 THEN 60 ELSE 0 END);" + further,
                  .downgrade = downgrade});
        query("CREATE TABLE public.slow (x int); INSERT INTO public.slow VALUES (1)");
    }
    /// Nobody sleeps from now on; who does already goes on to.
    void sleep_no_more() const { query("DELETE FROM public.slow"); }

    /// "t1=b1 t2=a1": the rows of each tenant's own version table.
    [[nodiscard]] std::string tenants() const {
        std::string text;
        const auto names =
            query("SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace WHERE nspname ~ '^t[0-9]+$'");
        for (const auto& name : words(names)) {
            const auto is_there = query("SELECT to_regclass('" + name + ".alembic_version') IS NOT NULL");
            const auto row = is_there == "t" ? query("SELECT version_num FROM " + name + ".alembic_version") : "";
            text += (text.empty() ? "" : " ") + name + "=" + row;
        }
        return text;
    }
};

}  // namespace rev::test
