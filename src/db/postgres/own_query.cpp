#include "db/postgres/own_query.hpp"

namespace rev::db {

OwnQueryFrame own_query_frame(NameSearch search, bool in_transaction) {
    if (search == NameSearch::session) return {};
    // Statements of one message are one transaction, so SET LOCAL ends with the message, behind a pooler too. With
    // row_security off the server refuses to answer where a policy would hide rows, instead of hiding them.
    OwnQueryFrame frame{.before = "SET LOCAL row_security = off; SET LOCAL search_path = pg_catalog, pg_temp; "};
    if (!in_transaction) return frame;
    // There SET LOCAL would last until its end. What a savepoint takes back are settings only: a question writes
    // nothing.
    frame.before = "SAVEPOINT rev_question; " + frame.before;
    frame.behind = "ROLLBACK TO SAVEPOINT rev_question; RELEASE SAVEPOINT rev_question";
    return frame;
}

}  // namespace rev::db
