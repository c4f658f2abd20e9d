// One project on several threads at once. Says most under ThreadSanitizer (preset `tsan`).
#include <doctest/doctest.h>

#include <thread>

#include "library/library_support.hpp"
#include "support/program.hpp"

using rev::Project;
using rev::RevisionText;
using rev::test::TemporaryFolder;

namespace {

constexpr std::size_t thread_count = 4;

/// Two labelled branches and their merge point.
std::vector<RevisionText> branches() {
    return {
        {"versions/a1.sql",
         "-- a\n--\n-- revision: a1\n-- revises:\n\n-- rev:upgrade\nCREATE TABLE a1 (id integer);\n"
         "\n-- rev:downgrade\nDROP TABLE a1;\n"},
        {"versions/b1.sql",
         "-- b\n--\n-- revision: b1\n-- revises: a1\n-- branch_labels: bee\n\n-- rev:upgrade\n"
         "INSERT INTO a1 VALUES (1);\n\n-- rev:downgrade\nDELETE FROM a1 WHERE id = 1;\n"},
        {"versions/c1.sql",
         "-- c\n--\n-- revision: c1\n-- revises: a1\n-- branch_labels: sea\n-- transaction: false\n\n"
         "-- rev:upgrade\nINSERT INTO a1 VALUES (2);\nINSERT INTO a1 VALUES (3);\n"
         "\n-- rev:downgrade\nDELETE FROM a1 WHERE id > 1;\n"},
        {"versions/m1.sql", "-- m\n--\n-- revision: m1\n-- revises: b1, c1\n\n-- rev:upgrade\n\n-- rev:downgrade\n"}};
}

std::string url_of(const TemporaryFolder& folder, const std::string& name) {
    return "sqlite:///" + (folder.path() / name).string();
}

/// Calls `work` with 0, 1, 2 ... on a thread each; what one throws fails the test.
template <typename Work>
void on_threads(Work work) {
    std::vector<std::string> failures(thread_count);
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < thread_count; ++i) {
            threads.emplace_back([&, i] {
                try {
                    work(i);
                } catch (const std::exception& error) {
                    failures[i] = error.what();
                }
            });
        }
    }
    for (const auto& failure : failures) CHECK(failure.empty());
}

}  // namespace

TEST_CASE("a graph answers several threads at once, from its first question on") {
    const auto project = Project::embedded(branches());
    std::vector<std::string> answers(thread_count);
    on_threads([&](std::size_t i) {
        const auto& graph = project.graph();
        for (const auto& revision : graph.revisions())
            for (const auto& label : graph.labels(revision)) answers[i] += revision.id + ":" + label + " ";
        for (const auto* revision : rev::history(graph, "")) answers[i] += revision->id + " ";
        answers[i] += rev::resolve_one(graph, "bee@head").id;
    });
    for (const auto& answer : answers) CHECK(answer == "b1:bee c1:sea m1:bee m1:sea m1 b1 c1 a1 m1");
}

TEST_CASE("one project runs on several databases at once") {
    const TemporaryFolder folder;
    const auto project = Project::embedded(branches());
    std::vector<std::size_t> steps(thread_count);
    on_threads([&](std::size_t i) {
        const auto url = url_of(folder, "app" + std::to_string(i) + ".db");
        for (int round = 0; round < 3; ++round) {
            steps[i] += project.upgrade(url).steps.size();
            steps[i] += project.downgrade(url, "base").steps.size();
        }
        (void)project.upgrade(url);
    });
    for (std::size_t i = 0; i < thread_count; ++i) {
        CHECK(steps[i] == 24);
        const rev::test::Sqlite database((folder.path() / ("app" + std::to_string(i) + ".db")).string());
        CHECK(database.query("SELECT group_concat(id) FROM (SELECT id FROM a1 ORDER BY id)") == "1,2,3");
    }
}

TEST_CASE("several threads that upgrade one database run each statement once") {
    const TemporaryFolder folder;
    const auto project = Project::embedded(branches());
    std::vector<std::size_t> steps(thread_count);
    on_threads([&](std::size_t i) { steps[i] = project.upgrade(url_of(folder, "app.db")).steps.size(); });
    CHECK(steps[0] + steps[1] + steps[2] + steps[3] == 4);
    const rev::test::Sqlite database((folder.path() / "app.db").string());
    CHECK(database.query("SELECT group_concat(id) FROM (SELECT id FROM a1 ORDER BY id)") == "1,2,3");
}
