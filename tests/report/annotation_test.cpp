#include <doctest/doctest.h>

#include "report/annotation.hpp"

using rev::Error;
using rev::ExitCode;
using rev::report::github_annotation;

TEST_CASE("an annotation names file, line and column, and says what to do") {
    const auto error = Error(ExitCode::graph, "unknown_key", "unknown key revison")
                           .with_location({"versions/a1.sql", 3, 4, "-- revison: a1"})
                           .with_hint("did you mean revision?");
    CHECK(
        rev::report::github_annotation(error) ==
        "::error file=versions/a1.sql,line=3,col=4,title=unknown_key::unknown key revison%0Adid you mean revision?\n");
}

TEST_CASE("an annotation leaves out what is not known") {
    CHECK(rev::report::github_annotation({ExitCode::graph, "cycle", "a cycle"}) == "::error title=cycle::a cycle\n");
    CHECK(rev::report::github_annotation(Error(ExitCode::graph, "c", "m").with_location({"a.sql", 0, 0, ""})) ==
          "::error file=a.sql,title=c::m\n");
}

TEST_CASE("nothing in an annotation ends it or begins another one") {
    const auto error =
        Error(ExitCode::graph, "c", "50% done\r\n::warning::no \x1b[31m").with_location({"a,b:c\n.sql", 1, 1, ""});
    CHECK(rev::report::github_annotation(error) ==
          "::error file=a%2Cb%3Ac%0A.sql,line=1,col=1,title=c::50%25 done\\x0d%0A::warning::no \\x1b[31m\n");
}
