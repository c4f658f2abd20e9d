#pragma once

#include <pg_query.h>

#include <memory>
#include <string>

namespace rev::sql {

/// What libpg_query's splitter answers; `error` is set where its grammar does not take the text.
struct FreeSplitResult {
    void operator()(PgQuerySplitResult* result) const {
        pg_query_free_split_result(*result);
        std::unique_ptr<PgQuerySplitResult> owner(result);
    }
};
using SplitResult = std::unique_ptr<PgQuerySplitResult, FreeSplitResult>;

/// Cuts `text` into statements by PostgreSQL's own grammar. The library takes a C string: `text` must hold no NUL.
inline SplitResult split_by_parser(const std::string& text) {
    return SplitResult(new PgQuerySplitResult(pg_query_split_with_parser(text.c_str())));
}

}  // namespace rev::sql
