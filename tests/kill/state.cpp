#include "kill/state.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace rev::test {
namespace {

using Facts = std::multiset<std::string>;
using Revisions = std::vector<KnownRevision>;

std::vector<std::string> columns_of(const std::string& row) {
    std::vector<std::string> columns{""};
    for (const char c : row) {
        if (c == '|')
            columns.emplace_back();
        else
            columns.back() += c;
    }
    return columns;
}

// Reading

std::string schema_sql(Server server) {
    if (server == Server::sqlite)
        return "SELECT type || ' ' || name FROM sqlite_master WHERE type IN ('table', 'index') AND name NOT LIKE "
               "'sqlite_%'";
    return "SELECT CASE c.relkind WHEN 'r' THEN 'table ' ELSE CASE WHEN i.indisvalid THEN 'index ' ELSE 'invalid index "
           "' END END || c.relname FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid"
           " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')"
           " AND (i.indisprimary IS NULL OR NOT i.indisprimary)";
}

Facts read_facts(Server server, const Query& query) {
    Facts facts;
    for (const auto& name : query(schema_sql(server))) facts.insert(name);
    if (facts.contains("table fact"))
        for (const auto& name : query("SELECT name FROM fact")) facts.insert("row " + name);
    return facts;
}

/// Removes one of rev's own tables from the facts; whether it was there.
bool take(Facts& facts, const std::string& table) { return facts.erase("table " + table) > 0; }

constexpr auto events_sql =
    "SELECT event, coalesce(revision, ''), heads_after, CASE WHEN event = 'upgrade' OR event = 'repair' AND message "
    "LIKE "
    "'%counts as applied' THEN 1 ELSE 0 END FROM rev_log ORDER BY id";

std::optional<Ledger> read_ledger(const Query& query) {
    const auto rows =
        query("SELECT revision, direction, statement, statements, coalesce(batches, 0) FROM rev_progress");
    if (rows.size() > 1) throw std::runtime_error("rev_progress has several rows");
    if (rows.empty()) return std::nullopt;
    const auto columns = columns_of(rows.front());
    return Ledger{columns[0], columns[1], std::stoul(columns[2]), std::stoul(columns[3]), std::stoul(columns[4])};
}

// Judging

class Judge {
public:
    Judge(const State& state, const Revisions& revisions) : state_(state), revisions_(revisions) {
        for (const auto& row : state.rows) add_with_parents(row);
    }

    void look_at_rows() {
        for (const auto& revision : revisions_) {
            if (!applied_.contains(revision.id)) continue;
            for (const auto& parent : revision.revises)
                if (state_.rows.contains(parent)) add("a row of " + parent + " below an applied revision");
        }
    }

    void look_at_log() {
        std::map<std::string, bool> up;
        bool stamped = false;
        for (const auto& event : state_.events) {
            stamped = stamped || event.event == "stamp";
            if (event.event == "stamp" || event.event == "fail") continue;
            auto& is_up = up[event.revision];
            if (is_up == event.says_applied) add(event.event + " of " + event.revision + " is logged twice");
            is_up = event.says_applied;
        }
        if (!stamped)
            for (const auto& revision : revisions_)
                if (up[revision.id] != applied_.contains(revision.id))
                    add("log and rows differ in whether " + revision.id + " is applied");
        if (!state_.events.empty() && heads_of(state_.events.back()) != state_.rows)
            add("the log's heads_after is " + state_.events.back().heads_after);
        if (state_.events.empty() && !state_.rows.empty()) add("there are rows and no log");
    }

    void look_at_ledger() {
        if (!state_.ledger) return;
        const auto& ledger = *state_.ledger;
        const bool up = ledger.direction == "upgrade";
        if (up == applied_.contains(ledger.revision)) add("the rows have what the ledger says is running");
        if (ledger.statements != parts_at_work().size()) add("the ledger has another number of statements");
    }

    void look_at_facts() {
        Facts facts;
        for (const auto& revision : revisions_)
            if (applied_.contains(revision.id))
                for (const auto& part : revision.upgrade) apply(part, facts);
        for (const auto& possible : possible_facts(facts))
            if (possible == state_.facts) return;
        add("the schema is not what rows and ledger say: " + text_of(state_.facts));
    }

    std::vector<std::string> take() { return std::move(found_); }

private:
    void add(const std::string& what) { found_.push_back(what); }

    void add_with_parents(const std::string& id) {
        applied_.insert(id);
        for (const auto& revision : revisions_)
            if (revision.id == id)
                for (const auto& parent : revision.revises) add_with_parents(parent);
    }

    static std::set<std::string> heads_of(const Event& event) {
        std::set<std::string> heads;
        std::string head;
        for (const char c : event.heads_after + ",") {
            if (c != ',') {
                head += c;
                continue;
            }
            if (!head.empty()) heads.insert(head);
            head.clear();
        }
        return heads;
    }

    [[nodiscard]] const Parts& parts_at_work() const {
        const auto found = std::find_if(revisions_.begin(), revisions_.end(), [&](const KnownRevision& revision) {
            return revision.id == state_.ledger->revision;
        });
        if (found == revisions_.end()) throw std::runtime_error("the ledger has an unknown revision");
        return state_.ledger->direction == "upgrade" ? found->upgrade : found->downgrade;
    }

    static void apply(const Part& part, Facts& facts) {
        for (const auto& fact : part.makes) facts.insert(fact);
        for (const auto& fact : part.removes) facts.erase(fact);
        for (const auto& batch : part.batches) apply(batch, facts);
    }

    /// Which facts there may be: several only where the ledger cannot know.
    [[nodiscard]] std::vector<Facts> possible_facts(Facts facts) const {
        if (!state_.ledger) return {facts};
        const auto& parts = parts_at_work();
        const auto done = std::min(state_.ledger->statement - 1, parts.size());
        for (std::size_t i = 0; i < done; ++i) apply(parts[i], facts);
        if (state_.ledger->batches != 0) {  // each is one transaction with its count
            for (std::size_t i = 0; i < state_.ledger->batches; ++i) apply(parts.at(done).batches.at(i), facts);
            return {facts};
        }
        std::vector<Facts> possible{facts};
        if (done == parts.size() || parts[done].is_certain) return possible;
        const auto& running = parts[done];
        if (!running.cut_off.empty()) {
            auto cut_off = facts;
            for (const auto& fact : running.removes) cut_off.erase(fact);
            cut_off.insert(running.cut_off);
            possible.push_back(cut_off);
        }
        apply(running, facts);
        possible.push_back(facts);
        return possible;
    }

    const State& state_;
    const Revisions& revisions_;
    std::set<std::string> applied_;
    std::vector<std::string> found_;
};

}  // namespace

State read_state(Server server, const Query& query) {
    State state;
    state.facts = read_facts(server, query);
    if (take(state.facts, "alembic_version"))
        for (const auto& row : query("SELECT version_num FROM alembic_version")) state.rows.insert(row);
    if (take(state.facts, "rev_log")) {
        for (const auto& row : query(events_sql)) {
            const auto columns = columns_of(row);
            state.events.push_back({columns[0], columns[1], columns[2], columns[3] == "1"});
        }
    }
    if (take(state.facts, "rev_progress")) state.ledger = read_ledger(query);
    return state;
}

std::vector<std::string> contradictions(const State& state, const Revisions& revisions, bool facts_count) {
    Judge judge(state, revisions);
    judge.look_at_rows();
    judge.look_at_log();
    judge.look_at_ledger();
    if (facts_count) judge.look_at_facts();
    return judge.take();
}

std::string text_of(const Facts& facts) {
    std::string text;
    for (const auto& fact : facts) text += (text.empty() ? "{" : ", ") + fact;
    return text.empty() ? "{}" : text + "}";
}

}  // namespace rev::test
