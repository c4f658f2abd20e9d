#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "rev/config.hpp"

namespace rev::test {

/// A folder with an alembic.yaml, and what the command line and the environment say.
class ConfigProject {
public:
    explicit ConfigProject(const std::string& yaml) {
        std::string pattern = (std::filesystem::temp_directory_path() / "rev-config-XXXXXX").string();
        folder = std::filesystem::canonical(::mkdtemp(pattern.data()));
        request.working_directory = folder;
        write("alembic.yaml", yaml);
    }
    ConfigProject(const ConfigProject&) = delete;
    ConfigProject& operator=(const ConfigProject&) = delete;
    ~ConfigProject() { std::filesystem::remove_all(folder); }

    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((folder / name).parent_path());
        std::ofstream(folder / name, std::ios::binary) << text;
    }
    [[nodiscard]] rev::Config load() const { return rev::load_config(request); }
    [[nodiscard]] Error failure() const {
        try {
            (void)load();
        } catch (const Error& error) {
            return error;
        }
        FAIL("the configuration was accepted");
        return {rev::ExitCode::done, "", ""};
    }

    std::filesystem::path folder;
    rev::ConfigRequest request;
};

}  // namespace rev::test
