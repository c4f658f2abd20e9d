// Times in zones that a project names, held against the C library's, which knows one zone at a time.
#include "script/local_time.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/zone_file.hpp"

namespace rev::test {
namespace {

namespace fs = std::filesystem;

/// The zone of this process, which has one thread, for as long as it lives.
class ProcessZone {
public:
    explicit ProcessZone(const std::string& zone) {
        if (const char* before = std::getenv("TZ")) before_ = before;
        set(zone);
    }
    ~ProcessZone() { set(before_); }
    ProcessZone(const ProcessZone&) = delete;
    ProcessZone& operator=(const ProcessZone&) = delete;

    [[nodiscard]] static long offset_at(std::time_t moment) {
        std::tm clock{};
        ::localtime_r(&moment, &clock);
        return clock.tm_gmtoff;
    }

private:
    static void set(const std::optional<std::string>& zone) {
        if (zone) {
            ::setenv("TZ", zone->c_str(), 1);
        } else {
            ::unsetenv("TZ");
        }
        ::tzset();
    }

    std::optional<std::string> before_;
};

std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator(in), {}};
}

/// From 1920 to 2080, at steps that fall on all hours, days and months.
std::vector<std::time_t> sampled_moments() {
    constexpr std::time_t day = 24L * 60 * 60;
    std::vector<std::time_t> moments;
    for (std::time_t moment = -50 * 365 * day; moment < 110 * 365 * day; moment += 97 * day + 12345)
        moments.push_back(moment);
    return moments;
}

/// Both sides of each change of the clocks in a century, to the second.
std::vector<std::time_t> moments_of_change() {
    constexpr std::time_t day = 24L * 60 * 60;
    std::vector<std::time_t> moments;
    constexpr std::time_t step = 10 * day;
    for (std::time_t moment = 0; moment < 100 * 365 * day; moment += step) {
        if (ProcessZone::offset_at(moment) == ProcessZone::offset_at(moment + step)) continue;
        auto low = moment;
        auto high = moment + step;
        while (low + 1 < high) {
            const auto middle = low + (high - low) / 2;
            (ProcessZone::offset_at(middle) == ProcessZone::offset_at(low) ? low : high) = middle;
        }
        moments.push_back(low);
        moments.push_back(high);
    }
    return moments;
}

std::vector<std::string> zones() {
    const fs::path folder = "/usr/share/zoneinfo";
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const auto name = fs::relative(entry.path(), folder).string();
        // Those that count leap seconds, and the same ones again.
        if (name.starts_with("right/") || name.starts_with("posix/") || !entry.is_regular_file()) continue;
        if (bytes_of(entry.path()).starts_with("TZif")) names.push_back(name);
    }
    return names;
}

/// A compiled zone that has nothing but a rule.
std::string zone_of_rule(const std::string& rule) {
    const std::string head = std::string("TZif2") + std::string(15, '\0');
    const auto count = [](char number) { return std::string(3, '\0') + number; };
    const auto counts = count(0) + count(0) + count(0) + count(0) + count(1) + count(1);
    const auto block = head + counts + std::string(6, '\0') + std::string(1, '\0');
    return block + block + "\n" + rule + "\n";
}

TEST_CASE("each zone of the system is at each moment as far from UTC as the C library says") {
    const auto names = zones();
    REQUIRE(names.size() > 100);
    const auto moments = sampled_moments();
    for (const auto& name : names) {
        const ProcessZone process(":" + name);
        const auto bytes = bytes_of("/usr/share/zoneinfo/" + name);
        std::size_t wrong = 0;
        for (const auto moment : moments)
            if (script::offset_in_zone(bytes, moment) != ProcessZone::offset_at(moment)) ++wrong;
        CHECK_MESSAGE(wrong == 0, name);
    }
}

TEST_CASE("clocks change at the second at which the C library changes them") {
    for (const std::string name : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin",
                                   "Africa/Casablanca", "America/Nuuk", "Asia/Kathmandu", "Pacific/Apia"}) {
        const ProcessZone process(":" + name);
        const auto bytes = bytes_of("/usr/share/zoneinfo/" + name);
        for (const auto moment : moments_of_change()) {
            CAPTURE(name);
            CAPTURE(moment);
            CHECK(script::offset_in_zone(bytes, moment) == ProcessZone::offset_at(moment));
        }
    }
}

TEST_CASE("rules for the time to come are POSIX's") {
    for (const std::string rule :
         {"UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "IST-1GMT0,M10.5.0,M3.5.0/1",
          "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
          "EET-2EEST,M3.4.4/50,M10.4.4/50", "AAA3BBB,J60/0,J300/3:30:15", "AAA-3BBB-3:30,59/1,299", "<+0530>-5:30"}) {
        CAPTURE(rule);
        const ProcessZone process(rule);
        const auto bytes = zone_of_rule(rule);
        std::size_t wrong = 0;
        for (const auto& moments : {sampled_moments(), moments_of_change()})
            for (const auto moment : moments)
                // glibc takes the changes of 1970 for those of each year before.
                if (moment >= 0 && script::offset_in_zone(bytes, moment) != ProcessZone::offset_at(moment)) ++wrong;
        CHECK(wrong == 0);
    }
    for (const std::string rule :
         {"CET", "CET-1CEST", "C<T-1", "<CET-1", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.0",
          "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1CEST,M3.6.0,M10.5.0", "CET-999", "CET-1:60"}) {
        CAPTURE(rule);
        CHECK(!script::offset_in_zone(zone_of_rule(rule), 0));
    }
}

TEST_CASE("a file that is cut off is no zone") {
    const auto bytes = bytes_of("/usr/share/zoneinfo/Europe/Berlin");
    REQUIRE(script::offset_in_zone(bytes, 0) == 3600);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK(!script::offset_in_zone(std::string_view(bytes).substr(0, size), 0));
    // Counts that promise more than any file holds.
    for (std::size_t at = 20; at < 44; ++at) {
        auto damaged = bytes;
        damaged[at] = '\xff';
        (void)script::offset_in_zone(damaged, 0);
    }
}

TEST_CASE("a time is shown in its zone, and the process keeps its own") {
    const ProcessZone process("Asia/Tokyo");
    constexpr std::time_t moment = 1795232831;  // 2026-11-21 03:47:11 UTC
    CHECK(script::format_time(script::local_time("UTC", moment)) == "2026-11-21 03:47:11Z");
    CHECK(script::format_time(script::local_time("Europe/Berlin", moment)) == "2026-11-21 04:47:11+01:00");
    CHECK(script::format_time(script::local_time("America/St_Johns", moment)) == "2026-11-21 00:17:11-03:30");
    CHECK(std::string_view(std::getenv("TZ")) == "Asia/Tokyo");
    CHECK(ProcessZone::offset_at(moment) == 9 * 60 * 60);
}

}  // namespace
}  // namespace rev::test
