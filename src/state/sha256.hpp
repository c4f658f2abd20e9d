#pragma once

#include <memory>
#include <string>
#include <string_view>

struct sha256_ctx;

namespace rev::state {

/// SHA-256 (FIPS 180-4) of a text that comes in pieces.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    /// The text is all pieces in the order in which they come, without anything between them.
    void add(std::string_view piece);
    /// Of all pieces, as 64 lower-case hexadecimal digits. Nothing may be added after it.
    [[nodiscard]] std::string digest();

private:
    std::unique_ptr<sha256_ctx> context_;
};

/// Sha256 of `data` as a whole.
[[nodiscard]] std::string sha256(std::string_view data);

}  // namespace rev::state
