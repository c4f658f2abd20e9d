#pragma once

#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "rev/database.hpp"

namespace rev::scratch {

/// A question that is asked again and again. Its parts must outlive whoever asks it: constants, as a rule.
struct KeptQuery {
    std::string_view name;       ///< of its prepared statement: a word, another one for each question
    std::string_view parameter;  ///< its type; empty: it has none
    std::string_view sql;        ///< with a `?` where the parameter stands, which is one place at most
};

/// One question with its parameter.
struct KeptQuestion {
    const KeptQuery* query = nullptr;
    SqlValue parameter = {};
};

/// Asks over a connection that nobody resets, so that the server plans each question once and for all: for questions
/// about few rows of the catalogs that takes longer than to answer them. PostgreSQL.
class KeptQueries {
public:
    /// database: must outlive it.
    explicit KeptQueries(Database& database) : database_(database) {}

    /// In one exchange, or two where one of them is new.
    [[nodiscard]] std::vector<std::vector<SqlRow>> ask(std::span<const KeptQuestion> questions);

private:
    void prepare(std::span<const KeptQuestion> questions);

    Database& database_;
    std::set<std::string_view> known_;  ///< names
};

/// Asks through `kept`; null: asks `database`, which keeps nothing.
[[nodiscard]] std::vector<std::vector<SqlRow>> ask(Database& database, KeptQueries* kept,
                                                   std::span<const KeptQuestion> questions);

}  // namespace rev::scratch
