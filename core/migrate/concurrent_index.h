#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/db/postgresql.h"

namespace quarry::migrate {

/// What CREATE [UNIQUE] INDEX CONCURRENTLY says.
struct ConcurrentIndex {
    std::string name;   ///< Empty when the server chooses it.
    std::string table;  ///< As SQL, with its schema if the statement says one.
};

/// The index that DROP INDEX CONCURRENTLY [IF EXISTS] names, as SQL; nothing when it is another statement, or names
/// several.
[[nodiscard]] std::optional<std::string> read_concurrent_drop(std::string_view sql);

/// Reads the statement; nothing when it is another one.
[[nodiscard]] std::optional<ConcurrentIndex> read_concurrent_index(std::string_view sql);

enum class IndexState { missing, valid, invalid };
/// How the index is in the database. `name` gets its name as SQL when it is there.
[[nodiscard]] IndexState find_index(db::PostgresqlConnection& connection, const ConcurrentIndex& index,
                                    std::string& name);

}  // namespace quarry::migrate
