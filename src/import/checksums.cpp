#include "import/checksums.hpp"

#include <fmt/format.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include <array>
#include <bit>
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

namespace {

/// The state of SipHash. Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF".
struct SipState {
    std::uint64_t v0 = 0x736f6d6570736575;
    std::uint64_t v1 = 0x646f72616e646f6d;
    std::uint64_t v2 = 0x6c7967656e657261;
    std::uint64_t v3 = 0x7465646279746573;

    void round() noexcept {
        v0 += v1;
        v1 = std::rotl(v1, 13) ^ v0;
        v0 = std::rotl(v0, 32);
        v2 += v3;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = std::rotl(v1, 17) ^ v2;
        v2 = std::rotl(v2, 32);
    }

    void add(std::uint64_t word) noexcept {
        v3 ^= word;
        round();
        v0 ^= word;
    }
};

}  // namespace

std::uint64_t siphash13_of(std::string_view bytes) {
    SipState state;
    std::uint64_t word = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        word |= std::uint64_t{static_cast<unsigned char>(bytes[at])} << (8 * (at % 8));
        if (at % 8 != 7) continue;
        state.add(word);
        word = 0;
    }
    // The last word has the bytes that are left, and the length in its highest one.
    state.add(word | (std::uint64_t{bytes.size()} << 56));
    state.v2 ^= 0xff;
    for (int number = 0; number < 3; ++number) state.round();
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace rev::foreign
