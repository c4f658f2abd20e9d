#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "lint/lint.hpp"
#include "lint/output.hpp"

// The input is a schema and, behind the first line "====", a migration. Whatever both are, lint says the same of them
// twice, and each finding stands at a line of the migration.

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

std::string file(const std::string& id, const std::string& revises, const std::string& section) {
    return "-- m\n--\n-- revision: " + id + "\n-- revises: " + revises + "\n\n-- rev:upgrade\n" + section;
}

std::string linted(const std::string& given, const std::string& migration, rev::Dialect dialect) {
    const std::string first = file("a", "", given);
    const std::string second = file("b", "a", migration);
    const std::array<rev::RevisionText, 2> texts = {rev::RevisionText{"a.sql", first},
                                                    rev::RevisionText{"b.sql", second}};
    const rev::ScriptDirectory scripts(rev::Config(), texts);
    const auto graph = scripts.load_graph();
    rev::lint::LintRequest request;
    request.revisions = {graph.find("b")};
    request.dialect = dialect;
    const auto result = rev::lint::lint_revisions(scripts, graph, request);
    for (const auto& finding : result.findings)
        require(finding.path == "b.sql" && finding.line >= 1 && finding.column >= 1 && !finding.message.empty());
    std::ostringstream out;
    rev::lint::write_json(out, result);
    rev::lint::write_sarif(out, result);
    rev::lint::write_text(out, result);
    return out.str();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(reinterpret_cast<const char*>(data), size);
    const auto mark = input.find("\n====\n");
    const auto given = input.substr(0, mark);
    const auto migration = mark == std::string::npos ? input : input.substr(mark + 6);
    for (const auto dialect : {rev::Dialect::postgresql, rev::Dialect::sqlite}) {
        try {
            require(linted(given, migration, dialect) == linted(given, migration, dialect));
        } catch (const rev::Error& error) {
            require(error.exit_code() == rev::ExitCode::graph);
        }
    }
    return 0;
}
