#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "core/base/file.h"
#include "core/base/pinned_folder.h"
#include "core/lexical/term_tokenizer.h"
#include "core/store/base_address.h"
#include "core/store/postgresql/server_schema.h"
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

std::shared_ptr<const PinnedFolder> create_folder(const std::filesystem::path& folder) {
    try {
        return PinnedFolder::open(folder, PinnedFolder::Missing::make);
    } catch (Error& error) {
        throw std::move(error).with_hint("check that you may write there, or choose another place with --base");
    }
}

/// A base in a folder named .quarry is made from documents beside it, and need not be versioned with them.
void ignore_in_git(const std::filesystem::path& base, const PinnedFolder& folder) {
    const std::filesystem::path ignored = folder.path() / ".gitignore";
    std::error_code unknown;
    if (base.parent_path().filename() == ".quarry" && !std::filesystem::exists(ignored, unknown)) {
        write_file_atomically(ignored, "*\n");
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
        const auto folder = create_folder(path.parent_path());
        create_private_file(folder->path() / path.filename());
        SQLite::Database database = db::open_sqlite_without_links(path, db::SqliteMode::create);
        ignore_in_git(path, *folder);
        return database;
    }
    std::error_code unreadable;
    if (std::filesystem::status(path, unreadable).type() == std::filesystem::file_type::not_found) {
        throw Error(ErrorCode::failed, fmt::format("there is no knowledge base {}", path.string()),
                    "make one from your documents: quarry ingest PATH");
    }
    return db::open_sqlite_without_links(
        path, mode == StoreMode::read ? db::SqliteMode::read_only : db::SqliteMode::read_write);
}

/// Whether it has none of its tables, which come all at once, but for the ledger that they are written down in.
bool is_being_made(SQLite::Database& database) {
    constexpr const char* count_own = "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'quarry_migration%'"
                                      " AND name NOT LIKE 'sqlite_%'";
    return database.execAndGet(count_own).getInt64() == 0;
}

Error being_made(const std::filesystem::path& path) {
    return Error(ErrorCode::locked, fmt::format("the knowledge base {} is being made", path.string()),
                 "try again in a moment; where no quarry ingest is running, one was interrupted: run it again");
}

}  // namespace

SQLite::Database open_knowledge_base(const std::filesystem::path& path, StoreMode mode) {
    require_file_base(path, "this is kept");
    SQLite::Database database = open_database(path, mode);
    try {
        if (mode != StoreMode::read) lexical::register_term_tokenizer(database);
        distrust_schema(database);
        if (mode == StoreMode::create) prepare_new_knowledge_base(database);
        check_is_knowledge_base(database, path);
        if (mode == StoreMode::create && lacks_schema(database)) create_schema(database);
        if (mode != StoreMode::create && is_being_made(database)) throw being_made(path);
        check_schema(database, path);
        configure(database, mode);
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot open the knowledge base {}", path.string()));
    }
    return database;
}

std::unique_ptr<Store> open_store(const std::filesystem::path& path, StoreMode mode, const UpgradeProgress& progress) {
    if (is_server_base(path)) return postgresql::open_server_store(path.native(), mode);
    SQLite::Database database = open_knowledge_base(path, mode);
    auto store = std::make_unique<SqliteStore>(std::move(database), path, PinnedFolder::open(path.parent_path()));
    if (mode != StoreMode::read) store->complete_derived(progress);
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
