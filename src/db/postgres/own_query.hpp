#pragma once

#include <string>

namespace rev::db {

/// Where the names and operators of a question of rev's own are looked for.
enum class NameSearch {
    catalog,  ///< in pg_catalog alone
    session,  ///< along the session's search_path, and with its settings: for names that are its parameters
};

/// What stands in one message around SELECTs of rev's own. Whoever may create in a schema of search_path could make
/// operators and functions that fit better than the system's, and they would run with rev's rights (CVE-2018-1058);
/// temporary tables come before all schemas that are not named. Nothing of it outlives the message.
struct OwnQueryFrame {
    std::string before = {};  ///< complete statements, each with its `;`
    std::string behind = {};
};

/// in_transaction: whether one is open already; what it has set is the same behind the message as before.
[[nodiscard]] OwnQueryFrame own_query_frame(NameSearch search, bool in_transaction);

}  // namespace rev::db
