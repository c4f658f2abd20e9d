#pragma once

#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/postgres/fact_query.hpp"
#include "catalog/read_model.hpp"

namespace rev::catalog::postgres {

/// What pg_depend calls an object: a catalog, a row of it, and for a column its number.
struct Address {
    unsigned catalog = 0;
    unsigned object = 0;
    int number = 0;  ///< 0: the object as a whole

    bool operator==(const Address&) const = default;
};

/// For std::unordered_map. Both numbers of an address are 32 bits wide.
struct AddressHash {
    std::size_t operator()(const Address& address) const noexcept {
        const auto wide = (static_cast<std::size_t>(address.catalog) << 32) ^ address.object;
        return wide * 1000003 + static_cast<std::size_t>(address.number);
    }
};

using Rows = std::vector<SqlRow>;

/// Makes facts of the answers. Facts first, then dependencies, then what is said of facts.
class Assembly {
public:
    /// version: server_version_num. options: must outlive it.
    Assembly(int version, const ReadOptions& options) : version_(version), options_(options) {}

    /// rows: the answer to `query`: address, parent's address, then its names and fields in order. All of these come
    /// before what follows.
    void add_facts(const FactQuery& query, Rows rows);
    /// rows: of dependency_query(). Once, and before what follows: it also tells what is a part of what.
    void add_dependencies(const Rows& rows);
    /// rows: of the query of that name in side_queries.hpp. What is said of an object that is no fact is passed over.
    void add_owners(const Rows& rows);
    void add_grants(const Rows& rows);
    void add_default_grants(const Rows& rows);
    void add_comments(const Rows& rows);
    void add_security_labels(const Rows& rows);
    /// rows: of unmodelled_query(), sorted by kind.
    void add_unmodelled(const Rows& rows);

    /// Without what ReadOptions leaves out and what goes with that. Last: it takes the facts along.
    [[nodiscard]] schema::Model model() &&;

private:
    struct Entry {
        schema::Fact fact;
        Address parent;
    };
    /// Of whom something is said: a fact, or a part of it that is none.
    struct Subject {
        const Entry* entry = nullptr;
        std::vector<std::string> name;  ///< kind in words, then the parts
    };

    [[nodiscard]] const Entry* direct(const Address& address) const;
    [[nodiscard]] std::size_t resolve(Address address) const;
    [[nodiscard]] Subject subject(const Address& address, const SqlValue& column) const;
    void say(schema::Kind kind, const Subject& subject, std::vector<std::string> more, schema::Attributes attributes,
             schema::Attributes notes);
    void depend(std::size_t dependent, std::size_t needed);
    void settle_parents();
    void depend_on_noted_objects();
    [[nodiscard]] bool left_out(const Entry& entry) const;

    int version_;
    const ReadOptions& options_;
    std::vector<Entry> entries_;
    std::unordered_map<Address, std::size_t, AddressHash> by_address_;
    std::unordered_map<Address, Address, AddressHash> part_of_;  ///< internal objects, and what they belong to
    std::unordered_map<unsigned, std::size_t> constraint_of_index_;
    std::unordered_map<unsigned, std::size_t> column_of_sequence_;  ///< identity columns
    std::vector<schema::Fact> said_;
    std::vector<schema::Unmodelled> unmodelled_;
};

/// Whether a pattern of ReadOptions::exclude covers the name of a fact or of what it goes with.
[[nodiscard]] bool matches_pattern(const std::vector<std::string>& name, const std::string& pattern);

}  // namespace rev::catalog::postgres
