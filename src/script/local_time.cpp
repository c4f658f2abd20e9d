// Times in a zone that the project names, whatever the zone of the machine and of the process.

#include "script/local_time.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include "rev/error.hpp"
#include "script/zone_file.hpp"

namespace rev::script {

namespace fs = std::filesystem;

namespace {

std::optional<std::string> find_variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// A relative path of plain words, so that a zone's name cannot lead to other files.
bool is_zone_name(std::string_view zone) noexcept {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    return !zone.empty() && zone.front() != '/' && zone.find_first_not_of(allowed) == std::string_view::npos;
}

/// Empty: there is no such file.
std::string zone_bytes(const std::string& zone) {
    // Some thousand bytes; what is larger is something else.
    constexpr std::size_t most_bytes = 64UL * 1024;
    const fs::path folder = find_variable("TZDIR").value_or("/usr/share/zoneinfo");
    std::ifstream file(folder / zone, std::ios::binary);
    std::string bytes(most_bytes, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    return bytes;
}

bool is_utc_name(std::string_view zone) noexcept { return zone == "UTC" || zone == "Etc/UTC" || zone == "Z"; }

std::int64_t offset_of(const std::string& zone, std::time_t moment) {
    if (is_zone_name(zone)) {
        if (const auto offset = offset_in_zone(zone_bytes(zone), moment)) return *offset;
    }
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
    const auto offset = time.is_utc ? 0 : offset_of(zone, moment);
    const std::time_t shown = moment + offset;
    ::gmtime_r(&shown, &time.clock);
    time.clock.tm_gmtoff = offset;
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
