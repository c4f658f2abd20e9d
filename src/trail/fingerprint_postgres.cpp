#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/text.hpp"
#include "trail/fingerprint.hpp"
#include "trail/fingerprint_catalogs.hpp"
#include "trail/first_part.hpp"
#include "trail/known_catalog.hpp"

namespace rev::trail {
namespace {

constexpr std::size_t part_count = std::size(catalog_parts);

/// Of a row `x` of a catalog: its key, hash, and, if written since $2, description.
std::string row_sql(const CatalogPart& part) {
    const auto if_counts = [&](std::string value) {
        return part.counts.empty() ? value : fmt::format("CASE WHEN {} THEN {} END", part.counts, value);
    };
    const auto description = part.description.empty()
                                 ? "''"
                                 : fmt::format("CASE WHEN age(x.xmin) <= (SELECT age($2)) THEN {} END",
                                               if_counts(fmt::format("concat_ws(' ', {})", part.description)));
    return fmt::format("concat({}, chr(31), {}, chr(31), {})", part.key, if_counts(fmt::format("md5({})", part.text)),
                       description);
}

/// Of one catalog: how many rows it has, and row_sql() of those written since $1.
// Only of these a whole row is made: of all rows that takes longer than to find them. And only age() compares
// transactions without a detour by text.
std::string written_sql(const CatalogPart& part) {
    return fmt::format(
        "SELECT count(*)::text, string_agg((SELECT {} FROM {} x WHERE x.ctid = w.ctid), chr(30)) "
        "FILTER (WHERE age(w.xmin) <= (SELECT age($1))) FROM {} w{}{}",
        row_sql(part), part.catalog, part.catalog, part.where.empty() ? "" : " WHERE ", part.where);
}

/// Of the rows of one catalog that are greater than $1: how many are no users', the greatest, row_sql() of the others,
/// and the keys of those that were updated when they were made.
std::string range_sql(const CatalogPart& part) {
    const auto wanted = part.where.empty() ? std::string_view("true") : part.where;
    const auto updated = part.updated_when_made.empty()
                             ? "NULL"
                             : fmt::format("string_agg(({})::text, chr(30)) FILTER (WHERE ({}) AND {})", part.key,
                                           wanted, part.updated_when_made);
    return fmt::format(
        "SELECT (count(*) FILTER (WHERE NOT ({0})))::text, max(x.{1})::text, string_agg({2}, chr(30)) FILTER (WHERE "
        "{0}), {3} FROM {4} x WHERE x.{1} > $1",
        wanted, part.range, row_sql(part), updated, part.catalog);
}

/// User mappings are read by their view, whose rows have no age: all of them each time.
constexpr std::string_view mappings_sql =
    "SELECT count(*)::text, string_agg(concat(x.umid, chr(31), md5(x::text), chr(31)), chr(30)) FROM pg_user_mappings "
    "x";

std::string prepared_sql(std::size_t index) {
    return index == part_count ? std::string(mappings_sql) : written_sql(catalog_parts[index]);
}

/// The first transaction that has not begun, and of each catalog how many rows it has seen inserted, updated and
/// deleted: "3.0.1 0.0.0 ...".
std::string counters_sql() {
    std::string catalogs;
    for (const auto& part : catalog_parts) catalogs += fmt::format("'{}',", part.catalog);
    return fmt::format(
        // Of xid's 32 bits: the snapshot counts their rounds as well, and age() takes an xid.
        "SELECT (txid_snapshot_xmax(txid_current_snapshot()) % 4294967296)::text, string_agg(concat("
        "pg_stat_get_tuples_inserted(c.oid), '.', pg_stat_get_tuples_updated(c.oid), '.', "
        "pg_stat_get_tuples_deleted(c.oid)), ' ' ORDER BY c.place) FROM unnest(ARRAY[{}'pg_user_mapping']::regclass[]) "
        "WITH ORDINALITY c(oid, place)",
        catalogs);
}

/// The keys of all rows.
std::string keys_sql(std::size_t index) {
    if (index == part_count) return "SELECT umid::text FROM pg_user_mappings";
    const auto& part = catalog_parts[index];
    return fmt::format("SELECT ({})::text FROM {} x{}{}", part.key, part.catalog, part.where.empty() ? "" : " WHERE ",
                       part.where);
}

class PostgresFingerprints final : public Fingerprints {
public:
    /// writer: whose changes are looked at, and nobody else's; null: not known.
    PostgresFingerprints(std::unique_ptr<Database> database, Database* writer)
        : database_(std::move(database)), writer_(writer), kept_(*database_) {
        const std::array prepared = {Query{scratch::keep_plans_sql},
                                     Query{"PREPARE rev_counters AS " + counters_sql()}};
        (void)database_->query_all(prepared);
        if (database_->query(scratch::can_hand_on_counts_sql).at(0).at(0) != "true") writer_ = nullptr;
    }

    Look look(const scratch::KeptQuestion* with) override {
        std::array<long long, known_size> before{};
        for (std::size_t i = 0; i < known_.size(); ++i) before[i] = known_[i].total().rows;
        Look seen;
        auto lines = read_changed(with, seen.answer);
        std::string counts = "counts";
        for (std::size_t i = 0; i < known_.size(); ++i) {
            const auto& total = known_[i].total();
            seen.whole += fmt::format("{:x} {:x}\n", total.high, total.low);
            counts += fmt::format(" {}", total.rows - before[i]);
        }
        std::ranges::sort(lines);
        seen.touched = base::join(lines, "\n") + "\n" + counts;
        last_since_ = next_since_;
        return seen;
    }

    void begin_step() override {
        for (auto& each : known_) each.settle();
        base_since_ = last_since_;
    }

    scratch::KeptQueries* kept_queries() override { return &kept_; }

private:
    /// Returns what was written since the look before, in words.
    // Most steps change the same catalogs as the one before: they are read with the counters, in one exchange.
    std::vector<std::string> read_changed(const scratch::KeptQuestion* with,
                                          std::optional<std::vector<SqlRow>>& answer) {
        if (writer_ != nullptr) (void)writer_->query(scratch::hand_on_counts_sql);
        const auto usual = usual_;
        std::vector<Query> queries = {{"EXECUTE rev_counters"}};
        const auto looks = looks_at(usual, Extent::range);
        queries.insert(queries.end(), looks.begin(), looks.end());
        if (with != nullptr) queries.push_back(kept_.query_of(*with));
        auto answers = database_->query_all(queries);
        if (with != nullptr) answer = std::move(answers.back());
        const auto writes = take_counters(answers.front().at(0));
        std::vector<std::string> lines;
        std::vector<std::size_t> short_ones;
        auto left = usual_;
        for (std::size_t i = 0; i < usual.size(); ++i) {
            const auto part = usual[i];
            const bool may_do = !takes_range(part) || known_[part].knows_others();
            if (take(part, answers[i + 1].at(0), writes[part], lines, short_ones))
                std::erase(left, part);
            else if (may_do)
                // Old objects get rows: the next looks would ask for the range in vain as well.
                steady_looks_[part] = -1;
        }
        if (!left.empty()) {
            // A range has told too little of these, or nobody has expected them.
            const auto more = database_->query_all(looks_at(left, Extent::whole));
            for (std::size_t i = 0; i < left.size(); ++i) take_whole(left[i], more[i].at(0), lines, short_ones);
        }
        for (const auto part : usual_)
            steady_looks_[part] = is_steady(part, writes[part]) ? steady_looks_[part] + 1 : 0;
        forget_gone(short_ones);
        return lines;
    }

    using AllWrites = std::array<Writes, std::size(catalog_parts) + 1>;

    /// Since the look before; usual_: those catalogs that may hold other rows since then, as their counters have moved.
    AllWrites take_counters(const SqlRow& row) {
        next_since_ = row.at(0).value_or("0");
        AllWrites now;
        const auto text = row.at(1).value_or("");
        std::string_view rest = text;
        for (auto& each : now) {
            auto numbers = first_part(rest, ' ');
            each.inserted = number_in(first_part(numbers, '.'));
            each.updated = number_in(first_part(numbers, '.'));
            each.deleted = number_in(numbers);
        }
        AllWrites writes = now;
        usual_.clear();
        for (std::size_t i = 0; i < known_.size(); ++i) {
            if (counters_) writes[i] = now[i] - (*counters_)[i];
            // Sessions hand on what they have counted late: without a writer that is told to, counters prove nothing.
            if (writer_ == nullptr || !counters_ || writes[i] != Writes{}) usual_.push_back(i);
        }
        counters_ = now;
        return writes;
    }

    /// Whether a range may explain these.
    static bool is_steady(std::size_t part, const Writes& writes) {
        const bool are_updated = part < part_count && !catalog_parts[part].updated_when_made.empty();
        return writes.updated <= (are_updated ? writes.inserted : 0);
    }

    /// Whether new objects have been all that its catalog has seen for some time: then old rows are not read again.
    [[nodiscard]] bool takes_range(std::size_t part) const {
        constexpr int enough = 3;
        return writer_ != nullptr && part < part_count && !catalog_parts[part].range.empty() &&
               steady_looks_[part] >= enough;
    }

    enum class Extent {
        range,  ///< where takes_range() says so
        whole,
    };
    std::vector<Query> looks_at(const std::vector<std::size_t>& parts, Extent extent) {
        prepare(parts);
        std::vector<Query> queries;
        for (const auto part : parts)
            queries.push_back(
                {extent == Extent::range && takes_range(part)
                     ? fmt::format("EXECUTE rev_range_{}({}, '{}')", part, known_[part].threshold(), last_since_)
                     : fmt::format("EXECUTE rev_look_{}('{}', '{}')", part, base_since_, last_since_)});
        return queries;
    }

    static auto teller(std::size_t part, std::vector<std::string>& lines) {
        return [part, &lines](std::string_view description) {
            lines.push_back(fmt::format("{} {}", catalog_parts[part].catalog, description));
        };
    }

    /// The answer of what looks_at() has asked of a range where it takes one. False: it tells too little. short_ones:
    /// parts that hold fewer rows than are known are added.
    bool take(std::size_t part, const SqlRow& row, const Writes& writes, std::vector<std::string>& lines,
              std::vector<std::size_t>& short_ones) {
        if (!takes_range(part)) {
            take_whole(part, row, lines, short_ones);
            return true;
        }
        const auto rows = row.at(2).value_or("");
        const auto updated = row.at(3).value_or("");
        const RangeAnswer range{.others = number_in(row.at(0).value_or("0")),
                                .greatest = number_in(row.at(1).value_or("0")),
                                .rows = rows,
                                .updated = updated};
        return known_[part].take_range(range, writes, teller(part, lines));
    }

    void take_whole(std::size_t part, const SqlRow& row, std::vector<std::string>& lines,
                    std::vector<std::size_t>& short_ones) {
        auto& known = known_[part];
        known.take(row.at(1).value_or(""), teller(part, lines));
        // A row that is gone is written nowhere: only their number tells.
        if (static_cast<std::size_t>(number_in(row.at(0).value_or("0"))) != known.size()) short_ones.push_back(part);
    }

    void prepare(const std::vector<std::size_t>& parts) {
        std::vector<Query> queries;
        for (const auto part : parts) {
            if (takes_range(part) && !std::exchange(has_range_[part], true))
                queries.push_back(
                    {fmt::format("PREPARE rev_range_{}(oid, xid) AS {}", part, range_sql(catalog_parts[part]))});
            if (!std::exchange(is_prepared_[part], true))
                queries.push_back({fmt::format("PREPARE rev_look_{}(xid, xid) AS {}", part, prepared_sql(part))});
        }
        if (!queries.empty()) (void)database_->query_all(queries);
    }

    void forget_gone(const std::vector<std::size_t>& parts) {
        if (parts.empty()) return;
        std::vector<Query> queries;
        for (const auto part : parts) queries.push_back({.sql = keys_sql(part)});
        const auto answers = database_->query_all(queries);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            std::unordered_set<std::string> keys;
            for (const auto& row : answers.at(i)) keys.insert(row.at(0).value_or(""));
            known_[parts[i]].forget_others(keys);
        }
    }

    static constexpr std::size_t known_size = part_count + 1;  // and the user mappings

    std::unique_ptr<Database> database_;
    Database* writer_;
    scratch::KeptQueries kept_;
    std::optional<AllWrites> counters_;  ///< of each catalog, when it was looked at last
    std::vector<std::size_t> usual_;     ///< parts that had changed at the look before, in their order
    std::array<bool, known_size> is_prepared_{};
    std::array<bool, known_size> has_range_{};    ///< that is prepared, too
    std::array<int, known_size> steady_looks_{};  ///< one after the other; see is_steady()
    std::string next_since_ = "0";
    std::string base_since_ = "0";  ///< the first transaction that had not begun when the step did
    std::string last_since_ = "0";  ///< and when it was looked at last
    std::array<KnownCatalog, known_size> known_;
};

}  // namespace

std::unique_ptr<Fingerprints> make_postgres_fingerprints(std::unique_ptr<Database> database, Database* writer) {
    return std::make_unique<PostgresFingerprints>(std::move(database), writer);
}

}  // namespace rev::trail
