#pragma once

#include <string>
#include <vector>

#include "graph/reference.hpp"
#include "rev/plan.hpp"

namespace rev::test {

/// A question that a plan answers.
struct PlanQuestion {
    Direction direction = Direction::upgrade;
    std::vector<RevisionId> rows;
    std::vector<std::string> targets;  ///< one, but for a stamp
    bool purge = false;
};

/// What must hold for every plan, whatever the graph and the question.
class Invariants {
public:
    /// The revisions must make a sound graph.
    explicit Invariants(const std::vector<Revision>& revisions);

    /// The first that the answer breaks, in words; empty: it keeps them all, or it is a refusal in any order of files.
    /// - The steps are a valid order: parents and dependencies first, or last in a downgrade; each revision once.
    /// - Each change hits exactly one row, and the last rows are the plan's.
    /// - The last rows mean the target.
    /// - Taking the steps back, last first, leads to the rows there were; so does a downgrade to where it began.
    /// - The order of the rows changes no step; the order of the files changes neither what runs nor the last rows.
    [[nodiscard]] std::string broken(const PlanQuestion& question) const;

private:
    [[nodiscard]] bool is_valid_order(const Plan& plan) const;
    [[nodiscard]] bool means_target(const PlanQuestion& question, const Plan& plan) const;
    [[nodiscard]] bool means_downgrade(const PlanQuestion& question, const Plan& plan) const;
    [[nodiscard]] bool means_stamp(const PlanQuestion& question, const Plan& plan) const;
    [[nodiscard]] bool steps_lead_back(const Plan& plan) const;
    [[nodiscard]] bool downgrade_leads_back(const Plan& plan) const;

    Graph graph_;
    Graph other_order_;  ///< the same revisions, in another load order
    Reference rules_;
};

}  // namespace rev::test
