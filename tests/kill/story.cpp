#include "kill/story.hpp"

#include <algorithm>
#include <iterator>

namespace rev::test {
namespace {

Part make_table(const std::string& name) {
    return {.sql = "CREATE TABLE " + name + " (id integer, note text)", .makes = {"table " + name}};
}

Part drop_table(const std::string& name) { return {.sql = "DROP TABLE " + name, .removes = {"table " + name}}; }

/// Done twice, it would show.
Part insert_row(const std::string& name) {
    return {.sql = "INSERT INTO fact (name) VALUES ('" + name + "')", .makes = {"row " + name}};
}

Part delete_row(const std::string& name) {
    return {.sql = "DELETE FROM fact WHERE name = '" + name + "'", .removes = {"row " + name}};
}

/// Each run adds one row, the next number, up to three.
Part insert_in_batches(const std::string& name) {
    Part part{.sql = "INSERT INTO fact (name) SELECT '" + name + "' || (count(*) + 1) FROM fact WHERE name LIKE '" +
                     name + "%' HAVING count(*) < 3",
              .marker = "-- rev:repeat pause=1ms"};
    for (const auto* number : {"1", "2", "3"}) part.batches.push_back({.sql = {}, .makes = {"row " + name + number}});
    return part;
}

Part delete_in_batches(const std::string& name) {
    Part part{.sql = "DELETE FROM fact WHERE name = (SELECT max(name) FROM fact WHERE name LIKE '" + name + "%')",
              .marker = "-- rev:repeat"};
    for (const auto* number : {"3", "2", "1"}) part.batches.push_back({.sql = {}, .removes = {"row " + name + number}});
    return part;
}

Part left_out(Part part, const std::string& guard) {
    return {.sql = std::move(part.sql), .marker = guard, .is_left_out = true};
}

Part plain(const std::string& sql) { return {.sql = sql}; }

Part without_transaction(const std::string& sql) { return {.sql = sql, .is_certain = false}; }

Part make_index(Server server, const std::string& name, const std::string& table) {
    const auto on = name + " ON " + table + " (id)";
    if (server == Server::sqlite) return {.sql = "CREATE INDEX " + on, .makes = {"index " + name}};
    return {.sql = "CREATE INDEX CONCURRENTLY " + on,
            .makes = {"index " + name},
            .is_certain = false,
            .cut_off = "invalid index " + name};
}

Part drop_index(Server server, const std::string& name) {
    if (server == Server::sqlite) return {.sql = "DROP INDEX " + name, .removes = {"index " + name}};
    return {.sql = "DROP INDEX CONCURRENTLY " + name,
            .removes = {"index " + name},
            .is_certain = false,
            .cut_off = "invalid index " + name};
}

/// Time for a kill to fall into.
Part wait_a_moment(Server server) {
    return plain(server == Server::postgresql ? "SELECT pg_sleep(0.01)"
                                              : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT "
                                                "20000) SELECT max(i) FROM n");
}

/// Several kinds of statements, some in a transaction of the section's own.
KnownRevision outside(Server server) {
    return {
        .id = "n1",
        .revises = {"m1"},
        .upgrade = {insert_row("n1.1"), make_index(server, "i_n1", "t_b1"),
                    left_out(make_table("t_b1"), "-- rev:unless table t_b1"), make_table("t_n1"), wait_a_moment(server),
                    plain("BEGIN"), insert_row("n1.2"), left_out(insert_row("never"), "-- rev:if column t_n1.no_such"),
                    insert_row("n1.3"), plain("COMMIT"), insert_in_batches("n1.r"), make_index(server, "i_n2", "t_n1"),
                    insert_row("n1.4"), without_transaction("VACUUM"), insert_row("n1.5")},
        .downgrade = {delete_row("n1.5"), delete_row("n1.4"), drop_index(server, "i_n2"), plain("BEGIN"),
                      delete_row("n1.3"), delete_row("n1.2"), plain("COMMIT"), delete_in_batches("n1.r"),
                      wait_a_moment(server), drop_table("t_n1"), drop_index(server, "i_n1"), delete_row("n1.1")},
        .header = "transaction: false",
        .transactional = false};
}

std::string text_of(const Parts& parts) {
    std::string text;
    for (const auto& part : parts) text += (part.marker.empty() ? "" : part.marker + "\n") + part.sql + ";\n";
    return text;
}

std::string joined(const std::vector<std::string>& ids) {
    std::string text;
    for (const auto& id : ids) text += (text.empty() ? "" : ", ") + id;
    return text;
}

}  // namespace

std::vector<KnownRevision> known_revisions(Server server) {
    const Part facts{.sql = "CREATE TABLE fact (name text NOT NULL)", .makes = {"table fact"}};
    const Part no_facts{.sql = "DROP TABLE fact", .removes = {"table fact"}};
    return {
        {.id = "a1",
         .revises = {},
         .upgrade = {facts, make_table("t_a1"), insert_row("a1.1")},
         .downgrade = {delete_row("a1.1"), drop_table("t_a1"), no_facts}},
        {.id = "b1",
         .revises = {"a1"},
         .upgrade = {make_table("t_b1"), insert_row("b1.1"), wait_a_moment(server), insert_row("b1.2")},
         .downgrade = {delete_row("b1.2"), wait_a_moment(server), delete_row("b1.1"), drop_table("t_b1")}},
        {.id = "c1",
         .revises = {"a1"},
         .upgrade = {make_table("t_c1")},
         .downgrade = {drop_table("t_c1")},
         .header = "sqlite_foreign_keys: false"},
        {.id = "m1", .revises = {"b1", "c1"}, .upgrade = {insert_row("m1.1")}, .downgrade = {delete_row("m1.1")}},
        outside(server),
        {.id = "o1", .revises = {"n1"}, .upgrade = {make_table("t_o1")}, .downgrade = {drop_table("t_o1")}},
        {.id = "p1",
         .revises = {"o1"},
         .upgrade = {insert_row("p1.1")},
         .downgrade = {delete_row("p1.1")},
         .header = "transaction: false",
         .transactional = false},
        {.id = "q1",
         .revises = {"p1"},
         .upgrade = {},
         .downgrade = {},
         .header = "transaction: false",
         .transactional = false},
    };
}

std::vector<Story> stories() {
    return {
        {.name = "upgrade", .before = {}, .line = "upgrade head"},
        {.name = "downgrade", .before = {"upgrade head"}, .line = "downgrade base --yes"},
        {.name = "again", .before = {"upgrade head", "downgrade m1 --yes"}, .line = "upgrade head"},
        {.name = "upgrade-all", .before = {}, .line = "upgrade m1 --transaction all"},
        {.name = "downgrade-all", .before = {"upgrade m1"}, .line = "downgrade base --yes --transaction all"},
        {.name = "stamp", .before = {"upgrade a1"}, .line = "stamp b1 c1", .only_rows = true},
        {.name = "purge",
         .before = {"upgrade m1"},
         .line = "stamp --purge --yes a1",
         .only_rows = true,
         .logs_each_time = true},
    };
}

void write_revisions(const TemporaryProject& project, const std::vector<KnownRevision>& revisions) {
    for (const auto& revision : revisions) {
        project.revision({.id = revision.id,
                          .revises = joined(revision.revises),
                          .upgrade = text_of(revision.upgrade),
                          .downgrade = text_of(revision.downgrade),
                          .header = revision.header});
    }
}

}  // namespace rev::test
