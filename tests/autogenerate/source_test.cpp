// Where a schema model comes from, as the command line says it.
#include "autogenerate/source.hpp"

#include <doctest/doctest.h>

#include <string>

namespace rev::test {
namespace {

using autogenerate::Source;

TEST_CASE("a source is known by its form") {
    struct Case {
        std::string text;
        Source::Kind kind;
    };
    for (const auto& each :
         {Case{"database", Source::Kind::database}, Case{"schema", Source::Kind::desired},
          Case{"head", Source::Kind::target}, Case{"heads", Source::Kind::target}, Case{"base", Source::Kind::target},
          Case{"ae10", Source::Kind::target}, Case{"team/one@head", Source::Kind::target},
          Case{"current", Source::Kind::target}, Case{"postgresql://host/db", Source::Kind::url},
          Case{"sqlite:///x.sql", Source::Kind::url}, Case{"./old.sql", Source::Kind::path},
          Case{"../db", Source::Kind::path}, Case{"/tmp/x", Source::Kind::path}, Case{"db/", Source::Kind::path},
          Case{"old.sql", Source::Kind::path}}) {
        CAPTURE(each.text);
        CHECK(autogenerate::parse_source(each.text) == Source{each.kind, each.text});
    }
}

TEST_CASE("a password in a URL is never shown") {
    CHECK(autogenerate::describe(autogenerate::parse_source("postgresql://me:secret@host/db")) ==
          "postgresql://me:***@host/db");
    CHECK(autogenerate::describe(autogenerate::parse_source("ae10")) == "the revisions up to ae10");
}

}  // namespace
}  // namespace rev::test
