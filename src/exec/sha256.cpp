#include "exec/sha256.hpp"

#include <algorithm>
#include <bit>

namespace rev {
namespace {

using Words = std::array<std::uint32_t, 8>;
constexpr std::size_t block_size = 64;

constexpr std::array<std::uint32_t, 64> round_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t byte_at(std::string_view block, std::size_t index) { return static_cast<unsigned char>(block[index]); }

std::array<std::uint32_t, 64> message_schedule(std::string_view block) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i)
        w[i] = byte_at(block, 4 * i) << 24 | byte_at(block, 4 * i + 1) << 16 | byte_at(block, 4 * i + 2) << 8 |
               byte_at(block, 4 * i + 3);
    for (std::size_t i = 16; i < w.size(); ++i) {
        const auto s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
        const auto s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    return w;
}

void compress(Words& state, std::string_view block) {
    const auto w = message_schedule(block);
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < w.size(); ++i) {
        const auto s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const auto t1 = h + s1 + ((e & f) ^ (~e & g)) + round_constants[i] + w[i];
        const auto s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const auto t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    const Words sum{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < state.size(); ++i) state[i] += sum[i];
}

/// What is left over after whole blocks, with the padding and the length in bits: one or two blocks.
std::string padded_tail(std::string_view rest, std::uint64_t bytes) {
    std::string tail(rest);
    tail.push_back('\x80');
    while (tail.size() % block_size != block_size - 8) tail.push_back('\0');
    for (int shift = 56; shift >= 0; shift -= 8) tail.push_back(static_cast<char>((bytes * 8) >> shift & 0xff));
    return tail;
}

std::string hexadecimal(const Words& words) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto word : words)
        for (int shift = 28; shift >= 0; shift -= 4) text.push_back(digits[word >> shift & 0xf]);
    return text;
}

}  // namespace

void Sha256::add(std::string_view piece) {
    bytes_ += piece.size();
    if (!rest_.empty()) {
        const auto missing = std::min(block_size - rest_.size(), piece.size());
        rest_ += piece.substr(0, missing);
        piece.remove_prefix(missing);
        if (rest_.size() < block_size) return;
        compress(state_, rest_);
        rest_.clear();
    }
    for (; piece.size() >= block_size; piece.remove_prefix(block_size)) compress(state_, piece.substr(0, block_size));
    rest_ = piece;
}

std::string Sha256::digest() {
    const auto tail = padded_tail(rest_, bytes_);
    for (std::size_t at = 0; at < tail.size(); at += block_size)
        compress(state_, std::string_view(tail).substr(at, block_size));
    return hexadecimal(state_);
}

std::string sha256(std::string_view data) {
    Sha256 sum;
    sum.add(data);
    return sum.digest();
}

}  // namespace rev
