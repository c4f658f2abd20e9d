#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rev {

/// SHA-256 (FIPS 180-4) of a text that comes in pieces.
class Sha256 {
public:
    void add(std::string_view piece);
    /// Of all pieces, as 64 lower-case hexadecimal digits. Nothing may be added after it.
    [[nodiscard]] std::string digest();

private:
    std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::string rest_;  ///< less than a block
    std::uint64_t bytes_ = 0;
};

/// Sha256 of `data` as a whole.
[[nodiscard]] std::string sha256(std::string_view data);

}  // namespace rev
