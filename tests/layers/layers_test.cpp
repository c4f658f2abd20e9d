// Reads the #include lines of include/ and src/ and fails on an arrow that the layering does not have.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fs = std::filesystem;

namespace {

using Names = std::set<std::string>;

/// The modules whose headers each module may include, its own aside.
const std::map<std::string, Names> allowed_modules = {
    {"base", {}},
    {"sql", {"base"}},
    {"json", {"base"}},
    {"graph", {"base"}},
    {"schema", {"base", "sql"}},
    {"catalog", {"base", "schema", "db"}},
    {"config", {"base", "schema"}},
    {"db", {"base", "sql"}},
    {"script", {"base", "sql", "graph", "config"}},
    {"state", {"base", "sql", "graph", "config", "db", "script"}},
    {"run", {"base", "sql", "graph", "config", "db", "script", "state"}},
    {"scratch", {"base", "sql", "graph", "config", "db", "script", "state", "run"}},
    {"lint", {"base", "sql", "graph", "config", "db", "script", "state", "run", "scratch"}},
    {"app", {"base", "sql", "graph", "config", "db", "script", "state", "run"}},
    {"autogenerate",
     {"base", "sql", "graph", "config", "db", "script", "state", "run", "schema", "catalog", "scratch", "app"}},
    {"rewrite", {"base", "sql", "graph", "config", "db", "script", "state", "run"}},
    {"fleet", {"base", "sql", "graph", "config", "db", "script", "state", "run", "app"}},
    {"trail",
     {"base", "sql", "graph", "config", "db", "script", "state", "run", "schema", "catalog", "scratch", "app",
      "autogenerate"}},
    {"report",
     {"base", "sql", "graph", "config", "db", "script", "state", "run", "schema", "app", "fleet", "trail", "json"}},
    {"diagram", {"base", "sql", "schema", "report"}},
    {"import",
     {"base", "sql", "graph", "config", "db", "script", "state", "run", "schema", "catalog", "scratch", "app",
      "autogenerate", "trail"}},
    {"library", {"base", "sql", "graph", "config", "db", "script", "state", "run", "app", "json"}},
    {"commands",
     {"base", "sql",          "graph", "config",  "db",   "script", "state",   "run",   "schema", "catalog", "scratch",
      "app",  "autogenerate", "trail", "diagram", "lint", "import", "rewrite", "fleet", "report", "json"}},
    {"manual", {"base", "commands"}},
    {"main",
     {"base", "sql", "graph", "config", "db", "script", "state", "run", "app", "autogenerate", "fleet", "report",
      "commands"}},
};

/// Which module each public header belongs to.
const std::map<std::string, std::string> public_header_module = {
    {"error.hpp", "base"},           {"error_codes.hpp", "base"}, {"dialect.hpp", "base"},     {"version.hpp", "base"},
    {"revision.hpp", "graph"},       {"graph.hpp", "graph"},      {"target.hpp", "graph"},     {"plan.hpp", "graph"},
    {"repeatable.hpp", "graph"},     {"config.hpp", "config"},    {"run_result.hpp", "graph"}, {"stop.hpp", "base"},
    {"revision_text.hpp", "script"}, {"project.hpp", "library"},  {"c.h", "library"},
};

/// Third-party headers by the start of their name, and the modules that may include them.
const std::vector<std::pair<std::string, Names>> third_party = {
    {"boost/graph", {"graph", "schema"}},
    {"boost/crc", {"import"}},
    {"yaml-cpp/", {"config"}},
    {"nettle/", {"state", "import"}},
    {"CLI/", {"commands", "main"}},
    {"nlohmann/", {"json", "report", "lint", "import", "library", "sql"}},
    {"pqxx/", {"db"}},
    {"libpq", {"db"}},
    {"sqlite3", {"db"}},
    {"pg_query", {"sql"}},
};

struct Include {
    fs::path file;
    std::string name;
};

/// What `#include <name>` or `#include "name"` names; empty: the line does not include.
std::string included_name(std::string_view line) {
    const auto skip_blanks = [&] { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); };
    for (const std::string_view part : {"#", "include"}) {
        skip_blanks();
        if (!line.starts_with(part)) return {};
        line.remove_prefix(part.size());
    }
    skip_blanks();
    if (!line.starts_with('<') && !line.starts_with('"')) return {};
    line.remove_prefix(1);
    return std::string(line.substr(0, line.find_first_of(">\"")));
}

std::vector<Include> includes_below(const fs::path& folder) {
    std::vector<Include> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const auto extension = entry.path().extension();
        if (extension != ".cpp" && extension != ".hpp") continue;
        std::ifstream in(entry.path());
        for (std::string line; std::getline(in, line);) {
            if (auto name = included_name(line); !name.empty()) found.push_back({entry.path(), std::move(name)});
        }
    }
    return found;
}

std::string module_of_file(const fs::path& file, const fs::path& source) {
    const auto relative = fs::relative(file, source);
    return std::distance(relative.begin(), relative.end()) > 1 ? relative.begin()->string() : "main";
}

/// The project's module that an include names; empty for the standard library and third parties.
std::string module_of_include(const Include& include) {
    if (include.name.starts_with("rev/")) {
        const auto header = include.name.substr(4);
        REQUIRE_MESSAGE(public_header_module.contains(header), "no module is given for include/rev/", header);
        return public_header_module.at(header);
    }
    const auto slash = include.name.find('/');
    if (slash == std::string::npos) return {};
    const auto folder = include.name.substr(0, slash);
    return allowed_modules.contains(folder) ? folder : std::string{};
}

void check_third_party(const Include& include, const std::string& module) {
    for (const auto& [prefix, owners] : third_party) {
        if (!include.name.starts_with(prefix)) continue;
        CHECK_MESSAGE(owners.contains(module), include.file.string(), " may not include <", include.name, ">");
    }
}

void check_layer(const Include& include, const std::string& module) {
    REQUIRE_MESSAGE(allowed_modules.contains(module), "no layer is given for ", module);
    const auto used = module_of_include(include);
    if (!used.empty() && used != module) {
        CHECK_MESSAGE(allowed_modules.at(module).contains(used), include.file.string(), " (", module,
                      ") may not include ", include.name, " (", used, ")");
    }
    check_third_party(include, module);
}

}  // namespace

TEST_CASE("modules include only the layers below them") {
    // tools/ holds programs of the build, a folder each.
    for (const auto* folder : {"src", "tools"}) {
        const fs::path source = fs::path(REV_SOURCE_DIR) / folder;
        const auto includes = includes_below(source);
        REQUIRE(includes.size() > 10);
        for (const auto& include : includes) check_layer(include, module_of_file(include.file, source));
    }
}

TEST_CASE("public headers include no third-party header and only the layers below them") {
    const fs::path headers = fs::path(REV_SOURCE_DIR) / "include" / "rev";
    for (const auto& include : includes_below(headers)) {
        const auto owner = public_header_module.at(include.file.filename().string());
        const auto used = module_of_include(include);
        if (!used.empty() && used != owner) {
            CHECK_MESSAGE(allowed_modules.at(owner).contains(used), include.file.string(), " may not include ",
                          include.name);
        }
        check_third_party(include, "public headers");
    }
}

TEST_CASE("include/rev has the headers that are installed, and no other") {
    const fs::path root = REV_SOURCE_DIR;
    std::ifstream in(root / "src" / "library" / "CMakeLists.txt");
    Names installed;
    for (std::string line; std::getline(in, line);) {
        constexpr std::string_view beginning = "set(public_headers ";
        if (!line.starts_with(beginning)) continue;
        std::istringstream words(line.substr(beginning.size(), line.find(')') - beginning.size()));
        for (std::string word; words >> word;) installed.insert(word + ".hpp");
    }
    Names there;
    for (const auto& entry : fs::directory_iterator(root / "include" / "rev")) {
        const auto header = entry.path().filename().string();
        if (header == "c.h" || header.ends_with(".in")) continue;  // named by themselves
        there.insert(header);
        CHECK_MESSAGE(public_header_module.contains(header), "no module is given for ", header);
    }
    CHECK(there == installed);
}

namespace {

/// What a line at a file's left edge opens: `rev::graph` of `namespace rev::graph {`; empty: nothing.
std::string opened_namespace(std::string_view line) {
    constexpr std::string_view word = "namespace ";
    constexpr std::string_view brace = " {";
    if (!line.starts_with(word) || !line.ends_with(brace)) return {};
    line.remove_prefix(word.size());
    line.remove_suffix(brace.size());
    return line == "rev" || line.starts_with("rev::") ? std::string(line) : std::string();
}

/// The namespace of a module: its name, but for two.
std::string namespace_of(const std::string& module) {
    if (module == "library") return "rev";
    // `import` is a word of the language.
    return "rev::" + (module == "import" ? "foreign" : module);
}

/// Private headers whose names are names of rev, because nearly every module says them.
const Names named_in_rev = {"db/database.hpp", "db/database_url.hpp", "script/revision_file.hpp",
                            "script/script_directory.hpp", "sql/statements.hpp"};

bool may_open(const std::string& module, const std::string& name) {
    // Codes are everybody's, and what is written as JSON is found in one place.
    const std::set<std::string> shared = {"rev::error_codes", "rev::sqlstate", "rev::c_interface"};
    const auto own = namespace_of(module);
    return name == own || name.starts_with(own + "::") || shared.contains(name) ||
           (module == "report" && name == "rev::json");
}

}  // namespace

TEST_CASE("each module has a namespace, in which all that it declares lives") {
    const fs::path source = fs::path(REV_SOURCE_DIR) / "src";
    std::size_t opened = 0;
    for (const auto& entry : fs::recursive_directory_iterator(source)) {
        const auto extension = entry.path().extension();
        if (extension != ".cpp" && extension != ".hpp") continue;
        const auto module = module_of_file(entry.path(), source);
        std::ifstream in(entry.path());
        for (std::string line; std::getline(in, line);) {
            const auto name = opened_namespace(line);
            if (name.empty()) continue;
            ++opened;
            // What another module has may be declared, and nothing else: a type in a line, and the end.
            std::string declared;
            std::getline(in, declared);
            const bool is_declaration = declared.starts_with("struct ") || declared.starts_with("class ");
            const bool gives_names = name == "rev" &&
                                     named_in_rev.contains(fs::relative(entry.path(), source).string()) &&
                                     declared.starts_with("using " + module + "::");
            CHECK_MESSAGE((may_open(module, name) || gives_names || (is_declaration && declared.ends_with(";"))),
                          entry.path().string(), " may not open ", name);
        }
    }
    CHECK(opened > 500);
}

TEST_CASE("public headers give the names of their module as names of rev, and define nothing there") {
    for (const auto& entry : fs::directory_iterator(fs::path(REV_SOURCE_DIR) / "include" / "rev")) {
        const auto header = entry.path().filename().string();
        if (entry.path().extension() != ".hpp" || public_header_module.at(header) == "library") continue;
        std::ifstream in(entry.path());
        std::string opened;
        for (std::string line; std::getline(in, line);) {
            if (const auto name = opened_namespace(line); !name.empty()) opened = name;
            if (line.starts_with("}  // namespace rev")) opened.clear();
            if (opened != "rev" || line.empty() || line == "namespace rev {") continue;
            CHECK_MESSAGE(line.starts_with("using " + public_header_module.at(header) + "::"), header, ": ", line);
        }
    }
}

TEST_CASE("no file of src, include or tools is longer than 500 lines") {
    std::size_t seen = 0;
    for (const char* folder : {"src", "include", "tools"}) {
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(REV_SOURCE_DIR) / folder)) {
            if (!entry.is_regular_file()) continue;
            ++seen;
            std::ifstream in(entry.path());
            const auto lines = std::count(std::istreambuf_iterator(in), {}, '\n');
            CHECK_MESSAGE(lines <= 500, entry.path().string(), " has ", lines, " lines");
        }
    }
    CHECK(seen > 500);
}

namespace {

constexpr std::string_view word_characters = "abcdefghijklmnopqrstuvwxyz0123456789_";

/// The values of the constants of rev/error_codes.hpp.
Names error_codes() {
    Names codes;
    std::ifstream in(fs::path(REV_SOURCE_DIR) / "include" / "rev" / "error_codes.hpp");
    for (std::string line; std::getline(in, line);)
        if (const auto at = line.find('"'); at != std::string::npos)
            codes.insert(line.substr(at + 1, line.rfind('"') - at - 1));
    return codes;
}

/// A source without the lines that are comments.
std::string without_comments(const fs::path& file) {
    std::ifstream in(file);
    std::string text;
    for (std::string line; std::getline(in, line);) {
        const auto start = std::min(line.find_first_not_of(' '), line.size());
        if (line.compare(start, 2, "//") != 0) text += line.substr(start) + '\n';
    }
    return text;
}

/// Whether a literal behind this text is an error's code: the argument behind an exit code, or what code() is held
/// against.
bool is_place_of_code(std::string_view before) {
    before = before.substr(0, before.find_last_not_of(" \n") + 1);
    if (before.ends_with("code() ==") || before.ends_with("code() !=")) return true;
    if (!before.ends_with(',')) return false;
    before.remove_suffix(1);
    return before.substr(0, before.find_last_not_of(word_characters) + 1).ends_with("ExitCode::");
}

/// Whether a literal behind this text is in a list that is called one of codes.
bool is_in_list_of_codes(std::string_view before) {
    const auto list = before.rfind("codes = {");
    return list != std::string_view::npos && before.find('}', list) == std::string_view::npos;
}

}  // namespace

TEST_CASE("an error's code is a constant of rev/error_codes.hpp and no literal") {
    const auto codes = error_codes();
    REQUIRE(codes.size() > 200);
    // As much text before a literal as a long list has.
    constexpr std::size_t most_before = 1000;
    std::size_t seen = 0;
    for (const char* folder : {"src", "tools"}) {
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(REV_SOURCE_DIR) / folder)) {
            if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
            const auto text = without_comments(entry.path());
            for (auto at = text.find('"'); at != std::string::npos; at = text.find('"', at + 1)) {
                const auto end = text.find_first_not_of(word_characters, at + 1);
                if (end == std::string::npos || end == at + 1 || text[end] != '"') continue;
                ++seen;
                const auto word = text.substr(at + 1, end - at - 1);
                const auto begin = at - std::min(at, most_before);
                const auto before = std::string_view(text).substr(begin, at - begin);
                if (is_place_of_code(before) || (codes.contains(word) && is_in_list_of_codes(before)))
                    FAIL_CHECK(entry.path().string(), ": \"", word, "\" should be error_codes::", word);
            }
        }
    }
    CHECK(seen > 1000);
}

TEST_CASE("the codes that the documentation explains are constants of rev/error_codes.hpp") {
    const auto codes = error_codes();
    for (const char* page : {"json.md", "library.md"}) {
        std::ifstream in(fs::path(REV_SOURCE_DIR) / "docs" / page);
        std::string line;
        while (std::getline(in, line) && line != "| code | when |") continue;
        std::size_t explained = 0;
        while (std::getline(in, line) && line.starts_with("| ")) {
            const auto cell = line.substr(2, line.find(" | ") - 2);
            for (auto at = cell.find('`'); at != std::string::npos; at = cell.find('`', at + 1)) {
                const auto end = cell.find('`', at + 1);
                const auto code = cell.substr(at + 1, end - at - 1);
                ++explained;
                CHECK_MESSAGE(codes.contains(code), page, ": ", code);
                at = end;
            }
        }
        CHECK_MESSAGE(explained > 5, page);
    }
}

TEST_CASE("each file of the sources that the documents name is there") {
    const fs::path root = REV_SOURCE_DIR;
    const std::regex path("`((?:src|include|tests|tools|bench|cmake|scripts)/[\\w./-]+)`");
    std::size_t named = 0;
    std::vector<fs::path> documents = {root / "CONTRIBUTING.md", root / "README.md"};
    for (const auto& entry : fs::directory_iterator(root / "docs"))
        if (entry.path().extension() == ".md") documents.push_back(entry.path());
    for (const auto& document : documents) {
        std::ifstream in(document);
        for (std::string line; std::getline(in, line);) {
            for (std::sregex_iterator found(line.begin(), line.end(), path), end; found != end; ++found, ++named)
                CHECK_MESSAGE(fs::exists(root / (*found)[1].str()), document.filename().string(), ": ", line);
        }
    }
    CHECK(named > 50);
}
