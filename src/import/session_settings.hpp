#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "import/history.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

/// Settings of a session that are not what the session began with: name and value.
using SessionSettings = std::map<std::string, std::string>;

/// Whether a setting may change what is made or written; a timeout or a limit of memory does not.
[[nodiscard]] bool has_effect(std::string_view name);

/// PostgreSQL: asks a session what the files that ran in it have left set.
class SessionWatch {
public:
    /// database: must outlive it. Nothing has run there yet.
    explicit SessionWatch(Database& database);

    /// What is left behind a file; what changes nothing that is made or written (a timeout, a limit of memory) apart.
    /// sql: the file's, which may name settings of applications, such as app.tenant.
    [[nodiscard]] SessionSettings behind(std::string_view sql);

private:
    [[nodiscard]] SessionSettings now();

    Database& database_;
    std::set<std::string> names_;  ///< that the server lists nowhere
    SessionSettings at_first_;
};

/// Whether what follows may be another thing although a database that did not have the settings has the same catalogs:
/// rows that are written otherwise, or elsewhere.
[[nodiscard]] bool may_change_rows(const SessionSettings& settings);

/// Statements that make the settings, between comments; empty: there are none.
[[nodiscard]] std::string settings_block(const SessionSettings& settings);
/// The SQL without such a block at its beginning.
[[nodiscard]] std::string_view without_settings_block(std::string_view sql);

/// Each migration gets what the ones before it leave, and the history a remark for each setting.
/// left: what is left behind each migration, in their order.
void carry_over(History& history, const Tool& tool, const std::vector<SessionSettings>& left);

}  // namespace rev::foreign
