#pragma once

#include <string>

namespace quarry::schema {

/// "users" became "people": {"users", "people"}; a column: {"users.name", "full_name"}.
struct Rename {
    std::string from;  ///< "table" or "table.column"; on PostgreSQL "schema.table..." where it is not public.
    std::string to;    ///< The new name alone.

    friend bool operator==(const Rename&, const Rename&) = default;
};

}  // namespace quarry::schema
