#include "app/soundness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/syntax.hpp"
#include "base/text.hpp"
#include "rev/graph.hpp"
#include "run/prepared.hpp"
#include "script/head_file.hpp"
#include "script/header_reader.hpp"
#include "script/listing.hpp"
#include "script/repeatables.hpp"
#include "script/revision_file.hpp"
#include "script/script_directory.hpp"

namespace rev::app {
namespace {

/// Each is found by building the graph anew, and few are read to the end.
constexpr std::size_t most_graph_problems = 20;

/// Where `symbol` stands in the line of a header key, in characters; where the key stands if it is not in that line.
std::optional<std::size_t> column_of(std::string_view line, std::string_view key, std::string_view symbol) {
    constexpr std::string_view bom = "\xEF\xBB\xBF";
    if (line.starts_with(bom)) line.remove_prefix(bom.size());
    const auto start = line.find_first_not_of("- \t");
    if (start == std::string_view::npos || !line.substr(start).starts_with(key)) return std::nullopt;
    if (!line.substr(start + key.size()).starts_with(":")) return std::nullopt;
    const auto value = symbol.empty() ? std::string_view::npos : line.find(symbol, start + key.size() + 1);
    return base::count_characters(line.substr(0, value == std::string_view::npos ? start : value)) + 1;
}

/// The place of a header key in a file, for problems that the graph finds. The file is read once more, as there are
/// few problems and many files.
Location find_in_header(const std::string& path, std::string_view key, std::string_view symbol) {
    const auto file = read_revision_file(path, path);
    auto text = std::string_view(file.text);
    // Only the header: SQL may have such a line in a comment.
    if (!file.sections.empty()) text = text.substr(0, file.sections.front().offset);
    std::size_t begin = 0;
    for (std::size_t number = 1; begin < text.size(); ++number) {
        const auto end = std::min(text.find('\n', begin), text.size());
        auto line = text.substr(begin, end - begin);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (const auto column = column_of(line, key, symbol)) return {path, number, *column, std::string(line)};
        begin = end + 1;
    }
    return {path, 0, 0, {}};
}

/// Where `upper` names `lower`.
Location first_edge(const std::string& path, const Revision& upper, const Revision& lower) {
    const bool revises = std::find(upper.revises.begin(), upper.revises.end(), lower.id) != upper.revises.end();
    return find_in_header(path, revises ? "revises" : "depends_on", lower.id);
}

std::string_view key_of(GraphError::Kind kind) {
    switch (kind) {
        case GraphError::Kind::missing_parent:
            return "revises";
        case GraphError::Kind::missing_dependency:
            return "depends_on";
        case GraphError::Kind::duplicate_label:
            return "branch_labels";
        default:
            return "revision";
    }
}

/// What reads SQLite's SQL, one for each thread: opening one for each file would cost more than its checks.
class Scratch {
public:
    db::SqliteSyntax& sqlite() {
        if (!sqlite_) sqlite_.emplace();
        return *sqlite_;
    }

private:
    std::optional<db::SqliteSyntax> sqlite_;
};

/// One check of one project.
class Check {
public:
    Check(const Config& config, const SoundnessRequest& request)
        : config_(config), request_(request), scripts_(config) {}

    Soundness run() {
        const auto listing = script::list_revision_files(config_);
        revisions_.resize(listing.files.size());
        scripts_.pool().for_each_index(listing.files.size(), [&] {
            return [&, scratch = std::make_shared<Scratch>()](std::size_t index) {
                const auto& file = listing.files[index];
                const auto& folder = listing.folders[file.folder];
                read(folder.path / file.name, folder.shown_prefix + file.name, index, *scratch);
            };
        });
        result_.revisions = listing.files.size();
        gather_problems();
        check_graph();
        check_repeatables();
        return std::move(result_);
    }

private:
    void read(const std::filesystem::path& path, const std::string& shown_path, std::size_t index, Scratch& scratch) {
        std::vector<Error> problems;
        std::vector<Error> warnings;
        try {
            auto file = read_revision_file(path, shown_path);
            // With both sides of a conflict in it, whatever else is found is only a consequence.
            if (auto conflict = find_conflict_marker(file))
                problems.push_back(std::move(*conflict));
            else
                check_sections(file, scratch, problems, warnings);
            revisions_[index] = std::move(file.header.revision);
        } catch (const Error& error) {
            problems.push_back(error);
        }
        if (problems.empty() && warnings.empty()) return;
        // Sound files, nearly all of them, never wait for the lock.
        const std::lock_guard lock(mutex_);
        problems_of_files_[index] = std::move(problems);
        warnings_of_files_[index] = std::move(warnings);
    }

    void check_repeatables() {
        script::RepeatablesRead read;
        try {
            read = script::read_repeatables(config_);
        } catch (const Error& error) {  // a folder that is not there
            result_.problems.push_back(error);
        }
        result_.repeatables = read.files;
        std::ranges::move(read.problems, std::back_inserter(result_.problems));
        // Prepared from what was read now, which has no faults that loading would throw.
        Scratch scratch;
        for (const auto& repeatable : read.repeatables.all()) {
            const auto& file = read.repeatables.file_of(repeatable);
            if (auto conflict = find_conflict_marker(file)) {
                result_.problems.push_back(std::move(*conflict));
                continue;
            }
            for (const auto& section : file.sections)
                if (section.todo) result_.problems.push_back(unwritten_section(file, section));
            for (const auto dialect : request_.dialects) check_repeatable(file, dialect, scratch);
        }
    }

    void check_repeatable(const RevisionFile& file, Dialect dialect, Scratch& scratch) {
        const auto before = result_.problems.size();
        for (const auto direction : {Direction::apply, Direction::drop}) {
            if (direction == Direction::drop && !file.header.drop_before_upgrade &&
                file.find_section(SectionKind::drop, dialect) == nullptr)
                continue;
            try {
                run::check_file(file, direction, {dialect, TransactionMode::per_revision, config_.variables});
            } catch (const Error& error) {
                if (error.code() != error_codes::no_variable && error.code() != error_codes::unwritten_section)
                    result_.problems.push_back(error);
            }
        }
        if (result_.problems.size() == before) check_text(file, dialect, scratch, result_.problems, result_.warnings);
    }

    /// In the order of the files, whichever thread found them first.
    void gather_problems() {
        for (auto& [index, problems] : problems_of_files_)
            for (auto& problem : problems) result_.problems.push_back(std::move(problem));
        for (auto& [index, warnings] : warnings_of_files_)
            for (auto& warning : warnings) result_.warnings.push_back(std::move(warning));
        // An id is never empty in a file that could be read.
        some_unread_ = std::erase_if(revisions_, [](const Revision& revision) { return revision.id.empty(); }) > 0;
    }

    void check_sections(const RevisionFile& file, Scratch& scratch, std::vector<Error>& problems,
                        std::vector<Error>& warnings) const {
        for (const auto& section : file.sections)
            if (section.todo) problems.push_back(unwritten_section(file, section));
        if (request_.dialects.empty()) check_has_upgrade(file, problems);
        for (const auto dialect : request_.dialects) {
            const auto before = problems.size();
            check_steps(file, dialect, {Direction::upgrade, Direction::downgrade}, problems);
            // Sections that cannot be prepared are not read a second time, which would find the same in other words.
            if (problems.size() == before) check_text(file, dialect, scratch, problems, warnings);
        }
    }

    void check_text(const RevisionFile& file, Dialect dialect, Scratch& scratch, std::vector<Error>& problems,
                    std::vector<Error>& warnings) const {
        SyntaxReport report;
        auto* sqlite = dialect == Dialect::sqlite ? &scratch.sqlite() : nullptr;
        run::PrepareOptions options;
        options.dialect = dialect;
        options.variables = config_.variables;
        check_syntax(file, options, sqlite, report);
        std::ranges::move(report.problems, std::back_inserter(problems));
        std::ranges::move(report.warnings, std::back_inserter(warnings));
    }

    static void check_has_upgrade(const RevisionFile& file, std::vector<Error>& problems) {
        const auto is_upgrade = [](const Section& section) { return section.kind == SectionKind::upgrade; };
        if (std::any_of(file.sections.begin(), file.sections.end(), is_upgrade)) return;
        const auto& revision = file.header.revision;
        problems.push_back(
            Error(ExitCode::graph, error_codes::no_section,
                  fmt::format("revision {} has no upgrade section", revision.id))
                .with_location(find_in_header(revision.path, "revision", revision.id))
                .with_hint("write `-- rev:upgrade` and the SQL below it; an empty section does nothing on purpose"));
    }

    /// Prepares the revision's steps as for a run: sections are there, statements fit its transaction mode.
    void check_steps(const RevisionFile& file, Dialect dialect, std::initializer_list<Direction> directions,
                     std::vector<Error>& problems) const {
        for (const auto direction : directions) {
            Plan plan;
            plan.steps.push_back({direction, &file.header.revision, {}});
            try {
                run::check(plan, scripts_, {dialect, TransactionMode::per_revision, config_.variables});
            } catch (const Error& error) {
                // What is unwritten was found before, for every dialect. A file without downgrade is allowed, and
                // values of variables may come from the command line of the run.
                const bool is_allowed = error.code() == error_codes::irreversible ||
                                        error.code() == error_codes::no_variable ||
                                        error.code() == error_codes::unwritten_section;
                if (!is_allowed) problems.push_back(error);
            }
        }
    }

    /// A sound graph, which is the common case, costs no copy of the revisions.
    void check_graph() {
        try {
            Graph graph(std::move(revisions_));
            check_heads(graph);
            // With a file that could not be read, heads may be missing that are not.
            if (auto wrong = script::check_head_file(config_, graph); wrong && !some_unread_)
                result_.problems.push_back(std::move(*wrong));
            if (!some_unread_) result_.graph = std::move(graph);
        } catch (const GraphError&) {
            // The graph has taken the others with it.
            revisions_ = script::readable_revisions(config_, scripts_.pool());
            find_graph_problems();
        }
    }

    /// Takes out what the graph refuses, so that the next try shows the next problem.
    void find_graph_problems() {
        for (std::size_t tries = 0; tries < most_graph_problems; ++tries) {
            try {
                check_heads(Graph(revisions_));
                return;
            } catch (const GraphError& error) {
                report(error);
                if (!mend(error)) return;
            }
        }
    }

    void check_heads(const Graph& graph) {
        const auto heads = graph.heads();
        result_.heads = heads.size();
        if (!request_.single_head || heads.size() <= 1) return;
        std::vector<std::string> ids;
        for (const auto* head : heads) ids.push_back(head->id);
        result_.problems.push_back(Error(ExitCode::graph, error_codes::multiple_heads,
                                         fmt::format("there are {} heads: {}", ids.size(), base::join(ids, ", ")))
                                       .with_hint("rev merge heads -m \"merge " + base::join(ids, " and ") + "\""));
    }

    void report(const GraphError& error) {
        // A file that could not be read may hold what seems to be missing.
        const bool is_missing =
            error.kind == GraphError::Kind::missing_parent || error.kind == GraphError::Kind::missing_dependency;
        if (is_missing && some_unread_) return;
        auto worded = to_error(error);
        if (!error.revisions.empty()) {
            const auto& path = worded.location().file.empty() ? error.revisions.front().path : worded.location().file;
            // A cycle has no single culprit: the first edge stands for it.
            if (error.kind == GraphError::Kind::cycle) {
                worded.with_location(first_edge(path, error.revisions[0], error.revisions[1]));
            } else {
                worded.with_location(find_in_header(path, key_of(error.kind), error.symbol));
            }
        }
        result_.problems.push_back(std::move(worded));
    }

    /// False where there is nothing to go on with.
    bool mend(const GraphError& error) {
        switch (error.kind) {
            case GraphError::Kind::missing_parent:
                return for_path(error, [&](Revision& revision) { std::erase(revision.revises, error.symbol); });
            case GraphError::Kind::missing_dependency:
                return for_path(error, [&](Revision& revision) { std::erase(revision.depends_on, error.symbol); });
            // From all of them: whichever keeps it, what depends on the label would be wrong.
            case GraphError::Kind::duplicate_label:
                for (auto& revision : revisions_) {
                    std::erase(revision.branch_labels, error.symbol);
                    std::erase(revision.depends_on, error.symbol);
                }
                return true;
            case GraphError::Kind::invalid_id:
            case GraphError::Kind::duplicate_id:
                return !error.revisions.empty() && std::erase_if(revisions_, [&](const Revision& revision) {
                                                       return revision.path == error.revisions.back().path;
                                                   }) > 0;
            default:
                return false;
        }
    }

    template <typename Change>
    bool for_path(const GraphError& error, Change change) {
        if (error.revisions.empty()) return false;
        const auto has_path = [&](const Revision& revision) { return revision.path == error.revisions.front().path; };
        const auto found = std::find_if(revisions_.begin(), revisions_.end(), has_path);
        if (found == revisions_.end()) return false;
        change(*found);
        return true;
    }

    const Config& config_;
    const SoundnessRequest& request_;
    ScriptDirectory scripts_;
    Soundness result_;
    std::vector<Revision> revisions_;
    std::mutex mutex_;
    std::map<std::size_t, std::vector<Error>> problems_of_files_;
    std::map<std::size_t, std::vector<Error>> warnings_of_files_;
    bool some_unread_ = false;
};

}  // namespace

Soundness check_soundness(const Config& config, const SoundnessRequest& request) {
    return Check(config, request).run();
}

}  // namespace rev::app
