#pragma once

#include <string>

#include "rev/error.hpp"

namespace rev::report {

/// An error as a workflow command of GitHub Actions, with the line end, so that it is shown beside the line that it is
/// about: "::error file=versions/a1.sql,line=3,col=1,title=unknown_key::unknown key ...".
/// Source: GitHub's "Workflow commands for GitHub Actions".
[[nodiscard]] std::string github_annotation(const Error& error);

}  // namespace rev::report
