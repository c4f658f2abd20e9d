// Annotations for GitHub Actions. Its runner reads lines of the output that begin with `::`, so whatever comes from a
// file must not be able to begin or end one. Source: GitHub's "Workflow commands".

#include "report/annotation.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/text.hpp"

namespace rev::report {
namespace {

/// What would end a message is written as in a URL; `more`: what would end a property, too.
std::string escaped(std::string_view text, std::string_view more = "") {
    std::string result;
    for (const char c : text) {
        const bool ends = c == '%' || c == '\r' || c == '\n' || more.find(c) != std::string_view::npos;
        if (ends)
            result += fmt::format("%{:02X}", static_cast<unsigned>(c));
        else
            result += c;
    }
    return result;
}

std::string property(std::string_view name, std::string_view value) {
    return fmt::format("{}={},", name, escaped(value, ":,"));
}

std::string place(const Location& location) {
    if (location.file.empty()) return {};
    auto text = property("file", base::printable(location.file));
    if (location.line != 0) text += property("line", std::to_string(location.line));
    if (location.column != 0) text += property("col", std::to_string(location.column));
    return text;
}

std::string message(const Error& error) {
    std::string text = error.what();
    for (const auto* part : {&error.detail(), &error.hint()})
        if (!part->empty()) text += "\n" + *part;
    return base::printable(text);
}

}  // namespace

std::string github_annotation(const Error& error) {
    // The runner makes line ends of %0A again, so that detail and hint stand on lines of their own.
    return fmt::format("::error {}title={}::{}\n", place(error.location()), escaped(error.code(), ":,"),
                       escaped(message(error)));
}

}  // namespace rev::report
