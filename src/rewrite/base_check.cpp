// What a branch did to files that another commit has. It reads two sets of files and their common ancestor, and asks no
// database: whether one has run them, nobody here can know.

#include "rewrite/base_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include "base/text.hpp"
#include "rev/graph.hpp"
#include "script/listing.hpp"
#include "script/revision_header.hpp"
#include "sql/statements.hpp"

namespace rev::rewrite {
namespace {

Location place_of_key(const BaseRevision& revision, std::string_view key) {
    const auto& path = revision.header.revision.path;
    const auto found = script::find_header_value(revision.text, key);
    if (!found) return {path, revision.header.revision_line, 0, {}};
    const auto place = base::position_of(revision.text, found->line.offset);
    const auto inner = found->line.text.find_first_not_of("- \t");
    return {path, place.line, inner == std::string_view::npos ? 1 : inner + 1, std::string(place.line_text)};
}

Error finding(std::string code, const std::string& message, Location place) {
    return Error(ExitCode::graph, std::move(code), message).with_location(std::move(place));
}

std::string restore_command(const std::string& ref, const std::string& path) {
    return fmt::format("`git checkout {} -- {}`", ref, path);
}

// ---- what differs between two texts of one revision

bool same_tokens(std::string_view left, std::string_view right, std::optional<Dialect> dialect) {
    if (left == right) return true;
    const auto same_for = [&](Dialect each) { return normalized_sql(left, each) == normalized_sql(right, each); };
    // A section for every dialect must be the same by the rules of each.
    return dialect ? same_for(*dialect) : same_for(Dialect::postgresql) && same_for(Dialect::sqlite);
}

const Section* find_same_part(const RevisionFile& file, const Section& wanted) {
    const auto found = std::ranges::find_if(file.sections, [&](const auto& each) { return same_part(each, wanted); });
    return found == file.sections.end() ? nullptr : &*found;
}

std::string title_of(const Section& section) {
    auto title = fmt::format("its {} section", section_name(section.kind));
    if (section.dialect) title += fmt::format(" for {}", dialect_name(*section.dialect));
    return title;
}

/// A part of a file that is another one than it was.
struct Difference {
    std::string what;
    Location place;
};

Location place_of_line(const RevisionFile& file, std::size_t line) {
    return {file.header.revision.path, line, 1, std::string(base::line_of(file.text, line))};
}

void compare_sections(const RevisionFile& before, const RevisionFile& now, std::vector<Difference>& differences) {
    for (const auto& section : before.sections) {
        if (section.todo) continue;  // it could not run
        const auto* found = find_same_part(now, section);
        if (found == nullptr)
            differences.push_back({title_of(section) + " is gone", place_of_line(now, now.header.revision_line)});
        else if (!same_tokens(before.text_of(section), now.text_of(*found), section.dialect))
            differences.push_back({title_of(section) + " is another one", place_of_line(now, found->marker_line)});
    }
    for (const auto& section : now.sections)
        if (find_same_part(before, section) == nullptr)
            differences.push_back({title_of(section) + " is new", place_of_line(now, section.marker_line)});
}

/// A setting of the header that decides how its SQL runs.
struct HeaderSetting {
    std::string_view key;
    bool (*is_same)(const RevisionHeader&, const RevisionHeader&);
};
constexpr std::array header_settings = {
    HeaderSetting{"revises", [](const auto& a, const auto& b) { return a.revision.revises == b.revision.revises; }},
    HeaderSetting{"depends_on",
                  [](const auto& a, const auto& b) { return a.revision.depends_on == b.revision.depends_on; }},
    HeaderSetting{
        "transaction",
        [](const auto& a, const auto& b) { return a.transaction.value_or(true) == b.transaction.value_or(true); }},
    HeaderSetting{"sqlite_foreign_keys",
                  [](const auto& a, const auto& b) { return a.sqlite_foreign_keys == b.sqlite_foreign_keys; }},
    HeaderSetting{"variables", [](const auto& a, const auto& b) { return a.variables == b.variables; }},
    HeaderSetting{"squashes", [](const auto& a, const auto& b) { return a.revision.squashes == b.revision.squashes; }},
};

std::vector<Difference> differences_between(const BaseRevision& before, const BaseRevision& now) {
    std::vector<Difference> differences;
    for (const auto& setting : header_settings)
        if (!setting.is_same(before.header, now.header))
            differences.push_back(
                {fmt::format("its `{}` is another one", setting.key), place_of_key(now, setting.key)});
    const auto& path = now.header.revision.path;
    compare_sections(parse_revision_file(before.text, path), parse_revision_file(now.text, path), differences);
    return differences;
}

bool differs(const BaseRevision& before, const BaseRevision& now) {
    if (before.text == now.text) return false;
    try {
        return !differences_between(before, now).empty();
    } catch (const Error&) {  // `rev check` tells what is wrong with a file that cannot be read
        return false;
    }
}

// ---- the comparison

using ById = std::unordered_map<std::string_view, const BaseRevision*>;

class Comparison {
public:
    Comparison(const Base& base, const std::vector<BaseRevision>& files) : base_(base), files_(files) {
        for (const auto& file : files) {
            const auto [found, is_new] = of_id_.emplace(file.header.revision.id, &file);
            if (!is_new) choose(*found->second, file);
        }
    }

    std::vector<Error> run() {
        // First: what a squash stands for is neither gone nor changed.
        find_squashes();
        for (const auto& before : base_.files.revisions()) compare(before);
        for (const auto& file : files_) check_new(file);
        for (const auto* file : taken_) report_taken(*base_.files.find(file->header.revision.id), *file);
        // With an id that stands twice, heads cannot be counted.
        if (taken_.empty()) check_heads();
        return std::move(findings_);
    }

private:
    [[nodiscard]] const std::string& ref() const { return base_.files.ref(); }
    [[nodiscard]] const BaseFiles& fork() const { return base_.fork ? *base_.fork : base_.files; }
    [[nodiscard]] const BaseRevision* find(std::string_view id) const {
        const auto found = of_id_.find(id);
        return found == of_id_.end() ? nullptr : found->second;
    }

    /// Of two files with one id, as a merge leaves them, the other commit's is compared with it; the other one is new,
    /// and has taken the id. The same choice as that of `rev rebase --renumber`.
    void choose(const BaseRevision& first, const BaseRevision& second) {
        const auto* theirs = base_.files.find(first.header.revision.id);
        if (theirs == nullptr) return;  // `rev check` says that it stands twice
        const auto is_theirs = [&](auto member) {
            return second.header.revision.*member == theirs->header.revision.*member &&
                   first.header.revision.*member != theirs->header.revision.*member;
        };
        const bool takes_second =
            is_theirs(&Revision::path) ||
            (first.header.revision.path != theirs->header.revision.path && is_theirs(&Revision::message));
        taken_.push_back(takes_second ? &first : &second);
        if (takes_second) of_id_[theirs->header.revision.id] = &second;
    }

    /// A squash stands for what it names if what the other commit has of that is one line there too, from what the
    /// squash revises on. It may have more, which is new.
    [[nodiscard]] bool is_valid_squash(const Revision& squash) const {
        if (squash.squashes.back() != squash.id) return false;
        auto below = squash.revises;
        for (const auto& id : squash.squashes) {
            const auto* theirs = base_.files.find(id);
            if (theirs != nullptr && theirs->header.revision.revises != below) return false;
            below = {id};
        }
        return true;
    }

    void find_squashes() {
        for (const auto& file : files_) {
            const auto& squashes = file.header.revision.squashes;
            if (!squashes.empty() && is_valid_squash(file.header.revision))
                squashed_.insert(squashes.begin(), squashes.end());
        }
    }

    void compare(const BaseRevision& before) {
        const auto& id = before.header.revision.id;
        if (squashed_.contains(id)) return;
        const auto* now = find(id);
        if (now == nullptr) return check_removed(before);
        if (now->text == before.text) return;
        // What the other side has changed since is not this side's doing.
        const auto* at_fork = base_.fork ? base_.fork->find(id) : nullptr;
        if (at_fork != nullptr && !differs(*at_fork, *now)) return;
        if (base_.fork && at_fork == nullptr && is_taken_twice(before, *now)) return;
        report_changes(before, *now);
    }

    /// Both sides have made a revision of this id. One that was merged already is the same file.
    bool is_taken_twice(const BaseRevision& theirs, const BaseRevision& mine) {
        if (theirs.header.revision.path == mine.header.revision.path || !differs(theirs, mine)) return false;
        report_taken(theirs, mine);
        return true;
    }

    void report_taken(const BaseRevision& theirs, const BaseRevision& mine) {
        findings_.push_back(
            finding(error_codes::duplicate_id,
                    fmt::format("{} has a revision {} of its own: {}", ref(), mine.header.revision.id,
                                theirs.header.revision.path),
                    place_of_key(mine, "revision"))
                .with_hint(fmt::format("merge {}, then give this one another id: `rev rebase --base {} --renumber`",
                                       ref(), ref())));
    }

    void check_removed(const BaseRevision& before) {
        const auto& revision = before.header.revision;
        if (!fork().has(revision.id)) return;  // it came after this side had left
        findings_.push_back(
            finding(error_codes::removed_revision, fmt::format("revision {} of {} is gone", revision.id, ref()),
                    {revision.path, 0, 0, {}})
                .with_hint(restore_command(ref(), revision.path) +
                           "; `rev squash` makes one revision of many so that databases still know them"));
    }

    void report_changes(const BaseRevision& before, const BaseRevision& now) {
        const auto& revision = now.header.revision;
        try {
            for (const auto& difference : differences_between(before, now)) {
                if (const auto* inserted = inserted_parent(before, now);
                    inserted != nullptr && difference.what.starts_with("its `revises`")) {
                    report_inserted(*inserted, now, difference.place);
                    continue;
                }
                findings_.push_back(
                    finding(error_codes::changed_revision,
                            fmt::format("revision {} of {} was changed: {}", revision.id, ref(), difference.what),
                            difference.place)
                        .with_hint(
                            fmt::format("databases may have run it as it was: {}, and write the change into a new "
                                        "revision: `rev revision -m MESSAGE`",
                                        restore_command(ref(), before.header.revision.path))));
            }
        } catch (const Error&) {  // see differs()
        }
    }

    /// A parent that the other side does not know; nullptr: there is none.
    [[nodiscard]] const BaseRevision* inserted_parent(const BaseRevision& before, const BaseRevision& now) const {
        if (before.header.revision.revises == now.header.revision.revises) return nullptr;
        for (const auto& parent : now.header.revision.revises)
            if (!base_.files.has(parent))
                if (const auto* found = find(parent)) return found;
        return nullptr;
    }

    void report_inserted(const BaseRevision& inserted, const BaseRevision& above, Location place) {
        const auto& id = inserted.header.revision.id;
        findings_.push_back(
            finding(
                error_codes::inserted_below,
                fmt::format("{} was inserted below {}, which {} has: a database that has that one would never run it",
                            id, above.header.revision.id, ref()),
                std::move(place))
                .with_hint(fmt::format("{}, then put it on top: `rev rebase {}`",
                                       restore_command(ref(), above.header.revision.path), id)));
    }

    void check_new(const BaseRevision& file) {
        const auto& revision = file.header.revision;
        if (base_.files.has(revision.id)) return;
        for (const auto& label : revision.branch_labels) check_label(file, label);
    }

    void check_label(const BaseRevision& file, const std::string& label) {
        for (const auto& theirs : base_.files.revisions()) {
            const auto& labels = theirs.header.revision.branch_labels;
            const bool is_id = theirs.header.revision.id == label;
            if (!is_id && std::ranges::find(labels, label) == labels.end()) continue;
            findings_.push_back(
                finding(error_codes::label_taken,
                        fmt::format("{} has {} \"{}\" already: {}", ref(), is_id ? "a revision" : "a branch label",
                                    label, theirs.header.revision.path),
                        place_of_key(file, "branch_labels"))
                    .with_hint(fmt::format("give the branch another label, in the line `branch_labels:`: `rev edit {}`",
                                           file.header.revision.id)));
        }
    }

    // ---- heads

    using Headers = std::vector<const RevisionHeader*>;

    static std::vector<RevisionId> heads_of(const Headers& headers) {
        std::set<std::string_view> revised;
        for (const auto* header : headers)
            revised.insert(header->revision.revises.begin(), header->revision.revises.end());
        std::vector<RevisionId> heads;
        for (const auto* header : headers)
            if (!revised.contains(header->revision.id)) heads.push_back(header->revision.id);
        std::ranges::sort(heads);
        return heads;
    }

    /// The checkout's revisions, and those that came to the other side since it left.
    [[nodiscard]] Headers merged_headers() const {
        Headers headers;
        for (const auto& file : files_) headers.push_back(&file.header);
        for (const auto& theirs : base_.files.revisions()) {
            const auto& id = theirs.header.revision.id;
            if (find(id) == nullptr && !squashed_.contains(id) && base_.fork && !base_.fork->has(id))
                headers.push_back(&theirs.header);
        }
        return headers;
    }

    void check_heads() {
        Headers before;
        for (const auto& theirs : base_.files.revisions()) before.push_back(&theirs.header);
        const auto heads_before = heads_of(before);
        const auto merged = merged_headers();
        const auto heads = heads_of(merged);
        // As many as before is no news; a first head is none, either.
        if (heads.size() <= std::max<std::size_t>(heads_before.size(), 1)) return;
        const auto is_new = [&](const RevisionId& id) {
            return !std::ranges::binary_search(heads_before, id) && find(id);
        };
        const auto mine = std::ranges::find_if(heads, is_new);
        const auto* file = mine == heads.end() ? nullptr : find(*mine);
        const bool is_merged = merged.size() == files_.size();
        findings_.push_back(
            finding(error_codes::more_heads,
                    fmt::format("merged with {} there would be {} heads, where it has {}: {}", ref(), heads.size(),
                                heads_before.size(), base::join_first(heads, ", ")),
                    file == nullptr ? Location() : place_of_key(*file, "revises"))
                .with_hint(fmt::format("{}`rev rebase --base {}`; or `rev merge heads`",
                                       is_merged ? "" : fmt::format("`git merge {}`, then ", ref()), ref())));
    }

    const Base& base_;
    const std::vector<BaseRevision>& files_;
    ById of_id_;                                   ///< of two files with one id: the other commit's
    std::vector<const BaseRevision*> taken_;       ///< the others of those
    std::set<std::string, std::less<>> squashed_;  ///< ids that a squash of the checkout stands for
    std::vector<Error> findings_;
};

}  // namespace

std::vector<Error> check_against(const Base& base, const std::vector<BaseRevision>& files) {
    return Comparison(base, files).run();
}

std::vector<BaseRevision> read_checkout(const Config& config, base::ThreadPool& pool) {
    const auto listing = script::list_revision_files(config);
    std::vector<BaseRevision> files(listing.files.size());
    pool.for_each_index(listing.files.size(), [&] {
        return [&](std::size_t index) {
            const auto& file = listing.files[index];
            const auto& folder = listing.folders[file.folder];
            try {
                auto read = read_revision_file(folder.path / file.name, folder.shown_prefix + file.name);
                files[index] = {std::move(read.header), std::move(read.text)};
            } catch (const Error&) {  // `rev check` tells what is wrong with it
            }
        };
    });
    // Those that could not be read: an id is never empty.
    std::erase_if(files, [](const BaseRevision& file) { return file.header.revision.id.empty(); });
    return files;
}

}  // namespace rev::rewrite
