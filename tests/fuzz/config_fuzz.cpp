#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "rev/config.hpp"
#include "rev/error.hpp"

// The input is an alembic.yaml; what follows a first NUL byte is the .env beside it.

namespace {

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "rev-fuzz-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    void write(const char* name, std::string_view text) const { std::ofstream(path_ / name, std::ios::binary) << text; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

void require(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Folder folder;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto zero = text.find('\0');
    folder.write("alembic.yaml", text.substr(0, zero));
    folder.write(".env", zero == std::string_view::npos ? std::string_view() : text.substr(zero + 1));

    rev::ConfigRequest request;
    request.working_directory = folder.path();
    request.process_environment = {{"SET", "value"}, {"EMPTY", ""}};
    try {
        const rev::Config config = rev::load_config(request);
        require(!config.version_locations.empty());
        require(!config.version_table.empty());
        for (const std::string& name : config.environments) {
            request.environment = name;
            try {
                (void)rev::load_config(request);
            } catch (const rev::Error& error) {
                require(error.exit_code() == rev::ExitCode::usage);
            }
        }
    } catch (const rev::Error& error) {
        require(error.exit_code() == rev::ExitCode::usage);
        require(!error.location().file.empty() || error.code() == "unreadable_config");
    }
    return 0;
}
