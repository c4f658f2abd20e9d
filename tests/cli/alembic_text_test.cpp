// The text of history, heads, branches, show and current, compared with the real Alembic's over the same graphs.
// Normalised on both sides: `Path:` lines (absolute .py against relative .sql), `Create Date:` lines (Alembic's files
// here have none), and, where Alembic's order comes from a Python set, the order of names in `Branches into:` and
// `Branch names:` lines, of labels in parentheses, of the children below a branch point, and of
// the revisions that `current` lists.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "base/text.hpp"
#include "cli/cli_support.hpp"

using rev::test::expect;
using rev::test::ProgramResult;
using rev::test::run_program;
using rev::test::TemporaryFolder;
using rev::test::TemporaryProject;

namespace fs = std::filesystem;

namespace {

struct Node {
    std::string id;
    std::vector<std::string> revises;
    std::vector<std::string> depends_on;
    std::string label;
    std::string description;
};

using Nodes = std::vector<Node>;

std::string python_tuple(const std::vector<std::string>& names) {
    if (names.empty()) return "None";
    return "('" + rev::base::join(names, "', '") + "',)";
}

/// The file that `alembic revision` would have written.
std::string python_file(const Node& node) {
    std::string text = "\"\"\"make " + node.id + "\n\n";
    if (!node.description.empty()) text += node.description + "\n\n";
    text += "Revision ID: " + node.id + "\nRevises: " + rev::base::join(node.revises, ", ") + "\n\n\"\"\"\n";
    text += "revision = '" + node.id + "'\ndown_revision = " + python_tuple(node.revises) + "\n";
    text += "branch_labels = " + (node.label.empty() ? "None" : "('" + node.label + "',)") + "\n";
    text += "depends_on = " + python_tuple(node.depends_on) + "\n";
    return text + "def upgrade():\n    pass\ndef downgrade():\n    pass\n";
}

std::string sql_file(const Node& node) {
    std::string text = "-- make " + node.id + "\n--\n";
    if (!node.description.empty()) text += "-- " + node.description + "\n--\n";
    text += "-- revision: " + node.id + "\n-- revises: " + rev::base::join(node.revises, ", ") + "\n";
    if (!node.depends_on.empty()) text += "-- depends_on: " + rev::base::join(node.depends_on, ", ") + "\n";
    if (!node.label.empty()) text += "-- branch_labels: " + node.label + "\n";
    return text + "\n-- rev:upgrade\n\n-- rev:downgrade\n";
}

constexpr const char* env_py = R"(from alembic import context
from sqlalchemy import create_engine
with create_engine("sqlite:///test.db").connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
)";

/// Runs each argument as a command line, all in one process, as starting Python and SQLAlchemy takes longer than all
/// that they do here; prints the answers with a line "\x01" behind each. Alembic 1.8.1 loads files in the order in
/// which the folder happens to list them; sorted is what later versions do.
constexpr const char* alembic_py = R"(import os, sys
unsorted = os.listdir
os.listdir = lambda *arguments: sorted(unsorted(*arguments))
from alembic.config import main
for line in sys.argv[1:]:
    main(argv=line.split(), prog="alembic")
    print("\x01", flush=True)
)";

/// One graph as a project of rev and as one of Alembic, on one database.
class Twins {
public:
    explicit Twins(const Nodes& nodes) {
        project_.write("alembic.ini", "[alembic]\nscript_location = script\n");
        project_.write("script/env.py", env_py);
        for (const auto& node : nodes) {
            project_.write("versions/" + node.id + ".sql", sql_file(node));
            project_.write("script/versions/" + node.id + ".py", python_file(node));
        }
    }

    [[nodiscard]] const TemporaryProject& project() const { return project_; }

    /// What Alembic prints for each line.
    [[nodiscard]] std::vector<std::string> alembic(const std::vector<std::string>& lines) const {
        rev::test::Arguments command{"/usr/bin/python3", "-B", "-c", alembic_py};
        command.insert(command.end(), lines.begin(), lines.end());
        const auto result = run_program(command, {project_.path(), {}, {}});
        REQUIRE_MESSAGE(result.exit_code == 0, result.err);
        std::vector<std::string> answers;
        std::string_view rest = result.out;
        for (const std::string_view end = "\x01\n"; !rest.empty();
             rest.remove_prefix(answers.back().size() + end.size()))
            answers.emplace_back(rest.substr(0, rest.find(end)));
        REQUIRE(answers.size() == lines.size());
        return answers;
    }

private:
    TemporaryProject project_;
};

std::string sorted_names(const std::string& list) {
    auto names = rev::base::split_list(list);
    std::sort(names.begin(), names.end());
    return rev::base::join(names, ", ");
}

/// The line with the names of each `(b, a)` in it sorted.
std::string with_sorted_groups(std::string line) {
    for (auto open = line.find('('); open != std::string::npos; open = line.find('(', open + 1)) {
        const auto close = line.find(')', open);
        if (close == std::string::npos) break;
        line.replace(open + 1, close - open - 1, sorted_names(line.substr(open + 1, close - open - 1)));
    }
    return line;
}

/// The lines of `current`, or the paragraphs of `current -v`, sorted.
std::string sorted_entries(const std::string& text) {
    std::vector<std::string> entries;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const bool starts = entries.empty() || !entries.front().starts_with("Current ") || line.starts_with("Rev: ");
        if (starts) entries.emplace_back();
        entries.back() += line + "\n";
    }
    std::sort(entries.begin(), entries.end());
    return rev::base::join(entries, "");
}

/// See the top of this file.
std::string normalised(const std::string& text) {
    std::istringstream lines(text);
    std::string result;
    std::vector<std::string> children;
    const auto flush = [&] {
        std::sort(children.begin(), children.end());
        for (const auto& child : children) result += child + "\n";
        children.clear();
    };
    for (std::string line; std::getline(lines, line);) {
        line = with_sorted_groups(std::move(line));
        if (line.starts_with("  ") && line.find(" -> ") != std::string::npos) {
            children.push_back(line);
            continue;
        }
        flush();
        for (const std::string key : {"Branches into: ", "Branch names: "}) {
            if (line.starts_with(key)) line = key + sorted_names(line.substr(key.size()));
        }
        if (line.starts_with("Path: ")) line = "Path: " + fs::path(line.substr(6)).stem().string();
        result += line + "\n";
    }
    flush();
    return result;
}

void check_same(const Twins& twins, const std::vector<std::string>& lines) {
    const auto theirs = twins.alembic(lines);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        CAPTURE(lines[i]);
        const auto ours = expect(twins.project(), lines[i]).out;
        const auto comparable = [&](const std::string& text) {
            return lines[i].starts_with("current") ? sorted_entries(normalised(text)) : normalised(text);
        };
        CHECK(comparable(ours) == comparable(theirs[i]));
    }
}

/// Branches, a criss-cross merge, labels, a second tree that depends on the first.
Nodes story() {
    return {
        {"a100", {}, {}, "", ""},
        {"b100", {"a100"}, {}, "bee", "Why bees are needed."},
        {"b200", {"b100"}, {}, "", ""},
        {"c100", {"a100"}, {}, "", ""},
        {"c200", {"c100"}, {}, "", ""},
        {"m100", {"b200", "c200"}, {}, "", "Joins them."},
        {"m200", {"c200", "b200"}, {}, "", ""},
        {"t100", {}, {"c100"}, "tree", ""},
        {"t200", {"t100"}, {"m100"}, "", ""},
    };
}

/// A random graph; ids sort in the order in which they are made.
Nodes random_nodes(unsigned seed) {
    std::mt19937 random(seed);
    const auto below = [&](std::size_t limit) { return random() % limit; };
    Nodes nodes;
    for (std::size_t i = 0; i < 12; ++i) {
        Node node;
        node.id = "r" + std::to_string(100 + i);
        if (i > 0 && below(6) != 0) node.revises.push_back(nodes[below(i)].id);
        if (i > 3 && below(3) == 0) {
            const auto& other = nodes[below(i)].id;
            if (!node.revises.empty() && node.revises.front() != other) node.revises.push_back(other);
        }
        if (below(6) == 0) node.label = "label" + std::to_string(i);
        nodes.push_back(node);
    }
    return nodes;
}

}  // namespace

TEST_CASE("history, heads, branches and show print what the real Alembic prints") {
    check_same(Twins(story()), {"history", "history -v", "history -r b100:m200", "history -r :c200",
                                "history -r a100:m100 -v", "heads", "heads -v", "heads --resolve-dependencies",
                                "branches", "branches -v", "show a100", "show heads", "show bee", "show base"});
}

TEST_CASE("current, history -i and ranges from current print what the real Alembic prints") {
    const Twins twins(story());
    for (const char* target : {"a100", "b200", "c200", "t100", "heads"}) {
        CAPTURE(target);
        expect(twins.project(), std::string("upgrade ") + target);
        check_same(twins, {"current", "current -v", "history -i", "history -i -v", "history -r :current"});
    }
}

TEST_CASE("random graphs print as the real Alembic prints them") {
    for (unsigned seed = 1; seed <= 8; ++seed) {
        CAPTURE(seed);
        check_same(Twins(random_nodes(seed)), {"history", "heads", "branches"});
    }
}
