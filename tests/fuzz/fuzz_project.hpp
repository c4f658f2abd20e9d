#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

namespace rev::fuzz {

/// A folder whose files are those of the input, each behind a line "==== NAME", and no others.
class Project {
public:
    Project() {
        std::string pattern = (std::filesystem::temp_directory_path() / "rev-fuzz-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    Project(const Project&) = delete;
    Project& operator=(const Project&) = delete;
    ~Project() { std::filesystem::remove_all(path_); }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// place: where in the folder a file of that name, the number-th, is written. It has to stay inside.
    void fill(std::string_view input,
              const std::function<std::filesystem::path(std::string_view name, std::size_t number)>& place) const {
        namespace fs = std::filesystem;
        for (const auto& entry : fs::directory_iterator(path_)) fs::remove_all(entry);
        constexpr std::string_view mark = "==== ";
        std::size_t files = 0;
        for (auto at = input.find(mark); at != std::string_view::npos && files < most_files; ++files) {
            const auto name_end = std::min(input.find('\n', at), input.size());
            const auto next = input.find(mark, name_end);
            const auto begin = std::min(name_end + 1, input.size());
            const auto file = path_ / place(input.substr(at + mark.size(), name_end - at - mark.size()), files);
            // A name may be a file once and a folder later: then the later one is not written.
            std::error_code ignored;
            fs::create_directories(file.parent_path(), ignored);
            std::ofstream(file, std::ios::binary) << input.substr(begin, next - begin);
            at = next;
        }
    }

private:
    static constexpr std::size_t most_files = 12;

    std::filesystem::path path_;
};

}  // namespace rev::fuzz
