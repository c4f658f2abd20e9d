#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lint/effects.hpp"
#include "lint/interpreter.hpp"
#include "lint/section.hpp"
#include "lint/symbols.hpp"

namespace rev::lint {

/// What alembic.yaml says of lint, in lint's own terms.
struct JudgeSettings {
    int server_version = 15;                  ///< PostgreSQL's major one
    bool is_version_known = true;             ///< else it is a guess, and what a newer one takes is no fault
    std::set<std::string> small_tables = {};  ///< as `shown`: scans and rewrites of them are brief
};

/// A removal that only the end of the plan can tell: what is gone may be there again under its name.
struct PendingRemoval {
    Removal removal;
    Finding finding;
};

/// Turns what statements of PostgreSQL do into findings: one for a statement and cause.
class Judge {
public:
    /// Both must outlive it.
    Judge(Symbols& symbols, const JudgeSettings& settings) : symbols_(symbols), settings_(settings) {}

    /// The sections of one plan, in their order.
    void read(const SectionText& section);
    /// What was found since the last call; the plan ends here. In order.
    [[nodiscard]] std::vector<Finding> end_plan();

private:
    struct Held {
        LockMode mode = LockMode::none;
        std::size_t line = 0;
    };
    /// A value that this transaction adds to an enum that was there before it.
    struct AddedLabel {
        SqlType type;
        std::string label;
    };

    void read_statement(const SectionText& section, std::size_t number);
    void judge(const SectionText& section, std::size_t number, const StatementEffects& effects);
    bool judge_transaction(const SectionText& section, std::size_t number);
    void judge_failures(const SectionText& section, std::size_t number, const StatementEffects& effects);
    bool judge_work(const SectionText& section, std::size_t number, const StatementEffects& effects);
    bool judge_rows(const SectionText& section, std::size_t number, const StatementEffects& effects);
    void judge_long(const SectionText& section, std::size_t number, const StatementEffects& effects);
    void hold(const SectionText& section, std::size_t number, const StatementEffects& effects);
    void note_waits(const SectionText& section, std::size_t number, const StatementEffects& effects, bool is_found);
    void judge_labels(const SectionText& section, std::size_t number);
    bool judge_labels(const SectionText& section, std::size_t number, const Node& tree);
    [[nodiscard]] bool adds_known_label(const Node& tree) const;
    void note_labels(const Node& tree);
    void note_renamed_type(const Node& renamed);
    void end_transaction();

    [[nodiscard]] LockMode lock_on(const Name& relation, const StatementEffects& effects) const;
    [[nodiscard]] bool is_small(const Name& relation) const { return settings_.small_tables.contains(shown(relation)); }
    [[nodiscard]] std::optional<std::string> strongest_held() const;
    [[nodiscard]] bool is_there_again(const Removal& removal) const;
    void add(const SectionText& section, std::size_t number, Rule rule, std::string message);

    Symbols& symbols_;
    const JudgeSettings& settings_;
    Session session_;
    std::vector<Finding> findings_;
    std::vector<PendingRemoval> removals_;
    std::map<Name, Held> held_;
    std::vector<AddedLabel> labels_;
    std::set<Name> enums_of_transaction_;
    bool in_transaction_ = false;
    bool told_of_waits_ = false;
    bool told_of_several_ = false;
};

}  // namespace rev::lint
