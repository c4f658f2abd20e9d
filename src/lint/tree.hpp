#pragma once

#include "sql/parse_tree.hpp"

namespace rev::lint {

// Rules read PostgreSQL's parse trees on every other line.
using sql::Node;
using sql::parse_plpgsql;
using sql::parse_statement;
using sql::strings_of;
using sql::walk;

}  // namespace rev::lint
