#include "import/checksums.hpp"

#include <fmt/format.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include <array>
#include <boost/crc.hpp>

namespace rev::foreign {
namespace {

const std::uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

template <std::size_t size>
std::string hex(const std::array<std::uint8_t, size>& digest) {
    std::string text;
    for (const auto byte : digest) text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace

std::string sha1_hex(std::string_view bytes) {
    sha1_ctx context;
    sha1_init(&context);
    sha1_update(&context, bytes.size(), bytes_of(bytes));
    std::array<std::uint8_t, SHA1_DIGEST_SIZE> digest{};
    sha1_digest(&context, digest.size(), digest.data());
    return hex(digest);
}

std::string sha256_hex(std::string_view bytes) {
    sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, bytes.size(), bytes_of(bytes));
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
    sha256_digest(&context, digest.size(), digest.data());
    return hex(digest);
}

std::string sha384_hex(std::string_view bytes) {
    sha512_ctx context;
    sha384_init(&context);
    sha512_update(&context, bytes.size(), bytes_of(bytes));
    std::array<std::uint8_t, SHA384_DIGEST_SIZE> digest{};
    sha384_digest(&context, digest.size(), digest.data());
    return hex(digest);
}

std::uint32_t crc32_of(std::string_view bytes) {
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), bytes.size());
    return crc.checksum();
}

}  // namespace rev::foreign
