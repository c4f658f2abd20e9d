#include "schema/random_types.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <map>
#include <random>
#include <string_view>

#include "schema/random_sql.hpp"

namespace rev::test {
namespace {

/// One side of a pair, and rows for it. The text of a value is the same in each side's form of its type.
class RandomTypes : RandomSql {
public:
    explicit RandomTypes(std::mt19937& random) : RandomSql(random) {}

    std::string sql() {
        types();
        functions();
        table_a();
        typed_table();
        partitioned();
        heir();
        holder();
        users();
        return text_;
    }

    const std::string& rows() const { return rows_; }

private:
    std::string whole_number() { return one_of(std::array<std::string_view, 3>{"integer", "bigint", "tiny"}); }

    void types() {
        add("CREATE TYPE mood AS ENUM (" +
            one_of(std::array<std::string_view, 5>{"'x', 'y'", "'x', 'y', 'z'", "'w', 'x', 'y'", "'y', 'x'",
                                                   "'x', 'v', 'y'"}) +
            ")");
        add("CREATE DOMAIN tiny AS " + one_of(std::array<std::string_view, 3>{"integer", "bigint", "smallint"}) +
            (rarely() ? " DEFAULT 4" : "") + (maybe() ? " CHECK (VALUE > -9)" : ""));
        add("CREATE TYPE spot AS (x " + whole_number() + ", y " +
            one_of(std::array<std::string_view, 3>{"mood", "text", "mood"}) + ")");
        add("CREATE DOMAIN place AS spot" + std::string(maybe() ? " CHECK ((VALUE).x > -9)" : ""));
        add("CREATE DOMAIN moods AS mood[]" + std::string(maybe() ? " CHECK (cardinality(VALUE) < 9)" : ""));
        add("CREATE TYPE span AS RANGE (subtype = " + whole_number() + ")");
        add("CREATE TYPE trip AS (at " + one_of(std::array<std::string_view, 2>{"spot", "place"}) + ", path " +
            one_of(std::array<std::string_view, 2>{"spot[]", "place[]"}) + ", during span, feels moods)");
        if (maybe()) add("COMMENT ON TYPE trip IS '" + one_of(std::array<std::string_view, 2>{"one", "two"}) + "'");
        if (rarely()) add("GRANT USAGE ON TYPE spot TO rev_reader");
    }

    void functions() {
        add("CREATE FUNCTION sx(s spot) RETURNS " + one_of(std::array<std::string_view, 2>{"integer", "bigint"}) +
            " IMMUTABLE LANGUAGE sql AS 'SELECT (s).x::integer'");
        add("CREATE FUNCTION known(m mood) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT m IS NOT NULL'");
        if (maybe()) add("CREATE FUNCTION trips() RETURNS SETOF trip LANGUAGE sql AS 'SELECT NULL::trip WHERE false'");
        if (maybe())
            add("CREATE FUNCTION within(s span, m mood DEFAULT 'x') RETURNS boolean LANGUAGE sql IMMUTABLE "
                "RETURN lower(s) > 0 AND m = '" +
                one_of(std::array<std::string_view, 2>{"x", "y"}) + "'");
        if (rarely()) {
            add("CREATE FUNCTION before(a spot, b spot) RETURNS boolean IMMUTABLE LANGUAGE sql AS "
                "'SELECT (a).x < (b).x'");
            add("CREATE OPERATOR <<< (LEFTARG = spot, RIGHTARG = spot, FUNCTION = before)");
        }
        if (rarely()) add("CREATE CAST (spot AS text) WITH INOUT");
    }

    void table_a() {
        std::string sql = "CREATE TABLE a (id integer PRIMARY KEY, m mood" +
                          one_of(std::array<std::string_view, 3>{"", " DEFAULT 'x'", " NOT NULL DEFAULT 'y'"}) +
                          ", s spot" + (rarely() ? " DEFAULT '(1,x)'" : "");
        std::string names = "id, m, s";
        std::string values = "'x', '(3,y)'";
        const auto column = [&](const std::string& name, const std::string& type, const std::string& value) {
            if (rarely()) return false;
            sql += ", " + name + ' ' + type;
            names += ", " + name;
            values += ", " + value;
            return true;
        };
        column("t", "trip", trip_value);
        column("ts", "trip[]", std::string("ARRAY[") + trip_value + ", NULL]::trip[]");
        column("ms", "moods" + std::string(rarely() ? " DEFAULT '{x}'" : ""), "'{x,y}'");
        column("n", "tiny", "3");
        const auto has_place = column("pl", one_of(std::array<std::string_view, 2>{"place", "spot"}), "'(5,x)'");
        has_range_ = column("r", "span", "'[2,7)'");
        column("rs", "span[]", "'{\"[2,7)\",empty}'");
        if (rarely()) sql += ", g integer GENERATED ALWAYS AS (sx(s)) STORED";
        if (rarely()) sql += ", gm boolean GENERATED ALWAYS AS (known(m)) STORED";
        if (maybe()) sql += ", CHECK ((s).x > -9)";
        if (maybe()) sql += ", CHECK (m <> 'y' OR sx(s) > 0)";
        if (has_place && rarely()) sql += ", CHECK (sx(pl) > -9)";
        if (rarely()) sql += ", UNIQUE (m, id)";
        if (has_range_ && rarely()) sql += ", EXCLUDE USING gist (r WITH &&) WHERE (id > 1000)";
        add(sql + ")");
        if (maybe()) add("CREATE INDEX a_i ON a (" + key() + ")");
        if (rarely()) add("CREATE INDEX a_j ON a (id) WHERE " + condition());
        rows_ += "INSERT INTO a (" + names + ") VALUES (1, " + values + ");\nINSERT INTO a (id, m) VALUES (2, 'y');\n";
    }

    std::string key() {
        return one_of(std::array<std::string_view, 6>{"m", "sx(s)", "((s).x)", "((s).y)", "known(m)", "s"});
    }
    std::string condition() {
        return one_of(std::array<std::string_view, 4>{"m = 'x'", "(s).y = 'y'", "known(m)", "s IS NOT NULL"});
    }

    void typed_table() {
        if (maybe()) return;
        add("CREATE TABLE b OF trip" + std::string(maybe() ? " (CHECK ((at).x > -9))" : ""));
        if (rarely()) add("CREATE INDEX b_i ON b (during)");
        rows_ += std::string("INSERT INTO b SELECT (v).* FROM (SELECT ") + trip_value + " AS v) AS given;\n";
    }

    void partitioned() {
        if (maybe()) return;
        const auto by_mood = maybe();
        add("CREATE TABLE p (id tiny NOT NULL, m mood NOT NULL, s spot" + std::string(maybe() ? ", r span" : "") +
            (maybe() ? ", PRIMARY KEY (id, m)" : "") + ") PARTITION BY " +
            (by_mood ? "LIST (m)" : one_of(std::array<std::string_view, 2>{"RANGE (id)", "HASH (m)"})));
        const auto is_hash = text_.find("HASH (m)") != std::string::npos;
        if (is_hash) {
            add("CREATE TABLE p_1 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0)");
            add("CREATE TABLE p_rest PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 1)");
        } else {
            add("CREATE TABLE p_1 PARTITION OF p FOR VALUES " + std::string(by_mood ? "IN ('x')" : "FROM (0) TO (10)"));
            add("CREATE TABLE p_rest PARTITION OF p DEFAULT");
        }
        if (rarely()) add("ALTER TABLE p_1 ADD CHECK (known(m))");
        if (maybe()) add("CREATE INDEX p_i ON p (" + key() + ")");
        rows_ += "INSERT INTO p (id, m, s) VALUES (3, 'x', '(3,y)'), (30, 'y', NULL), (31, 'x', '(1,x)');\n";
    }

    void heir() {
        if (likely()) return;
        add("CREATE TABLE h (more spot) INHERITS (a)");
        rows_ += "INSERT INTO h (id, m, s, more) VALUES (7, 'y', '(2,x)', '(9,y)');\n";
    }

    /// A column that holds rows of another table.
    void holder() {
        if (likely()) return;
        add("CREATE TABLE holder (id integer, one p_row)");
        const std::string row = "CREATE TABLE p_row (s spot, m mood);\n";
        text_.insert(text_.rfind("CREATE TABLE holder"), row);
        rows_ += "INSERT INTO holder VALUES (1, ROW('(3,x)', 'y'));\n";
    }

    void users() {
        if (maybe()) add("CREATE VIEW v AS SELECT id, m, (s).x AS x, s FROM a WHERE " + condition());
        if (rarely()) add("CREATE MATERIALIZED VIEW mv AS SELECT id, s, m FROM a");
        if (maybe())
            add("CREATE FUNCTION first_of() RETURNS mood LANGUAGE sql BEGIN ATOMIC SELECT m FROM a WHERE " +
                condition() + " LIMIT 1; END");
        if (rarely()) add("CREATE POLICY seen ON a USING (" + condition() + ")");
        if (rarely()) {
            add("CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");
            add("CREATE TRIGGER tr BEFORE UPDATE ON a FOR EACH ROW WHEN (NEW.m = 'x') EXECUTE FUNCTION touched()");
        }
        if (rarely()) add("CREATE STATISTICS st ON (sx(s)), m FROM a");
        if (rarely()) add("CREATE RULE quiet AS ON DELETE TO a WHERE OLD.m = 'x' DO INSTEAD NOTHING");
    }

    static constexpr const char* trip_value = "ROW('(3,x)', '{\"(1,y)\",\"(2,x)\"}', '[1,4)', '{y,x}')::trip";

    bool has_range_ = false;
    std::string rows_;
};

/// Names that have to be quoted, with all that quoting has to get right.
std::string with_odd_names(const std::string& sql) {
    static const std::map<std::string, std::string, std::less<>> odd = {
        {"mood", "\"Mood\""},      {"tiny", "\"tiny one\""},
        {"spot", "\"sp\"\"ot\""},  {"place", "\"pl.ace\""},
        {"moods", "\"select\""},   {"span", "\"späne\""},
        {"trip", "\"trip[]\""},    {"sx", "\"s(x)\""},
        {"known", "\"-- known\""}, {"trips", "\"/* trips\""},
        {"p_row", "\"row $1\""},   {"p_1", "\"a_name_of_63_bytes_which_is_the_longest_that_the_server_does_not_\""},
        {"p_rest", "\"p, rest\""}, {"first_of", "\"first;of\""},
    };
    const auto is_of_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
    std::string text;
    for (std::size_t at = 0; at < sql.size();) {
        auto end = at;
        while (end < sql.size() && is_of_word(sql[end])) ++end;
        const auto word = sql.substr(at, std::max<std::size_t>(end - at, 1));
        const auto found = odd.find(word);
        text += found == odd.end() ? word : found->second;
        at += word.size();
    }
    return text;
}

constexpr const char* odd_schema = "CREATE SCHEMA \"Odd \"\"one\";\n";
constexpr const char* in_odd_schema = "SET search_path TO \"Odd \"\"one\", public;\n";

}  // namespace

SchemaPair random_types_pair(unsigned long number) {
    std::mt19937 random(static_cast<std::mt19937::result_type>(number));
    SchemaPair pair{.name = "random types: " + std::to_string(number),
                    .since = 0,
                    .from = {},
                    .to = {},
                    .rows = {},
                    .loses = {},
                    .compare_dumps = true,
                    .hints = {}};
    RandomTypes from(random);
    RandomTypes to(random);
    pair.from = from.sql();
    pair.to = to.sql();
    if (pair.to == pair.from) pair.to += "COMMENT ON TYPE mood IS 'other';\n";
    pair.rows = from.rows();
    if (number % 3 == 0)
        for (auto* text : {&pair.from, &pair.to, &pair.rows}) *text = with_odd_names(*text);
    if (number % 3 == 1) {
        for (auto* text : {&pair.from, &pair.to}) *text = std::string(odd_schema) + in_odd_schema + *text;
        pair.rows = in_odd_schema + pair.rows;
    }
    return pair;
}

}  // namespace rev::test
