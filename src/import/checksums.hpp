#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rev::foreign {

/// In lower-case hexadecimal.
[[nodiscard]] std::string sha1_hex(std::string_view bytes);
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
[[nodiscard]] std::string sha384_hex(std::string_view bytes);

/// CRC-32 of ISO 3309, as zip files have it.
[[nodiscard]] std::uint32_t crc32_of(std::string_view bytes);

/// SipHash-1-3 with a key of zeros.
[[nodiscard]] std::uint64_t siphash13_of(std::string_view bytes);

}  // namespace rev::foreign
