#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "commands/completion.hpp"
#include "rev/graph.hpp"
#include "script/header_reader.hpp"
#include "script/repeatables.hpp"

namespace rev::commands {
namespace {

/// An empty word stands for everything; more ids than these help nobody to choose.
constexpr std::size_t most_without_a_letter = 200;

const Candidate head_candidate{"head", "the newest revision"};
const Candidate heads_candidate{"heads", "all heads"};
const Candidate base_candidate{"base", "before the first revision"};
const Candidate current_candidate{"current", "where the database is"};

/// The words that stand for revisions, by command; the others take ids and labels only.
std::vector<Candidate> keywords(const CompletionPoint& point) {
    static const std::map<std::string, std::vector<Candidate>> of_command{
        {"upgrade", {head_candidate, heads_candidate, {"+1", "one step up"}}},
        {"downgrade", {{"-1", "one step down"}, base_candidate}},
        {"stamp", {head_candidate, heads_candidate, base_candidate}},
        {"history", {head_candidate, base_candidate, current_candidate}},
        {"show", {head_candidate, heads_candidate, current_candidate}},
        {"edit", {head_candidate, heads_candidate, current_candidate}},
        {"merge", {heads_candidate}},
        {"squash", {head_candidate}},
        {"revision", {head_candidate, heads_candidate, base_candidate}},
    };
    const auto found = of_command.find(point.command.name);
    const bool is_dependency = point.argument->names.front() == "--depends-on";
    return found == of_command.end() || is_dependency ? std::vector<Candidate>{} : found->second;
}

bool takes_range(const CompletionPoint& point) {
    const auto& name = point.command.name;
    return name == "history" || name == "upgrade" || name == "downgrade" || name == "stamp" || name == "squash";
}

/// Newest first, as in `rev history`; where the graph is unsound the last file first.
std::vector<Revision> newest_first(std::vector<Revision> revisions) {
    std::vector<Revision> sorted;
    sorted.reserve(revisions.size());
    try {
        const Graph graph(revisions);
        for (const auto* revision : history(graph, "")) sorted.push_back(*revision);
        return sorted;
    } catch (const GraphError&) {
        std::reverse(revisions.begin(), revisions.end());
        return revisions;
    }
}

std::vector<Candidate> labels_of(const std::vector<Revision>& revisions) {
    std::vector<Candidate> labels;
    for (const auto& revision : revisions) {
        for (const auto& label : revision.branch_labels) labels.push_back({label, "branch: " + revision.message});
    }
    std::sort(labels.begin(), labels.end(), [](const auto& a, const auto& b) { return a.text < b.text; });
    return labels;
}

void append(std::vector<Candidate>& all, const std::vector<Candidate>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

/// `show` and `edit` take the names of repeatable objects too.
std::vector<Candidate> repeatables_of(const CompletionPoint& point, const Config& config, const std::string& word) {
    std::vector<Candidate> names;
    if (point.command.name != "show" && point.command.name != "edit") return names;
    const auto read = script::read_repeatables(config);
    for (const auto& repeatable : read.repeatables.all())
        if (repeatable.name.starts_with(word)) names.push_back({repeatable.name, repeatable.message});
    return names;
}

std::vector<Candidate> single_revisions(const CompletionPoint& point, const Config& config, const std::string& word) {
    if (const auto at = word.find('@'); at != std::string::npos) {
        const auto branch = word.substr(0, at);
        return {{branch + "@head", "the head of " + branch},
                {branch + "@base", "before the first revision of " + branch}};
    }
    base::ThreadPool pool;
    const auto revisions = newest_first(script::readable_revisions(config, pool));
    auto all = keywords(point);
    append(all, labels_of(revisions));
    append(all, repeatables_of(point, config, word));
    const auto most = word.empty() ? std::min(revisions.size(), most_without_a_letter) : revisions.size();
    for (std::size_t i = 0; i < most; ++i) {
        if (revisions[i].id.starts_with(word)) all.push_back({revisions[i].id, revisions[i].message});
    }
    return all;
}

}  // namespace

std::vector<Candidate> complete_revision(const CompletionPoint& point, const Config& config) {
    const auto colon = point.word.find(':');
    if (colon == std::string::npos || !takes_range(point)) return single_revisions(point, config, point.word);
    // The whole word must come back: where the shell has cut it at the colon, its script takes off what it has.
    auto ends = single_revisions(point, config, point.word.substr(colon + 1));
    for (auto& end : ends) end.text.insert(0, point.word, 0, colon + 1);
    return ends;
}

}  // namespace rev::commands
