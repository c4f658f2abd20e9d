// New revision files in real folders.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "script/script_directory.hpp"
#include "script_support.hpp"

using rev::test::error_of;
using rev::test::Folder;
using rev::test::read_text;
using rev::test::summary;
namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

namespace {

bool is_hexadecimal(const std::string& text) { return text.find_first_not_of("0123456789abcdef") == std::string::npos; }

/// With 0 for each digit.
std::string with_zeros(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return c >= '0' && c <= '9'; }, '0');
    return text;
}

/// A project whose settings a test may change before it creates files.
struct Project {
    Folder folder;
    rev::Config config;

    Project() {
        fs::create_directory(folder / "versions");
        config.file = folder / "alembic.yaml";
        config.directory = folder.path();
        config.script_location = folder.path();
        config.version_locations = {folder / "versions"};
    }

    [[nodiscard]] rev::CreatedScript create(const rev::ScriptRequest& request) const {
        const rev::ScriptDirectory scripts(config);
        return scripts.create(scripts.load_graph(), request);
    }
    [[nodiscard]] rev::CreatedScript create(const std::string& message, const std::string& id = "") const {
        rev::ScriptRequest request;
        request.message = message;
        request.node.id = id;
        return create(request);
    }
    [[nodiscard]] rev::Error create_error(const std::string& message, const std::string& id = "") const {
        return error_of([&] { static_cast<void>(create(message, id)); });
    }
    [[nodiscard]] Texts file_names() const {
        Texts names;
        for (const auto& entry : fs::recursive_directory_iterator(folder / "versions")) {
            if (entry.is_regular_file()) names.push_back(entry.path().filename().string());
        }
        std::ranges::sort(names);
        return names;
    }
};

rev::ScriptRequest request_for(const std::string& id, Texts heads, const std::string& message = "m") {
    rev::ScriptRequest request;
    request.node.id = id;
    request.node.heads = std::move(heads);
    request.message = message;
    return request;
}

}  // namespace

TEST_CASE("a new revision gets a random id, a slug and a file that reads back") {
    const Project project;
    const auto created = project.create("Add account table");
    CHECK(created.revision.id.size() == 12);
    CHECK(is_hexadecimal(created.revision.id));
    CHECK(created.file == project.folder / ("versions/" + created.revision.id + "_add_account_table.sql"));
    const auto file = rev::read_revision_file(created.file, "f.sql");
    CHECK(file.header.revision.message == "Add account table");
    CHECK(file.header.revision.id == created.revision.id);
    CHECK(with_zeros(file.header.revision.created) == "0000-00-00 00:00:00Z");
    CHECK(file.find_section(rev::SectionKind::upgrade, rev::Dialect::sqlite) != nullptr);
    CHECK(file.find_section(rev::SectionKind::downgrade, rev::Dialect::sqlite) != nullptr);
}

TEST_CASE("revisions follow each other, and a merge joins two") {
    const Project project;
    static_cast<void>(project.create("one", "a1"));
    CHECK(project.create("two", "a2").revision.revises == Texts{"a1"});
    auto other = request_for("b1", {"base"});
    other.node.branch_labels = {"other"};
    other.node.depends_on = {"a1"};
    const auto branch = project.create(other).revision;
    CHECK(branch.revises.empty());
    CHECK(branch.branch_labels == Texts{"other"});
    CHECK(branch.depends_on == Texts{"a1"});
    auto merge = request_for("m1", {"a2", "b1"}, "");
    merge.merge = true;
    const auto merged = project.create(merge);
    CHECK(merged.revision.revises == Texts{"a2", "b1"});
    CHECK(merged.revision.message == "merge a2 and b1");
    CHECK(merged.file.filename() == "m1_merge_a2_and_b1.sql");
    CHECK(rev::ScriptDirectory(project.config).load_graph().size() == 4);
}

TEST_CASE("whatever a message holds, the file reads back") {
    const Project project;
    int number = 0;
    for (const std::string message :
         {"it's \"quoted\"", "*/ DROP TABLE x; /*", "-- x", "rev:upgrade", "-- rev:downgrade", "revision: x", "日本語",
          "${message} ${nothing}", "$(rm -rf /)", "../../escape", "a\x1b[31mb"}) {
        CAPTURE(message);
        const auto created = project.create(message, "r" + std::to_string(++number));
        CHECK(created.file.parent_path() == project.folder / "versions");
        CHECK(rev::read_revision_file(created.file, "f.sql").sections.size() == 2);
        if (message.find('\x1b') == std::string::npos) CHECK(created.revision.message == message);
    }
    CHECK(project.file_names().size() == 11);
}

TEST_CASE("further lines of a message are kept as the description") {
    const Project project;
    const auto created = project.create("first\nrev:upgrade\nrevision: x\n", "a1");
    const auto header = rev::read_header(created.file, "f.sql");
    CHECK(header.revision.message == "first");
    CHECK(header.description == "rev:upgrade\nrevision: x");
}

TEST_CASE("a message of 10,000 characters gives a short file name") {
    const Project project;
    std::string message;
    while (message.size() < 10'000) message += "word ";
    const auto created = project.create(message, "a1");
    CHECK(created.file.filename().string().size() <= 2 + 1 + 40 + 4);
    CHECK(rev::read_header(created.file, "f.sql").revision.message == message.substr(0, message.size() - 1));
}

TEST_CASE("without a message the header says so, as Alembic's does") {
    const Project project;
    const auto created = project.create("", "a1");
    CHECK(created.file.filename() == "a1.sql");
    CHECK(created.revision.message == "empty message");
}

TEST_CASE("file_template, slug length and time zone name the file") {
    Project project;
    project.config.file_template = "{year}-{month}-{day}_{hour}{minute}{second}_{epoch}_{rev}-{slug}";
    project.config.truncate_slug_length = 8;
    project.config.timezone = "Asia/Kolkata";
    const auto created = project.create("Ünïcödé message", "a1");
    CHECK(with_zeros(created.file.filename().string()) == "0000-00-00_000000_0000000000_a0-unicode.sql");
    CHECK(created.revision.created.ends_with("+05:30"));
}

TEST_CASE("ids may be numbers that go on from the highest, as wide as the longest") {
    Project project;
    project.config.revision_ids = rev::RevisionIds::sequential;
    project.config.file_template = "{number}-{slug}";
    CHECK(project.create("one", "").revision.id == "001");
    CHECK(project.create("two", "").file.filename() == "002-two.sql");
    static_cast<void>(project.create("ten", "0010"));
    CHECK(project.create("more", "").revision.id == "0011");
    static_cast<void>(project.create("a name", "abc"));
    CHECK(project.create("on", "").revision.id == "0012");
}

TEST_CASE("ids may be times, each once") {
    Project project;
    project.config.revision_ids = rev::RevisionIds::timestamp;
    const auto first = project.create("one", "").revision.id;
    const auto second = project.create("two", "").revision.id;
    CHECK(with_zeros(first) == "00000000000000");
    CHECK(first < second);
}

TEST_CASE("{number} counts revisions where ids are random") {
    Project project;
    project.config.file_template = "{number}_{slug}";
    static_cast<void>(project.create("one"));
    CHECK(project.create("two").file.filename() == "002_two.sql");
}

TEST_CASE("a zone's offset follows its summer time") {
    Project project;
    project.config.timezone = "Europe/Berlin";
    const auto created = project.create("m", "a1").revision.created;
    CHECK((created.ends_with("+01:00") || created.ends_with("+02:00")));
}

TEST_CASE("an unknown time zone is an error, also one that names another file") {
    Project project;
    for (const auto* zone : {"Europe/Nowhere", "", "/etc/passwd", "../../../etc/passwd", "Europe", "tzdata.zi"}) {
        CAPTURE(zone);
        project.config.timezone = zone;
        CHECK(project.create_error("m").code() == "unknown_timezone");
    }
    CHECK(project.file_names().empty());
}

TEST_CASE("bad file templates are refused") {
    Project project;
    for (const auto* text : {"{rev", "rev}", "%(rev)s_%(slug)s", "{year}/{rev}", ""}) {
        CAPTURE(text);
        project.config.file_template = text;
        CHECK(project.create_error("m").code() == "bad_file_template");
    }
    project.config.file_template = "{slugg}";
    CHECK(project.create_error("m").hint() == "did you mean `slug`?");
    CHECK(project.file_names().empty());
}

TEST_CASE("no id and no template makes a hidden file or one elsewhere") {
    Project project;
    CHECK(project.create("m", "..").file == project.folder / "versions/_._m.sql");
    project.config.recursive_version_locations = true;
    project.config.file_template = "../{year}/{rev}/{slug}";
    auto request = request_for("...", {"base"});
    const auto created = project.create(request);
    CHECK(created.file.string().starts_with((project.folder / "versions/_./").string()));
    CHECK(rev::ScriptDirectory(project.config).load_headers().size() == 2);
}

TEST_CASE("bad ids and labels are refused before anything is written") {
    const Project project;
    for (const auto* id : {"a-b", "head", "a/b", "123456789012345678901234567890123", "a\nb"}) {
        CHECK(project.create_error("m", id).code() == "bad_id");
    }
    auto request = request_for("a1", {"head"});
    request.node.branch_labels = {"a,b"};
    CHECK(error_of([&] { static_cast<void>(project.create(request)); }).code() == "bad_label");
    CHECK(project.file_names().empty());
}

TEST_CASE("a template of the project is used, placeholder by placeholder") {
    const Project project;
    project.folder.write(
        "templates/revision.sql",
        "-- ${message}\n--\n-- revision: ${up_revision}\n-- revises: ${down_revision}\n"
        "-- depends_on: ${depends_on}\n-- branch_labels: ${branch_labels}\n-- created: ${create_date}\n\n"
        "-- rev:upgrade\nSELECT '$${x}', '${slug}';\n");
    const auto created = project.create("rev:upgrade ${slug}", "a1");
    const auto file = rev::read_revision_file(created.file, "f.sql");
    CHECK(file.header.revision.message == "rev:upgrade ${slug}");
    REQUIRE(file.sections.size() == 1);
    CHECK(file.text_of(file.sections[0]) == "SELECT '${x}', 'rev_upgrade_slug';\n");
}

TEST_CASE("an unknown placeholder is an error with its place and the nearest name") {
    const Project project;
    const auto file = project.folder.write("templates/revision.sql", "${header}\n-- rev:upgrade\n-- by ${mesage}\n");
    const auto error = project.create_error("m");
    CHECK(error.code() == "bad_template");
    CHECK(error.location().line == 3);
    CHECK(error.location().column == 7);
    CHECK(error.hint() == "did you mean `message`?");
    CHECK(project.file_names().empty());
}

TEST_CASE("templates that would not give a sound file are refused") {
    const Project project;
    for (const auto* text : {"-- rev:upgrade\n", "${header}\n${message}\n-- rev:upgrade\n", "x ${header}\n",
                             "${header\n", "-- m\n--\n-- revision: zz\n-- revises:\n", "${header}\n${header}\n", ""}) {
        CAPTURE(text);
        project.folder.write("templates/revision.sql", text);
        CHECK(project.create_error("m").code() == "bad_template");
    }
    CHECK(project.file_names().empty());
}

TEST_CASE("an existing file is never overwritten") {
    Project project;
    project.config.file_template = "{slug}";
    static_cast<void>(project.create("same", "a1"));
    const auto before = read_text(project.folder / "versions/same.sql");
    CHECK(project.create_error("same", "a2").code() == "file_exists");
    CHECK(read_text(project.folder / "versions/same.sql") == before);
    CHECK(project.file_names() == Texts{"same.sql"});
}

TEST_CASE("a new file is readable by all and writable by its owner") {
    const Project project;
    const auto before = ::umask(0022);
    const auto created = project.create("m", "a1");
    ::umask(before);
    struct stat status {};
    REQUIRE(::stat(created.file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0644);
}

TEST_CASE("a folder that is none any more leaves no part of a file") {
    const Project project;
    const rev::ScriptDirectory scripts(project.config);
    const auto graph = scripts.load_graph();
    fs::remove(project.folder / "versions");
    project.folder.write("versions", "now a file");
    CHECK(error_of([&] { static_cast<void>(scripts.create(graph, request_for("a1", {"head"}))); }).code() ==
          "cannot_write");
    CHECK(fs::is_regular_file(project.folder / "versions"));
}

TEST_CASE("with several version locations a revision goes beside its parent, a base needs --version-path") {
    Project project;
    fs::create_directory(project.folder / "more");
    project.config.version_locations.push_back(project.folder / "more");
    CHECK(project.create_error("m", "a1").code() == "several_version_locations");
    auto base = request_for("a1", {"base"});
    base.version_path = project.folder / "more/../more/";
    CHECK(project.create(base).file.parent_path() == project.folder / "more");
    CHECK(project.create(request_for("a2", {"a1"})).file.parent_path() == project.folder / "more");
    base.node.id = "b1";
    base.version_path = project.folder / "elsewhere";
    CHECK(error_of([&] { static_cast<void>(project.create(base)); }).code() == "not_a_version_location");
}

TEST_CASE("post_write_hooks run on the file, without a shell") {
    Project project;
    project.config.post_write_hooks = {{{"printf", "%s|%s", "{file}", "$HOME;x"}}, {{"tail", "-n1", "{file}"}}};
    const auto created = project.create("m", "a1");
    REQUIRE(created.hook_output.size() == 2);
    CHECK(created.hook_output[0] == created.file.string() + "|$HOME;x");
}

TEST_CASE("a failing hook is an error that says the file stays") {
    Project project;
    project.config.post_write_hooks = {{{"sh", "-c", "echo broken >&2; exit 3"}}};
    const auto error = project.create_error("m", "a1");
    CHECK(error.code() == "hook_failed");
    CHECK(error.detail() == "broken");
    CHECK(std::string(error.what()).find("exit code 3") != std::string::npos);
    CHECK(error.hint().find("a1_m.sql") != std::string::npos);
    CHECK(project.file_names() == Texts{"a1_m.sql"});
    project.config.post_write_hooks = {{{"/nonexistent/program"}}};
    CHECK(project.create_error("n", "a2").code() == "hook_failed");
}
