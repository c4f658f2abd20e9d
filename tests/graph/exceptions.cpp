#include "graph/exceptions.hpp"

#include <algorithm>
#include <optional>
#include <regex>
#include <set>

#include "graph/reference.hpp"

namespace rev::test {

namespace {

bool refused_as(const Json& answer, std::initializer_list<const char*> kinds) {
    if (!answer.contains("error")) return false;
    const std::string kind = answer.at("error").at("kind");
    return std::any_of(kinds.begin(), kinds.end(), [&](const char* wanted) { return kind == wanted; });
}

bool is_accepted(const GraphCase& asked) { return !asked.is_refused(); }

bool has_name(const Revision& revision, const std::string& name) {
    const auto& labels = revision.branch_labels;
    return revision.id == name || std::find(labels.begin(), labels.end(), name) != labels.end();
}

bool is_id(const GraphCase& asked, const std::string& text) {
    return std::any_of(asked.revisions->begin(), asked.revisions->end(),
                       [&](const Revision& revision) { return revision.id == text; });
}

/// An id or a label, in full.
bool is_name(const GraphCase& asked, const std::string& text) {
    return std::any_of(asked.revisions->begin(), asked.revisions->end(),
                       [&](const Revision& revision) { return has_name(revision, text); });
}

bool has_duplicate_ids(const GraphCase& asked) {
    std::set<std::string> ids;
    return !std::all_of(asked.revisions->begin(), asked.revisions->end(),
                        [&](const Revision& revision) { return ids.insert(revision.id).second; });
}

/// How many names a symbol stands for, by exact match or as a prefix.
std::size_t names_of(const GraphCase& asked, const std::string& symbol) {
    std::size_t count = 0;
    for (const auto& revision : *asked.revisions) {
        auto names = revision.branch_labels;
        names.push_back(revision.id);
        for (const auto& name : names) {
            if (name == symbol) return 1;
            if (name.size() > 3 && name.starts_with(symbol)) ++count;
        }
    }
    return count;
}

/// The part of `target` that Alembic reads as a relative target, up to its end; empty: it reads none.
std::string relative_part(const std::string& target) {
    static const std::regex relative(R"(\w*[+-]\d.*)");
    const auto after_label = target.substr(target.find('@') + 1);
    if (std::regex_match(after_label, relative)) return after_label;
    return std::regex_match(target, relative) ? target : "";
}

/// What a question gives to Alembic's reader of relative targets.
Ids targets_of(const GraphCase& asked) {
    const auto range = asked.text("range");
    const auto colon = range.find(':');
    if (colon == std::string::npos) return {asked.text("target")};
    return {range.substr(0, colon), range.substr(colon + 1)};
}

bool has_trailing_text(const GraphCase& asked) {
    static const std::regex trailing(R"(\w*[+-]\d+\D.*)");
    const auto targets = targets_of(asked);
    return std::any_of(targets.begin(), targets.end(),
                       [](const std::string& target) { return std::regex_match(relative_part(target), trailing); });
}

/// A name such as `data-2`, which Alembic reads as "two below `data`" wherever it looks for a relative target.
bool has_a_name_like_a_relative_target(const GraphCase& asked) {
    const auto targets = targets_of(asked);
    return std::any_of(targets.begin(), targets.end(), [&](const std::string& target) {
        const auto part = relative_part(target);
        return !part.empty() && is_name(asked, part.substr(0, part.find('@')));
    });
}

/// `data-2` as `data-z`, which does not look like a relative target.
std::string without_digits(std::string text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        const bool is_step = text[i - 1] == '-' || text[i - 1] == '+';
        if (is_step && text[i] >= '0' && text[i] <= '9') text[i] = 'z';
    }
    return text;
}

/// rev answers as if the name did not look like one.
bool is_read_as_a_name(const GraphCase& asked, const Json& answer) {
    auto renamed = *asked.revisions;
    auto question = asked;
    question.revisions = &renamed;
    for (auto& revision : renamed) {
        for (auto& label : revision.branch_labels) {
            if (label == without_digits(label)) continue;
            for (const char* key : {"target", "range"}) {
                auto text = question.text(key);
                for (auto at = text.find(label); at != std::string::npos; at = text.find(label)) {
                    text.replace(at, label.size(), without_digits(label));
                }
                if (question.question.contains(key)) question.question[key] = text;
            }
            for (auto& other : renamed) {
                std::replace(other.depends_on.begin(), other.depends_on.end(), label, without_digits(label));
            }
            label = without_digits(label);
        }
    }
    const auto wanted = ask(question);
    if (!wanted.contains("error")) return answer == wanted;
    return answer.contains("error") && answer.at("error").at("kind") == wanted.at("error").at("kind");
}

/// N of `-N` and `LABEL@-N`.
std::optional<long> steps_below_heads(const std::string& symbol) {
    static const std::regex pattern("([^@]*@)?-(\\d+)");
    std::smatch match;
    if (!std::regex_match(symbol, match, pattern)) return std::nullopt;
    return std::stol(match[2]);
}

bool shows_what_is_below_a_base(const GraphCase& asked) {
    return asked.kind == "show" && asked.is_crash() && steps_below_heads(asked.text("symbol"));
}

/// Each real head of the branch, N down; nothing for a head that has less below it.
Ids below_heads(const Graph& graph, const std::string& symbol) {
    const auto at = symbol.find('@');
    Ids ids;
    for (const auto* node : graph.real_heads()) {
        const auto labels = graph.labels(*node);
        if (at != std::string::npos && std::find(labels.begin(), labels.end(), symbol.substr(0, at)) == labels.end()) {
            continue;
        }
        for (auto steps = *steps_below_heads(symbol); node != nullptr && steps > 0; --steps) {
            node = node->revises.empty() ? nullptr : graph.find(node->revises.front());
        }
        if (node != nullptr) ids.push_back(node->id);
    }
    return ids;
}

bool shows_the_others(const GraphCase& asked, const Json& answer) {
    const auto wanted = below_heads(Graph(*asked.revisions), asked.text("symbol"));
    return answer.contains("revisions") && answer.at("revisions") == wanted;
}

bool is_plain_relative(const GraphCase& asked) {
    static const std::regex pattern("-0*[1-9][0-9]*");
    return asked.kind == "downgrade" && std::regex_match(asked.text("target"), pattern);
}

/// What a plain -N undoes last; absent if the walk down to it is not one line.
std::optional<Reference::Node> last_undone(const GraphCase& asked, const Reference& rules) {
    const auto rows = rules.nodes_of(asked.rows());
    if (rows.size() != 1) return std::nullopt;
    auto node = rows.front();
    const auto& revisions = *asked.revisions;
    for (auto steps = std::stol(asked.text("target").substr(1)); steps > 1; --steps) {
        if (revisions[node].revises.size() != 1) return std::nullopt;
        node = rules.node_of(revisions[node].revises.front());
    }
    return node;
}

bool ends_at_a_merge_point(const GraphCase& asked) {
    if (!is_plain_relative(asked) || !asked.is_refused() || asked.has_unknown_row()) return false;
    const Reference rules(*asked.revisions);
    const auto node = last_undone(asked, rules);
    return node && (*asked.revisions)[*node].revises.size() > 1;
}

bool undoes_the_merge(const GraphCase& asked, const Json& answer) {
    const Reference rules(*asked.revisions);
    const auto rows = rules.nodes_of(asked.rows());
    const auto dropped = rules.descendants(*last_undone(asked, rules)) & rules.ancestors(rows);
    const auto steps = rules.downgrade_rows(rows, rules.order(dropped, rows));
    Json wanted = Json::array();
    for (const auto& step : steps) {
        wanted.push_back({"d", rules.id_of(step.node), sorted_lists(rules.ids_of(step.rows))});
    }
    return answer.contains("steps") && answer.at("steps") == wanted;
}

bool has_unknown_label(const GraphCase& asked) {
    const auto target = asked.text("target");
    const auto at = target.rfind('@');
    return asked.kind == "downgrade" && !asked.has_unknown_row() && at != std::string::npos &&
           names_of(asked, target.substr(0, at)) != 1;
}

/// The revisions that the targets of a stamp name, one after the other; none where one names nothing.
Ids stamped_ids(const GraphCase& asked) {
    const Graph graph(*asked.revisions);
    Ids ids;
    try {
        for (const auto& target : asked.texts("targets")) {
            const auto named = steps_below_heads(target) ? below_heads(graph, target) : ids_of(resolve(graph, target));
            ids.insert(ids.end(), named.begin(), named.end());
        }
    } catch (const GraphError&) {
        return {};
    }
    return ids;
}

bool names_a_revision_twice(const GraphCase& asked) {
    if (asked.kind != "stamp" || !asked.is_crash()) return false;
    const auto targets = asked.texts("targets");
    if (std::any_of(targets.begin(), targets.end(), steps_below_heads)) return true;  // two heads may stand on one
    const auto ids = stamped_ids(asked);
    return std::set<std::string>(ids.begin(), ids.end()).size() < ids.size();
}

bool counts_it_once(const GraphCase& asked, const Json& answer) {
    Ids once;
    for (const auto& id : stamped_ids(asked)) {
        if (std::find(once.begin(), once.end(), id) == once.end()) once.push_back(id);
    }
    auto rewritten = asked;
    rewritten.question["targets"] = once;
    return answer.contains("steps") && answer == ask(rewritten);
}

bool crashes_on_redundant_parent(const GraphCase& asked) {
    return asked.kind == "upgrade" && asked.is_crash() && !asked.has_unknown_row() &&
           asked.expected.at("error").at("class") == "KeyError";
}

/// The revisions that a target of an upgrade names; a walk ends at one revision, which is the last to run.
Ids upgrade_targets(const GraphCase& asked, const Json& steps) {
    if (!relative_part(asked.text("target")).empty()) return {steps.back().at(1)};
    return ids_of(resolve(Graph(*asked.revisions), asked.text("target")));
}

bool ends_with_tops(const GraphCase& asked, const Json& answer) {
    if (!answer.contains("steps") || answer.at("steps").empty()) return false;
    const Reference rules(*asked.revisions);
    const auto targets = upgrade_targets(asked, answer.at("steps"));
    const auto steps = rules.upgrade(rules.nodes_of(asked.rows()), rules.nodes_of(targets));
    Json wanted = Json::array();
    bool redundant = false;
    for (const auto& step : steps) {
        wanted.push_back({"u", rules.id_of(step.node), sorted_lists(rules.ids_of(step.rows))});
        redundant = redundant || rules.has_redundant_down(step.node);
    }
    return redundant && answer.at("steps") == wanted;
}

bool reads_rows(const GraphCase& asked) {
    const auto ends = targets_of(asked);
    return asked.kind == "current" || asked.kind == "upgrade" || asked.kind == "downgrade" ||
           (asked.kind == "stamp" && !asked.question.at("purge").get<bool>()) || asked.text("symbol") == "current" ||
           std::find(ends.begin(), ends.end(), "current") != ends.end();
}

bool has_a_partial_row(const GraphCase& asked) {
    const auto rows = asked.rows();
    return is_accepted(asked) && reads_rows(asked) &&
           std::any_of(rows.begin(), rows.end(),
                       [&](const std::string& row) { return !is_id(asked, row) && names_of(asked, row) > 0; });
}

bool ends_at_no_rows(const GraphCase& asked) {
    if (asked.kind != "history" || !asked.rows().empty() || !asked.text("range").ends_with(":current")) return false;
    if (is_accepted(asked)) return true;
    const auto& error = asked.expected.at("error");
    const std::string message = error.at("message");
    return error.at("class") != "ResolutionError" || message.ends_with("identified by 'heads'");
}

bool uses_an_existing_id(const GraphCase& asked) {
    return (asked.kind == "create" || asked.kind == "merge") && is_name(asked, asked.text("rev_id"));
}

}  // namespace

const std::vector<ExceptionRule>& exceptions_of_the_question() {
    static const std::vector<ExceptionRule> rules = {
        {{"duplicate id", "Alembic warns and takes the later file; rev refuses and names both"},
         has_duplicate_ids,
         [](const auto&, const Json& answer) { return refused_as(answer, {"duplicate_id"}); }},
        {{"a row that is no full id", "Alembic looks rows up like symbols; rev refuses what no file has"},
         has_a_partial_row,
         [](const auto&, const Json& answer) { return refused_as(answer, {"unknown_row"}); }},
        {{"a name like a relative target", "Alembic reads data-2 as two below data; rev takes an exact name first"},
         has_a_name_like_a_relative_target,
         is_read_as_a_name},
        {{"text after a relative target", "Alembic ignores what follows the digits of +1; rev refuses"},
         has_trailing_text,
         [](const auto&, const Json& answer) {
             return refused_as(answer, {"unknown_revision", "bad_target"});
         }},
        {{"plain -N from several rows", "Alembic takes the first row of the table; rev asks which is meant"},
         [](const auto& asked) {
             return is_plain_relative(asked) && asked.rows().size() > 1 && !asked.has_unknown_row();
         },
         [](const auto&, const Json& answer) { return refused_as(answer, {"several_rows"}); }},
        {{"plain -N to a merge point", "Alembic calls the last step ambiguous; rev undoes the merge"},
         ends_at_a_merge_point,
         undoes_the_merge},
        {{"unknown label in a downgrade", "Alembic looks a label up only where two roots are left; rev always does"},
         has_unknown_label,
         [](const auto&, const Json& answer) {
             return refused_as(answer, {"unknown_revision", "ambiguous_prefix"});
         }},
        {{"stamp of a revision twice", "Alembic crashes half-way, also where it stamps base twice; rev counts it once"},
         names_a_revision_twice,
         counts_it_once},
        {{"crash on a redundant parent", "Alembic deletes a row that is not there; rev's rows are the tops always"},
         crashes_on_redundant_parent,
         ends_with_tops},
        {{"history up to no rows", "Alembic reads current as heads where the table is empty; rev prints nothing"},
         ends_at_no_rows,
         [](const auto&, const Json& answer) { return answer.contains("revisions") && answer["revisions"].empty(); }},
        {{"below a base in show", "Alembic crashes on its pseudo revision base; rev shows the others, if any"},
         shows_what_is_below_a_base,
         shows_the_others},
        {{"a name that exists", "Alembic warns at most and breaks the project; rev refuses"},
         uses_an_existing_id,
         [](const auto&, const Json& answer) { return refused_as(answer, {"bad_new_revision"}); }},
    };
    return rules;
}

}  // namespace rev::test
