#include "db/postgres/text.hpp"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/utf8.hpp"

namespace rev::db {
namespace {

constexpr int sql_ascii = 0;

int encoding_number(const PGconn* connection, const char* parameter) {
    const char* name = PQparameterStatus(connection, parameter);
    // An encoding that this libpq does not know is read byte by byte, which never runs past the end.
    return name == nullptr ? sql_ascii : std::max(pg_char_to_encoding(name), sql_ascii);
}

/// The C library's name of a server encoding; empty where it has none. Source: PostgreSQL's manual, "Character Set
/// Support".
std::string library_name(const std::string& encoding) {
    static const std::map<std::string, std::string, std::less<>> names = {
        {"EUC_CN", "EUC-CN"},         {"EUC_JP", "EUC-JP"},         {"EUC_JIS_2004", "EUC-JISX0213"},
        {"EUC_KR", "EUC-KR"},         {"EUC_TW", "EUC-TW"},         {"ISO_8859_5", "ISO-8859-5"},
        {"ISO_8859_6", "ISO-8859-6"}, {"ISO_8859_7", "ISO-8859-7"}, {"ISO_8859_8", "ISO-8859-8"},
        {"JOHAB", "JOHAB"},           {"KOI8R", "KOI8-R"},          {"KOI8U", "KOI8-U"},
        {"LATIN1", "ISO-8859-1"},     {"LATIN2", "ISO-8859-2"},     {"LATIN3", "ISO-8859-3"},
        {"LATIN4", "ISO-8859-4"},     {"LATIN5", "ISO-8859-9"},     {"LATIN6", "ISO-8859-10"},
        {"LATIN7", "ISO-8859-13"},    {"LATIN8", "ISO-8859-14"},    {"LATIN9", "ISO-8859-15"},
        {"LATIN10", "ISO-8859-16"},   {"WIN866", "CP866"},          {"WIN874", "CP874"},
    };
    if (const auto found = names.find(encoding); found != names.end()) return found->second;
    // WIN1250 to WIN1258 are CP1250 to CP1258; SJIS, BIG5, GBK and the like are no server encodings.
    return encoding.starts_with("WIN") ? "CP" + encoding.substr(3) : "";
}

/// One of the C library's converters, closed with it.
class Converter {
public:
    explicit Converter(const std::string& encoding)
        : handle_(encoding.empty() ? none() : iconv_open(encoding.c_str(), "UTF-8")) {}
    ~Converter() {
        if (handle_ != none()) iconv_close(handle_);
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    /// Empty if the encoding does not have the character.
    [[nodiscard]] std::string convert(std::string_view character) const {
        if (handle_ == none()) return {};
        // iconv() takes a pointer to char that is not const. A character has four bytes in UTF-8, and in no server
        // encoding more than eight.
        std::array<char, 16> in{};
        std::array<char, 16> out{};
        std::copy(character.begin(), character.end(), in.begin());
        char* from = in.data();
        char* to = out.data();
        std::size_t left = character.size();
        std::size_t room = out.size();
        // More than zero: characters that were replaced by similar ones, as //TRANSLIT does. A text that comes back as
        // another one is not held.
        const auto irreversible = iconv(handle_, &from, &left, &to, &room);
        return irreversible == 0 && left == 0 ? std::string(out.data(), out.size() - room) : std::string();
    }

private:
    static iconv_t none() { return reinterpret_cast<iconv_t>(-1); }  // NOLINT: as iconv_open returns it

    iconv_t handle_;
};

/// Calls `take` with each character that is not ASCII.
template <typename Take>
void for_each_foreign(std::string_view text, Take take) {
    for (std::size_t at = 0; at < text.size();) {
        const auto point = base::decode_utf8(text, at);
        if (static_cast<unsigned char>(text[at]) >= 0x80) take(text.substr(at, point.length), point);
        at += point.length;
    }
}

}  // namespace

/// Servers report a change of this setting by themselves, before the result of the statement that made it: so it costs
/// no question.
Backslash backslash_of(const PGconn* connection) {
    const char* standard = PQparameterStatus(connection, "standard_conforming_strings");
    return standard != nullptr && std::string_view(standard) == "off" ? Backslash::escape : Backslash::ordinary;
}

/// The server converts what it gets to its own encoding and counts characters there; as converting keeps their number,
/// the client's encoding counts the same ones in the bytes that are at hand. Without a conversion it counts what the
/// server takes for a character.
int counted_encoding(const PGconn* connection) {
    const auto server = encoding_number(connection, "server_encoding");
    const auto client = encoding_number(connection, "client_encoding");
    if (server == sql_ascii) return sql_ascii;
    return client == sql_ascii ? server : client;
}

std::size_t byte_offset(const std::string& text, std::size_t character, int encoding) {
    std::size_t offset = 0;
    // PQmblen reads the first byte only, so the last character may be cut: hence the min() below.
    for (std::size_t passed = 1; passed < character && offset < text.size(); ++passed)
        offset += static_cast<std::size_t>(std::max(PQmblen(text.c_str() + offset, encoding), 1));
    return std::min(offset, text.size());
}

ServerText::ServerText(std::string server_encoding) : encoding_(std::move(server_encoding)) {}

/// UTF-8 as it is; SQL_ASCII asks nothing of its bytes.
bool ServerText::takes_bytes() const { return encoding_.empty() || encoding_ == "UTF8" || encoding_ == "SQL_ASCII"; }

bool ServerText::holds(std::string_view text) const {
    if (takes_bytes() || base::is_ascii(text)) return true;
    const Converter converter(library_name(encoding_));
    bool all = true;
    for_each_foreign(text, [&](std::string_view character, const base::CodePoint& point) {
        all = all && point.valid && !converter.convert(character).empty();
    });
    return all;
}

std::string ServerText::literal(std::string_view text) const {
    // Neither a setting nor an encoding changes how this one is read.
    if (base::is_ascii(text) && text.find('\\') == std::string_view::npos) {
        std::string quoted = "'";
        for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
        return quoted + "'";
    }
    const Converter converter(takes_bytes() ? "" : library_name(encoding_));
    // The blank keeps E from being the end of a word before it. \x in E'' is a byte of the server's encoding, which is
    // why the character is converted first; \u would need a server in UTF-8 before version 13.
    std::string escaped = " E'";
    for (std::size_t at = 0; at < text.size();) {
        const auto point = base::decode_utf8(text, at);
        const auto character = text.substr(at, point.length);
        at += point.length;
        if (static_cast<unsigned char>(character.front()) < 0x80) {
            escaped.append(character == "'" || character == "\\" ? 2 : 1, character.front());
            continue;
        }
        const auto bytes = takes_bytes() ? std::string(character) : converter.convert(character);
        for (const char byte : point.valid || encoding_ == "SQL_ASCII" ? bytes : std::string())
            escaped += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
        // Two backslashes in the literal are one in the value: the reader sees \xe4 in the place of what cannot be
        // kept.
        if (!point.valid && encoding_ != "SQL_ASCII")
            escaped += fmt::format("\\\\x{:02x}", static_cast<unsigned char>(character.front()));
        else if (bytes.empty())
            escaped += fmt::format("\\\\u{:04x}", static_cast<std::uint32_t>(point.value));
    }
    return escaped + "'";
}

}  // namespace rev::db
