// Revision files as they are found on a disk, sound and broken.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "script/script_directory.hpp"
#include "script_support.hpp"

using rev::test::error_of;
using rev::test::Folder;
using rev::test::summary;
namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

namespace {

std::string text_of(const std::string& id) {
    return "-- make " + id + "\n--\n-- revision: " + id + "\n-- revises:\n\n-- rev:upgrade\nSELECT 1;\n";
}

rev::Config config_for(std::vector<fs::path> locations, bool recursive = false) {
    rev::Config config;
    config.directory = locations.front();
    config.script_location = locations.front();
    config.version_locations = std::move(locations);
    config.recursive_version_locations = recursive;
    return config;
}

Texts ids_in(const rev::Config& config) {
    Texts ids;
    for (const auto& header : rev::ScriptDirectory(config).load_headers()) ids.push_back(header.revision.id);
    return ids;
}

rev::Error load_error(const Folder& folder) {
    return error_of([&] { static_cast<void>(rev::ScriptDirectory(config_for({folder.path()})).load_headers()); });
}

std::string read_fault(const fs::path& file) {
    return error_of([&] { static_cast<void>(rev::read_header(file, "x.sql")); }).code();
}

std::string read_whole_fault(const fs::path& file) {
    return error_of([&] { static_cast<void>(rev::read_revision_file(file, "x.sql")); }).code();
}

/// A large file that takes no space on the disk: `start`, then NUL bytes.
fs::path sparse_file(const Folder& folder, const std::string& start, std::size_t size) {
    const auto file = folder.write("x.sql", start);
    fs::resize_file(file, size);
    return file;
}

std::size_t bytes_read_by_process() {
    const auto io = rev::test::read_text("/proc/self/io");
    return std::stoul(io.substr(io.find("rchar:") + 6));
}

}  // namespace

TEST_CASE("files are loaded by name, in the order of bytes") {
    const Folder folder;
    folder.write("b.sql", text_of("b1"));
    folder.write("B.sql", text_of("b0"));
    folder.write("a.sql", text_of("a1"));
    folder.write("é.sql", text_of("e1"));
    CHECK(ids_in(config_for({folder.path()})) == Texts{"b0", "a1", "b1", "e1"});
}

TEST_CASE("a folder's files come before its subfolders, which only count when recursive") {
    const Folder folder;
    folder.write("z.sql", text_of("z1"));
    folder.write("a/n.sql", text_of("an"));
    folder.write("a/b/m.sql", text_of("abm"));
    folder.write("a-b/k.sql", text_of("a_bk"));
    CHECK(ids_in(config_for({folder.path()})) == Texts{"z1"});
    CHECK(ids_in(config_for({folder.path()}, true)) == Texts{"z1", "an", "abm", "a_bk"});
}

TEST_CASE("version locations are loaded in the order written, each folder once") {
    const Folder folder;
    folder.write("one/a.sql", text_of("a1"));
    folder.write("two/b.sql", text_of("b1"));
    CHECK(ids_in(config_for({folder / "two", folder / "one", folder / "two/../two"})) == Texts{"b1", "a1"});
    CHECK(ids_in(config_for({folder.path(), folder / "one"}, true)) == Texts{"a1", "b1"});
}

TEST_CASE("hidden files, editors' leftovers and other files are no revisions") {
    const Folder folder;
    folder.write("a.sql", text_of("a1"));
    for (const auto* name : {".b.sql", "b.sql~", "#b.sql#", ".b.sql.swp", "b.sql.orig", "README.md", "b.SQL"}) {
        folder.write(name, "garbage");
    }
    fs::create_symlink("nobody@host.1:2", folder / ".#a.sql");
    CHECK(ids_in(config_for({folder.path()})) == Texts{"a1"});
}

TEST_CASE("an empty folder gives an empty graph, a missing one is an error") {
    const Folder folder;
    CHECK(ids_in(config_for({folder.path()})).empty());
    const auto missing = error_of([&] { ids_in(config_for({folder / "nowhere"})); });
    CHECK(missing.code() == "no_version_location");
    CHECK(missing.exit_code() == rev::ExitCode::graph);
    folder.write("file", "");
    CHECK(error_of([&] { ids_in(config_for({folder / "file"})); }).code() == "no_version_location");
}

TEST_CASE("a folder or a broken link named as a revision file is refused") {
    const Folder folder;
    fs::create_directory(folder / "x.sql");
    const auto error = load_error(folder);
    CHECK(error.code() == "not_a_file");
    CHECK(fs::path(error.location().file).filename() == "x.sql");
    fs::remove(folder / "x.sql");
    fs::create_symlink("nowhere", folder / "x.sql");
    CHECK(load_error(folder).code() == "unreadable_file");
    CHECK(std::string(load_error(folder).what()).find("link to nothing") != std::string::npos);
    fs::remove(folder / "x.sql");
    fs::create_symlink(folder.path(), folder / "x.sql");
    CHECK(load_error(folder).code() == "not_a_file");
}

TEST_CASE("a pipe named as a revision file is refused without waiting for a writer") {
    const Folder folder;
    REQUIRE(::mkfifo((folder / "x.sql").c_str(), 0600) == 0);
    CHECK(load_error(folder).code() == "not_a_file");
    CHECK(read_whole_fault(folder / "x.sql") == "not_a_file");
}

TEST_CASE("a link to a revision file is followed") {
    const Folder folder;
    const Folder elsewhere;
    fs::create_symlink(elsewhere.write("a.sql", text_of("a1")), folder / "link.sql");
    CHECK(ids_in(config_for({folder.path()})) == Texts{"a1"});
}

TEST_CASE("a file that has vanished is said to have") {
    const Folder folder;
    CHECK(read_fault(folder / "x.sql") == "file_vanished");
    CHECK(read_whole_fault(folder / "x.sql") == "file_vanished");
    CHECK(read_whole_fault(folder.path()) == "not_a_file");
}

TEST_CASE("the first broken file in load order is reported, however many there are") {
    const Folder folder;
    for (int i = 1000; i < 3000; ++i) {
        const auto name = std::to_string(i);
        folder.write("r" + name + ".sql", i >= 1700 && i % 7 == 0 ? "broken" : text_of("r" + name));
    }
    for (int round = 0; round < 20; ++round) {
        CHECK(fs::path(load_error(folder).location().file).filename() == "r1701.sql");
    }
}

TEST_CASE("thousands of files keep their order") {
    const Folder folder;
    Texts expected;
    for (int i = 1000; i < 4000; ++i) {
        expected.push_back("r" + std::to_string(i));
        folder.write(expected.back() + ".sql", text_of(expected.back()));
    }
    CHECK(ids_in(config_for({folder.path()})) == expected);
}

TEST_CASE("a header of many kilobytes is read whole, wherever the buffer ends") {
    const Folder folder;
    for (std::size_t size = 4000; size < 4200; ++size) {
        const auto file =
            folder.write("x.sql", "-- " + std::string(size, 'm') + "\n--\n-- revision: a1\n-- revises:\n" +
                                      "-- rev:upgrade\nSELECT 1;\n");
        REQUIRE(rev::read_header(file, "x.sql").revision.message.size() == size);
    }
    const auto file = folder.write("x.sql", "-- " + std::string(900'000, 'm') + "\n--\n-- revision: a1\n-- revises:\n");
    CHECK(rev::read_header(file, "x.sql").revision.id == "a1");
}

TEST_CASE("of a 100 MB file only the first block is read for its header") {
    const Folder folder;
    const auto file = sparse_file(folder, text_of("a1"), 100'000'000);
    const auto before = bytes_read_by_process();
    CHECK(rev::read_header(file, "x.sql").revision.id == "a1");
    CHECK(bytes_read_by_process() - before < 16'384);
    CHECK(read_whole_fault(file) == "nul_byte");
}

TEST_CASE("a header that never ends is refused after the first megabyte") {
    const Folder folder;
    std::string comments = "-- m\n--\n-- revision: a1\n-- revises:\n\n";
    while (comments.size() < 3'000'000) comments += "-- and so on, and on, é\n";
    const auto file = folder.write("x.sql", comments);
    const auto before = bytes_read_by_process();
    CHECK(read_fault(file) == "header_too_long");
    CHECK(bytes_read_by_process() - before < 1'500'000);
    CHECK(read_fault(sparse_file(folder, "", 100'000'000)) == "nul_byte");
}

TEST_CASE("errors in files found by listing name the file as a person would") {
    const Folder folder;
    folder.write("x.sql", "-- revision: a1\n-- revises:\n-- nonsense\n");
    const auto here = fs::current_path();
    fs::current_path(folder.path());
    const auto error = load_error(folder);
    fs::current_path("/");
    const auto from_root = load_error(folder);
    fs::current_path(here);
    CHECK(summary(error) == "bad_header x.sql:3:4");
    CHECK(from_root.location().file == (folder / "x.sql").string().substr(1));
}

TEST_CASE("small files are read once with their headers, when asked for") {
    const Folder folder;
    folder.write("a.sql", text_of("a"));
    folder.write("b.sql", text_of("b") + std::string(5000, ' ') + "\n-- end\n");
    rev::ScriptDirectory scripts(config_for({folder.path()}));
    const auto graph = scripts.load_graph_and_files();
    folder.write("a.sql", "rewritten");
    CHECK(scripts.read(*graph.find("a")).text == text_of("a"));
    CHECK(scripts.read(*graph.find("b")).text.ends_with("-- end\n"));
    folder.write("b.sql", text_of("c"));
    CHECK(error_of([&] { static_cast<void>(scripts.read(*graph.find("b"))); }).code() == "revision_changed");
}

TEST_CASE("reading a revision's file checks that it is still that revision") {
    const Folder folder;
    const rev::ScriptDirectory scripts(config_for({folder.path()}));
    const auto file = folder.write("x.sql", text_of("a1"));
    const auto revision = scripts.load_headers().front().revision;
    CHECK(scripts.read(revision).sections.size() == 1);
    folder.write("x.sql", text_of("b1"));
    CHECK(error_of([&] { static_cast<void>(scripts.read(revision)); }).code() == "revision_changed");
    fs::remove(file);
    CHECK(error_of([&] { static_cast<void>(scripts.read(revision)); }).code() == "file_vanished");
}
