// What a checkout may and may not do to what another commit has.
#include "rewrite/base_check.hpp"

#include <doctest/doctest.h>

#include "support/program.hpp"

namespace rev::rewrite {
namespace {

using test::RevisionSpec;

BaseRevision file_of(const RevisionSpec& spec, const std::string& path = "") {
    auto text = test::revision_text(spec);
    auto header = parse_header(text, path.empty() ? "versions/" + spec.id + ".sql" : path);
    return {std::move(header), std::move(text)};
}

RevisionSpec spec(const std::string& id, const std::string& revises, const std::string& upgrade = "") {
    return {.id = id,
            .revises = revises,
            .upgrade = upgrade.empty() ? "CREATE TABLE " + id + " (id int);" : upgrade,
            .downgrade = "DROP TABLE " + id + ";"};
}

using Files = std::vector<BaseRevision>;

Base base_of(Files files) { return {.files = BaseFiles("main", std::move(files)), .fork = std::nullopt}; }

Base base_of(Files files, Files fork) {
    return {.files = BaseFiles("main", std::move(files)), .fork = BaseFiles("fork", std::move(fork))};
}

std::string codes(const std::vector<Error>& findings) {
    std::string text;
    for (const auto& finding : findings) {
        CHECK(finding.exit_code() == ExitCode::graph);
        CHECK_FALSE(finding.hint().empty());
        CHECK_FALSE(finding.location().file.empty());
        text += finding.code() + " ";
    }
    return text;
}

const auto a1 = file_of(spec("a1", ""));
const auto b1 = file_of(spec("b1", "a1"));

TEST_CASE("the same files, new ones on top and new comments are fine") {
    CHECK(codes(check_against(base_of({a1, b1}), {a1, b1})).empty());
    CHECK(codes(check_against(base_of({a1, b1}), {a1, b1, file_of(spec("c1", "b1"))})).empty());
    const auto commented = file_of(spec("b1", "a1", "-- why\nCREATE  TABLE b1\n(id int);;"));
    CHECK(codes(check_against(base_of({a1, b1}), {a1, commented})).empty());
    auto moved = b1;
    moved.header.revision.path = "versions/other_name.sql";
    CHECK(codes(check_against(base_of({a1, b1}), {a1, moved})).empty());
    CHECK(codes(check_against(base_of({}), {a1, b1})).empty());
}

TEST_CASE("what databases may have run is not changed") {
    const auto changed = [&](const RevisionSpec& now) { return check_against(base_of({a1, b1}), {a1, file_of(now)}); };
    CHECK(codes(changed(spec("b1", "a1", "CREATE TABLE b1 (id bigint);"))) == "changed_revision ");
    auto other = spec("b1", "a1");
    other.downgrade = "DROP TABLE IF EXISTS b1;";
    CHECK(codes(changed(other)) == "changed_revision ");
    other.downgrade = "-";
    CHECK(codes(changed(other)) == "changed_revision ");
    other = spec("b1", "a1");
    other.header = "transaction: false";
    CHECK(codes(changed(other)) == "changed_revision ");
    CHECK(codes(changed(spec("b1", ""))) == "changed_revision more_heads ");
    const auto finding = changed(spec("b1", "a1", "CREATE TABLE b1 (id bigint);")).front();
    CHECK(finding.location().file == "versions/b1.sql");
    CHECK(finding.location().line == 6);
    CHECK(finding.hint().find("git checkout main -- versions/b1.sql") != std::string::npos);
}

TEST_CASE("a section that was still to be written may be written") {
    const auto unwritten = file_of(spec("b1", "a1", "-- rev:todo"));
    CHECK(codes(check_against(base_of({a1, unwritten}), {a1, b1})).empty());
}

TEST_CASE("nothing is taken away, and nothing put below") {
    CHECK(codes(check_against(base_of({a1, b1}), {a1})) == "removed_revision ");
    const auto inserted = check_against(base_of({a1, b1}), {a1, file_of(spec("x1", "a1")), file_of(spec("b1", "x1"))});
    CHECK(codes(inserted) == "inserted_below ");
    CHECK(inserted.front().location().file == "versions/b1.sql");
    CHECK(inserted.front().hint().find("rev rebase x1") != std::string::npos);
}

TEST_CASE("what the other side did since is not held against this one") {
    const auto newer = file_of(spec("c1", "b1"));
    CHECK(codes(check_against(base_of({a1, b1, newer}, {a1, b1}), {a1, b1})).empty());
    // Changed or removed there, untouched here.
    const auto fixed = file_of(spec("b1", "a1", "CREATE TABLE b1 (id bigint);"));
    CHECK(codes(check_against(base_of({a1, fixed}, {a1, b1}), {a1, b1})).empty());
    CHECK(codes(check_against(base_of({a1}, {a1, b1}), {a1, b1})).empty());
    CHECK(codes(check_against(base_of({a1, b1}, {a1, b1}), {a1})) == "removed_revision ");
}

TEST_CASE("merged, there are no more heads than before") {
    const auto theirs = file_of(spec("t1", "b1"));
    const auto mine = file_of(spec("m1", "b1"));
    const auto findings = check_against(base_of({a1, b1, theirs}, {a1, b1}), {a1, b1, mine});
    CHECK(codes(findings) == "more_heads ");
    CHECK(findings.front().location().file == "versions/m1.sql");
    CHECK(findings.front().hint() == "`git merge main`, then `rev rebase --base main`; or `rev merge heads`");
    CHECK(
        codes(check_against(base_of({a1, b1, theirs}, {a1, b1}), {a1, b1, theirs, file_of(spec("m1", "t1"))})).empty());
    CHECK(codes(check_against(base_of({a1, b1, file_of(spec("x1", "a1"))}),
                              {a1, b1, file_of(spec("x1", "a1")), file_of(spec("m1", "b1"))}))
              .empty());
}

TEST_CASE("ids and labels are taken once") {
    const auto theirs = file_of(spec("003", "b1", "CREATE TABLE t (id int);"), "versions/003_theirs.sql");
    const auto mine = file_of(spec("003", "b1", "CREATE TABLE m (id int);"), "versions/003_mine.sql");
    const auto findings = check_against(base_of({a1, b1, theirs}, {a1, b1}), {a1, b1, mine});
    CHECK(codes(findings) == "duplicate_id ");
    CHECK(findings.front().location().file == "versions/003_mine.sql");
    CHECK(findings.front().hint().find("--renumber") != std::string::npos);

    auto labelled = spec("x1", "");
    labelled.header = "branch_labels: billing";
    auto mine_labelled = spec("y1", "b1");
    mine_labelled.header = "branch_labels: billing";
    CHECK(codes(check_against(base_of({a1, b1, file_of(labelled)}, {a1, b1}), {a1, b1, file_of(mine_labelled)})) ==
          "label_taken ");
}

TEST_CASE("a squash of one line stands for what it names, another does not") {
    const auto c1 = file_of(spec("c1", "b1"));
    auto squash = spec("c1", "a1", "CREATE TABLE b1 (id int); CREATE TABLE c1 (id int);");
    squash.header = "squashes: b1, c1";
    CHECK(codes(check_against(base_of({a1, b1, c1}), {a1, file_of(squash)})).empty());
    // What it has besides is new.
    squash.header = "squashes: b1, c1";
    CHECK(codes(check_against(base_of({a1, b1}), {a1, file_of(squash)})).empty());
    squash.header = "squashes: b1, x1, c1";
    CHECK_FALSE(codes(check_against(base_of({a1, b1, c1}), {a1, file_of(squash)})).empty());
    squash.header = "squashes: x1, c1";
    CHECK(codes(check_against(base_of({a1, b1, c1}), {a1, file_of(squash)})).starts_with("removed_revision "));
    squash.header = "squashes: b1, c1";
    squash.revises = "";
    CHECK(codes(check_against(base_of({a1, b1, c1}), {a1, file_of(squash)})).find("removed_revision") !=
          std::string::npos);
}

}  // namespace
}  // namespace rev::rewrite
