// Times in a zone that the project names, whatever the zone of the machine. The C library has one zone for the whole
// process, so it is changed for a moment: not to be called beside threads that use it.

#include "script/local_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include "rev/error.hpp"

namespace rev::script {

namespace fs = std::filesystem;

namespace {

std::optional<std::string> find_variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// Sets TZ, and puts it back when this goes.
class TemporaryZone {
public:
    explicit TemporaryZone(const std::string& zone) : before_(find_variable("TZ")) {
        // With the colon it is the name of a file, not a rule such as "EST5EDT" that POSIX has without it.
        ::setenv("TZ", (":" + zone).c_str(), 1);
        ::tzset();
    }
    ~TemporaryZone() {
        if (before_) {
            ::setenv("TZ", before_->c_str(), 1);
        } else {
            ::unsetenv("TZ");
        }
        ::tzset();
    }
    TemporaryZone(const TemporaryZone&) = delete;
    TemporaryZone& operator=(const TemporaryZone&) = delete;

private:
    std::optional<std::string> before_;
};

/// A relative path of plain words, so that a zone's name cannot lead to other files.
bool is_zone_name(std::string_view zone) noexcept {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    return !zone.empty() && zone.front() != '/' && zone.find_first_not_of(allowed) == std::string_view::npos;
}

/// glibc takes an unknown zone for UTC without a word, so the file is looked at first.
bool has_zone_file(const std::string& zone) {
    const fs::path folder = find_variable("TZDIR").value_or("/usr/share/zoneinfo");
    std::ifstream file(folder / zone, std::ios::binary);
    std::array<char, 4> start{};
    // "TZif" begins every compiled zone (RFC 8536).
    return file.read(start.data(), start.size()) && std::string_view(start.data(), start.size()) == "TZif";
}

bool is_utc_name(std::string_view zone) noexcept { return zone == "UTC" || zone == "Etc/UTC" || zone == "Z"; }

void require_zone(const std::string& zone) {
    if (is_zone_name(zone) && has_zone_file(zone)) return;
    throw Error(ExitCode::usage, error_codes::unknown_timezone, fmt::format("unknown time zone \"{}\"", zone))
        .with_hint(
            "set timezone in alembic.yaml to an IANA name such as Europe/Berlin; `timedatectl list-timezones` "
            "lists them, Debian's package tzdata has them");
}

}  // namespace

LocalTime local_time(const std::string& zone, std::time_t moment) {
    LocalTime time;
    time.epoch = moment;
    time.is_utc = is_utc_name(zone);
    if (time.is_utc) {
        ::gmtime_r(&moment, &time.clock);
        return time;
    }
    require_zone(zone);
    const TemporaryZone set(zone);
    // It need not read TZ by itself, unlike localtime(): TemporaryZone has called tzset().
    ::localtime_r(&moment, &time.clock);
    return time;
}

std::string format_time(const LocalTime& time) {
    const auto& clock = time.clock;
    const auto date = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", clock.tm_year + 1900, clock.tm_mon + 1,
                                  clock.tm_mday, clock.tm_hour, clock.tm_min, clock.tm_sec);
    if (time.is_utc) return date + "Z";
    const auto minutes = std::abs(clock.tm_gmtoff) / 60;
    return fmt::format("{}{}{:02}:{:02}", date, clock.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace rev::script
