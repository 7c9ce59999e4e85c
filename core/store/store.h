#pragma once

#include <filesystem>
#include <memory>

#include "core/store/document_store.h"
#include "core/store/retriever.h"
#include "core/store/vector_store.h"

namespace quarry::store {

/// The knowledge base: all that one engine offers. What needs a part of it takes that part's interface. One store is
/// used by one thread at a time; several processes may read while one writes.
class Store : public DocumentStore, public Retriever, public VectorStore {};

/// How `open_store` treats the base's file.
enum class StoreMode {
    read,    ///< Must exist. Works on a read-only disk too.
    write,   ///< Must exist.
    create,  ///< Made at the newest schema version when missing, with its folder.
};

/// Opens the knowledge base in a SQLite file, whose schema must be this binary's. Throws Error: missing (hint: quarry
/// ingest), locked, read-only, not a database, damaged, schema_newer, migrations_pending (hint: quarry migrate up).
[[nodiscard]] std::unique_ptr<Store> open_store(const std::filesystem::path& path, StoreMode mode);

/// A base in memory, for evaluation and tests.
[[nodiscard]] std::unique_ptr<Store> open_store_in_memory();

}  // namespace quarry::store
