#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "rev/error.hpp"

namespace rev::test {

namespace fs = std::filesystem;

/// A folder that lives as long as this object.
class Folder {
public:
    Folder() {
        auto pattern = (fs::temp_directory_path() / "rev-script-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] const fs::path& path() const noexcept { return path_; }
    [[nodiscard]] fs::path operator/(std::string_view name) const { return path_ / name; }

    fs::path write(std::string_view name, std::string_view text) const {
        const auto file = path_ / name;
        fs::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }

private:
    fs::path path_;
};

inline std::string read_text(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The Error that `action` throws.
template <typename Action>
Error error_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error was thrown");
    throw 0;  // not reached
}

/// "code file:line:column", for one-line checks.
inline std::string summary(const Error& error) {
    const auto& at = error.location();
    return error.code() + " " + at.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

}  // namespace rev::test
