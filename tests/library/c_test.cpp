#include "rev/c.h"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "library/library_support.hpp"
#include "support/program.hpp"

using rev::test::line_of_three;
using rev::test::TemporaryProject;

namespace {

struct Answer {
    int exit_code = 0;
    std::string json;
};

template <typename Call>
Answer ask(Call call) {
    char* json = nullptr;
    Answer answer;
    answer.exit_code = call(&json);
    REQUIRE(json != nullptr);
    answer.json = json;
    rev_free(json);
    return answer;
}

bool holds(const Answer& answer, const std::string& part) { return answer.json.find(part) != std::string::npos; }

/// A project with the line of three, and a database beside it.
struct CProject {
    CProject() {
        for (const auto& file : line_of_three()) project.write(std::string(file.path), std::string(file.text));
        folder = project.path().string();
        url = "sqlite:///" + (project.path() / "app.db").string();
    }
    [[nodiscard]] Answer upgrade(const char* target, const char* options = nullptr,
                                 rev_event_callback on_event = nullptr, void* data = nullptr) const {
        return ask([&](char** json) {
            return rev_upgrade(folder.c_str(), url.c_str(), target, options, on_event, data, json);
        });
    }
    [[nodiscard]] Answer current() const {
        return ask([&](char** json) { return rev_current(folder.c_str(), url.c_str(), nullptr, json); });
    }

    TemporaryProject project;
    std::string folder;
    std::string url;
};

int keep(const char* event, void* data) {
    static_cast<std::vector<std::string>*>(data)->emplace_back(event);
    return 0;
}

int stop_at_once(const char* /*event*/, void* /*data*/) { return 1; }

}  // namespace

TEST_CASE("the C interface upgrades, says where the database is, and downgrades") {
    const CProject project;
    const auto pending = ask(
        [&](char** json) { return rev_pending(project.folder.c_str(), project.url.c_str(), nullptr, nullptr, json); });
    CHECK(holds(pending, R"({"revision":"a1","message":"make a1"})"));
    std::vector<std::string> events;
    const auto up = project.upgrade(nullptr, R"({"tag":"c"})", keep, &events);
    CHECK(up.exit_code == 0);
    CHECK(holds(up, R"("rows":["c1"])"));
    CHECK(holds(up, R"("direction":"upgrade","revision":"b1")"));
    CHECK(events.size() >= 7);
    CHECK(holds(project.current(), R"({"revision":"c1","message":"make c1","is_head":true})"));
    const auto down = ask([&](char** json) {
        return rev_downgrade(project.folder.c_str(), project.url.c_str(), "base", nullptr, nullptr, nullptr, json);
    });
    CHECK(down.exit_code == 0);
    CHECK(holds(down, R"("rows":[])"));
}

TEST_CASE("the C interface gives errors as documents and exit codes") {
    const CProject project;
    CHECK(project.upgrade("nowhere").exit_code == 3);
    CHECK(holds(project.upgrade("nowhere"), R"("code":"unknown_revision")"));
    for (const auto* options : {"[]", "{", R"({"tagg":"x"})", R"({"tag":1})", R"({"wait_ms":-1})",
                                R"({"variables":{"a":1}})", R"({"variables":"a"})"}) {
        CAPTURE(options);
        const auto answer = project.upgrade("head", options);
        CHECK(answer.exit_code == 2);
        CHECK(holds(answer, R"("code":"bad_options")"));
    }
    const auto no_project = ask([](char** json) { return rev_current("/nowhere", nullptr, nullptr, json); });
    CHECK(no_project.exit_code == 2);
    const auto null_project = ask([](char** json) { return rev_current(nullptr, nullptr, nullptr, json); });
    CHECK(null_project.exit_code == 2);
    const auto no_target = ask([&](char** json) {
        return rev_downgrade(project.folder.c_str(), nullptr, nullptr, nullptr, nullptr, nullptr, json);
    });
    CHECK(no_target.exit_code == 2);
}

TEST_CASE("a failed run names the steps that are committed") {
    const CProject project;
    project.project.write(
        "versions/c1.sql",
        "-- make c1\n--\n-- revision: c1\n-- revises: b1\n\n-- rev:upgrade\nCREATE TABLE a1 (id integer);\n");
    const auto answer = project.upgrade("head");
    CHECK(answer.exit_code == 5);
    CHECK(holds(answer, R"("rows":["b1"])"));
    CHECK(holds(answer, R"("code":"sql_error")"));
    CHECK(holds(answer, R"("line":7)"));
    CHECK(holds(project.current(), R"("revision":"b1")"));
}

TEST_CASE("a callback stops a run, and nothing is left half done") {
    const CProject project;
    const auto answer = project.upgrade("head", nullptr, stop_at_once);
    CHECK(answer.exit_code == 130);
    CHECK(holds(answer, R"("code":"interrupted")"));
    CHECK(project.upgrade("head").exit_code == 0);
}

TEST_CASE("the C interface may be called on several threads at once: each statement runs once") {
    const CProject project;
    std::atomic<int> failed = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            char* json = nullptr;
            if (rev_upgrade(project.folder.c_str(), project.url.c_str(), "head", nullptr, nullptr, nullptr, &json) != 0)
                ++failed;
            rev_free(json);
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(failed == 0);
    CHECK(holds(project.current(), R"("revision":"c1")"));
}
