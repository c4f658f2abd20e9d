#include "fleet/queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/connect.hpp"
#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "state/own_table.hpp"
#include "state/reporter.hpp"
#include "state/sha256.hpp"
#include "state/tables.hpp"

namespace rev::fleet {
namespace {

DatabaseUrl queue_url(const Config& config) {
    const auto& fleet = config.fleet;
    const auto& text = !fleet.queue_url.empty() ? fleet.queue_url
                       : !fleet.url.empty()     ? fleet.url
                                                : require_url(config);
    auto url = parse_database_url(text);
    if (url.dialect == Dialect::postgresql) return url;
    throw Error(ExitCode::usage, error_codes::no_queue,
                fmt::format("the queue needs a PostgreSQL database, not {}", url.display()))
        .with_hint("name one as queue_url of fleet in alembic.yaml; on one machine `rev fleet upgrade` needs no queue");
}

std::optional<std::size_t> number_or_nothing(const SqlValue& value) {
    return value ? std::optional<std::size_t>(std::stoull(*value)) : std::nullopt;
}

std::string joined_rows(const std::vector<RevisionId>& rows) { return base::join(rows, ", "); }

/// All columns are needed: no rev has had fewer.
const state::OwnTable& run_table() {
    static const state::OwnTable table = {
        .name = "rev_fleet_run",
        .columns = {{"id", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", ""},
                    {"target", "text NOT NULL", ""},
                    {"history", "text NOT NULL", ""},
                    {"stop_after", "bigint", ""},
                    {"created_at", "timestamptz NOT NULL DEFAULT pg_catalog.now()", ""}},
        .needed = 5};
    return table;
}

const state::OwnTable& member_table() {
    static const state::OwnTable table = {.name = "rev_fleet_member",
                                          .columns = {{"run", "bigint NOT NULL", ""},
                                                      {"position", "bigint NOT NULL", ""},
                                                      {"wave", "bigint NOT NULL", ""},
                                                      {"ring", "text NOT NULL", ""},
                                                      {"name", "text NOT NULL", ""},
                                                      {"state", "text NOT NULL DEFAULT 'waiting'", ""},
                                                      {"worker", "text", ""},
                                                      {"token", "bigint NOT NULL DEFAULT 0", ""},
                                                      {"attempts", "bigint NOT NULL DEFAULT 0", ""},
                                                      {"not_before", "timestamptz", ""},
                                                      {"lease_until", "timestamptz", ""},
                                                      {"finished_at", "timestamptz", ""},
                                                      {"rows", "text", ""},
                                                      {"error", "text", ""}},
                                          .needed = 14};
    return table;
}

/// name: qualified. constraints: of the table, each with its comma in front.
std::string create_sql(const state::OwnTable& table, const std::string& name, const std::string& constraints) {
    std::vector<std::string> definitions;
    for (const auto& column : table.columns)
        definitions.push_back(fmt::format("{} {}", column.name, column.postgresql));
    return fmt::format("CREATE TABLE IF NOT EXISTS {} (\n    {}{}\n)", name, base::join(definitions, ",\n    "),
                       constraints);
}

/// The schema, and what is there under the names of the queue's tables: a row each, or one of the schema alone. Asked
/// along the session's search_path, for its first schema, so that each operator is qualified.
constexpr std::string_view place_query =
    "SELECT place.name, c.relname, c.relkind,"
    " pg_catalog.array_to_string(ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute a"
    " WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped),"
    " pg_catalog.chr(31))"
    " FROM (SELECT coalesce(CAST(? AS pg_catalog.text), CAST(pg_catalog.current_schema() AS pg_catalog.text), "
    "'public'))"
    " AS place(name) LEFT JOIN (pg_catalog.pg_namespace n JOIN pg_catalog.pg_class c"
    " ON c.relnamespace OPERATOR(pg_catalog.=) n.oid AND c.relname OPERATOR(pg_catalog.=)"
    " ANY (CAST(ARRAY[?, ?] AS pg_catalog.name[])) AND c.relkind OPERATOR(pg_catalog.=)"
    " ANY (CAST(? AS pg_catalog.\"char\"[]))) ON n.nspname OPERATOR(pg_catalog.=) place.name";

enum PlaceColumn : std::size_t { place_schema, place_table, place_kind, place_columns };

/// A table of somebody else's would be written to, or fail at some question half-way through a roll-out.
void require_own(const SqlRow& row, const std::string& place) {
    if (!row.at(place_table)) return;
    const auto name = fmt::format("{}.{}", place, *row.at(place_table));
    const auto advice =
        "drop or rename it, or have the queue elsewhere: queue_url of fleet, or version_table_schema, in alembic.yaml";
    if (const auto kind = state::kind_of_relation(row.at(place_kind).value_or("")); !kind.empty())
        throw state::no_plain_table_error(name, kind, advice);
    const auto& own = *row.at(place_table) == run_table().name ? run_table() : member_table();
    const auto lacking = state::find_lacking(own, base::split_list(row.at(place_columns).value_or(""), '\x1f'));
    if (!lacking.empty()) throw state::lacking_column_error(name, lacking, advice);
}

}  // namespace

struct RollOutQueue::Parts {
    DatabaseUrl url;
    OpenOptions options;
    state::Reporter silent = {};
    std::unique_ptr<Database> database = {};
    std::string schema = {};
    std::string runs = {};     ///< qualified
    std::string members = {};  ///< qualified

    /// Asked again where the server was started anew meanwhile: to take, renew or finish the same twice does no harm.
    std::vector<SqlRow> ask(const std::string& sql, const std::vector<SqlValue>& parameters = {}) {
        try {
            return database->query(sql, parameters);
        } catch (const CommandError& error) {
            if (!error.connection_lost) throw;
        }
        open();
        return database->query(sql, parameters);
    }
    void open() {
        constexpr std::chrono::seconds patience{30};
        database.reset();
        database = app::open_waiting(url, options, patience, silent);
    }
    void run(const std::vector<std::string>& statements) const {
        std::vector<Command> commands{{.kind = Command::Kind::begin}};
        for (const auto& sql : statements) commands.push_back({.kind = Command::Kind::sql, .sql = sql, .is_own = true});
        commands.push_back({.kind = Command::Kind::commit});
        state::run_own(*database, {.schema = schema}, commands);
    }
    [[nodiscard]] std::string quoted(const std::string& value) const { return database->quote_literal(value); }
};

RollOutQueue::RollOutQueue(const Config& config) : parts_(std::make_unique<Parts>()) {
    parts_->url = queue_url(config);
    parts_->options = app::reading_options(config);
    parts_->options.read_only = false;
    parts_->database = open_database(parts_->url, parts_->options);
    const auto& schema = config.version_table_schema;
    const std::vector<SqlValue> parameters = {schema.empty() ? SqlValue() : SqlValue(schema),
                                              std::string(run_table().name), std::string(member_table().name),
                                              std::string(state::relation_kinds)};
    const auto rows = parts_->database->query_in_session(place_query, parameters);
    parts_->schema = rows.at(0).at(place_schema).value_or("");
    const auto place = parts_->database->quote_identifier(parts_->schema);
    for (const auto& row : rows) require_own(row, place);
    parts_->runs = fmt::format("{}.{}", place, run_table().name);
    parts_->members = fmt::format("{}.{}", place, member_table().name);
}

RollOutQueue::~RollOutQueue() = default;

void RollOutQueue::ensure_tables() {
    const auto constraints = fmt::format(
        ",\n    FOREIGN KEY (run) REFERENCES {} ON DELETE CASCADE,\n    PRIMARY KEY (run, name)", parts_->runs);
    parts_->run({create_sql(run_table(), parts_->runs, {}), create_sql(member_table(), parts_->members, constraints),
                 // Who takes the next one must not look through all that are done.
                 fmt::format("CREATE INDEX IF NOT EXISTS rev_fleet_member_open ON {} (run, wave, position)"
                             " WHERE state <> 'done'",
                             parts_->members),
                 fmt::format("CREATE INDEX IF NOT EXISTS rev_fleet_member_failed ON {} (run) WHERE state = 'failed'",
                             parts_->members)});
}

QueuedRun RollOutQueue::enqueue(const std::string& target, const std::string& history, std::span<const Wave> waves,
                                std::optional<std::size_t> stop_after) {
    // Drawn beforehand: what the session knows of it afterwards may be another client's behind a pooler.
    const auto id = parts_->ask("SELECT pg_catalog.nextval(pg_catalog.pg_get_serial_sequence(?, 'id'))", {parts_->runs})
                        .at(0)
                        .at(0)
                        .value_or("0");
    std::vector<std::string> statements{
        fmt::format("INSERT INTO {} (id, target, history, stop_after) OVERRIDING SYSTEM VALUE VALUES ({}, {}, {}, {})",
                    parts_->runs, id, parts_->quoted(target), parts_->quoted(history),
                    stop_after ? std::to_string(*stop_after) : "NULL")};
    std::size_t position = 0;
    for (std::size_t wave = 0; wave < waves.size(); ++wave) {
        for (const auto* member : waves[wave].members) {
            const auto& fault = member->fault;
            statements.push_back(fmt::format(
                // ON CONFLICT: of a name that is twice in the list, the second has a fault of its own already.
                "INSERT INTO {} (run, position, wave, ring, name, state, error) VALUES "
                "({}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING",
                parts_->members, id, position++, wave, parts_->quoted(waves[wave].ring), parts_->quoted(member->name),
                fault ? "'failed'" : "'waiting'", fault ? parts_->quoted(fault->what()) : "NULL"));
        }
    }
    parts_->run(statements);
    return find(std::stoll(id)).value();
}

std::optional<QueuedRun> RollOutQueue::find(std::optional<long long> id) {
    const auto sql = fmt::format(
        "SELECT id, target, history, stop_after, pg_catalog.to_char(created_at AT TIME ZONE 'UTC',"
        " 'YYYY-MM-DD HH24:MI:SS\"Z\"') FROM {} WHERE CAST(? AS bigint) IS NULL OR id = CAST(? AS bigint)"
        " ORDER BY id DESC LIMIT 1",
        parts_->runs);
    const auto parameter = id ? SqlValue(std::to_string(*id)) : SqlValue();
    std::vector<SqlRow> rows;
    try {
        rows = parts_->ask(sql, {parameter, parameter});
    } catch (const Error& error) {
        constexpr std::string_view undefined_table = sqlstate::undefined_table;  // nobody has queued anything yet
        if (error.sqlstate() != undefined_table) throw;
    }
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    return QueuedRun{std::stoll(row[0].value()), row[1].value_or(""), row[2].value_or(""), number_or_nothing(row[3]),
                     row[4].value_or("")};
}

std::vector<QueuedMember> RollOutQueue::members(long long run) {
    std::vector<QueuedMember> list;
    for (const auto& row : parts_->ask(fmt::format("SELECT name, ring, state, worker, attempts, rows, error FROM {}"
                                                   " WHERE run = CAST(? AS bigint) ORDER BY position",
                                                   parts_->members),
                                       {std::to_string(run)}))
        list.push_back({row[0].value_or(""), row[1].value_or(""), row[2].value_or(""), row[3].value_or(""),
                        std::stoll(row[4].value_or("0")), row[5].value_or(""), row[6].value_or("")});
    return list;
}

namespace {

/// Which members may be begun: of the first wave that is not whole, none while as many have failed as is allowed. A
/// wave is whole when all are done, or, where failures stop nothing, tried.
/// " AND ..." that holds while no more members have failed than alembic.yaml allows; empty: that stops nothing.
std::string below_limit(const std::string& members, const QueuedRun& run) {
    if (!run.stop_after) return {};
    return fmt::format(" AND (SELECT pg_catalog.count(*) FROM {1} f WHERE f.run = {0} AND f.state = 'failed') < {2}",
                       run.id, members, *run.stop_after);
}

std::string startable(const std::string& members, const QueuedRun& run) {
    const auto open_states =
        std::string("state <> 'done' AND w.state <> 'forgotten'") + (run.stop_after ? "" : " AND w.state <> 'failed'");
    return fmt::format(
        "run = {0} AND (state = 'waiting' AND (not_before IS NULL OR not_before < pg_catalog.now())"
        " OR state = 'running' AND lease_until < pg_catalog.now())"
        " AND wave = (SELECT pg_catalog.min(w.wave) FROM {1} w WHERE w.run = {0} AND w.{2}){3}",
        run.id, members, open_states, below_limit(members, run));
}

}  // namespace

std::vector<RollOutQueue::Lease> RollOutQueue::take(const QueuedRun& run, const std::string& worker,
                                                    std::chrono::seconds lease) {
    // So many that to read them together pays; one of so many that wait, as nobody knows how many workers there are.
    constexpr int most = 16;
    constexpr int part = 64;
    // One statement chooses and takes: SKIP LOCKED lets several workers choose at once without waiting for each other.
    // ARRAY(), as the server may work out IN (SELECT ... LIMIT) more than once, and take more each time.
    // The token tells this lease from every one before it on the same member, of whatever roll-out: it is the time in
    // microseconds, by the server's clock, unless that has gone back.
    const auto rows = parts_->ask(
        fmt::format(
            "WITH taken AS (UPDATE {0} SET state = 'running', worker = ?, token = greatest(token + 1,"
            " CAST(extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000 AS bigint)), attempts = attempts + 1,"
            " lease_until = pg_catalog.now() + pg_catalog.make_interval(secs => {1})"
            " WHERE run = {2} AND name = ANY (ARRAY(SELECT name FROM {0} WHERE {3} ORDER BY position"
            " LIMIT (SELECT greatest(1, least({4}, pg_catalog.count(*) / {5})) FROM {0} WHERE {3})"
            " FOR UPDATE SKIP LOCKED))"
            " RETURNING position, name, token, attempts) SELECT name, token, attempts FROM taken ORDER BY position",
            parts_->members, lease.count(), run.id, startable(parts_->members, run), most, part),
        {worker});
    std::vector<Lease> taken;
    for (const auto& row : rows)
        taken.push_back({row[0].value_or(""), std::stoll(row[1].value_or("0")), std::stoll(row[2].value_or("0"))});
    return taken;
}

bool RollOutQueue::may_begin(const QueuedRun& run) {
    if (!run.stop_after) return true;
    return !parts_->ask(fmt::format("SELECT 1 WHERE true{}", below_limit(parts_->members, run))).empty();
}

void RollOutQueue::give_back(const QueuedRun& run, const Lease& taken) {
    (void)parts_->ask(fmt::format("UPDATE {} SET state = 'waiting', lease_until = NULL, attempts = attempts - 1"
                                  " WHERE run = {} AND name = ? AND token = {} AND state = 'running' RETURNING 1",
                                  parts_->members, run.id, taken.token),
                      {taken.member});
}

bool RollOutQueue::is_open(const QueuedRun& run) {
    return !parts_
                ->ask(fmt::format("SELECT 1 FROM {} WHERE run = {} AND state IN ('waiting', 'running'){} LIMIT 1",
                                  parts_->members, run.id, below_limit(parts_->members, run)))
                .empty();
}

bool RollOutQueue::renew(const QueuedRun& run, const Lease& taken, std::chrono::seconds lease) {
    return !parts_
                // The server's clock in every comparison: those of the workers may differ.
                ->ask(fmt::format("UPDATE {} SET lease_until = pg_catalog.now() + pg_catalog.make_interval(secs => {})"
                                  " WHERE run = {} AND name = ? AND token = {} RETURNING 1",
                                  parts_->members, lease.count(), run.id, taken.token),
                      {taken.member})
                .empty();
}

bool RollOutQueue::finish(const QueuedRun& run, const Lease& taken, const MemberResult& result) {
    const bool failed = result.outcome == Outcome::failed;
    const auto error = failed && result.error ? SqlValue(result.error->what()) : SqlValue();
    // No row if the lease has passed to somebody else, who will say how it ended.
    return !parts_
                ->ask(fmt::format("UPDATE {} SET state = '{}', rows = ?, error = ?, finished_at = pg_catalog.now(),"
                                  " lease_until = NULL WHERE run = {} AND name = ? AND token = {} RETURNING 1",
                                  parts_->members, failed ? "failed" : "done", run.id, taken.token),
                      {joined_rows(result.rows), error, taken.member})
                .empty();
}

/// A second's rest: the same worker would take it again at once.
void RollOutQueue::put_back(const QueuedRun& run, const Lease& taken) {
    // Longer with each try, up to five seconds.
    (void)parts_->ask(
        fmt::format("UPDATE {} SET state = 'waiting', lease_until = NULL,"
                    " not_before = pg_catalog.now() + pg_catalog.make_interval(secs => least(attempts, 5))"
                    " WHERE run = {} AND name = ? AND token = {} RETURNING 1",
                    parts_->members, run.id, taken.token),
        {taken.member});
}

bool RollOutQueue::forget(const QueuedRun& run, const std::string& member) {
    // With a new token, so that a worker whose lease has ended cannot finish it after all.
    return !parts_
                ->ask(fmt::format("UPDATE {} SET state = 'forgotten', lease_until = NULL, token = token + 1,"
                                  " finished_at = pg_catalog.now() WHERE run = {} AND name = ?"
                                  " AND (state IN ('waiting', 'failed')"
                                  " OR state = 'running' AND lease_until < pg_catalog.now()) RETURNING 1",
                                  parts_->members, run.id),
                      {member})
                .empty();
}

/// Over sections and not over files, as comments in the header may differ; sorted, as folders are listed in any order.
std::string history_of(const Graph& graph, const ScriptDirectory& scripts) {
    std::vector<std::string> lines;
    for (const auto& revision : graph.revisions()) {
        const auto file = scripts.read(revision);
        std::string line = revision.id + " " + base::join(revision.revises, ",");
        for (const auto& section : file.sections)
            line += " " + state::sha256(std::string_view(file.text).substr(section.offset, section.length));
        lines.push_back(std::move(line));
    }
    std::ranges::sort(lines);
    return state::sha256(base::join(lines, "\n"));
}

}  // namespace rev::fleet
