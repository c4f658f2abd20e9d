// One offset out of a compiled time zone. The C library answers only for the whole process, by TZ in its environment,
// which other threads may be reading; and the zones of std::chrono are not in every standard library yet.
//
//   file   : block, of version 2 and on: then the same with wider times, and the rule between two line feeds
//   block  : "TZif", version (1), unused (15), counts (6 * 4): of isut, isstd, leap, time, type, char; then
//            time * moment (4, wider 8), time * number of type (1), type * (offset (4), is_dst (1), name (1)),
//            char * 1, leap * (moment + 4), isstd * 1, isut * 1
//   rule   : what POSIX has for TZ, such as "CET-1CEST,M3.5.0,M10.5.0/3", for all that comes after the last moment
//
// Numbers are big-endian and signed.

#include "script/zone_file.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace rev::script {
namespace {

constexpr std::int64_t hour_seconds = 3600;
constexpr std::int64_t day_seconds = 24 * hour_seconds;

std::int64_t big_endian(std::string_view bytes) {
    const bool is_negative = !bytes.empty() && static_cast<signed char>(bytes.front()) < 0;
    std::uint64_t value = is_negative ? ~std::uint64_t{0} : 0;
    for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(value);
}

/// One day of each year, and a time of that day.
class YearlyMoment {
public:
    enum class Kind {
        month,             ///< Mm.w.d: weekday d (0 is Sunday) of week w (5 is the last) of month m
        day_without_leap,  ///< Jn: from 1, February 29 is not counted
        day                ///< n: from 0, February 29 is counted
    };

    Kind kind = Kind::month;
    std::array<std::int64_t, 3> numbers{};  ///< m, w, d, or n
    std::int64_t time = 2 * hour_seconds;   ///< may be negative, or more than a day

    /// Seconds from 1970 on, by the clock that holds until then.
    [[nodiscard]] std::int64_t in(std::chrono::year year) const {
        return std::chrono::sys_days(day_in(year)).time_since_epoch().count() * day_seconds + time;
    }

private:
    [[nodiscard]] std::chrono::sys_days day_in(std::chrono::year year) const {
        using std::chrono::days;
        const std::chrono::sys_days first = year / 1 / 1;
        if (kind == Kind::day) return first + days(numbers[0]);
        if (kind == Kind::day_without_leap) {
            constexpr int end_of_february = 59;
            return first + days(numbers[0] - (year.is_leap() && numbers[0] > end_of_february ? 0 : 1));
        }
        const auto month = year / static_cast<int>(numbers[0]);
        const std::chrono::weekday weekday(static_cast<unsigned>(numbers[2]));
        if (numbers[1] == 5) return month / weekday[std::chrono::last];
        return month / weekday[static_cast<unsigned>(numbers[1])];
    }
};

/// Source: POSIX, "Environment Variables", TZ; RFC 8536, 3.3.1.
class ZoneRule {
public:
    explicit ZoneRule(std::string_view text) : text_(text) {}

    /// nullopt: malformed.
    [[nodiscard]] std::optional<std::int64_t> offset_at(std::time_t moment) {
        if (!read()) return std::nullopt;
        if (!has_summer_) return standard_;
        const auto day =
            std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(moment + standard_)));
        const auto year = std::chrono::year_month_day(day).year();
        const auto begin = begin_.in(year)-standard_;
        const auto end = end_.in(year)-summer_;
        // In the south the year begins and ends in summer.
        const bool is_summer = begin < end ? begin <= moment && moment < end : !(end <= moment && moment < begin);
        return is_summer ? summer_ : standard_;
    }

private:
    [[nodiscard]] bool read() {
        if (!skip_name() || !read_time(standard_)) return false;
        standard_ = -standard_;  // POSIX counts westwards
        if (text_.empty()) return true;
        has_summer_ = true;
        summer_ = standard_ + hour_seconds;
        if (!skip_name()) return false;
        if (!text_.starts_with(',')) {
            if (!read_time(summer_)) return false;
            summer_ = -summer_;
        }
        return read_yearly(begin_) && read_yearly(end_) && text_.empty();
    }

    bool skip(char wanted) {
        if (!text_.starts_with(wanted)) return false;
        text_.remove_prefix(1);
        return true;
    }

    /// Letters, or anything between < and >.
    bool skip_name() {
        const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
        const auto end = text_.starts_with('<')
                             ? std::min(text_.find('>'), text_.size() - 1) + 1
                             : static_cast<std::size_t>(std::ranges::find_if_not(text_, is_letter) - text_.begin());
        text_.remove_prefix(end);
        return end > 0;
    }

    bool read_number(std::int64_t& number, std::int64_t least, std::int64_t most) {
        constexpr std::size_t most_digits = 3;
        number = 0;
        std::size_t digits = 0;
        for (; digits < most_digits && !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; ++digits) {
            number = number * 10 + (text_.front() - '0');
            text_.remove_prefix(1);
        }
        return digits > 0 && least <= number && number <= most;
    }

    /// [+-]hours[:minutes[:seconds]]
    bool read_time(std::int64_t& seconds) {
        constexpr std::int64_t most_hours = 167;  // a week
        const bool is_negative = skip('-');
        if (!is_negative) (void)skip('+');
        std::int64_t hours = 0;
        std::int64_t minutes = 0;
        std::int64_t rest = 0;
        if (!read_number(hours, 0, most_hours)) return false;
        if (skip(':') && !read_number(minutes, 0, 59)) return false;
        if (skip(':') && !read_number(rest, 0, 59)) return false;
        seconds = (hours * 60 + minutes) * 60 + rest;
        if (is_negative) seconds = -seconds;
        return true;
    }

    /// ,date[/time]
    bool read_yearly(YearlyMoment& yearly) {
        if (!skip(',') || !read_date(yearly)) return false;
        return !skip('/') || read_time(yearly.time);
    }

    bool read_date(YearlyMoment& yearly) {
        auto& [first, second, third] = yearly.numbers;
        if (skip('M'))
            return read_number(first, 1, 12) && skip('.') && read_number(second, 1, 5) && skip('.') &&
                   read_number(third, 0, 6);
        yearly.kind = skip('J') ? YearlyMoment::Kind::day_without_leap : YearlyMoment::Kind::day;
        return yearly.kind == YearlyMoment::Kind::day ? read_number(first, 0, 365) : read_number(first, 1, 365);
    }

    std::string_view text_;
    std::int64_t standard_ = 0;
    std::int64_t summer_ = 0;
    bool has_summer_ = false;
    YearlyMoment begin_;
    YearlyMoment end_;
};

/// A view of a file's bytes.
class ZoneFile {
public:
    explicit ZoneFile(std::string_view bytes) : left_(bytes) {
        read_block(4);
        if (version_ < '2') return;
        read_block(8);
        is_whole_ = is_whole_ && take(1) == "\n";
        const auto end = left_.find('\n');
        is_whole_ = is_whole_ && end != std::string_view::npos;
        if (is_whole_) rule_ = left_.substr(0, end);
    }

    [[nodiscard]] std::optional<std::int64_t> offset_at(std::time_t moment) const {
        if (!is_whole_) return std::nullopt;
        const auto past = count_until(moment);
        if (past == kinds_.size() && !rule_.empty()) return ZoneRule(rule_).offset_at(moment);
        const auto type = past == 0 ? std::size_t{0} : static_cast<unsigned char>(kinds_[past - 1]);
        constexpr std::size_t type_size = 6;
        if (type >= types_.size() / type_size) return std::nullopt;
        return big_endian(types_.substr(type * type_size, 4));
    }

private:
    /// Empty where there is not as much left; the file is not whole then.
    std::string_view take(std::size_t size) {
        is_whole_ = is_whole_ && size <= left_.size();
        if (!is_whole_) return {};
        const auto taken = left_.substr(0, size);
        left_.remove_prefix(size);
        return taken;
    }

    std::size_t take_count() { return static_cast<std::uint32_t>(big_endian(take(4))); }

    void read_block(std::size_t width) {
        is_whole_ = is_whole_ && take(4) == "TZif";
        const auto version = take(1);
        version_ = version.empty() ? '\0' : version.front();
        (void)take(15);
        const auto is_ut = take_count();
        const auto is_standard = take_count();
        const auto leaps = take_count();
        const auto moments = take_count();
        const auto types = take_count();
        const auto characters = take_count();
        width_ = width;
        moments_ = take(moments * width);
        kinds_ = take(moments);
        types_ = take(types * 6);
        (void)take(characters + leaps * (width + 4) + is_standard + is_ut);
    }

    /// How many of the file's moments have come.
    [[nodiscard]] std::size_t count_until(std::time_t moment) const {
        auto count = kinds_.size();
        while (count > 0 && big_endian(moments_.substr((count - 1) * width_, width_)) > moment) --count;
        return count;
    }

    std::string_view left_;
    bool is_whole_ = true;
    char version_ = '\0';
    std::size_t width_ = 0;
    std::string_view moments_;
    std::string_view kinds_;  ///< the number of the type that holds from each on
    std::string_view types_;
    std::string_view rule_;
};

}  // namespace

std::optional<std::int64_t> offset_in_zone(std::string_view bytes, std::time_t moment) {
    return ZoneFile(bytes).offset_at(moment);
}

}  // namespace rev::script
