// Gives a revision file other sections; what its author has said above them stays.
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <system_error>

#include "base/files.hpp"
#include "base/text.hpp"
#include "script/revision_header.hpp"
#include "script/script_directory.hpp"

namespace rev::script {

namespace {

bool is_key_line(std::string_view line, std::string_view key) {
    if (!line.starts_with("--")) return false;
    const auto text = base::trim(line.substr(2));
    return text.starts_with(key) && text.substr(key.size()).starts_with(":");
}

/// The comment block with other values of the two keys that belong to the sections, behind its last line.
std::string with_keys_of(std::string_view prologue, const ScriptBody& body) {
    std::string text;
    for (std::size_t at = 0; at < prologue.size();) {
        const auto end = std::min(prologue.find('\n', at), prologue.size() - 1) + 1;
        const auto line = prologue.substr(at, end - at);
        if (!is_key_line(line, "transaction") && !is_key_line(line, "sqlite_foreign_keys")) text += line;
        at = end;
    }
    while (text.ends_with('\n')) text.pop_back();
    text += '\n';
    if (body.transaction) text += fmt::format("-- transaction: {}\n", *body.transaction);
    if (body.sqlite_foreign_keys) text += fmt::format("-- sqlite_foreign_keys: {}\n", *body.sqlite_foreign_keys);
    return text + '\n';
}

}  // namespace

void ScriptDirectory::rewrite(const Revision& revision, const ScriptBody& body) const {
    const auto file = read(revision);
    const auto marker = std::min(find_first_marker(file.text), file.text.size());
    const auto text = with_keys_of(std::string_view(file.text).substr(0, marker), body) + body.sections;
    // Before the old file is touched: what cannot be read back is not written.
    (void)parse_revision_file(text, revision.path);
    try {
        base::replace_text_file(working_directory_ / revision.path, text);
    } catch (const std::system_error& error) {
        throw Error(ExitCode::graph, error_codes::cannot_write,
                    fmt::format("cannot write {}: {}", revision.path, error.code().message()));
    }
}

}  // namespace rev::script
