#include "json/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace rev::json {
namespace {

/// Whether a byte can begin what steers a terminal and is not escaped in JSON anyway. DEL, and the first bytes of C1
/// controls (C2), of U+061C (D8) and of the marks and overrides in U+2000 to U+206F (E2).
bool may_steer(char byte) { return byte == '\x7f' || byte == '\xc2' || byte == '\xd8' || byte == '\xe2'; }

/// JSON allows these as they are; escaped they mean the same and steer no terminal. They occur within strings only.
std::string with_escaped_controls(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    while (true) {
        const auto plain = std::find_if(text.begin(), text.end(), may_steer) - text.begin();
        escaped += text.substr(0, static_cast<std::size_t>(plain));
        text.remove_prefix(static_cast<std::size_t>(plain));
        if (text.empty()) return escaped;
        const auto point = base::decode_utf8(text, 0);
        if (point.valid && base::steers_terminal(point.value))
            escaped += fmt::format("\\u{:04x}", static_cast<unsigned>(point.value));
        else
            escaped += text.substr(0, point.length);
        text.remove_prefix(point.length);
    }
}

}  // namespace

std::string dump(const Object& object, int indent) {
    // error_handler_t::replace: a database may return bytes that are no UTF-8, and half an answer is no JSON.
    return with_escaped_controls(object.dump(indent, ' ', false, Object::error_handler_t::replace));
}

void write(std::ostream& out, const Object& object) { out << dump(object, 2) << '\n'; }

std::vector<std::string> sorted(std::vector<std::string> ids) {
    std::sort(ids.begin(), ids.end());
    return ids;
}

Object error_object(const Error& error) {
    Object object{{"code", error.code()}, {"message", error.what()}};
    if (!error.detail().empty()) object["detail"] = error.detail();
    if (!error.hint().empty()) object["hint"] = error.hint();
    if (!error.location().file.empty()) object["file"] = error.location().file;
    if (error.location().line > 0) object["line"] = error.location().line;
    if (error.location().column > 0) object["column"] = error.location().column;
    if (!error.sqlstate().empty())
        object[base::is_sqlite_code(error.sqlstate()) ? "sqlite_code" : "sqlstate"] = error.sqlstate();
    return object;
}

}  // namespace rev::json
