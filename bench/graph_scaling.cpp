// How long questions to the graph take as it grows: nanoseconds for each revision, which stay level where the cost is
// linear. Usage: bench_graph_scaling [LARGEST [SHAPE...]], by default 100000 revisions and all shapes.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rev/graph.hpp"
#include "rev/plan.hpp"

namespace {

using rev::Graph;
using rev::Plan;
using rev::Revision;

using Revisions = std::vector<Revision>;

Revision revision(std::string id, std::vector<std::string> revises = {}, std::vector<std::string> depends_on = {},
                  std::vector<std::string> labels = {}) {
    Revision made;
    made.id = std::move(id);
    made.revises = std::move(revises);
    made.depends_on = std::move(depends_on);
    made.branch_labels = std::move(labels);
    return made;
}

std::string numbered(std::string_view prefix, std::size_t number) { return fmt::format("{}{:08}", prefix, number); }

/// One after the other; their ids differ in the last characters only.
Revisions line(std::size_t count) {
    Revisions revisions{revision(numbered("r", 0))};
    for (std::size_t i = 1; i < count; ++i) revisions.push_back(revision(numbered("r", i), {numbered("r", i - 1)}));
    return revisions;
}

/// Branch and merge, again and again.
Revisions ladder(std::size_t count) {
    Revisions revisions{revision(numbered("m", 0))};
    for (std::size_t i = 1; revisions.size() + 3 <= count; ++i) {
        const auto below = numbered("m", i - 1);
        revisions.push_back(revision(numbered("a", i), {below}));
        revisions.push_back(revision(numbered("b", i), {below}));
        revisions.push_back(revision(numbered("m", i), {numbered("a", i), numbered("b", i)}));
    }
    return revisions;
}

/// Branches that cross: each rung merges both sides into both sides.
Revisions criss_cross(std::size_t count) {
    Revisions revisions{revision("base"), revision(numbered("a", 0), {"base"}), revision(numbered("b", 0), {"base"})};
    for (std::size_t i = 1; revisions.size() + 2 <= count; ++i) {
        const auto a = numbered("a", i - 1);
        const auto b = numbered("b", i - 1);
        revisions.push_back(revision(numbered("a", i), {a, b}));
        revisions.push_back(revision(numbered("b", i), {b, a}));
    }
    return revisions;
}

/// All of them heads on one base.
Revisions fan(std::size_t count) {
    Revisions revisions{revision("base")};
    for (std::size_t i = 1; i < count; ++i) revisions.push_back(revision(numbered("h", i), {"base"}));
    return revisions;
}

/// A fan that is merged at once.
Revisions merged_fan(std::size_t count) {
    auto revisions = fan(count - 1);
    auto merge = revision("merge");
    for (std::size_t i = 1; i < revisions.size(); ++i) merge.revises.push_back(revisions[i].id);
    revisions.push_back(std::move(merge));
    return revisions;
}

/// Bases, each with a label, each but the first depending on the first and on the label before it.
Revisions labelled_bases(std::size_t count) {
    Revisions revisions;
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::string> depends_on;
        if (i > 0) depends_on = {numbered("label", i - 1), numbered("r", 0)};
        revisions.push_back(revision(numbered("r", i), {}, depends_on, {numbered("label", i)}));
    }
    return revisions;
}

/// Two lines side by side, as expand and contract branches: each step of one depends on its twin in the other.
Revisions twins(std::size_t count) {
    Revisions revisions{revision(numbered("e", 0), {}, {}, {"expand"}),
                        revision(numbered("c", 0), {}, {numbered("e", 0)}, {"contract"})};
    for (std::size_t i = 1; revisions.size() + 2 <= count; ++i) {
        revisions.push_back(revision(numbered("e", i), {numbered("e", i - 1)}));
        revisions.push_back(revision(numbered("c", i), {numbered("c", i - 1)}, {numbered("e", i)}));
    }
    return revisions;
}

/// A trunk with as many heads on its end, all depending on the same revision beside it.
Revisions heads_with_one_dependency(std::size_t count) {
    Revisions revisions{revision("shared"), revision("early", {}, {"shared"})};
    revisions.push_back(revision(numbered("t", 0)));
    const auto trunk = count / 2;
    for (std::size_t i = 1; i < trunk; ++i) revisions.push_back(revision(numbered("t", i), {numbered("t", i - 1)}));
    for (std::size_t i = 0; revisions.size() < count; ++i) {
        revisions.push_back(revision(numbered("h", i), {numbered("t", trunk - 1)}, {"shared"}));
    }
    return revisions;
}

/// A hundred lines; each revision depends on the one before it, which stands in another line.
Revisions weave(std::size_t count) {
    constexpr std::size_t lines = 100;
    Revisions revisions;
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::string> parents;
        std::vector<std::string> depends_on;
        if (i >= lines) parents = {numbered("r", i - lines)};
        if (i > 0) depends_on = {numbered("r", i - 1)};
        revisions.push_back(revision(numbered("r", i), parents, depends_on));
    }
    return revisions;
}

/// Each revision merges two of the forty before it, chosen at random, as a large team without rules would.
Revisions thicket(std::size_t count) {
    std::minstd_rand random(7);
    Revisions revisions{revision(numbered("r", 0))};
    for (std::size_t i = 1; i < count; ++i) {
        const auto nearby = std::min<std::size_t>(i, 40);
        const auto first = i - 1 - random() % nearby;
        const auto second = i - 1 - random() % nearby;
        std::vector<std::string> parents{numbered("r", first)};
        if (second != first) parents.push_back(numbered("r", second));
        revisions.push_back(revision(numbered("r", i), parents));
    }
    return revisions;
}

struct Shape {
    const char* name;
    Revisions (*make)(std::size_t count);
};

const Shape shapes[] = {
    {"line", line},
    {"ladder", ladder},
    {"criss-cross", criss_cross},
    {"fan", fan},
    {"merged fan", merged_fan},
    {"labelled bases", labelled_bases},
    {"twins", twins},
    {"heads, one dependency", heads_with_one_dependency},
    {"weave", weave},
    {"thicket", thicket},
};

template <typename Work>
double nanoseconds(Work&& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
}

std::size_t count_labels(const Graph& graph) {
    std::size_t labels = 0;
    for (const auto& revision : graph.revisions()) labels += graph.labels(revision).size();
    return labels;
}

/// Every second row of the heads: what stamp has to compare its targets with.
std::vector<rev::RevisionId> half_of(const std::vector<rev::RevisionId>& rows) {
    std::vector<rev::RevisionId> half;
    for (std::size_t i = 0; i < rows.size(); i += 2) half.push_back(rows[i]);
    return half;
}

/// `ID+N`: from the first revision up as long as there is one way.
std::string longest_walk(const Graph& graph) {
    const Revision* at = graph.revisions().data();
    std::size_t steps = 0;
    for (auto children = graph.children(*at); children.size() == 1; children = graph.children(*at)) {
        at = children.front();
        ++steps;
    }
    return fmt::format("{}+{}", graph.revisions().front().id, steps);
}

void measure(const Shape& shape, std::size_t count) {
    auto revisions = shape.make(count);
    const auto size = static_cast<double>(revisions.size());
    const std::vector<rev::graph::Target> heads{rev::graph::Target("heads")};
    Graph graph({});
    Plan upgrade;
    const double times[] = {
        nanoseconds([&] { graph = Graph(std::move(revisions)); }),
        nanoseconds([&] { (void)rev::history(graph, ""); }),
        nanoseconds([&] { upgrade = rev::plan_upgrade(graph, {}, "heads"); }),
        nanoseconds([&] { (void)rev::plan_downgrade(graph, upgrade.to, "base"); }),
        nanoseconds([&] { (void)rev::plan_upgrade(graph, {}, longest_walk(graph)); }),
        nanoseconds([&] { (void)rev::plan_stamp(graph, half_of(upgrade.to), heads, false); }),
        nanoseconds([&] { (void)rev::current(graph, upgrade.to); }),
        nanoseconds([&] { (void)count_labels(graph); }),
    };
    fmt::print("{:<22}{:>9}", shape.name, graph.size());
    for (const double time : times) fmt::print("{:>11.0f}", time / size);
    fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t largest = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100'000;
    fmt::print("{:<22}{:>9}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}\n", "ns per revision", "revisions", "build",
               "history", "upgrade", "downgrade", "relative", "stamp", "current", "labels");
    const std::vector<std::string_view> chosen(argv + std::min(argc, 2), argv + argc);
    for (const auto& shape : shapes) {
        if (!chosen.empty() && std::find(chosen.begin(), chosen.end(), shape.name) == chosen.end()) continue;
        for (std::size_t count = largest / 16; count <= largest; count *= 4) measure(shape, count);
    }
    return 0;
}
