// Uploaded files, in the knowledge base's file, over a connection of their own.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <type_traits>
#include <vector>

#include "core/db/sqlite_statement.h"
#include "core/store/base_address.h"
#include "core/store/original_rules.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/side_connection.h"
#include "core/store/store.h"

namespace quarry::store {
namespace {

constexpr int originals_busy_timeout_ms = 5000;

constexpr const char* sum_of_originals = "SELECT coalesce(sum(bytes), 0) FROM originals";
constexpr const char* select_completeness =
    "SELECT bytes, (SELECT count(*) FROM original_parts WHERE hash = ?1) FROM originals WHERE hash = ?1";
constexpr const char* insert_original = "INSERT OR IGNORE INTO originals (hash, bytes, created_at) VALUES (?1, ?2, ?3)";
constexpr const char* insert_original_part =
    "INSERT OR IGNORE INTO original_parts (hash, number, data) VALUES (?1, ?2, ?3)";
constexpr const char* select_original_part = "SELECT data FROM original_parts WHERE hash = ?1 AND number = ?2";
constexpr const char* unlink_source = "DELETE FROM source_originals WHERE source_id = ?1 AND hash <> ?2 RETURNING hash";
// A base's triggers are never run: distrust_schema.
constexpr const char* delete_unused_original =
    "DELETE FROM originals WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM source_originals WHERE hash = ?1)";
constexpr const char* link_source = "INSERT INTO source_originals (source_id, hash, name, type) VALUES (?1, ?2, ?3, ?4)"
                                    " ON CONFLICT (source_id) DO UPDATE SET name = excluded.name, type = excluded.type";
constexpr const char* select_of_source =
    "SELECT s.hash, s.name, s.type, o.bytes FROM source_originals s JOIN originals o ON o.hash = s.hash"
    " WHERE s.source_id = ?1";
constexpr const char* select_orphans = "SELECT hash FROM originals WHERE created_at < ?1 AND NOT EXISTS"
                                       " (SELECT 1 FROM source_originals WHERE hash = originals.hash)";
constexpr const char* delete_original = "DELETE FROM originals WHERE hash = ?1";

class SqliteOriginals final : public OriginalRepository {
public:
    SqliteOriginals(const std::filesystem::path& base, StoreMode mode)
        : path_(base),
          database_(open_side_connection(base, mode == StoreMode::read ? SideAccess::read : SideAccess::write,
                                         originals_busy_timeout_ms)),
          statements_(database_) {}

    [[nodiscard]] std::uint64_t bytes() override {
        return guarded_originals("read", [&] {
            db::Query query = statements_.query(sum_of_originals);
            return query.step() ? query.count(0) : 0;
        });
    }

    [[nodiscard]] bool is_complete(std::string_view hash) override {
        return guarded_originals("read", [&] {
            db::Query query = statements_.query(select_completeness);
            query.with(hash);
            return query.step() && query.count(1) == count_original_parts(query.count(0));
        });
    }

    void put(std::string_view hash, std::uint64_t bytes, std::uint64_t first, std::span<const std::string> parts,
             std::int64_t now) override {
        guarded_originals("write to", [&] {
            SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
            statements_.query(insert_original).with(hash, bytes, now).run();
            for (const std::string& part : parts) {
                statements_.query(insert_original_part).with(hash, first++, db::Blob{part.data(), part.size()}).run();
            }
            transaction.commit();
        });
    }

    [[nodiscard]] std::optional<std::string> part(std::string_view hash, std::uint64_t number) override {
        return guarded_originals("read", [&]() -> std::optional<std::string> {
            db::Query query = statements_.query(select_original_part);
            query.with(hash, number);
            if (!query.step()) return std::nullopt;
            return std::string(query.bytes(0));
        });
    }

    void link(std::int64_t source, const Original& original) override {
        guarded_originals("write to", [&] {
            SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
            std::optional<std::string> before;
            {
                db::Query query = statements_.query(unlink_source);
                query.with(source, original.hash);
                while (query.step()) before = query.text(0);
            }
            if (before) statements_.query(delete_unused_original).with(*before).run();
            statements_.query(link_source).with(source, original.hash, original.name, original.type).run();
            transaction.commit();
        });
    }

    [[nodiscard]] std::optional<Original> of_source(std::int64_t source) override {
        return guarded_originals("read", [&]() -> std::optional<Original> {
            db::Query query = statements_.query(select_of_source);
            query.with(source);
            if (!query.step()) return std::nullopt;
            return read_original(query);
        });
    }

    std::size_t remove_orphans(std::int64_t before, std::span<const std::string> wanted) override {
        return guarded_originals("write to", [&] {
            SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
            std::vector<std::string> orphans;
            {
                db::Query query = statements_.query(select_orphans);
                query.with(before);
                while (query.step()) orphans.push_back(query.text(0));
            }
            std::erase_if(orphans,
                          [&](const std::string& hash) { return std::ranges::find(wanted, hash) != wanted.end(); });
            for (const std::string& hash : orphans) statements_.query(delete_original).with(hash).run();
            transaction.commit();
            return orphans.size();
        });
    }

private:
    template <typename Work>
    std::invoke_result_t<Work> guarded_originals(std::string_view doing, Work&& work) {
        try {
            return work();
        } catch (const SQLite::Exception& exception) {
            throw knowledge_base_error(exception, fmt::format("cannot {} the files of {}", doing, path_.string()));
        }
    }

    const std::filesystem::path path_;
    SQLite::Database database_;
    db::StatementCache statements_;
};

}  // namespace

std::unique_ptr<OriginalRepository> open_originals(const std::filesystem::path& base, StoreMode mode) {
    if (is_server_base(base)) return postgresql::open_server_originals(base.native(), mode);
    return std::make_unique<SqliteOriginals>(base, mode);
}

}  // namespace quarry::store
