#include "config/source_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/files.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"

namespace rev::config {
namespace {

/// /dev/zero or a dump, named by mistake, must not fill the memory.
constexpr std::size_t most_bytes = 1024UL * 1024;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

Error unreadable(const std::string& shown, const std::string& why) {
    return Error(ExitCode::usage, error_codes::unreadable_config, fmt::format("{} {}", shown, why));
}

std::string read_bytes(const std::filesystem::path& file, const std::string& shown) {
    std::error_code ignored;
    // An ifstream opens a folder without complaint, and then reads nothing.
    if (std::filesystem::is_directory(file, ignored)) throw unreadable(shown, "is a folder, not a file");
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw unreadable(shown, "cannot be read: " + base::system_message(errno));
    std::string bytes;
    char block[16 * 1024];
    while (bytes.size() <= most_bytes && stream) {
        stream.read(block, sizeof block);
        bytes.append(block, static_cast<std::size_t>(stream.gcount()));
    }
    if (stream.bad()) throw unreadable(shown, "cannot be read to its end");
    if (bytes.size() > most_bytes) throw unreadable(shown, "is larger than a megabyte: it is no configuration file");
    return bytes;
}

}  // namespace

SourceText read_any_text(const std::filesystem::path& file, std::string shown) {
    SourceText source{std::move(shown), {}};
    source.text = read_bytes(file, source.shown);
    if (source.text.starts_with(byte_order_mark)) source.text.erase(0, byte_order_mark.size());
    return source;
}

SourceText read_source(const std::filesystem::path& file, std::string shown) {
    auto source = read_any_text(file, std::move(shown));
    if (const auto zero = source.text.find('\0'); zero != std::string::npos)
        throw error_at(source, zero, error_codes::bad_config, "a zero byte in a configuration file")
            .with_hint("save the file as UTF-8");
    if (const auto invalid = base::find_invalid_utf8(source.text))
        throw error_at(source, *invalid, error_codes::bad_config, "this is not valid UTF-8")
            .with_hint("save the file as UTF-8");
    return source;
}

Location location_at(const SourceText& source, std::size_t offset) {
    const base::TextPosition position = base::position_of(source.text, std::min(offset, source.text.size()));
    return {source.shown, position.line, position.column, base::hide_secrets_in_setting(position.line_text)};
}

Error error_at(const SourceText& source, std::size_t offset, std::string code, const std::string& message) {
    return Error(ExitCode::usage, std::move(code), message).with_location(location_at(source, offset));
}

}  // namespace rev::config
