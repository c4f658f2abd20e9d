#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"
#include "schema/kind.hpp"

namespace rev::schema {

/// A fact's address. `name` holds the unquoted parts from the outermost in: {schema, table, column} on PostgreSQL,
/// {table, column} on SQLite; a routine's last part is its argument types in parentheses.
struct FactId {
    Kind kind = Kind::other;
    std::vector<std::string> name;

    auto operator<=>(const FactId&) const = default;
    bool operator==(const FactId&) const = default;
};

/// `id` for people: "column public.crew.nm".
[[nodiscard]] std::string describe(const FactId& id);

/// What a fact says of itself, by name; text as the engine spells it. An attribute that is not set is left out.
using Attributes = std::map<std::string, std::string, std::less<>>;

/// One thing that can be addressed: a table, a column, a default, a constraint, an enum label, a comment, a grant.
struct Fact {
    FactId id;
    std::optional<FactId> parent;    ///< what it goes with: a column's table
    Attributes attributes;           ///< compared
    Attributes notes;                ///< not compared: what making its SQL needs, such as a column's position
    std::vector<FactId> depends_on;  ///< what has to be there before it, its parent aside; sorted

    bool operator==(const Fact& other) const {
        return id == other.id && parent == other.parent && attributes == other.attributes;
    }
};

/// Objects that are in the database and that no fact stands for.
struct Unmodelled {
    std::string kind;  ///< in the plural, as people say it: "access methods"
    std::size_t count = 0;
    std::vector<std::string> names;  ///< the first few
};

/// All facts of a database: a value. Same facts, same bytes, whatever order they were made in.
class Model {
public:
    Model() = default;
    /// Sorts. Two facts of one id are a mistake of the reader: throws std::logic_error.
    Model(Dialect dialect, int server_version, std::vector<Fact> facts, std::vector<Unmodelled> unmodelled = {});

    /// PostgreSQL if nothing was read.
    [[nodiscard]] Dialect dialect() const noexcept { return dialect_; }
    /// PostgreSQL: server_version_num, such as 150008; SQLite: sqlite3_libversion_number(). 0: nothing was read.
    [[nodiscard]] int server_version() const noexcept { return server_version_; }
    [[nodiscard]] std::span<const Fact> facts() const noexcept { return facts_; }  ///< sorted by id
    [[nodiscard]] std::span<const Unmodelled> unmodelled() const noexcept { return unmodelled_; }
    /// nullptr: there is none. Valid as long as the model is not changed.
    [[nodiscard]] const Fact* find(const FactId& id) const;
    [[nodiscard]] bool empty() const noexcept { return facts_.empty(); }

    bool operator==(const Model& other) const { return facts_ == other.facts_; }

private:
    Dialect dialect_ = Dialect::postgresql;
    int server_version_ = 0;
    std::vector<Fact> facts_;
    std::vector<Unmodelled> unmodelled_;
};

/// The model as text, one fact a paragraph, sorted: the same bytes on any machine. For tests, caches and hashes.
[[nodiscard]] std::string to_text(const Model& model);

/// The value of an attribute or a note; empty if it is not there.
[[nodiscard]] const std::string& value_of(const Attributes& attributes, std::string_view name);

/// The place of a column, attribute or label among its like, as its note says; 0 if it says none.
[[nodiscard]] int ordinal_of(const Fact& fact);

/// The table that `link`, a fact of Kind::partition, makes its parent a partition of. Absent: the model was read
/// without that table.
[[nodiscard]] std::optional<FactId> partitioned_table_of(const Fact& link);

/// The parts of that kind of a table or type, by their places.
[[nodiscard]] std::vector<const Fact*> parts_in_order(const Model& model, Kind kind, const FactId& whole);

}  // namespace rev::schema
