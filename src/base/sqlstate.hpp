#pragma once

#include <string_view>

/// PostgreSQL's error codes that rev tells apart, under the names that PostgreSQL gives them. Source: its appendix A,
/// "PostgreSQL Error Codes".
namespace rev::sqlstate {

inline constexpr const char* connection_failure = "08006";
inline constexpr const char* string_data_right_truncation = "22001";
inline constexpr const char* invalid_text_representation = "22P02";
inline constexpr const char* not_null_violation = "23502";
inline constexpr const char* foreign_key_violation = "23503";
inline constexpr const char* unique_violation = "23505";
inline constexpr const char* check_violation = "23514";
inline constexpr const char* active_sql_transaction = "25001";
inline constexpr const char* read_only_sql_transaction = "25006";
inline constexpr const char* invalid_authorization_specification = "28000";
inline constexpr const char* invalid_password = "28P01";
inline constexpr const char* dependent_objects_still_exist = "2BP01";
inline constexpr const char* invalid_transaction_termination = "2D000";
inline constexpr const char* invalid_catalog_name = "3D000";
inline constexpr const char* invalid_schema_name = "3F000";
inline constexpr const char* deadlock_detected = "40P01";
inline constexpr const char* insufficient_privilege = "42501";
inline constexpr const char* syntax_error = "42601";
inline constexpr const char* duplicate_column = "42701";
inline constexpr const char* undefined_column = "42703";
inline constexpr const char* undefined_object = "42704";
inline constexpr const char* duplicate_object = "42710";
inline constexpr const char* duplicate_function = "42723";
inline constexpr const char* undefined_function = "42883";
inline constexpr const char* undefined_table = "42P01";
inline constexpr const char* duplicate_database = "42P04";
inline constexpr const char* duplicate_schema = "42P06";
inline constexpr const char* duplicate_table = "42P07";
inline constexpr const char* disk_full = "53100";
inline constexpr const char* out_of_memory = "53200";
inline constexpr const char* too_many_connections = "53300";
inline constexpr const char* object_in_use = "55006";
inline constexpr const char* lock_not_available = "55P03";
inline constexpr const char* unsafe_new_enum_value_usage = "55P04";
inline constexpr const char* query_canceled = "57014";
inline constexpr const char* cannot_connect_now = "57P03";

}  // namespace rev::sqlstate

namespace rev::base {

/// Whether Error::sqlstate() is a result code of SQLite, which knows no SQLSTATE.
[[nodiscard]] inline bool is_sqlite_code(std::string_view code) noexcept { return code.starts_with("SQLITE_"); }

}  // namespace rev::base
