#include "script/repeatables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "script/listing.hpp"
#include "script/revision_header.hpp"
#include "script/source.hpp"

namespace rev::script {
namespace {

using Indexes = std::map<std::string_view, std::size_t>;  ///< of files, by the object's name

/// A problem at `part` of a key's value; at the value's beginning if it is not in it.
Error problem_at(const RevisionFile& file, std::string_view key, std::string_view part, std::string code,
                 const std::string& message) {
    const Source source{file.text, file.header.revision.path};
    std::size_t offset = 0;
    if (const auto value = find_header_value(file.text, key, FileKind::repeatable)) {
        const auto blanks = std::min(value->text.find_first_not_of(" \t"), value->text.size());
        offset = value->offset + blanks;
        // Whole entries: the name of one may be a part of another's.
        for (auto rest = value->text; !part.empty();) {
            const auto comma = std::min(rest.find(','), rest.size());
            const auto entry = base::trim(rest.substr(0, comma));
            if (entry == part) offset = static_cast<std::size_t>(entry.data() - file.text.data());
            if (entry == part || comma == rest.size()) break;
            rest.remove_prefix(comma + 1);
        }
    }
    return malformed(source, offset, std::move(code), message);
}

bool has_section(const RevisionFile& file, SectionKind kind) {
    return std::ranges::any_of(file.sections, [kind](const Section& section) { return section.kind == kind; });
}

Repeatable repeatable_of(const RevisionFile& file) {
    const auto& header = file.header;
    return {.name = header.revision.id,
            .message = header.revision.message,
            .path = header.revision.path,
            .needs = header.needs,
            .drop_before_upgrade = header.drop_before_upgrade};
}

}  // namespace

/// Puts files in order, and tells what keeps them from having one.
class RepeatableReader {
public:
    explicit RepeatableReader(RepeatablesRead& result) : result_(result) {}

    void read(std::vector<RevisionFile> files) {
        files_ = std::move(files);
        check_each();
        index_names();
        check_needs();
        put_in_order();
    }

private:
    void add(Error problem) { result_.problems.push_back(std::move(problem)); }

    void check_each() {
        for (const auto& file : files_) {
            const auto& name = file.header.revision.id;
            if (!has_section(file, SectionKind::apply))
                add(problem_at(file, "repeatable", name, error_codes::no_section,
                               fmt::format("repeatable {} has no apply section", name))
                        .with_hint("write `-- rev:apply` and the SQL below it"));
            if (file.header.drop_before_upgrade && !has_section(file, SectionKind::drop))
                add(problem_at(file, "drop_before_upgrade", "true", error_codes::no_drop_section,
                               fmt::format("repeatable {} is to be dropped, and has no drop section", name))
                        .with_hint("write `-- rev:drop` with the SQL that drops it, or `drop_before_upgrade: false`"));
        }
    }

    void index_names() {
        for (std::size_t at = 0; at < files_.size(); ++at) {
            const auto& name = files_[at].header.revision.id;
            const auto [first, is_new] = indexes_.emplace(name, at);
            if (is_new) continue;
            add(problem_at(files_[at], "repeatable", name, error_codes::duplicate_repeatable,
                           fmt::format("repeatable {} has two files; the other is {}", name,
                                       files_[first->second].header.revision.path))
                    .with_hint("give one of them another name, or remove it"));
        }
    }

    void check_needs() {
        std::vector<std::string> names;
        for (const auto& [name, at] : indexes_) names.emplace_back(name);
        for (const auto& file : files_)
            for (const auto& need : file.header.needs) {
                if (indexes_.contains(need)) continue;
                auto hint = base::did_you_mean(base::closest(need, names, 1));
                if (hint.empty()) hint = "`needs` names other repeatables; what a revision makes is there already";
                add(problem_at(file, "needs", need, error_codes::unknown_need,
                               fmt::format("repeatable {} needs {}, and there is no such repeatable",
                                           file.header.revision.id, need))
                        .with_hint(std::move(hint)));
            }
    }

    /// Kahn's algorithm; the next one is always that with the least name.
    void put_in_order() {
        std::map<std::string_view, std::size_t> open;
        std::map<std::string_view, std::vector<std::string_view>> needed_by;
        std::set<std::string_view> ready;
        for (const auto& [name, at] : indexes_) {
            auto& count = open[name];
            for (const auto& need : files_[at].header.needs) {
                if (!indexes_.contains(need)) continue;
                needed_by[need].push_back(name);
                ++count;
            }
            if (count == 0) ready.insert(name);
        }
        std::vector<std::size_t> order;
        while (!ready.empty()) {
            const auto name = *ready.begin();
            ready.erase(ready.begin());
            order.push_back(indexes_.at(name));
            open.erase(name);
            for (const auto dependant : needed_by[name])
                if (--open[dependant] == 0) ready.insert(dependant);
        }
        if (!open.empty()) find_cycles(open);
        // Their texts move, and the names that are views of short ones with them.
        for (const auto at : order) {
            result_.repeatables.all_.push_back(repeatable_of(files_[at]));
            result_.repeatables.files_.push_back(std::move(files_[at]));
        }
    }

    /// Each that is open is in a cycle or needs one that is: each cycle is told once.
    void find_cycles(const std::map<std::string_view, std::size_t>& open) {
        std::set<std::string_view> seen;
        for (const auto& [start, count] : open) {
            std::vector<std::string_view> way;
            auto name = start;
            while (seen.insert(name).second) {
                way.push_back(name);
                name = first_open_need(name, open);
            }
            const auto begin = std::ranges::find(way, name);
            if (begin != way.end()) add(cycle({begin, way.end()}));
        }
    }

    [[nodiscard]] std::string_view first_open_need(std::string_view name,
                                                   const std::map<std::string_view, std::size_t>& open) const {
        const auto& needs = files_[indexes_.at(name)].header.needs;
        return *std::ranges::find_if(needs, [&](const auto& need) { return open.contains(need); });
    }

    [[nodiscard]] Error cycle(const std::vector<std::string_view>& names) const {
        std::string text;
        for (std::size_t at = 0; at < names.size(); ++at)
            text += fmt::format("{}{} needs {}", at == 0 ? "" : ", ", names[at], names[(at + 1) % names.size()]);
        return problem_at(files_[indexes_.at(names.front())], "needs", names[1 % names.size()],
                          error_codes::repeatable_cycle, "repeatables need each other: " + text)
            .with_hint("take one of these out of its `needs`, or put what they share into one file");
    }

    RepeatablesRead& result_;
    std::vector<RevisionFile> files_;
    Indexes indexes_;
};

const Repeatable* Repeatables::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(all_, name, &Repeatable::name);
    return found == all_.end() ? nullptr : &*found;
}

const RevisionFile& Repeatables::file_of(const Repeatable& repeatable) const {
    return files_.at(static_cast<std::size_t>(&repeatable - all_.data()));
}

bool Repeatables::needs_marked(const Repeatable& repeatable, const std::vector<bool>& marked) const {
    return std::ranges::any_of(repeatable.needs, [&](const std::string& need) {
        const auto* needed = find(need);
        return needed != nullptr && marked[static_cast<std::size_t>(needed - all_.data())];
    });
}

RepeatablesRead read_repeatables(std::vector<RevisionFile> files) {
    RepeatablesRead result;
    result.files = files.size();
    RepeatableReader(result).read(std::move(files));
    return result;
}

RepeatablesRead read_repeatables(const Config& config) {
    if (config.repeatable_locations.empty()) return {};
    const auto listing = list_repeatable_files(config);
    std::vector<RevisionFile> files;
    std::vector<Error> unread;
    for (const auto& file : listing.files) {
        const auto& folder = listing.folders[file.folder];
        try {
            files.push_back(
                read_revision_file(folder.path / file.name, folder.shown_prefix + file.name, FileKind::repeatable));
        } catch (const Error& error) {
            unread.push_back(error);
        }
    }
    auto result = read_repeatables(std::move(files));
    // A file that could not be read may hold what seems to be missing.
    if (!unread.empty())
        std::erase_if(result.problems,
                      [](const Error& problem) { return problem.code() == error_codes::unknown_need; });
    result.problems.insert(result.problems.begin(), unread.begin(), unread.end());
    result.files = listing.files.size();
    return result;
}

Repeatables load_repeatables(const Config& config) {
    auto read = read_repeatables(config);
    if (!read.problems.empty()) throw Error(read.problems.front());
    return std::move(read.repeatables);
}

}  // namespace rev::script
