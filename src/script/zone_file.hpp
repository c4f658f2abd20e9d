#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string_view>

namespace rev::script {

/// How many seconds a zone's clocks are ahead of UTC at a moment; west of Greenwich it is negative.
/// bytes: a compiled file of the time zone database; its leap seconds are not looked at, as the system's clock does not
/// count any. nullopt: it is no such file, or damaged. Source: RFC 8536.
[[nodiscard]] std::optional<std::int64_t> offset_in_zone(std::string_view bytes, std::time_t moment);

}  // namespace rev::script
