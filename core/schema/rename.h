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
    /// Where a comment of the wanted schema says it: "schema.sql:3:1"; empty for an option. No part of what it is.
    std::string where{};

    friend bool operator==(const Rename& a, const Rename& b) {
        return a.from == b.from && a.to == b.to && a.kind == b.kind;
    }
};

/// What can be renamed. A value is one of an enum: "mood.sad"; what is on a table is called as a column is:
/// "users.users_name_check", and so are the attributes of a composite type and the constraints of a domain. SQLite has
/// names for tables and columns only: all else is made again.
inline constexpr std::array<std::string_view, 16> rename_kinds = {
    "table",    "column", "schema", "type",       "attribute", "value",  "domain",     "sequence",
    "function", "view",   "index",  "constraint", "trigger",   "policy", "statistics", "rule"};

}  // namespace quarry::schema
