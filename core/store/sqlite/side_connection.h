#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>

namespace quarry::store {

/// What a connection beside the store's own is opened for.
enum class SideAccess {
    read,
    write,
    write_if_possible,  ///< Reads only where the file cannot be written to.
};

/// A further connection to a knowledge base, for what is kept beside the documents. Waits `busy_timeout_ms` for a lock.
/// Throws Error as `open_store` does: missing, no knowledge base, another schema than this binary's.
[[nodiscard]] SQLite::Database open_side_connection(const std::filesystem::path& base, SideAccess access,
                                                    int busy_timeout_ms);

}  // namespace quarry::store
