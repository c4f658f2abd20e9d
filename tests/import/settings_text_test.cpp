#include "import/settings_text.hpp"

#include <doctest/doctest.h>

using rev::foreign::SettingValues;

TEST_CASE("TOML's tables, strings, booleans and arrays are read") {
    bool is_sound = true;
    const auto values = rev::foreign::read_toml(
        "a = 1\n# c\n[t.u]\nb = \"x # y\" # z\nc = 'q\\'\nd = [\n  \"1\",\n  \"2\",\n]\n[[list]]\ne = "
        "true\n[[list]]\ne = false\n",
        &is_sound);
    CHECK(is_sound);
    CHECK(values == SettingValues{{"a", "1"},
                                  {"t.u.b", "x # y"},
                                  {"t.u.c", "q\\"},
                                  {"t.u.d", "1\n2"},
                                  {"list.0.e", "true"},
                                  {"list.1.e", "false"}});
    static_cast<void>(rev::foreign::read_toml("run false\n", &is_sound));
    CHECK_FALSE(is_sound);
}

TEST_CASE("TOML's tables within a line are read") {
    bool is_sound = true;
    const auto values = rev::foreign::read_toml(
        "[t]\na = { b = \"x, }\", 'c.d' = [\"1\", \"2\"], e = { f = true } } # c\ng = {}\n", &is_sound);
    CHECK(is_sound);
    CHECK(values == SettingValues{{"t.a.b", "x, }"}, {"t.a.c.d", "1\n2"}, {"t.a.e.f", "true"}});
    for (const auto* wrong : {"a = { b = 1", "a = { b }", "a = { b = 1 } c"}) {
        CAPTURE(wrong);
        is_sound = true;
        static_cast<void>(rev::foreign::read_toml(wrong, &is_sound));
        CHECK_FALSE(is_sound);
    }
}

TEST_CASE("Git's configuration is read") {
    CHECK(rev::foreign::read_git_config("[core]\n\tengine = pg\n[engine \"pg\"]\n\tTop_Dir = \"db\"\n; c\n") ==
          SettingValues{{"core.engine", "pg"}, {"engine.pg.top_dir", "db"}});
}

TEST_CASE("Java's properties are read") {
    CHECK(rev::foreign::read_properties("# c\nflyway.url = jdbc:x\nflyway.locations=a,\\\n  b\n! d\n") ==
          SettingValues{{"flyway.url", "jdbc:x"}, {"flyway.locations", "a,b"}});
}

TEST_CASE("Java's properties: other signs than =, escapes, and blanks at the end of a value") {
    CHECK(rev::foreign::read_properties(
              "a b\nc : d \n\te\\ f\\=g\\:=:h\r\ni\nj=\\u00E9\\t\\uD83D\\uDE00\\x\nk=a\\\\\nl=\\") ==
          SettingValues{{"a", "b"},
                        {"c", "d "},
                        {"e f=g:", ":h"},
                        {"i", ""},
                        {"j", "\xC3\xA9\t\xF0\x9F\x98\x80x"},
                        {"k", "a\\"},
                        {"l", ""}});
    CHECK(rev::foreign::from_latin1("a\xE9") == "a\xC3\xA9");
}

TEST_CASE("YAML's mappings and lists are read, of the first document") {
    const auto values = rev::foreign::read_yaml(
        "# c\n---\nspring:\n  flyway:\n    locations:\n    - a # one\n    - \"b c\"\n    url: jdbc:x://y\n"
        "    list: [d, 'e']\n  other: 1\ntop: 2\n---\ntop: 3\n");
    CHECK(rev::foreign::value_of(values, "spring.flyway.locations") == "a\nb c");
    CHECK(rev::foreign::value_of(values, "spring.flyway.url") == "jdbc:x://y");
    CHECK(rev::foreign::value_of(values, "spring.flyway.list") == "d\ne");
    CHECK(rev::foreign::value_of(values, "spring.other") == "1");
    CHECK(rev::foreign::value_of(values, "top") == "2");
}

TEST_CASE("TOML's escapes are characters") {
    CHECK(rev::foreign::value_of(rev::foreign::read_toml("a = [\"\\r\", \"\\n\", \" \"]\n"), "a") == "\r\n\n\n ");
}
