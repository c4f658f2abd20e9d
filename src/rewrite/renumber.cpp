#include "rewrite/renumber.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace rev::rewrite {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// nullopt: it is no number, or a longer one than anybody counts to.
std::optional<std::uint64_t> number_of(std::string_view id) {
    constexpr std::size_t longest = 18;
    if (id.empty() || id.size() > longest || !std::ranges::all_of(id, is_digit)) return std::nullopt;
    std::uint64_t number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    return number;
}

std::string padded(std::uint64_t number, std::size_t width) {
    auto text = std::to_string(number);
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    return text;
}

/// The files of the checkout by what they are to base.
class Numbering {
public:
    Numbering(const std::vector<Revision>& revisions, const BaseFiles& base)
        : revisions_(revisions), mine_(files_without_base(revisions, base)) {
        // What the base has keeps its number, here and there: only files of this side alone are renumbered.
        for (const auto& known : base.revisions()) take_note(known.header.revision.id);
        for (std::size_t file = 0; file < revisions.size(); ++file)
            if (!mine_[file]) take_note(revisions[file].id);
    }

    std::vector<Renumbered> plan() {
        std::vector<Renumbered> result;
        auto next = highest_;
        for (const auto file : mine_in_order()) {
            const auto& id = revisions_[file].id;
            if (!number_of(id)) continue;
            width_ = std::max(width_, id.size());
            auto wanted = padded(++next, width_);
            if (wanted != id) result.push_back({file, id, std::move(wanted)});
        }
        return result;
    }

private:
    void take_note(std::string_view id) {
        const auto number = number_of(id);
        if (!number) return;
        highest_ = std::max(highest_, *number);
        width_ = std::max(width_, id.size());
    }

    /// Parents before children; among equals the lower number first, then load order.
    std::vector<std::size_t> mine_in_order() const {
        std::map<std::string_view, std::size_t> of_id;
        for (std::size_t file = 0; file < revisions_.size(); ++file)
            if (mine_[file]) of_id.emplace(revisions_[file].id, file);
        std::vector<std::size_t> parents_left(revisions_.size());
        std::map<std::size_t, std::vector<std::size_t>> children;
        for (const auto& [id, file] : of_id)
            for (const auto& parent : revisions_[file].revises)
                if (const auto found = of_id.find(parent); found != of_id.end()) {
                    ++parents_left[file];
                    children[found->second].push_back(file);
                }
        const auto before = [this](std::size_t left, std::size_t right) {
            const auto rank = [this](std::size_t file) {
                return std::pair(number_of(revisions_[file].id).value_or(UINT64_MAX), file);
            };
            return rank(left) < rank(right);
        };
        std::set<std::size_t, decltype(before)> ready(before);
        for (const auto& [id, file] : of_id)
            if (parents_left[file] == 0) ready.insert(file);
        std::vector<std::size_t> ordered;
        while (!ready.empty()) {
            const auto file = *ready.begin();
            ready.erase(ready.begin());
            ordered.push_back(file);
            for (const auto child : children[file])
                if (--parents_left[child] == 0) ready.insert(child);
        }
        return ordered;
    }

    const std::vector<Revision>& revisions_;
    std::vector<bool> mine_;
    std::uint64_t highest_ = 0;
    std::size_t width_ = 1;
};

}  // namespace

/// Of two files with one id, one may be the base's: that with its path, else with its message, else the first.
std::vector<bool> files_without_base(const std::vector<Revision>& revisions, const BaseFiles& base) {
    std::unordered_map<std::string_view, std::vector<std::size_t>> of_id;
    for (std::size_t file = 0; file < revisions.size(); ++file) of_id[revisions[file].id].push_back(file);
    std::vector<bool> mine(revisions.size(), true);
    for (const auto& entry : of_id) {
        const auto& files = entry.second;
        const auto* known = base.find(entry.first);
        if (known == nullptr) continue;
        const auto& theirs = known->header.revision;
        const auto has = [&](auto member) {
            return std::ranges::find_if(files, [&](auto file) { return revisions[file].*member == theirs.*member; });
        };
        auto found = has(&Revision::path);
        if (found == files.end()) found = has(&Revision::message);
        if (found == files.end()) found = files.begin();
        mine[*found] = false;
    }
    return mine;
}

std::vector<Renumbered> plan_renumbering(const std::vector<Revision>& revisions, const BaseFiles& base) {
    return Numbering(revisions, base).plan();
}

std::vector<Revision> renumbered(std::vector<Revision> revisions, const std::vector<Renumbered>& renumbering,
                                 const BaseFiles& base) {
    if (renumbering.empty()) return revisions;
    const auto mine = files_without_base(revisions, base);
    std::map<RevisionId, RevisionId, std::less<>> new_ids;
    for (const auto& each : renumbering) new_ids.emplace(each.from, each.to);
    const auto rename = [&](std::string& id) {
        if (const auto found = new_ids.find(id); found != new_ids.end()) id = found->second;
    };
    for (std::size_t file = 0; file < revisions.size(); ++file) {
        // A file of the base that names such an id means the base's own.
        if (!mine[file]) continue;
        rename(revisions[file].id);
        for (auto& parent : revisions[file].revises) rename(parent);
        for (auto& dependency : revisions[file].depends_on) rename(dependency);
    }
    return revisions;
}

std::string renamed_file(std::string_view name, const RevisionId& from, const RevisionId& to) {
    for (auto at = name.find(from); at != std::string_view::npos; at = name.find(from, at + 1)) {
        // As a whole number: 12 is not renamed within 2012.
        const bool starts = at == 0 || !is_digit(name[at - 1]);
        const auto end = at + from.size();
        const bool ends = end == name.size() || !is_digit(name[end]);
        if (starts && ends) return std::string(name.substr(0, at)) + to + std::string(name.substr(end));
    }
    return std::string(name);
}

}  // namespace rev::rewrite
