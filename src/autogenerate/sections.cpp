#include "autogenerate/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.hpp"

namespace rev::autogenerate {
namespace {

/// A comment line may hold no line end, and must not pass for a marker.
std::string one_line(std::string_view text) {
    std::string line;
    for (const char c : text) line += c == '\n' || c == '\r' ? ' ' : c;
    return line;
}

std::string hazard_line(const schema::Hazard& hazard) {
    return fmt::format("-- {}: {}\n", to_string(hazard.kind), one_line(hazard.detail));
}

/// A comment at the end would swallow the `;`.
std::string closed(const std::string& sql) {
    const auto last = sql.rfind('\n');
    const auto line = std::string_view(sql).substr(last == std::string::npos ? 0 : last + 1);
    return sql + (line.find("--") == std::string_view::npos ? ";\n" : "\n;\n");
}

std::string statement_text(const schema::Statement& statement, Purpose purpose) {
    std::string text;
    if (purpose == Purpose::file) {
        for (const auto& hazard : statement.hazards) text += hazard_line(hazard);
        if (!statement.to_fill_in.empty())
            text += fmt::format("-- rev:todo: write {}, then delete this line\n", one_line(statement.to_fill_in));
    }
    return text + closed(statement.sql);
}

std::string markers_and_text(const char* kind, const std::string& dialect, const std::string& text) {
    return fmt::format("-- rev:{}{}\n{}\n", kind, dialect.empty() ? "" : " " + dialect, text);
}

struct SectionTexts {
    std::string upgrade;
    std::string downgrade;
};

SectionTexts texts_of(const std::vector<schema::RevisionDraft>& drafts, std::size_t index) {
    if (index >= drafts.size()) return {};
    return {section_text(drafts[index].upgrade, Purpose::file), section_text(drafts[index].downgrade, Purpose::file)};
}

std::string sections_of(const std::map<Dialect, SectionTexts>& texts, bool named) {
    const auto& first = texts.begin()->second;
    // A text that is the same for all stands once, for every dialect.
    const auto same = [&](auto member) {
        return !named &&
               std::ranges::all_of(texts, [&](const auto& each) { return each.second.*member == first.*member; });
    };
    std::string sections;
    const auto add = [&](const char* kind, auto member) {
        if (same(member)) {
            sections += markers_and_text(kind, {}, first.*member);
            return;
        }
        for (const auto& [dialect, text] : texts)
            sections += markers_and_text(kind, std::string(dialect_name(dialect)), text.*member);
    };
    add("upgrade", &SectionTexts::upgrade);
    add("downgrade", &SectionTexts::downgrade);
    while (sections.ends_with("\n\n")) sections.pop_back();
    return sections;
}

FileDraft join_at(const std::map<Dialect, std::vector<schema::RevisionDraft>>& drafts, std::size_t index, bool named) {
    FileDraft file;
    std::map<Dialect, SectionTexts> texts;
    for (const auto& [dialect, list] : drafts) {
        texts[dialect] = texts_of(list, index);
        if (index >= list.size()) continue;
        if (file.title.empty()) file.title = list[index].title;
        // The header is the whole file's: what one dialect needs, all get.
        file.transaction = file.transaction && list[index].transaction;
        file.sqlite_foreign_keys = file.sqlite_foreign_keys && list[index].sqlite_foreign_keys;
    }
    file.sections = sections_of(texts, named);
    return file;
}

}  // namespace

std::string section_text(const std::vector<schema::Statement>& statements, Purpose purpose) {
    std::string text;
    const schema::Statement* before = nullptr;
    for (const auto& statement : statements) {
        if (before != nullptr && (before->object != statement.object || before->object.name.empty())) text += '\n';
        text += statement_text(statement, purpose);
        before = &statement;
    }
    return text;
}

std::vector<FileDraft> join_drafts(const std::map<Dialect, std::vector<schema::RevisionDraft>>& drafts, bool named) {
    std::size_t count = 0;
    for (const auto& [dialect, list] : drafts) count = std::max(count, list.size());
    std::vector<FileDraft> files;
    for (std::size_t index = 0; index < count; ++index) files.push_back(join_at(drafts, index, named));
    return files;
}

}  // namespace rev::autogenerate
