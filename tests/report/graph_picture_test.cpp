#include "report/graph_picture.hpp"

#include <doctest/doctest.h>

#include "report/report_support.hpp"
#include "support/graph_of.hpp"

namespace rev::test {

namespace {

const std::string hostile = "say \"<script>alert('x')</script>\" \\N & --> %%{init}%% #quot; `*b*` \x1b[2J\n2. end";

/// a <- b, c <- m; o depends on b; every message is hostile.
Graph hostile_sample() {
    auto revisions = revisions_of("a -> b[bee], a -> c, b c -> m, b => o");
    for (auto& revision : revisions) revision.message = hostile;
    return Graph(std::move(revisions));
}

TEST_CASE("SVG: repeatable objects stand below the revisions, and their text is no markup") {
    const auto graph = graph_of("a -> b");
    auto picture = picture_of(graph);
    auto& pictured = picture.repeatables.emplace_back();
    pictured.repeatable.name = "active_users";
    pictured.repeatable.message = "<b> & co";
    pictured.repeatable.needs = {"accounts"};
    pictured.state = "changed";
    const auto svg = report::graph_svg(picture);
    CHECK(has(svg, "<tspan class=\"id\">active_users</tspan> (changed) (needs accounts) &lt;b&gt; &amp; co</text>"));
    CHECK(has(svg, "height=\"96\""));
    CHECK_FALSE(has(svg, "<b>"));
}

}  // namespace

TEST_CASE("DOT has an arrow from each revision to what stands on it") {
    const auto graph = graph_of("a -> b[bee], b -> c, a => d");
    auto picture = picture_of(graph);
    picture.states = {report::RevisionState::pending, report::RevisionState::current, report::RevisionState::pending,
                      report::RevisionState::applied};
    const auto dot = report::graph_dot(picture);
    CHECK(has(dot, "\"a\" -> \"b\"\n"));
    CHECK(has(dot, "\"a\" -> \"d\" [style=dashed]\n"));
    CHECK(has(dot, "\"b\" [label=\"b (bee)\\nabout b\", fillcolor=\"#a6e3b4\", penwidth=2]\n"));
    CHECK(has(report::graph_dot(picture_of(graph, "b:")), "\"outside 1\" -> \"b\" [style=dotted]\n"));
}

TEST_CASE("DOT escapes quotes, backslashes, entities and line ends") {
    const auto graph = hostile_sample();
    CHECK(has(report::graph_dot(picture_of(graph)),
              R"(\nsay \"<script>alert('x')</script>\" \\N &amp; --> %%{init}%% #quot; `*b*` \\x1b[2J 2. end"])"));
}

TEST_CASE("Mermaid gets letters, digits and entities alone") {
    const auto graph = hostile_sample();
    const auto text = report::graph_mermaid(picture_of(graph));
    CHECK(text.starts_with("flowchart BT\n  r0(\""));
    CHECK(has(text, "b #40;bee#41;<br/>say #34;#60;script#62;alert#40;#39;x#39;#41;"));
    CHECK_FALSE(has(text, "<script"));
    CHECK_FALSE(has(text, "%%"));
    CHECK_FALSE(has(text, "`"));
    CHECK(has(text, " -.-> "));
}

TEST_CASE("Mermaid marks states with classes") {
    const auto graph = graph_of("a -> b");
    auto picture = picture_of(graph);
    picture.states = {report::RevisionState::pending, report::RevisionState::current};
    const auto text = report::graph_mermaid(picture);
    CHECK(has(text, "  r0(\"b<br/>about b\"):::pending\n  r1(\"a<br/>about a\"):::current\n  r1 --> r0\n"));
    CHECK(has(text, "classDef pending "));
}

TEST_CASE("SVG has a line for each edge and escapes all text") {
    const auto graph = hostile_sample();
    const auto svg = report::graph_svg(picture_of(graph));
    CHECK_FALSE(has(svg, "<script"));
    CHECK(has(svg, "&lt;script&gt;alert(&#39;x&#39;)"));
    CHECK_FALSE(has(svg, "\x1b"));
    std::size_t paths = 0;
    for (auto at = svg.find("<path"); at != std::string::npos; at = svg.find("<path", at + 1)) ++paths;
    CHECK(paths == 5);
    CHECK(has(svg, "<path class=\"dependency\""));
}

TEST_CASE("markup shows everything and steers nothing") {
    CHECK(report::markup_text("a<b>&\"c\"'d'") == "a&lt;b&gt;&amp;&quot;c&quot;&#39;d&#39;");
    CHECK(report::markup_text("\x1b[0m \xff \xE2\x80\xAE") == "\\x1b[0m \\xff \\u202e");
    CHECK(report::markup_text("\xEF\xBF\xBF \xEF\xB7\x90 \xC3\xA4") == "\xEF\xBF\xBD \xEF\xBF\xBD \xC3\xA4");
}

}  // namespace rev::test
