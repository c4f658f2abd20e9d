#include "lint/section_fix.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "lint/guard_answer.hpp"
#include "lint/statement_text.hpp"
#include "script/revision_header.hpp"

namespace rev::lint {
namespace {

/// Bytes of a text and what is to stand there.
struct Edit {
    std::size_t offset = 0;
    std::size_t length = 0;
    std::string text;
};

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Where nothing is left of a line but blanks, the line goes; where something is left, the blanks beside what goes.
void widen_removals(std::string_view text, std::vector<bool>& goes) {
    for (std::size_t begin = 0; begin < text.size();) {
        const auto line_end = std::min(text.find('\n', begin), text.size());
        const auto end = std::min(line_end + 1, text.size());
        bool any_goes = false;
        bool any_stays = false;
        for (auto at = begin; at < line_end; ++at) {
            any_goes = any_goes || goes[at];
            any_stays = any_stays || (!goes[at] && !is_blank(text[at]));
        }
        if (any_goes && !any_stays)
            std::fill(goes.begin() + static_cast<std::ptrdiff_t>(begin),
                      goes.begin() + static_cast<std::ptrdiff_t>(end), true);
        for (auto at = begin; any_goes && any_stays && at < line_end; ++at) {
            const bool begins = goes[at] && (at == begin || !goes[at - 1]);
            if (!begins) continue;
            auto before = at;
            while (before > begin && is_blank(text[before - 1]) && text[before - 1] != '\r') goes[--before] = true;
            if (before > begin) continue;
            // At the start of the line the blanks behind it go instead.
            auto behind = at;
            while (behind < line_end && (goes[behind] || (is_blank(text[behind]) && text[behind] != '\r')))
                goes[behind++] = true;
        }
        begin = end;
    }
}

std::string with_edits(const std::string& text, std::vector<Edit> edits) {
    std::ranges::stable_sort(edits, {}, &Edit::offset);
    std::vector<bool> goes(text.size(), false);
    for (const Edit& edit : edits)
        if (edit.text.empty()) std::fill_n(goes.begin() + static_cast<std::ptrdiff_t>(edit.offset), edit.length, true);
    widen_removals(text, goes);
    std::string edited;
    std::size_t at = 0;
    const auto keep_until = [&](std::size_t end) {
        for (; at < end; ++at)
            if (!goes[at]) edited += text[at];
    };
    for (const Edit& edit : edits) {
        if (edit.text.empty()) continue;
        keep_until(edit.offset);
        edited += edit.text;
        at = std::max(at, edit.offset + edit.length);
    }
    keep_until(text.size());
    return edited;
}

/// For what cannot be bounded rev sets no limit, nor for what stands beside it in a section: the others set it.
std::vector<std::string> with_bounded_waits(const std::vector<std::string>& statements) {
    const auto is_unbounded = [](const std::string& sql) { return mentions(sql, "concurrently"); };
    if (std::ranges::none_of(statements, is_unbounded)) return statements;
    std::vector<std::string> bounded;
    bool is_bounded = false;
    for (const auto& sql : statements) {
        // CREATE INDEX ... ON ONLY is brief, and waits for those who write, too.
        const bool bounds = !is_bounded && (mentions(sql, "alter") || mentions(sql, "only"));
        const bool frees = is_bounded && is_unbounded(sql);
        if (bounds) bounded.emplace_back("SET lock_timeout = '5s'");
        if (frees) bounded.emplace_back("RESET lock_timeout");
        is_bounded = bounds || (is_bounded && !frees);
        bounded.push_back(sql);
    }
    return bounded;
}

std::string sql_of(const std::vector<std::string>& statements) {
    std::string text;
    for (const auto& each : statements) text += each + ";\n";
    return text;
}

/// Where a statement stands in its section.
struct Place {
    std::size_t begin = 0;      ///< of the comment lines right above it
    std::size_t statement = 0;  ///< of its first token
    std::size_t end = 0;        ///< behind its `;`
};

std::size_t line_begin(std::string_view text, std::size_t at) {
    const auto found = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    return found == std::string_view::npos ? 0 : found + 1;
}

Place place_of(const SectionText& section, std::size_t number) {
    const Statement& statement = section.statements[number];
    const std::string_view text = section.text;
    Place place;
    place.statement = place.begin = statement.offset;
    place.end = statement.offset + statement.text.size();
    const auto semicolon = text.find_first_not_of(" \t\r\n", place.end);
    if (semicolon != std::string_view::npos && text[semicolon] == ';') place.end = semicolon + 1;
    auto begin = line_begin(text, statement.offset);
    // Another statement begins this line, and the comment lines above are that one's.
    if (!base::trim(text.substr(begin, statement.offset - begin)).empty()) return place;
    place.begin = begin;
    while (begin > 0) {
        const auto above = line_begin(text, begin - 1);
        if (!base::trim(text.substr(above, begin - above)).starts_with("--")) break;
        place.begin = begin = above;
    }
    return place;
}

/// The actions of an ALTER TABLE without the one that drops the constraint.
std::optional<std::string> without_drop(std::string_view statement, const Node& tree, const std::string& constraint) {
    auto cut = cut_alter_table(statement);
    const Node& commands = tree["AlterTableStmt"]["cmds"];
    if (!cut || cut->actions.size() != commands.size()) return std::nullopt;
    std::vector<std::string> kept;
    for (std::size_t index = 0; index < commands.size(); ++index) {
        const Node& command = commands[index]["AlterTableCmd"];
        if (!drops_constraint(command, constraint)) kept.push_back(cut->actions[index]);
    }
    return kept.empty() ? std::string() : cut->head + " " + base::join(kept, ", ");
}

std::string concurrently_built(std::string_view create_index) {
    if (mentions(create_index, "concurrently")) return std::string(create_index);
    auto sql = with_words_behind(create_index, "INDEX", "CONCURRENTLY");
    if (!sql) throw NoFix{"the downgrade section is written in a way that is not known"};
    return std::move(*sql);
}

class FileFix {
public:
    FileFix(const RevisionFile& file, const SectionText& upgrade, const SectionText* downgrade,
            const StatementFixes& fixes)
        : file_(file), upgrade_(upgrade), downgrade_(downgrade), fixes_(fixes) {}

    FixedFile run() {
        const bool all_move = fixes_.size() == upgrade_.statements.size() &&
                              std::ranges::all_of(fixes_, [](const auto& each) { return each.second.first.empty(); });
        // Statement by statement, the locks of one are gone before the next one waits for its own.
        const bool in_one = !upgrade_.in_transaction || all_move || !needs_second();
        if (in_one) {
            fix_in_place();
        } else {
            split();
        }
        fixed_.text = with_edits(file_.text, edits_);
        // Where all of the file leaves the transaction, no second one is needed: its header says so.
        if (upgrade_.in_transaction && all_move) fixed_.text = without_transaction(std::move(fixed_.text));
        return std::move(fixed_);
    }

    /// The fixes are what moves.
    FixedFile run_with_downgrade() {
        split();
        for (std::size_t number = 0; number < upgrade_.statements.size(); ++number)
            if (!fixes_.contains(number)) allow_value_to_be_there(upgrade_.statements[number], *upgrade_.trees[number]);
        fixed_.second_leaves_transactions = false;
        if (downgrade_ != nullptr) {
            fixed_.second_downgrade = base::trim(downgrade_->text);
            if (!fixed_.second_downgrade->empty()) *fixed_.second_downgrade += '\n';
            edits_.push_back({offset_of(*downgrade_), downgrade_->text.size(),
                              "-- Nothing: an enum keeps the values that it has.\n"});
        }
        fixed_.text = with_edits(file_.text, edits_);
        return std::move(fixed_);
    }

private:
    [[nodiscard]] bool needs_second() const {
        return std::ranges::any_of(fixes_, [](const auto& each) { return !each.second.second.empty(); });
    }
    [[nodiscard]] std::size_t offset_of(const SectionText& section) const {
        // Without variables a section's text is the file's.
        for (const Section& each : file_.sections)
            if (each.first_line == section.first_line) return each.offset;
        throw NoFix{"its section is not found"};
    }

    void edit(const SectionText& section, std::size_t begin, std::size_t end, std::string text) {
        edits_.push_back({offset_of(section) + begin, end - begin, std::move(text)});
    }

    void fix_in_place() {
        const bool is_among_others = upgrade_.statements.size() > 1;
        for (const auto& [number, fix] : fixes_) {
            const auto place = place_of(upgrade_, number);
            auto statements = fix.first;
            statements.insert(statements.end(), fix.second.begin(), fix.second.end());
            const auto count = statements.size();
            statements = with_bounded_waits(statements);
            // What stands behind it may be what cannot be bounded.
            if (is_among_others && statements.size() > count && !mentions(statements.back(), "concurrently"))
                statements.emplace_back("RESET lock_timeout");
            auto sql = sql_of(statements);
            // The line end behind the statement is the file's own.
            sql.pop_back();
            edit(upgrade_, place.statement, place.end, sql);
            if (downgrade_ == nullptr) continue;
            for (const Counterpart& counterpart : fix.counterparts) {
                const auto found = find(counterpart);
                const bool stays = counterpart.kind == Counterpart::Kind::drop_constraint || counterpart.is_partitioned;
                if (!found || stays) continue;
                const Statement& statement = downgrade_->statements[*found];
                if (!mentions(statement.text, "concurrently"))
                    edit(*downgrade_, statement.offset, statement.offset + statement.text.size(),
                         concurrently_built(statement.text));
            }
        }
    }

    void split() {
        fixed_.has_second = true;
        std::vector<std::string> down;
        std::vector<std::string> up;
        // The last to come is the first to go.
        for (auto each = fixes_.rbegin(); each != fixes_.rend(); ++each) undo(each->second, down);
        for (const auto& [number, fix] : fixes_) {
            const auto place = place_of(upgrade_, number);
            fixed_.second_leaves_transactions = fixed_.second_leaves_transactions || !is_validation(fix);
            std::string comments;
            if (fix.first.empty()) {
                comments = upgrade_.text.substr(place.begin, place.statement - place.begin);
                edit(upgrade_, place.begin, place.end, {});
            } else {
                auto sql = sql_of(fix.first);
                sql.pop_back();
                edit(upgrade_, place.statement, place.end, sql);
            }
            for (const auto& sql : fix.second) up.push_back(std::exchange(comments, {}) + sql);
        }
        fixed_.second_upgrade = sql_of(with_bounded_waits(up));
        if (downgrade_ == nullptr) return;
        fixed_.second_downgrade = sql_of(with_bounded_waits(down));
        std::string start;
        for (const auto& [number, fix] : fixes_) start += sql_of(fix.first_down);
        if (!start.empty()) edit(*downgrade_, first_statement(), first_statement(), start);
    }

    /// A downgrade leaves it, and the upgrade is to run again.
    void allow_value_to_be_there(const Statement& statement, const Node& tree) {
        if (downgrade_ == nullptr || tree["AlterEnumStmt"].flag("skipIfNewValExists")) return;
        const auto sql = with_words_behind(std::string(statement.text), "VALUE", "IF NOT EXISTS");
        if (!sql) throw NoFix{"it is written in a way that is not known"};
        edit(upgrade_, statement.offset, statement.offset + statement.text.size(), *sql);
    }

    /// VALIDATE takes a weak lock, which may be held until the end of a transaction.
    static bool is_validation(const StatementFix& fix) {
        return std::ranges::all_of(fix.second, [](const std::string& sql) { return mentions(sql, "validate"); });
    }

    [[nodiscard]] std::size_t first_statement() const {
        return downgrade_->statements.empty() ? downgrade_->text.size() : place_of(*downgrade_, 0).begin;
    }

    void undo(const StatementFix& fix, std::vector<std::string>& down) {
        if (downgrade_ == nullptr) return;
        if (!fix.is_undone_by_counterpart) down.insert(down.end(), fix.second_down.begin(), fix.second_down.end());
        for (const Counterpart& counterpart : fix.counterparts) {
            const auto found = find(counterpart);
            if (!found && fix.is_undone_by_counterpart)
                throw NoFix{"its downgrade does not make the index " + counterpart.name + " again"};
            if (!found) continue;
            const auto& statement = downgrade_->statements[*found];
            if (fix.is_undone_by_counterpart) down.push_back(concurrently_built(statement.text));
            remove(*found, counterpart);
        }
    }

    [[nodiscard]] std::optional<std::size_t> find(const Counterpart& counterpart) const {
        for (std::size_t number = 0; number < downgrade_->statements.size(); ++number)
            if (downgrade_->trees[number] && is_counterpart(*downgrade_->trees[number], counterpart)) return number;
        return std::nullopt;
    }

    void remove(std::size_t number, const Counterpart& counterpart) {
        const auto place = place_of(*downgrade_, number);
        if (counterpart.kind == Counterpart::Kind::drop_constraint) {
            const Statement& statement = downgrade_->statements[number];
            auto& rest = rests_.try_emplace(number, statement.text).first->second;
            const auto tree = parse_statement(rest);
            const auto changed = tree ? without_drop(rest, *tree, counterpart.name) : std::nullopt;
            if (!changed) throw NoFix{"its downgrade section is written in a way that is not known"};
            rest = *changed;
            // One statement may drop several: the last word counts.
            std::erase_if(edits_, [&](const Edit& each) {
                return each.offset == offset_of(*downgrade_) + place.statement ||
                       each.offset == offset_of(*downgrade_) + place.begin;
            });
            if (!rest.empty())
                return edit(*downgrade_, place.statement, statement.offset + statement.text.size(), rest);
        }
        edit(*downgrade_, place.begin, place.end, {});
    }

    /// Behind the last line of the header's keys.
    static std::string without_transaction(std::string text) {
        const auto found = script::find_header_value(text, "transaction");
        if (found) {
            text.replace(found->offset, found->text.size(), " false");
            return text;
        }
        const auto value = script::find_header_value(text, "revises");
        if (!value) throw NoFix{"its header has no line `revises:`"};
        const auto end = std::min(text.find('\n', value->offset), text.size());
        // A file whose lines end with \r\n keeps to it.
        const bool has_return = end > 0 && text[end - 1] == '\r';
        text.insert(end - (has_return ? 1 : 0), has_return ? "\r\n-- transaction: false" : "\n-- transaction: false");
        return text;
    }

    const RevisionFile& file_;
    const SectionText& upgrade_;
    const SectionText* downgrade_;
    const StatementFixes& fixes_;
    FixedFile fixed_;
    std::vector<Edit> edits_;
    std::map<std::size_t, std::string> rests_;  ///< of statements of the downgrade from which actions were taken
};

bool adds_enum_value(const std::optional<Node>& tree) {
    return tree && (*tree)["AlterEnumStmt"].has("newVal") && !(*tree)["AlterEnumStmt"].has("oldVal");
}

/// Whether what adds a value may come to other ends in front of it: it is found by another name, or not at all.
bool changes_names(const std::optional<Node>& tree) {
    static constexpr std::array types =
        std::to_array<std::string_view>({"AlterObjectSchemaStmt", "CreateEnumStmt", "CreateSchemaStmt", "DoStmt",
                                         "DropStmt", "RenameStmt", "VariableSetStmt"});
    return !tree || std::ranges::find(types, tree->type()) != types.end();
}

}  // namespace

FixedFile fix_enum_values(const RevisionFile& file, const SectionText& upgrade, const SectionText* downgrade) {
    StatementFixes moved;
    bool has_renamed = false;
    bool adds = false;
    for (std::size_t number = 0; number < upgrade.statements.size(); ++number) {
        const auto& statement = upgrade.statements[number];
        if (adds_enum_value(upgrade.trees[number])) {
            if (!markers_above(upgrade, number).empty()) throw NoFix{"a guard stands above what adds the value"};
            if (has_renamed) throw NoFix{"what adds the value needs what stands before it"};
            adds = true;
            continue;
        }
        has_renamed = has_renamed || changes_names(upgrade.trees[number]);
        if (statement.kind == StatementKind::copy_from_stdin) throw NoFix{"a COPY with its rows would have to move"};
        moved[number].second.emplace_back(statement.text);
    }
    if (!adds) throw NoFix{"what adds the value is no statement of its own"};
    // A downgrade that makes the type anew takes the value away, which the first revision would count on.
    const bool rebuilds = downgrade != nullptr && std::ranges::any_of(downgrade->trees, [](const auto& tree) {
                              return !tree || (*tree)["CreateEnumStmt"] || (*tree)["RenameStmt"] || (*tree)["DoStmt"];
                          });
    if (rebuilds) throw NoFix{"its downgrade makes the type anew"};
    return FileFix(file, upgrade, downgrade, moved).run_with_downgrade();
}

FixedFile fix_file(const RevisionFile& file, const SectionText& upgrade, const SectionText* downgrade,
                   const StatementFixes& fixes) {
    return FileFix(file, upgrade, downgrade, fixes).run();
}

}  // namespace rev::lint
