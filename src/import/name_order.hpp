#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace rev::foreign {

/// Names are in the order of people's languages: punctuation before digits before letters, whose case decides last.
/// Source: Unicode's default collation, as JavaScript's localeCompare() has it.
class NameOrder {
public:
    bool operator()(const std::string& left, const std::string& right) const {
        const auto place = [](char c) { return place_of(c); };
        if (!std::ranges::equal(left, right, {}, place, place))
            return std::ranges::lexicographical_compare(left, right, {}, place, place);
        // Small letters come first.
        return std::ranges::lexicographical_compare(left, right, std::greater{});
    }

private:
    static std::size_t place_of(char c) {
        constexpr std::string_view signs = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";
        constexpr std::size_t letters = 256;
        const auto lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const auto sign = signs.find(lower);
        return sign == std::string_view::npos ? letters + static_cast<unsigned char>(lower) : sign;
    }
};

}  // namespace rev::foreign
