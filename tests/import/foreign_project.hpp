#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "support/postgres.hpp"
#include "support/program.hpp"

namespace rev::test {

/// Whether a program has printed it, on either stream.
inline bool says(const ProgramResult& result, std::string_view text) {
    return (result.out + result.err).find(text) != std::string::npos;
}

/// A folder with another tool's files and a database that the tool has worked on; no project of rev yet.
class ForeignProject {
public:
    enum class Kind { sqlite, postgresql };

    explicit ForeignProject(Kind kind = Kind::sqlite) {
        if (kind == Kind::postgresql) postgres_ = std::make_unique<PostgresTestDatabase>();
    }

    [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
    [[nodiscard]] std::string url() const {
        return postgres_ ? postgres_->url() : "sqlite:///" + (path() / "live.db").string();
    }

    void write(const std::filesystem::path& file, std::string_view text) const {
        std::filesystem::create_directories((path() / file).parent_path());
        std::ofstream(path() / file, std::ios::binary) << text;
    }
    [[nodiscard]] bool exists(const std::filesystem::path& file) const {
        return std::filesystem::exists(path() / file);
    }

    [[nodiscard]] std::string text_of(const std::filesystem::path& file) const {
        std::ifstream in(path() / file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

    /// As somebody else does: not by rev. The last statement's rows.
    std::string query(const std::string& sql) const {
        if (postgres_) return postgres_->query(sql);
        const auto result = run_program({"sqlite3", (path() / "live.db").string()}, options(sql));
        REQUIRE_MESSAGE(result.exit_code == 0, result.err);
        auto out = result.out;
        if (out.ends_with('\n')) out.pop_back();
        return out;
    }

    ProgramResult rev(std::string_view line, int exit_code = 0) const {
        const auto result = run_rev(words(line), options(""));
        CHECK_MESSAGE(result.exit_code == exit_code, line, "\n", result.out, result.err);
        return result;
    }
    /// `rev import` of everything here with the live database.
    ProgramResult take_over(std::string_view more = "", int exit_code = 0) const {
        return rev("import --url " + url() + " " + std::string(more), exit_code);
    }
    [[nodiscard]] std::string rows() const { return query("SELECT version_num FROM alembic_version ORDER BY 1"); }

private:
    [[nodiscard]] ProgramOptions options(std::string_view input) const {
        ProgramOptions options;
        options.directory = path();
        options.environment["DATABASE_URL"] = url();
        options.standard_input = input;
        return options;
    }

    TemporaryFolder folder_;
    std::unique_ptr<PostgresTestDatabase> postgres_;
};

}  // namespace rev::test
