#include "state/sha256.hpp"

#include <nettle/base16.h>
#include <nettle/sha2.h>

#include <array>

namespace rev::state {

/// A pointer, so that nettle's header is seen by this file alone.
Sha256::Sha256() : context_(std::make_unique<sha256_ctx>()) { sha256_init(context_.get()); }

Sha256::~Sha256() = default;

void Sha256::add(std::string_view piece) {
    sha256_update(context_.get(), piece.size(), reinterpret_cast<const std::uint8_t*>(piece.data()));
}

std::string Sha256::digest() {
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> bytes{};
    sha256_digest(context_.get(), bytes.size(), bytes.data());
    std::string text(BASE16_ENCODE_LENGTH(bytes.size()), ' ');
    base16_encode_update(text.data(), bytes.size(), bytes.data());
    return text;
}

std::string sha256(std::string_view data) {
    Sha256 sum;
    sum.add(data);
    return sum.digest();
}

}  // namespace rev::state
