#pragma once

#include <sqlite3.h>

#include <memory>

namespace rev::db {

/// For std::unique_ptr. is_ours: false for an application's connection, which stays open. Statements that are left keep
/// it until they go.
struct CloseConnection {
    bool is_ours = true;
    void operator()(sqlite3* connection) const noexcept {
        if (is_ours) sqlite3_close_v2(connection);
    }
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

/// For std::unique_ptr; before the connection goes.
struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using PreparedStatement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// True while it lives.
class SetForNow {
public:
    /// flag: must outlive it; gets back what it was.
    explicit SetForNow(bool& flag) : flag_(flag), before_(flag) { flag = true; }
    ~SetForNow() { flag_ = before_; }
    SetForNow(const SetForNow&) = delete;
    SetForNow& operator=(const SetForNow&) = delete;

private:
    bool& flag_;
    bool before_;
};

/// Ends a statement's run: it holds no lock and no text any more, and can run again.
class ResetStatement {
public:
    /// statement: must outlive it; null does no harm.
    explicit ResetStatement(sqlite3_stmt* statement) : statement_(statement) {}
    ~ResetStatement() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    ResetStatement(const ResetStatement&) = delete;
    ResetStatement& operator=(const ResetStatement&) = delete;

private:
    sqlite3_stmt* statement_;
};

}  // namespace rev::db
