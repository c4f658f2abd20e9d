#include "schema/random_tree.hpp"

#include <array>
#include <random>
#include <string_view>
#include <utility>

namespace rev::test {
namespace {

/// One side of a pair.
class RandomTree {
public:
    /// `text_column`: the name of the column of text, `other_table`: of the table beside.
    RandomTree(std::mt19937& random, std::string text_column, std::string other_table)
        : random_(random), text_column_(std::move(text_column)), other_table_(std::move(other_table)) {}

    std::string sql() {
        functions();
        types();
        referred();
        root();
        beside();
        return text_;
    }

private:
    bool maybe() { return random_() % 2 == 0; }
    bool rarely() { return random_() % 4 == 0; }
    template <std::size_t count>
    std::string one_of(const std::array<std::string_view, count>& choices) {
        return std::string(choices[random_() % count]);
    }
    void add(const std::string& statement) { text_ += statement + ";\n"; }

    void functions() {
        const auto result = one_of(std::array<std::string_view, 2>{"integer", "bigint"});
        add("CREATE FUNCTION f(i integer) RETURNS " + result + " IMMUTABLE LANGUAGE sql AS 'SELECT i + 1'");
        watcher_ = one_of(std::array<std::string_view, 2>{"watch", "look"});
        add("CREATE FUNCTION " + watcher_ + "() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");
    }

    void types() {
        const std::array<std::string_view, 4> labels = {"'x', 'y'", "'x', 'y', 'z'", "'y', 'x'", "'w', 'y', 'x'"};
        add("CREATE TYPE kind AS ENUM (" + one_of(labels) + ")");
        add("CREATE DOMAIN amount AS " + one_of(std::array<std::string_view, 2>{"integer", "bigint"}) +
            (rarely() ? " DEFAULT f(1)" : "") + (maybe() ? " CHECK (f(VALUE::integer) > 0)" : ""));
        has_good_ = maybe();
        if (has_good_) add("CREATE DOMAIN good AS kind CHECK (VALUE <> 'y')");
    }

    std::string divided(std::size_t level) {
        const std::array<std::string_view, 3> columns = {"n", "m", "id"};
        // No key of such a table is unique. The value is that of the column.
        const auto is_computed = !has_key_ && rarely();
        const auto column = is_computed ? "f(" + std::string(columns[level]) + " - 1)" : std::string(columns[level]);
        return one_of(std::array<std::string_view, 2>{"RANGE", "LIST"}) + " (" + column + ")";
    }

    /// Whatever the way, the first part of each level holds 5 and 6, and the other one the rest.
    void parts(const std::string& table, const std::string& division, std::size_t level) {
        const auto* first = division.starts_with("RANGE") ? "FROM (0) TO (10)" : "IN (5, 6)";
        part(table + "_1", table, std::string("FOR VALUES ") + first, level + 1);
        part(table + "_rest", table, "DEFAULT", level + 1);
    }

    void part(const std::string& name, const std::string& whole, const std::string& bound, std::size_t level) {
        const auto division = level < 3 && maybe() ? divided(level) : "";
        std::string own;
        if (rarely()) own = " (n DEFAULT f(3))";
        if (rarely()) own = " (CONSTRAINT own CHECK (f(id) > -3))";
        add("CREATE TABLE " + name + " PARTITION OF " + whole + own + " " + bound +
            (division.empty() ? "" : " PARTITION BY " + division));
        if (!division.empty()) parts(name, division, level);
        if (rarely()) add("CREATE INDEX " + name + "_own ON " + name + " (" + key_part() + ")");
        if (rarely()) trigger_and_policy(name);
    }

    std::string key_part() {
        const auto choice = random_() % 4;
        return std::array<std::string, 4>{text_column_, "lower(" + text_column_ + ")", "f(id)", "e"}[choice];
    }

    /// A table whose rows the tree refers to, divided or not.
    void referred() {
        const auto is_divided = maybe();
        add("CREATE TABLE o (id integer PRIMARY KEY, k kind)" +
            std::string(is_divided ? " PARTITION BY RANGE (id)" : ""));
        if (!is_divided) return;
        add("CREATE TABLE o_1 PARTITION OF o FOR VALUES FROM (0) TO (" +
            one_of(std::array<std::string_view, 2>{"5", "10"}) + ")");
        add("CREATE TABLE o_rest PARTITION OF o DEFAULT");
    }

    void trigger_and_policy(const std::string& table) {
        add("CREATE TRIGGER on_" + table + " AFTER INSERT ON " + table + " FOR EACH ROW EXECUTE FUNCTION " + watcher_ +
            "()");
        if (maybe()) add("CREATE POLICY p ON " + table + " USING (f(id) > 0)");
    }

    void root() {
        has_key_ = maybe();
        const auto division = random_() % 3 == 0 ? "" : divided(0);
        std::string sql = "CREATE TABLE p (id integer NOT NULL, n integer NOT NULL" +
                          std::string(maybe() ? " DEFAULT f(2)" : "") + ", m integer NOT NULL DEFAULT 1, " +
                          text_column_ + " text";
        // Before 17 no partitioned table has an identity column.
        sql += ", q integer " +
               std::string(division.empty() && maybe() ? "GENERATED BY DEFAULT AS IDENTITY" : "NOT NULL DEFAULT 3");
        if (maybe()) sql += ", o integer DEFAULT 70 REFERENCES o";
        if (maybe())
            sql += ", e kind" + std::string(maybe() ? " DEFAULT 'x'" : "");
        else
            sql += ", e text";
        if (maybe()) sql += ", v amount";
        if (has_good_ && maybe()) sql += ", w good, ws good[]";
        if (maybe()) sql += std::string(", g integer") + (maybe() ? " GENERATED ALWAYS AS (f(id)) STORED" : "");
        if (maybe()) sql += ", CHECK (f(n) > -5)";
        if (has_key_) sql += ", PRIMARY KEY (id, n, m)";
        add(sql + ")" + (division.empty() ? "" : " PARTITION BY " + division));
        if (maybe()) add("CREATE INDEX p_i ON p (" + key_part() + ")");
        if (!division.empty()) parts("p", division, 0);
        if (maybe()) trigger_and_policy("p");
    }

    void beside() {
        if (maybe()) add("CREATE VIEW v AS SELECT id, n, f(id) AS x FROM p");
        if (maybe())
            add("CREATE TABLE " + other_table_ +
                " (id integer PRIMARY KEY, k kind, a amount, pi integer, pn integer, pm integer" +
                std::string(has_key_ && maybe() ? ", FOREIGN KEY (pi, pn, pm) REFERENCES p" : "") + ")");
        if (maybe()) add("COMMENT ON TABLE p IS '" + one_of(std::array<std::string_view, 2>{"one", "two"}) + "'");
        if (maybe()) add("GRANT SELECT ON p TO rev_reader");
        if (rarely()) add("CREATE STATISTICS s ON n, m FROM p");
        if (rarely()) add("CREATE PUBLICATION pub FOR TABLE p");
    }

    std::mt19937& random_;
    std::string text_column_;
    std::string other_table_;
    std::string watcher_;
    bool has_good_ = false;
    bool has_key_ = false;
    std::string text_;
};

}  // namespace

SchemaPair random_tree_pair(unsigned long number) {
    std::mt19937 random(static_cast<std::mt19937::result_type>(number));
    SchemaPair pair{.name = "random tree: " + std::to_string(number),
                    .since = 0,
                    .from = {},
                    .to = {},
                    .rows = {},
                    .loses = {},
                    .compare_dumps = true,
                    .hints = {}};
    const auto column_renamed = random() % 3 == 0;
    const auto table_renamed = random() % 3 == 0;
    pair.from = RandomTree(random, "t", "c").sql();
    pair.to = RandomTree(random, column_renamed ? "title" : "t", table_renamed ? "d" : "c").sql();
    using schema::Kind;
    if (column_renamed)
        pair.hints.renames.push_back({{Kind::column, {"public", "p", "t"}}, {Kind::column, {"public", "p", "title"}}});
    const auto both_have = [&](const char* text, const char* other) {
        return pair.from.find(text) != std::string::npos && pair.to.find(other) != std::string::npos;
    };
    if (table_renamed && both_have("CREATE TABLE c ", "CREATE TABLE d "))
        pair.hints.renames.push_back({{Kind::table, {"public", "c"}}, {Kind::table, {"public", "d"}}});
    if (pair.to == pair.from) pair.to += "COMMENT ON FUNCTION f(integer) IS 'other';\n";
    pair.rows =
        "INSERT INTO o VALUES (1, 'x'), (2, 'y'), (70, NULL);\n"
        "INSERT INTO p (id, n, m, t, e) VALUES (5, 5, 5, 'a', 'x'), (6, 6, 20, 'b', 'y'), (15, 6, 6, 'c', NULL),"
        " (16, 30, 5, 'd', 'x'), (6, 31, 40, 'e', 'y'), (50, 32, 41, NULL, 'y');\n";
    return pair;
}

}  // namespace rev::test
