#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

#include "base/text.hpp"
#include "rev/config.hpp"

namespace rev::config {
namespace {

/// Milliseconds in a unit; nullopt for an unknown one.
std::optional<std::int64_t> milliseconds_in(std::string_view unit) noexcept {
    if (unit == "ms") return 1;
    if (unit.empty() || unit == "s") return 1'000;
    if (unit == "m") return 60'000;
    if (unit == "h") return 3'600'000;
    return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
    const std::string_view trimmed = base::trim(text);
    const char* end = trimmed.data() + trimmed.size();
    std::int32_t count = 0;
    const auto [rest, error] = std::from_chars(trimmed.data(), end, count);
    // from_chars() takes "-0", which is not below zero.
    if (error != std::errc() || count < 0 || trimmed.starts_with('-')) return std::nullopt;
    const auto unit = milliseconds_in(base::trim(std::string_view(rest, static_cast<std::size_t>(end - rest))));
    if (!unit) return std::nullopt;
    // 64 bits: 2^31-1 hours are still far from overflow.
    const std::int64_t total = count * *unit;
    // PostgreSQL's settings are an int of milliseconds.
    if (total > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
    return std::chrono::milliseconds(total);
}

}  // namespace rev::config
