// The file that a squash writes:
//
//     header
//     -- rev:upgrade
//     -- [b1] message of b1
//     its SQL
//     what ends its settings
//     -- [c1] message of c1
//     ...
#include "rewrite/squash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.hpp"
#include "rev/error.hpp"
#include "rev/target.hpp"
#include "rewrite/squash_settings.hpp"
#include "sql/sql_scanner.hpp"
#include "state/checksum.hpp"

namespace rev::rewrite {
namespace {

Error in_the_way(const Revision& revision, const std::string& what) {
    return Error(ExitCode::graph, error_codes::not_a_line, what)
        .with_location({revision.path, 0, 0, {}})
        .with_hint("squash the revisions below it and those above it apart: what others refer to keeps its own file");
}

const Revision& end_of(const Graph& graph, const std::string& symbol) {
    try {
        return resolve_one(graph, symbol);
    } catch (const GraphError& error) {
        throw to_error(error);
    }
}

TargetRange range_of(std::string_view text) {
    try {
        if (const auto range = parse_range(text)) return *range;
    } catch (const GraphError& error) {
        throw to_error(error);
    }
    throw Error(ExitCode::usage, error_codes::bad_range,
                fmt::format("\"{}\" is no range of revisions", base::printable(text)))
        .with_hint("write FROM:TO, or :TO from the first revision on");
}

/// From the newest down to the oldest by `revises`.
Revisions walk_down(const Graph& graph, const Revision& newest, const Revision* oldest) {
    Revisions line{&newest};
    // Down to the base if there is no oldest one.
    while (line.back() != oldest) {
        const auto& revision = *line.back();
        if (revision.revises.size() > 1)
            throw in_the_way(revision, fmt::format("{} joins branches: it revises {}", revision.id,
                                                   base::join(revision.revises, " and ")));
        if (revision.revises.empty()) {
            if (oldest == nullptr) break;
            throw in_the_way(*oldest, fmt::format("{} is not below {}", oldest->id, newest.id));
        }
        line.push_back(graph.find(revision.revises.front()));
    }
    std::ranges::reverse(line);
    return line;
}

/// Refuses what leads into or out of a line at another place than its ends.
class LineCheck {
public:
    LineCheck(const Graph& graph, const Revisions& line)
        : graph_(graph), line_(line), members_(line.begin(), line.end()) {}

    void run() const {
        for (const auto* revision : line_) {
            check_dependencies(*revision);
            // The last one's id is that of the squash: whatever refers to it goes on referring to it.
            if (revision == line_.back()) continue;
            check_children(*revision);
            // The first one's labels go over to the squash.
            if (revision != line_.front()) check_labels(*revision);
        }
        for (const auto& revision : graph_.revisions()) check_dependents(revision);
    }

private:
    [[nodiscard]] bool is_member(const Revision* revision) const { return members_.contains(revision); }

    void check_children(const Revision& revision) const {
        for (const auto* child : graph_.children(revision))
            if (!is_member(child))
                throw in_the_way(*child,
                                 fmt::format("{} is a branch point: {} revises it too", revision.id, child->id));
    }

    void check_labels(const Revision& revision) const {
        if (revision.branch_labels.empty()) return;
        throw in_the_way(revision,
                         fmt::format("{} has the branch label {}", revision.id, revision.branch_labels.front()));
    }

    /// The first may depend on others: the squash does so then.
    void check_dependencies(const Revision& revision) const {
        if (&revision == line_.front()) return;
        for (const auto* dependency : graph_.dependencies(revision))
            if (!is_member(dependency))
                throw in_the_way(revision, fmt::format("{} depends on {}", revision.id, dependency->id));
    }

    void check_dependents(const Revision& revision) const {
        if (is_member(&revision)) return;
        for (const auto* dependency : graph_.dependencies(revision))
            if (is_member(dependency) && dependency != line_.back())
                throw in_the_way(revision, fmt::format("{} depends on {}", revision.id, dependency->id));
    }

    const Graph& graph_;
    const Revisions& line_;
    std::set<const Revision*> members_;
};

// ---- whether the parts go together

Error not_squashable(const RevisionFile& part, std::size_t line, const std::string& what) {
    const auto& revision = part.header.revision;
    return Error(ExitCode::graph, error_codes::not_squashable,
                 fmt::format("{} cannot be squashed: {}", revision.id, what))
        .with_location({revision.path, line, line == 0 ? 0U : 1U, std::string(base::line_of(part.text, line))})
        .with_hint("squash the revisions below it and those above it apart");
}

/// Settings of a header that decide how SQL runs: one revision can have them once.
struct CommonSetting {
    std::string_view key;
    bool (*is_same)(const RevisionHeader&, const RevisionHeader&);
};

std::vector<std::string> sorted(std::vector<std::string> names) {
    std::ranges::sort(names);
    return names;
}

constexpr std::array common_settings = {
    CommonSetting{"sqlite_foreign_keys",
                  [](const auto& a, const auto& b) { return a.sqlite_foreign_keys == b.sqlite_foreign_keys; }},
    CommonSetting{"variables", [](const auto& a, const auto& b) { return sorted(a.variables) == sorted(b.variables); }},
    CommonSetting{"statement_lock_timeout",
                  [](const auto& a, const auto& b) { return a.statement_lock_timeout == b.statement_lock_timeout; }},
    CommonSetting{"statement_timeout",
                  [](const auto& a, const auto& b) { return a.statement_timeout == b.statement_timeout; }},
    CommonSetting{"lock_retries", [](const auto& a, const auto& b) { return a.lock_retries == b.lock_retries; }},
};

using SectionKeys = std::set<std::optional<Dialect>>;

SectionKeys keys_of(const RevisionFile& file, SectionKind kind) {
    SectionKeys keys;
    for (const auto& section : file.sections)
        if (section.kind == kind) keys.insert(section.dialect);
    return keys;
}

std::string keys_text(const SectionKeys& keys) {
    std::vector<std::string> names;
    for (const auto& key : keys) names.emplace_back(key ? dialect_name(*key) : "every dialect");
    return names.empty() ? "none" : base::join(names, ", ");
}

const Section& section_of(const RevisionFile& file, SectionKind kind, const std::optional<Dialect>& key) {
    // It is there: PartsCheck has made sure that all parts have the same sections.
    return *std::ranges::find_if(
        file.sections, [&](const Section& section) { return section.kind == kind && section.dialect == key; });
}

class PartsCheck {
public:
    explicit PartsCheck(std::span<const RevisionFile> parts)
        : parts_(parts), is_reversible_(rewrite::is_reversible(parts)) {}

    void run() const {
        for (const auto& part : parts_) {
            check_written(part);
            if (part.header.transaction == false)
                throw not_squashable(part, part.header.revision_line, "it runs outside a transaction");
            check_settings(part);
            check_sections(part, SectionKind::upgrade);
            if (is_reversible_) check_sections(part, SectionKind::downgrade);
        }
    }

    [[nodiscard]] bool is_reversible() const noexcept { return is_reversible_; }

private:
    static void check_written(const RevisionFile& part) {
        for (const auto& section : part.sections)
            if (section.todo) throw unwritten_section(part, section);
    }

    void check_settings(const RevisionFile& part) const {
        for (const auto& setting : common_settings)
            if (!setting.is_same(part.header, parts_.front().header))
                throw not_squashable(part, part.header.revision_line,
                                     fmt::format("its `{}` is another one than that of {}", setting.key,
                                                 parts_.front().header.revision.id));
    }

    void check_sections(const RevisionFile& part, SectionKind kind) const {
        const auto keys = keys_of(part, kind);
        const auto first = keys_of(parts_.front(), kind);
        if (keys == first && !keys.empty()) return;
        throw not_squashable(part, part.header.revision_line,
                             fmt::format("it has {} sections for {}, {} for {}", section_name(kind), keys_text(keys),
                                         parts_.front().header.revision.id, keys_text(first)));
    }

    std::span<const RevisionFile> parts_;
    bool is_reversible_;
};

// ---- the text

/// SQL that another statement may follow: with a line end, and `;` behind its last statement.
std::string closed(std::string_view sql, Dialect dialect) {
    sql::SqlScanner scanner(sql, dialect);
    auto last = sql::SqlToken::Kind::end;
    for (auto token = scanner.next(); token.kind != sql::SqlToken::Kind::end; token = scanner.next()) last = token.kind;
    std::string text(sql.substr(0, sql.find_last_not_of(" \t\r\n") + 1));
    if (!text.empty()) text += '\n';
    const bool is_open = last != sql::SqlToken::Kind::end && last != sql::SqlToken::Kind::terminator &&
                         last != sql::SqlToken::Kind::copy_data;
    if (is_open) text += ";\n";
    return text;
}

/// The dialects whose rules a section's text must make sense by.
std::vector<Dialect> dialects_for(const std::optional<Dialect>& key) {
    if (key) return {*key};
    return {Dialect::postgresql, Dialect::sqlite};
}

/// One section of the squash.
class SectionWriter {
public:
    SectionWriter(std::span<const RevisionFile> parts, SectionKind kind, const std::optional<Dialect>& key)
        : parts_(parts), kind_(kind), key_(key) {}

    std::string write() {
        text_ =
            fmt::format("\n-- rev:{}{}\n", section_name(kind_), key_ ? fmt::format(" {}", dialect_name(*key_)) : "");
        const auto start = text_.size();
        const auto count = parts_.size();
        for (std::size_t index = 0; index < count; ++index)
            // A downgrade undoes the newest first.
            add(parts_[kind_ == SectionKind::upgrade ? index : count - 1 - index], index + 1 == count);
        require_same_tokens(std::string_view(text_).substr(start));
        return std::move(text_);
    }

private:
    void add(const RevisionFile& part, bool is_last) {
        const auto& section = section_of(part, kind_, key_);
        const auto sql = part.text_of(section);
        const auto& revision = part.header.revision;
        // Among the others it would not be what its `until` makes it.
        if (section.verbatim && sql.find("rev:") != std::string_view::npos)
            throw not_squashable(part, section.marker_line, "without `until`, lines of its section would be markers");
        text_ += fmt::format("-- [{}] {}\n", revision.id, revision.message);
        for (const auto dialect : dialects_for(key_)) expected_[dialect] += normalized_sql(sql, dialect);
        // Of a text for both dialects, the rules of both say whether it is closed.
        text_ += closed(sql, dialects_for(key_).front());
        if (is_last) return;
        const auto ending = end_of_settings(part, section, key_);
        for (const auto dialect : dialects_for(key_)) expected_[dialect] += normalized_sql(ending, dialect);
        text_ += ending + "\n";
    }

    /// A comment or a string that its part leaves open would swallow the next one.
    void require_same_tokens(std::string_view text) const {
        for (const auto& [dialect, expected] : expected_) {
            if (normalized_sql(text, dialect) == expected) continue;
            throw not_squashable(
                parts_.front(), 0,
                fmt::format("as one text, the {} sections would mean something else to {}: a part ends "
                            "within a comment or a string",
                            section_name(kind_), dialect_name(dialect)));
        }
    }

    std::span<const RevisionFile> parts_;
    SectionKind kind_;
    std::optional<Dialect> key_;
    std::string text_;
    std::map<Dialect, std::string> expected_;
};

/// Those of the last alone: the others say what was true in between.
std::string verify_sections_of(const RevisionFile& last) {
    std::string text;
    for (const auto& section : last.sections) {
        if (section.kind != SectionKind::verify) continue;
        text += fmt::format("\n-- rev:verify{}{}\n{}",
                            section.dialect ? fmt::format(" {}", dialect_name(*section.dialect)) : "",
                            section.expect_empty ? " empty" : "", last.text_of(section));
        if (!text.ends_with('\n')) text += '\n';
    }
    return text;
}

// ---- the header

std::vector<RevisionId> ids_of(std::span<const RevisionFile> parts) {
    std::vector<RevisionId> ids;
    for (const auto& part : parts) {
        const auto& revision = part.header.revision;
        // A squash of a squash names what the first one stood for: databases know only those ids.
        if (revision.squashes.empty())
            ids.push_back(revision.id);
        else
            ids.insert(ids.end(), revision.squashes.begin(), revision.squashes.end());
    }
    return ids;
}

/// What databases may have run under the last one's id.
std::vector<std::string> checksums_of(const RevisionFile& last) {
    auto checksums = last.header.squashed_checksums;
    for (const auto dialect : dialects_of(last)) {
        const auto* section = last.find_section(SectionKind::upgrade, dialect);
        if (section == nullptr) continue;
        auto checksum = state::section_checksum(last.text_of(*section), dialect).checksum;
        if (std::ranges::find(checksums, checksum) == checksums.end()) checksums.push_back(std::move(checksum));
    }
    return checksums;
}

std::string description_of(std::span<const RevisionFile> parts) {
    std::string text;
    for (const auto& part : parts)
        text +=
            fmt::format("{}{}: {}", text.empty() ? "" : "\n", part.header.revision.id, part.header.revision.message);
    return text;
}

std::string default_message(std::span<const RevisionFile> parts) {
    return fmt::format("squash {} to {}", parts.front().header.revision.id, parts.back().header.revision.id);
}

RevisionHeader header_of(std::span<const RevisionFile> parts, std::string_view message) {
    const auto& first = parts.front().header.revision;
    const auto& last = parts.back().header.revision;
    // What PartsCheck has found to be common comes with it.
    auto header = parts.back().header;
    auto& revision = header.revision;
    revision.revises = first.revises;
    revision.depends_on = first.depends_on;
    revision.branch_labels = first.branch_labels;
    for (const auto& label : last.branch_labels)
        if (std::ranges::find(revision.branch_labels, label) == revision.branch_labels.end())
            revision.branch_labels.push_back(label);
    revision.message = message.empty() ? default_message(parts) : std::string(message);
    revision.squashes = ids_of(parts);
    revision.path.clear();
    header.description = description_of(parts);
    header.squashed_checksums = checksums_of(parts.back());
    return header;
}

}  // namespace

Revisions find_range(const Graph& graph, std::string_view range) {
    const auto ends = range_of(range);
    if (ends.upper.empty())
        throw Error(ExitCode::usage, error_codes::bad_range, "nothing says up to which revision to squash")
            .with_hint("write FROM:TO, such as :head for all");
    const auto& newest = end_of(graph, ends.upper);
    const auto* oldest = ends.lower.empty() || ends.lower == "base" ? nullptr : &end_of(graph, ends.lower);
    auto line = walk_down(graph, newest, oldest);
    LineCheck(graph, line).run();
    if (line.size() < 2)
        throw Error(ExitCode::graph, error_codes::nothing_to_squash, fmt::format("the range is {} alone", newest.id))
            .with_hint("name two revisions or more: FROM:TO");
    return line;
}

Squash make_squash(std::span<const RevisionFile> parts, std::string_view message) {
    const PartsCheck check(parts);
    check.run();
    Squash squash{.header = header_of(parts, message), .text = {}};
    squash.text = format_header(squash.header);
    for (const auto& key : keys_of(parts.front(), SectionKind::upgrade))
        squash.text += SectionWriter(parts, SectionKind::upgrade, key).write();
    if (check.is_reversible())
        for (const auto& key : keys_of(parts.front(), SectionKind::downgrade))
            squash.text += SectionWriter(parts, SectionKind::downgrade, key).write();
    squash.text += verify_sections_of(parts.back());
    return squash;
}

Squash make_schema_squash(std::span<const RevisionFile> parts, std::string_view message, const SchemaSections& sections,
                          std::span<const RowStatement> left_out) {
    Squash squash{.header = header_of(parts, message), .text = {}};
    auto& header = squash.header;
    header.transaction = sections.transaction ? std::nullopt : std::optional(false);
    header.sqlite_foreign_keys = sections.sqlite_foreign_keys ? std::nullopt : std::optional(false);
    header.variables.clear();  // no SQL is left that has any
    squash.text = format_header(header) + "\n";
    const auto marker_end = std::min(sections.text.find('\n'), sections.text.size() - 1) + 1;
    squash.text.append(sections.text, 0, marker_end);
    if (!left_out.empty()) squash.text += "-- Not carried over, as it may change rows:\n";
    for (const auto& statement : left_out)
        squash.text +=
            fmt::format("-- {} {}:{}: {}\n", statement.revision, statement.path, statement.line, statement.sql);
    squash.text.append(sections.text, marker_end);
    return squash;
}

std::vector<Revision> with_squash(const Graph& graph, const Revisions& line, const Revision& squash) {
    const std::set<const Revision*> members(line.begin(), line.end());
    std::vector<Revision> revisions;
    for (const auto& each : graph.revisions()) {
        if (!members.contains(&each)) revisions.push_back(each);
        // The squash has the id of its last part, and takes its place: what follows it need not be changed.
        if (each.id == squash.id) revisions.push_back(squash);
    }
    return revisions;
}

bool is_reversible(std::span<const RevisionFile> parts) {
    return std::ranges::none_of(parts, [](const auto& part) { return keys_of(part, SectionKind::downgrade).empty(); });
}

std::vector<Dialect> dialects_of(const RevisionFile& file) {
    const auto keys = keys_of(file, SectionKind::upgrade);
    std::vector<Dialect> dialects;
    for (const auto dialect : {Dialect::postgresql, Dialect::sqlite})
        if (keys.contains(std::nullopt) || keys.contains(dialect)) dialects.push_back(dialect);
    return dialects;
}

}  // namespace rev::rewrite
