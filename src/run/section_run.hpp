#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "run/failure.hpp"
#include "run/foreign_keys.hpp"
#include "run/sender.hpp"

namespace rev::run {

/// The section and the verify sections of a step, in a transaction that others begin and end.
class SectionRun {
public:
    /// All must outlive it.
    SectionRun(RunState& run, Failure& failure, Sender& sender) : run_(run), failure_(failure), sender_(sender) {}

    /// BEGIN, bounded as the step is. PostgreSQL's limits belong to the transaction; SQLite waits in its BEGIN.
    void begin_limited(Batch& batch, const PreparedStep& step, Batch::Span span = Batch::Span::step) const;
    /// Adds the step's SQL. without: indexes of statements that are left out, in order.
    void add(StepAtWork& current, Batch& batch, std::span<const std::size_t> without = {});
    /// SQLite: sends it, and looks at the foreign keys before and after where the revision has them not enforced.
    void send_guarded(StepAtWork& current);

    /// PostgreSQL: whether rev's role may run blocks, by which what SET CONSTRAINTS has said ends with a step.
    void set_may_run_blocks(bool may) { may_run_blocks_ = may; }

private:
    void add_section(StepAtWork& current, Batch& batch, std::span<const std::size_t> without);
    void add_scripted(const PreparedStep& step, Batch& batch, Batch::Span span, std::span<const std::size_t> without);
    [[nodiscard]] bool puts_constraints_back(const PreparedStep& step);
    [[nodiscard]] std::string script_heading(const PreparedStep& step) const;
    void tell_needless_pragmas(const PreparedStep& step);
    void refuse_new_violations(StepAtWork& current, ForeignKeyCheck& check);

    RunState& run_;
    Failure& failure_;
    Sender& sender_;
    bool may_run_blocks_ = false;
};

}  // namespace rev::run
