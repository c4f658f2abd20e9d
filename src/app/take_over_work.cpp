// Going on from what another tool has applied: rows and log come to say the same as its record, and nothing runs.

#include <fmt/format.h>

#include <utility>

#include "app/connect.hpp"
#include "app/run_options.hpp"
#include "app/take_over.hpp"
#include "app/worded.hpp"
#include "app/work.hpp"
#include "graph/stamp.hpp"
#include "run/batch.hpp"
#include "run/recorder.hpp"
#include "state/log.hpp"
#include "state/state.hpp"
#include "state/tables.hpp"

namespace rev::app {
namespace {

/// What rev would have written had it made the object from its file.
state::LogRecord record_of(const MadeObject& object, Dialect dialect) {
    state::LogRecord record;
    record.event = direction_name(Direction::apply);
    record.repeatable = object.name;
    record.message = object.file.header.revision.message;
    record.source = object.path;
    if (const auto* section = object.file.find_section(SectionKind::apply, dialect)) {
        const auto sums = state::section_checksum(object.file.text_of(*section), dialect);
        record.checksum = sums.checksum;
        record.raw_checksum = sums.raw_checksum;
    }
    return record;
}

class TakeOverWork final : public Work {
public:
    TakeOverWork(const MigrateRequest& request, const RunContext& context)
        : request_(request),
          context_(context),
          foreign_(*request.take_over),
          execute_(execute_options(context, context.config().transaction)) {
        execute_.tag = request.tag;
    }

    [[nodiscard]] Access first_access() const override { return is_shown() ? Access::read : Access::write; }
    [[nodiscard]] const state::VersionTable& table() const override { return execute_.table; }

    std::optional<MigrateResult> look(Database& database) override {
        const auto tables = state::find_tables(database, execute_.table);
        execute_.table = tables.table;
        auto seen = read(database, tables);
        if (request_.inspect) request_.inspect(seen.plan, database);
        if (is_shown()) return answer(std::move(seen.plan), database);
        if (request_.on_ready) request_.on_ready();
        // Also where nothing is to be written: under the locks it may be another answer.
        return std::nullopt;
    }

    MigrateResult act(Database& database) override {
        run::Batch beginning;
        beginning.begin();
        state::run_own(database, table(), beginning.commands());
        try {
            return take_over(database);
        } catch (...) {
            database.rollback();
            throw;
        }
    }

private:
    /// The record at one moment, and what comes of it.
    struct Seen {
        ForeignState state;
        Plan plan;

        [[nodiscard]] bool changes() const { return !plan.steps.empty() || !state.objects.empty(); }
    };

    [[nodiscard]] bool is_shown() const noexcept { return request_.extent == MigrateExtent::show; }

    [[nodiscard]] Seen read(Database& database, const state::FoundTables& tables) {
        const auto rows = state::read_rows(database, tables);
        Seen seen{.state = foreign_.read(database, tables, rows), .plan = {}};
        seen.plan.from = rows;
        seen.plan.to = rows;
        if (const auto& applied = seen.state.applied)
            seen.plan = worded(database, tables.table, context_.graph,
                               [&] { return graph::plan_record(context_.graph, rows, *applied); });
        return seen;
    }

    /// In one transaction, in which nobody else can change the record.
    MigrateResult take_over(Database& database) {
        foreign_.hold(database);
        // Anew: since the first look the other tool may have run.
        const auto tables = state::find_tables(database, table());
        auto seen = read(database, tables);
        if (seen.changes()) write(database, tables, seen);
        foreign_.before_commit();
        if (seen.changes())
            commit(database);
        else
            database.rollback();  // the locks go with the transaction
        return answer(std::move(seen.plan), database);
    }

    void write(Database& database, const state::FoundTables& tables, const Seen& seen) {
        state::ensure_version_table(database, tables);
        const auto names = state::sql_names(database, tables.table);
        run::Recorder recorder(database, names, seen.plan, execute_);
        run::Batch batch;
        for (const auto& step : seen.plan.steps) recorder.add_changes(batch, step);
        state::LogRecord taken{.event = "import", .message = seen.state.message};
        if (seen.plan.to.size() == 1) taken.revision = seen.plan.to.front();
        add_log(batch, recorder, std::move(taken));
        for (const auto& object : seen.state.objects) add_log(batch, recorder, record_of(object, database.dialect()));
        state::run_own(database, tables.table, batch.commands());
    }

    void add_log(run::Batch& batch, const run::Recorder& recorder, state::LogRecord record) const {
        record.started_at = context_.now();
        record.duration = std::chrono::milliseconds(0);
        record.heads_after = state::heads_text(recorder.rows());
        recorder.add_log(batch, record, false);
    }

    void commit(Database& database) {
        run::Batch end;
        end.commit();
        state::run_own(database, table(), end.commands());
    }

    [[nodiscard]] static MigrateResult answer(Plan plan, const Database& database) {
        RunResult result;
        result.rows = plan.to;
        return {.plan = std::move(plan), .result = std::move(result), .dialect = database.dialect()};
    }

    const MigrateRequest& request_;
    const RunContext& context_;
    ForeignRecord& foreign_;
    run::ExecuteOptions execute_;  ///< its table: as it was found at the start
};

}  // namespace

std::unique_ptr<Work> make_take_over_work(const MigrateRequest& request, const RunContext& context) {
    return std::make_unique<TakeOverWork>(request, context);
}

}  // namespace rev::app
