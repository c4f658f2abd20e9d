#pragma once

#include <cstddef>
#include <filesystem>

namespace rev::test {

/// A small file system in memory, for as long as this object lives. Only this process and those that it starts see it.
class SmallDisk {
public:
    /// Mounts it on a folder; is_mounted() is false where this process may not mount.
    SmallDisk(std::filesystem::path folder, std::size_t bytes);
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    [[nodiscard]] bool is_mounted() const noexcept { return mounted_; }
    void resize(std::size_t bytes) const;

private:
    std::filesystem::path folder_;
    bool mounted_ = false;
};

}  // namespace rev::test
