#include "core/store/sqlite/base_schema.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/migrate/migrator.h"

namespace quarry::store {
namespace {

bool has_tables(SQLite::Database& database) {
    return database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt64() > 0;
}

migrate::Migrator migrator(SQLite::Database& database) {
    migrate::MigratorOptions options;
    options.quarry_version = knowledge_base_version();
    // A base that is being made when the process is killed has all of its tables, or none.
    options.single_transaction = true;
    return {database, migrate::MigrationList::from_memory(knowledge_base_migrations()), std::move(options)};
}

}  // namespace

void prepare_new_knowledge_base(SQLite::Database& database) {
    if (has_tables(database)) return;
    // Larger than SQLite takes: of what is written most, texts and the pages of the lexical index, none fits a small
    // one.
    database.exec("PRAGMA page_size = 8192");
    database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(fmt::format("PRAGMA application_id = {}", knowledge_base_application_id));
}

bool lacks_schema(SQLite::Database& database) { return !database.tableExists("sources"); }

void create_schema(SQLite::Database& database) { migrator(database).up(); }

void check_is_knowledge_base(SQLite::Database& database, const std::filesystem::path& path) {
    if (database.execAndGet("PRAGMA application_id").getInt64() == knowledge_base_application_id) return;
    const std::string doing = fmt::format("cannot open the knowledge base {}", path.string());
    if (!has_tables(database)) {
        std::error_code unreadable;
        const bool may_go = std::filesystem::is_regular_file(path, unreadable);
        throw Error(ErrorCode::failed, doing,
                    may_go ? "remove the file; quarry ingest makes a new one" : "give the path of a file with --base")
            .because("it is empty");
    }
    throw Error(ErrorCode::failed, doing, "give the path of a knowledge base with --base, or another one to make")
        .because("this is a SQLite database, but no knowledge base");
}

void check_schema_version(SQLite::Database& database, const std::filesystem::path& path) {
    try {
        migrator(database).check();
    } catch (Error& error) {
        throw std::move(error).while_doing(fmt::format("cannot use the knowledge base {}", path.string()));
    }
}

}  // namespace quarry::store
