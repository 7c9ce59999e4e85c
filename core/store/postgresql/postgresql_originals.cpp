// Files that were uploaded.
#include "core/store/original_rules.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/postgresql/side_server.h"
#include "core/store/postgresql/unused_originals.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* sum_of_originals = "SELECT coalesce(sum(bytes), 0)::bigint FROM originals";
constexpr const char* select_completeness =
    "SELECT bytes, (SELECT count(*) FROM original_parts WHERE hash = $1) FROM originals WHERE hash = $1";
constexpr const char* insert_original =
    "INSERT INTO originals (hash, bytes, created_at) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING";
constexpr const char* insert_original_parts =
    "INSERT INTO original_parts (hash, number, data) SELECT $1, $2::bigint + p.number - 1, p.data"
    " FROM pg_catalog.unnest($3::bytea[]) WITH ORDINALITY AS p (data, number) ON CONFLICT (hash, number) DO NOTHING";
constexpr const char* select_original_part = "SELECT data FROM original_parts WHERE hash = $1 AND number = $2";
constexpr const char* unlink_source = "DELETE FROM source_originals WHERE source_id = $1 AND hash <> $2 RETURNING hash";
constexpr const char* delete_unused_originals =
    "DELETE FROM originals o WHERE o.hash = ANY ($1::text[])"
    " AND NOT EXISTS (SELECT 1 FROM source_originals s WHERE s.hash = o.hash)";
constexpr const char* link_source = "INSERT INTO source_originals (source_id, hash, name, type) VALUES ($1, $2, $3, $4)"
                                    " ON CONFLICT (source_id) DO UPDATE SET name = excluded.name, type = excluded.type";
constexpr const char* select_of_source =
    "SELECT s.hash, s.name, s.type, o.bytes FROM source_originals s JOIN originals o ON o.hash = s.hash"
    " WHERE s.source_id = $1";
constexpr const char* delete_orphans = "DELETE FROM originals o WHERE o.created_at < $1 AND o.hash <> ALL ($2::text[])"
                                       " AND NOT EXISTS (SELECT 1 FROM source_originals s WHERE s.hash = o.hash)";

class PostgresqlOriginals final : public OriginalRepository {
public:
    PostgresqlOriginals(const std::string& url, StoreMode mode) : server_(url, mode) {}

    [[nodiscard]] std::uint64_t bytes() override { return server_.query(sum_of_originals).count(0, 0); }
    [[nodiscard]] bool is_complete(std::string_view hash) override {
        const Rows rows = server_.query(select_completeness, {ascii(hash)});
        return !rows.empty() && rows.count(0, 1) == count_original_parts(rows.count(0, 0));
    }
    void put(std::string_view hash, std::uint64_t bytes, std::uint64_t first, std::span<const std::string> parts,
             std::int64_t now) override {
        server_.changing([&] {
            server_.run(insert_original, {ascii(hash), number(bytes), number(now)});
            server_.run(insert_original_parts, {ascii(hash), number(first), byteas(parts)});
        });
    }
    [[nodiscard]] std::optional<std::string> part(std::string_view hash, std::uint64_t number_of_part) override {
        return first_of(server_.query(select_original_part, {ascii(hash), number(number_of_part)}),
                        [](const Row& row) { return row.text(0); });
    }
    void link(std::int64_t source, const Original& original) override {
        server_.changing([&] {
            const std::vector<std::string> before =
                each_of(server_.query(unlink_source, {number(source), original.hash}),
                        [](const Row& row) { return row.text(0); });
            drop_unused_originals(server_.server(), before);
            server_.run(link_source, {number(source), original.hash, bytea(original.name), bytea(original.type)});
        });
    }
    [[nodiscard]] std::optional<Original> of_source(std::int64_t source) override {
        return first_of(server_.query(select_of_source, {number(source)}), read_original<Row>);
    }
    std::size_t remove_orphans(std::int64_t before, std::span<const std::string> wanted) override {
        return server_.changing([&] {
            return std::size_t{server_.run(delete_orphans, {number(before), words(wanted)})};
        });
    }

private:
    SideServer server_;
};

}  // namespace

void drop_unused_originals(ServerConnection& server, std::span<const std::string> hashes) {
    if (!hashes.empty()) server.run(delete_unused_originals, {words(hashes)});
}

std::unique_ptr<OriginalRepository> open_server_originals(const std::string& url, StoreMode mode) {
    return std::make_unique<PostgresqlOriginals>(url, mode);
}

}  // namespace quarry::store::postgresql
