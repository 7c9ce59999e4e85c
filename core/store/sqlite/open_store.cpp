#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

#include "core/base/file.h"
#include "core/lexical/term_tokenizer.h"
#include "core/store/sqlite/base_schema.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/sqlite_store.h"

namespace quarry::store {
namespace {

/// Killed processes lose nothing that was committed under NORMAL; a power cut can lose the last commits, never the
/// file (sqlite.org/wal.html). Who only reads looks at the file's pages where the system has them in memory, without a
/// copy of each; a limit of SQLite's own, 2 GB as a rule, stays below this one.
void configure(SQLite::Database& database, StoreMode mode) {
    if (mode == StoreMode::read) database.exec("PRAGMA mmap_size = 1099511627776");
    database.exec("PRAGMA synchronous = NORMAL");
    database.exec("PRAGMA cache_size = -32000");
    database.exec("PRAGMA temp_store = MEMORY");
}

void create_folder(const std::filesystem::path& file) {
    const std::filesystem::path folder = file.parent_path();
    if (folder.empty()) return;
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure) {
        throw Error(ErrorCode::failed, fmt::format("cannot create the folder {}", folder.string()),
                    "check that you may write there, or choose another place with --base")
            .because(failure.message());
    }
}

/// Its owner's alone, as are then the files that SQLite puts beside it: documents are often not for everyone who has an
/// account. A folder that its owner shares (its group may write there, and keeps what is made in it) shares the base
/// too.
void create_private_file(const std::filesystem::path& path) {
    const mode_t mode = folder_is_shared(path.parent_path()) ? 0660 : 0600;
    // Where this fails, SQLite says why.
    const int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
    if (descriptor >= 0) ::close(descriptor);
}

SQLite::Database open_database(const std::filesystem::path& path, StoreMode mode) {
    if (mode == StoreMode::create) {
        create_folder(path);
        create_private_file(path);
        return db::open_sqlite(path, db::SqliteMode::create);
    }
    std::error_code unreadable;
    if (std::filesystem::status(path, unreadable).type() == std::filesystem::file_type::not_found) {
        throw Error(ErrorCode::failed, fmt::format("there is no knowledge base {}", path.string()),
                    "make one from your documents: quarry ingest PATH");
    }
    return mode == StoreMode::read ? db::open_sqlite(path, db::SqliteMode::read_only)
                                   : db::open_sqlite(path, db::SqliteMode::read_write);
}

}  // namespace

SQLite::Database open_knowledge_base(const std::filesystem::path& path, StoreMode mode) {
    SQLite::Database database = open_database(path, mode);
    try {
        if (mode != StoreMode::read) lexical::register_term_tokenizer(database);
        distrust_schema(database);
        if (mode == StoreMode::create) prepare_new_knowledge_base(database);
        check_is_knowledge_base(database, path);
        if (mode == StoreMode::create && lacks_schema(database)) create_schema(database);
        check_schema(database, path);
        configure(database, mode);
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot open the knowledge base {}", path.string()));
    }
    return database;
}

std::unique_ptr<Store> open_store(const std::filesystem::path& path, StoreMode mode) {
    auto store = std::make_unique<SqliteStore>(open_knowledge_base(path, mode), path);
    if (mode != StoreMode::read) store->complete_derived();
    return store;
}

std::unique_ptr<Store> open_store_in_memory() {
    SQLite::Database database = db::open_sqlite_memory();
    lexical::register_term_tokenizer(database);
    prepare_new_knowledge_base(database);
    create_schema(database);
    auto store = std::make_unique<SqliteStore>(std::move(database), std::filesystem::path());
    store->complete_derived();
    return store;
}

}  // namespace quarry::store
