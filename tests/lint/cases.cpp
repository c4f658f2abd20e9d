#include "lint/cases.hpp"

#include <fstream>
#include <stdexcept>

namespace rev::test {

std::vector<LintCase> read_lint_cases(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    std::vector<LintCase> cases;
    std::string given;
    std::string* target = nullptr;
    for (std::string line; std::getline(in, line);) {
        if (line == "-- given") {
            target = &given;
        } else if (line.starts_with("-- case")) {
            LintCase next;
            const auto colon = line.find(':');
            const auto options = line.substr(7, colon - 7);
            next.name = file.stem().string() + line.substr(colon);
            next.given = given;
            next.in_transaction = options.find("no transaction") == std::string::npos;
            next.enforces_foreign_keys = options.find("foreign keys") != std::string::npos;
            cases.push_back(std::move(next));
            target = &cases.back().sql;
        } else if (target != nullptr) {
            *target += line + "\n";
        }
    }
    return cases;
}

}  // namespace rev::test
