// sqitch.plan, of syntax version 1.0.0. Source: sqitchtutorial, App::Sqitch::Plan.
//
//     plan    = {pragma} {blank | comment | change | tag}
//     pragma  = "%" name ["=" value]          syntax-version, project (needed), uri
//     change  = ["+"] name ["[" {dependency} "]"] time planner [note]
//     tag     = "@" name time planner [note]
//     planner = name "<" address ">"
//     note    = "#" text                      with \n, \r and \\ for line ends and backslashes
//
// A line with nothing on it stands between the pragmas and the rest. A name neither begins nor ends with a sign but
// `_`, does not end with `~`, `/`, `=`, `%` or `^` and digits, is not HEAD or ROOT, and does not begin like a SHA-1. A
// dependency is a change, `change@tag`, `@tag`, an id, each perhaps behind `project:`; `!` before it is a conflict.
#include "import/sqitch_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/text.hpp"
#include "import/folder.hpp"

namespace rev::foreign {
namespace {

std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\' || at + 1 == text.size()) {
            plain += text[at];
            continue;
        }
        const char next = text[++at];
        if (next == 'n') {
            plain += '\n';
        } else if (next == 'r') {
            plain += '\r';
        } else {
            if (next != '\\') plain += '\\';
            plain += next;
        }
    }
    return plain;
}

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

bool is_sign(char c) noexcept {
    constexpr std::string_view signs = R"(-!"#$%&'()*+,./:;<=>?@[\]^`{|}~)";
    return signs.find(c) != std::string_view::npos;
}

/// Behind a name they would count: `a~2` is the second after `a`.
bool ends_with_count(std::string_view name) {
    const auto end = name.find_last_not_of("0123456789");
    constexpr std::string_view counting = "~/=%^";
    return end != std::string_view::npos && end + 1 < name.size() && counting.find(name[end]) != std::string_view::npos;
}

bool begins_like_sha1(std::string_view name) {
    constexpr std::size_t digits = 40;
    return name.size() >= digits &&
           name.substr(0, digits).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Of a project, a change or a tag.
bool has_shape_of_name(std::string_view name) {
    return !name.empty() && !is_sign(name.front()) && !is_sign(name.back()) && !ends_with_count(name) &&
           name.find_first_of(":@#\\ \t") == std::string_view::npos;
}

bool is_name(std::string_view name) {
    return has_shape_of_name(name) && name != "HEAD" && name != "ROOT" && !begins_like_sha1(name);
}

/// `!project:change@tag`, of which most may lack.
bool is_dependency(std::string_view text) {
    if (text.starts_with('!')) text.remove_prefix(1);
    const auto colon = text.find(':');
    if (colon != std::string_view::npos) {
        if (!has_shape_of_name(text.substr(0, colon))) return false;
        text.remove_prefix(colon + 1);
    }
    const auto at = text.find('@');
    const auto name = text.substr(0, at);
    if (at == std::string_view::npos) return has_shape_of_name(name);
    return (name.empty() || has_shape_of_name(name)) && has_shape_of_name(text.substr(at + 1));
}

/// Whether it is a day and an hour that there are, as "2012-08-01T20:04:13Z".
bool is_time(std::string_view text) {
    constexpr std::string_view shape = "0000-00-00T00:00:00Z";
    const bool has_shape = std::ranges::equal(
        text, shape, [](char c, char wanted) { return wanted == '0' ? c >= '0' && c <= '9' : c == wanted; });
    if (!has_shape) return false;
    const auto part = [&](std::size_t at) { return text.substr(at, 2); };
    using namespace std::chrono;
    const auto number = [&](std::size_t at) { return unsigned(text[at] - '0') * 10 + unsigned(text[at + 1] - '0'); };
    const year_month_day date(year(int(number(0) * 100 + number(2))), month(number(5)), day(number(8)));
    return date.ok() && part(11) < "24" && part(14) < "60" && part(17) < "60";
}

/// "2012-08-01T20:04:13Z" as revisions have it.
std::string time_of(std::string_view text) {
    std::string time(text);
    std::ranges::replace(time, 'T', ' ');
    return time;
}

class Parser {
public:
    Parser(std::string_view text, const std::string& shown) : text_(text), shown_(shown) {}

    SqitchPlan parse() {
        for (std::size_t at = 0; at < text_.size();) {
            const auto end = std::min(text_.find('\n', at), text_.size());
            offset_ = at;
            ++line_;
            read_line(base::trim(text_.substr(at, end - at)));
            at = end + 1;
        }
        require_project();
        return std::move(plan_);
    }

private:
    void require_project() const {
        if (plan_.project.empty()) throw bad_file(shown_, "has no line `%project=NAME`, which Sqitch needs");
    }

    void read_line(std::string_view line) {
        if (line.empty()) in_header_ = false;
        if (line == "#") throw error("a comment without a word, which Sqitch takes for a change");
        if (line.empty() || line.front() == '#') return;
        // Before its place: a plan without any pragma lacks this one, and not an empty line.
        if (line.front() != '%') require_project();
        if ((line.front() == '%') != in_header_)
            throw error("an empty line has to stand between the pragmas (`%`) and the changes");
        if (in_header_) return read_pragma(line.substr(1));
        rest_ = line;
        if (rest_.front() == '-') throw error("a change that is reverted in the plan itself, which rev does not read");
        if (rest_.front() == '+') {
            rest_.remove_prefix(1);
            skip_blanks();
        }
        if (rest_.starts_with('@')) return read_tag();
        read_change();
    }

    void read_pragma(std::string_view pragma) {
        // A note may stand behind it.
        pragma = pragma.substr(0, pragma.find('#'));
        const auto equals = std::min(pragma.find('='), pragma.size());
        const auto name = base::trim(pragma.substr(0, equals));
        if (name != "project") return;
        plan_.project = base::trim(pragma.substr(std::min(equals + 1, pragma.size())));
        if (!has_shape_of_name(plan_.project))
            throw error(fmt::format("\"{}\" is no name of a project", base::printable_word(plan_.project)));
    }

    void read_change() {
        SqitchChange change;
        change.line = line_;
        change.name = take_name();
        skip_blanks();
        if (rest_.starts_with('[')) change.requires_changes = take_dependencies();
        change.planned_at = take_stamp();
        change.note = take_note();
        require_new(change);
        plan_.changes.push_back(std::move(change));
    }

    void read_tag() {
        rest_.remove_prefix(1);
        auto name = take_name();
        if (plan_.changes.empty()) throw error("a tag without a change before it");
        if (name.find('/') != std::string::npos) throw error("a tag with a `/` in its name");
        if (std::ranges::find(tags_, name) != tags_.end())
            throw error(fmt::format("the tag @{} stands here again", name));
        static_cast<void>(take_stamp());
        tags_.push_back(name);
        plan_.changes.back().tags.push_back(std::move(name));
    }

    std::string take_name() {
        // A `[` behind it without a blank belongs to it: to Sqitch `a[b]` is a name that ends with a sign.
        const auto end = std::min(rest_.find_first_of(" \t"), rest_.size());
        std::string name(rest_.substr(0, end));
        rest_.remove_prefix(end);
        if (!is_name(name))
            throw error(fmt::format("\"{}\" is no name of a change or tag", base::printable_word(name)));
        return name;
    }

    std::vector<std::string> take_dependencies() {
        const auto end = rest_.find(']');
        if (end == std::string_view::npos) throw error("a list of dependencies that does not end");
        std::vector<std::string> dependencies;
        auto inner = rest_.substr(1, end - 1);
        if (inner.empty()) throw error("a list of dependencies without one");
        if (inner.find_first_of(" \t") == 0 && !base::trim(inner).empty())
            throw error("a blank before the first dependency");
        while (!base::trim(inner).empty()) {
            inner = base::trim(inner);
            const auto length = std::min(inner.find_first_of(" \t"), inner.size());
            if (std::ranges::find(dependencies, inner.substr(0, length)) != dependencies.end())
                throw error(fmt::format("the dependency {} twice", base::printable_word(inner.substr(0, length))));
            dependencies.emplace_back(inner.substr(0, length));
            if (!is_dependency(dependencies.back()))
                throw error(fmt::format("\"{}\" is no dependency", base::printable_word(dependencies.back())));
            inner.remove_prefix(length);
        }
        rest_.remove_prefix(end + 1);
        return dependencies;
    }

    /// The time; the planner behind it is passed over.
    std::string take_stamp() {
        skip_blanks();
        constexpr std::size_t length = 20;
        const auto time = rest_.substr(0, length);
        if (!is_time(time)) throw error("a line without the time at which it was planned");
        rest_.remove_prefix(length);
        skip_blanks();
        const auto planner = base::trim(rest_.substr(0, rest_.find('#')));
        const auto address = std::min(planner.find('<'), planner.size());
        const auto name = planner.substr(0, address);
        const bool is_sound = planner.find('>', address) == planner.size() - 1 && planner.size() > address + 2 &&
                              !base::trim(name).empty() && is_blank(name.back());
        if (!is_sound) throw error("a line without `name <address>` of its planner");
        rest_.remove_prefix(std::min(rest_.find('#'), rest_.size()));
        return time_of(time);
    }

    std::string take_note() {
        skip_blanks();
        if (!rest_.starts_with('#')) return {};
        return unescaped(base::trim(rest_.substr(1)));
    }

    /// A name may come again once a tag stands between the two.
    void require_new(const SqitchChange& change) const {
        for (auto before = plan_.changes.rbegin(); before != plan_.changes.rend(); ++before) {
            // The tag may belong to the earlier change of that name itself: its scripts are found by it.
            if (!before->tags.empty()) return;
            if (before->name == change.name)
                throw error(fmt::format("{} stands here again, and no tag is between the two", change.name));
        }
    }

    void skip_blanks() {
        while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    }

    [[nodiscard]] Error error(const std::string& message) const { return bad_file(shown_, text_, offset_, message); }

    std::string_view text_;
    const std::string& shown_;
    SqitchPlan plan_;
    std::vector<std::string> tags_;
    std::string_view rest_;
    std::size_t offset_ = 0;
    std::size_t line_ = 0;
    bool in_header_ = true;
};

}  // namespace

SqitchPlan parse_sqitch_plan(std::string_view text, const std::string& shown) { return Parser(text, shown).parse(); }

}  // namespace rev::foreign
