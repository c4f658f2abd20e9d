#include "base/utc_time.hpp"

#include <array>

namespace rev::base {

std::string utc_time(std::time_t moment, const char* pattern) {
    std::tm clock{};
    // gmtime() has one buffer for all threads.
    ::gmtime_r(&moment, &clock);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), pattern, &clock)};
}

}  // namespace rev::base
