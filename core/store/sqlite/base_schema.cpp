#include "core/store/sqlite/base_schema.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/db/sqlite.h"
#include "core/lexical/term_tokenizer.h"
#include "core/migrate/migrator.h"
#include "core/store/sqlite/knowledge_base_error.h"

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
    // Read once: a command opens the base several times.
    static const migrate::MigrationList migrations = migrate::MigrationList::from_memory(knowledge_base_migrations());
    return {database, migrations, std::move(options)};
}

/// That of the newest schema, so that it need not be made to be compared with. A test tells when it is another.
constexpr std::string_view newest_fingerprint = "c0719cddccc8744b2271e93f4fb4d39524f1f86e396436449afbcdc8172c8e87";

constexpr std::string_view foreign_base_hint =
    "another program changed it, or it comes from someone else: make a new one from your documents with quarry ingest "
    "--base PATH; if you changed it yourself, undo that";

/// Without what SQLite and FTS5 make themselves, whose text depends on their version, and the ledger, which is older
/// than any schema.
constexpr const char* schema_sql =
    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite^_%' ESCAPE '^' AND "
    "NOT "
    "(type = 'table' AND sql LIKE 'CREATE TABLE %' AND name IN ('chunk_terms_data', 'chunk_terms_idx', "
    "'chunk_terms_content', 'chunk_terms_docsize', 'chunk_terms_config', 'inner_headings_data', "
    "'inner_headings_idx', 'inner_headings_config', 'quarry_migrations', "
    "'quarry_migration_history', "
    "'quarry_migration_repeatables', 'quarry_migration_progress')) ORDER BY type, name";

struct SchemaObject {
    std::string type, name, table, sql;
    friend bool operator==(const SchemaObject&, const SchemaObject&) = default;
};

std::vector<SchemaObject> schema_objects(SQLite::Database& database) {
    std::vector<SchemaObject> objects;
    SQLite::Statement query(database, schema_sql);
    while (query.executeStep()) {
        objects.push_back({query.getColumn(0).getString(), query.getColumn(1).getString(),
                           query.getColumn(2).getString(), query.getColumn(3).getString()});
    }
    return objects;
}

/// As versions of SQLite write it the same: without spaces and quotes.
void normalize(SchemaObject& object) {
    std::erase_if(object.sql,
                  [](char c) { return std::string_view(" \t\r\n\"'`[]").find(c) != std::string_view::npos; });
    object.sql = ascii_lower(object.sql);
}

void check_schema_is_own(SQLite::Database& database, const std::filesystem::path& path) {
    if (schema_fingerprint(database) == newest_fingerprint) return;
    SQLite::Database fresh = db::open_sqlite_memory();
    lexical::register_term_tokenizer(fresh);
    create_schema(fresh);
    std::vector<SchemaObject> own = schema_objects(fresh), found = schema_objects(database);
    std::ranges::for_each(own, normalize);
    std::ranges::for_each(found, normalize);
    const auto refuse = [&](const SchemaObject& object, std::string_view problem, std::string_view hint) {
        throw Error(ErrorCode::failed, fmt::format("cannot use the knowledge base {}", path.string()),
                    std::string(hint))
            .because(fmt::format("its {} {} {}", object.type, one_line(object.name, 60), problem));
    };
    const auto is_own = [&](const std::string& table) {
        return std::ranges::find(own, table, &SchemaObject::table) != own.end() ||
               table.starts_with("quarry_migration") || table.starts_with("chunk_terms") ||
               table.starts_with("inner_headings");
    };
    for (const SchemaObject& object : found) {
        if (std::ranges::find(own, object) != own.end()) continue;
        // Ordinary tables of others, such as a replicator's, are nothing that quarry reads.
        const bool inert = (object.type == "table" && object.sql.starts_with("createtable")) || object.type == "index";
        if (!inert || is_own(ascii_lower(object.table))) refuse(object, "is not as quarry made it", foreign_base_hint);
    }
    for (const SchemaObject& object : own) {
        if (std::ranges::find(found, object) == found.end()) refuse(object, "is missing", damaged_base_hint);
    }
}

}  // namespace

void distrust_schema(SQLite::Database& database) {
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
}

std::string_view newest_schema_fingerprint() noexcept { return newest_fingerprint; }

std::string schema_fingerprint(SQLite::Database& database) {
    Sha256 hash;
    for (const SchemaObject& object : schema_objects(database)) {
        hash.add(fmt::format("{}\n{}\n{}\n{}\n", object.type, object.name, object.sql.size(), object.sql));
    }
    return hash.digest();
}

void check_schema(SQLite::Database& database, const std::filesystem::path& path) {
    try {
        migrator(database).check();
    } catch (Error& error) {
        const std::string doing = fmt::format("cannot use the knowledge base {}", path.string());
        if (error.code() != ErrorCode::migrations_pending) throw std::move(error).while_doing(doing);
        throw std::move(error).while_doing(doing).with_hint("apply them with: quarry migrate up --database base");
    }
    check_schema_is_own(database, path);
}

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
        .because("this is a SQLite database, but not a knowledge base");
}

}  // namespace quarry::store
