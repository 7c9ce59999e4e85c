#pragma once

#include <array>
#include <string>
#include <string_view>

namespace quarry::schema {

/// "users" became "people": {"users", "people"}; a column: {"users.name", "full_name"}; something else:
/// {"app.mood", "feeling", "type"}.
struct Rename {
    std::string from;  ///< "table" or "table.column"; on PostgreSQL "schema.table..." where it is not public.
    std::string to;    ///< The new name alone; "schema.name" for what is moved to another schema.
    /// One of rename_kinds; empty for a table or a column.
    std::string kind{};

    friend bool operator==(const Rename&, const Rename&) = default;
};

/// What can be renamed. A value is one of an enum: "mood.sad"; what is on a table is called as a column is:
/// "users.users_name_check". SQLite has names for tables and columns only: all else is made again.
inline constexpr std::array<std::string_view, 15> rename_kinds = {
    "table", "column", "schema",     "type",    "value",  "domain",     "sequence", "function",
    "view",  "index",  "constraint", "trigger", "policy", "statistics", "rule"};

}  // namespace quarry::schema
