// The page's text; tests/graph_page opens it in a browser.
#include <doctest/doctest.h>

#include "report/report_support.hpp"
#include "state/state.hpp"
#include "support/graph_of.hpp"

namespace rev::test {

namespace {

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

/// a <- b; the message of b is this text.
Graph with_message(const std::string& message) {
    auto revisions = revisions_of("a -> b");
    for (auto& revision : revisions)
        if (revision.id == "b") revision.message = message;
    return Graph(std::move(revisions));
}

}  // namespace

TEST_CASE("no text can end the page's script, begin another one, or be taken for a placeholder") {
    const auto graph = with_message("</script><!-- <script> & \xE2\x80\xA8 \xE2\x80\xA9 {{script}}");
    auto picture = picture_of(graph);
    picture.page.title = "<i>shop</i>";
    const auto page = report::graph_html(picture);
    CHECK(has(page, R"("\u003c/script\u003e\u003c!-- \u003cscript\u003e \u0026 \u2028 \u2029 {{script}}")"));
    CHECK(count(page, "<script") == 2);
    CHECK(count(page, "</script") == 2);
    CHECK(has(page, "<h1 id=\"title\">&lt;i&gt;shop&lt;/i&gt;</h1>"));
}

TEST_CASE("what is no UTF-8, or steers a terminal, is shown as escapes") {
    const auto graph = with_message("a\xffz\x1b[2J");
    auto picture = picture_of(graph);
    state::LogEntry entry;
    entry.event = "upgrade";
    entry.database_user = "J\xf6rg";
    picture.log["b"] = {entry};
    const auto page = report::graph_html(picture);
    CHECK(has(page, R"("a\\xffz\\x1b[2J")"));
    CHECK(has(page, R"("user":"J\\xf6rg")"));
    CHECK(page.find('\xff') == std::string::npos);
}

TEST_CASE("the page has the layout's lanes and edges, and names what lies outside the range") {
    const auto graph = graph_of("a -> b, a -> c, b c -> m, b => o, m -> p");
    const auto page = report::graph_html(picture_of(graph, "m:p"));
    CHECK(has(page, "\"edges\":[\n[0,1,0,0],\n[1,2,0,2,\"b\"],\n[1,2,0,2,\"c\"]\n]"));
    CHECK(has(page, R"({"id":"m","lane":0,"message":"about m","state":"")"));
}

TEST_CASE("the policy names the page's own style and script by their hashes") {
    const auto graph = graph_of("a");
    const auto page = report::graph_html(picture_of(graph));
    CHECK(has(page, "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-"));
    const auto hash = page.find("script-src 'sha256-") + std::string_view("script-src 'sha256-").size();
    CHECK(page.substr(hash + 43, 3) == "='\"");  // 32 bytes are 43 digits and one `=`
    CHECK_FALSE(has(page, "{{"));
}

TEST_CASE("line ends of Windows are no part of the SQL that is shown") {
    const auto graph = graph_of("a");
    auto picture = picture_of(graph);
    picture.page.read_file = [](const Revision&) {
        return parse_revision_file(
            "-- about a\r\n--\r\n-- revision: a\r\n-- revises:\r\n\r\n-- rev:upgrade sqlite\r\nSELECT 1;\r\n"
            "SELECT '\r';\r\n",
            "versions/a.sql");
    };
    CHECK(has(report::graph_html(picture),
              R"({"kind":"upgrade","line":7,"text":"SELECT 1;\nSELECT '\\x0d';\n","dialect":"sqlite"})"));
}

}  // namespace rev::test
