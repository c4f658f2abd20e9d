// Writes a project of COUNT revisions in a given shape: line, ladder (a branch and a merge all along), fan (all on one
// base) or team (a side branch every ten revisions, merged five later, as in a repository that several people share).
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Node {
    std::size_t number;
    std::vector<std::size_t> parents;
};

using Shape = std::function<std::vector<std::size_t>(std::size_t)>;

std::vector<std::size_t> line_parents(std::size_t i) {
    return i == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{i - 1};
}

/// Triples: a fork's two sides, then their merge.
std::vector<std::size_t> ladder_parents(std::size_t i) {
    if (i == 0) return {};
    switch ((i - 1) % 3) {
        case 0:
            return {i - 1};
        case 1:
            return {i - 2};
        default:
            return {i - 2, i - 1};
    }
}

std::vector<std::size_t> fan_parents(std::size_t i) {
    return i == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{0};
}

/// Of each ten: number 5 is a side revision on number 0, and number 6 goes on from number 4; number 9 merges 5 in.
std::vector<std::size_t> team_parents(std::size_t i) {
    if (i == 0) return {};
    switch (i % 10) {
        case 5:
            return {i - 5};
        case 6:
            return {i - 2};
        case 9:
            return {i - 1, i - 4};
        default:
            return {i - 1};
    }
}

std::string id_of(std::size_t number) {
    char text[16];
    // A multiplication by an odd number permutes the 48-bit ids, so that they look random and stay distinct.
    const auto mixed = (static_cast<unsigned long long>(number) * 0x5deece66d1ULL + 0xb5eb2dULL) & 0xffffffffffffULL;
    std::snprintf(text, sizeof text, "%012llx", mixed);
    return text;
}

std::string file_text(std::size_t number, const std::vector<std::size_t>& parents) {
    std::string revises;
    for (const auto parent : parents) revises += (revises.empty() ? "" : ", ") + id_of(parent);
    const auto table = "t" + std::to_string(number);
    return "-- add table " + table + "\n--\n-- revision: " + id_of(number) + "\n-- revises: " + revises +
           "\n-- created: 2026-01-01 00:00:00Z\n\n-- rev:upgrade\nCREATE TABLE " + table +
           " (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n\n-- rev:downgrade\nDROP TABLE " + table + ";\n";
}

}  // namespace

int main(int argc, char** argv) {
    const std::map<std::string, Shape> shapes = {
        {"line", line_parents}, {"ladder", ladder_parents}, {"fan", fan_parents}, {"team", team_parents}};
    if (argc != 4 || !shapes.contains(argv[2])) {
        std::fprintf(stderr, "usage: make_history FOLDER line|ladder|fan|team COUNT\n");
        return 2;
    }
    const fs::path project = argv[1];
    const auto& shape = shapes.at(argv[2]);
    const auto count = std::strtoull(argv[3], nullptr, 10);
    fs::create_directories(project / "versions");
    std::ofstream(project / "alembic.yaml") << "url: ${DATABASE_URL:-sqlite:///bench.db}\n";
    for (std::size_t i = 0; i < count; ++i) {
        std::ofstream(project / "versions" / (id_of(i) + "_add_table_t" + std::to_string(i) + ".sql"))
            << file_text(i, shape(i));
    }
}
