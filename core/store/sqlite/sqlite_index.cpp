// SqliteStore: what the vector index beside the base is made from, and kept up with.

#include <charconv>
#include <cstring>

#include "core/store/sqlite/sqlite_store.h"

namespace quarry::store {
namespace {

// Counted for people; drawn by lot, so that no other history of the same base has it too.
constexpr const char* renew_generation_value =
    "INSERT INTO settings (name, value) VALUES ('generation', '1-' || lower(hex(randomblob(8))))"
    " ON CONFLICT (name) DO UPDATE SET value = (CAST(value AS INTEGER) + 1) || '-' || lower(hex(randomblob(8)))";
constexpr const char* select_vector_keys =
    "SELECT c.id, t.hash FROM chunks c JOIN chunk_texts t ON t.id = c.text_id"
    " WHERE EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = c.text_id AND v.embedder_id = ?1) ORDER BY c.id";
constexpr const char* select_chunk_vector =
    "SELECT v.vector FROM chunks c JOIN vectors v ON v.text_id = c.text_id AND v.embedder_id = ?2 WHERE c.id = ?1";

/// The first 64 bits of a hash in hex digits.
std::uint64_t beginning_of_hash(std::string_view hex) {
    std::uint64_t value = 0;
    std::from_chars(hex.data(), hex.data() + std::min<std::size_t>(16, hex.size()), value, 16);
    return value;
}

}  // namespace

std::string SqliteStore::generation() const { return setting(setting::generation).value_or(""); }

void SqliteStore::renew_generation() { query(renew_generation_value).run(); }

std::size_t SqliteStore::vector_dimensions(std::string_view fingerprint) const {
    return guarded("read", [&] {
        const std::optional<EmbedderRow> known = embedder(fingerprint);
        return known ? known->dimensions : 0;
    });
}

void SqliteStore::for_each_vector_key(
    std::string_view fingerprint,
    const std::function<void(std::int64_t chunk_id, std::uint64_t text_hash)>& visit) const {
    guarded("read", [&] {
        const std::optional<EmbedderRow> known = embedder(fingerprint);
        if (!known) return;
        SQLite::Statement statement(database_, select_vector_keys);
        db::Query row(statement);
        row.with(known->id);
        while (row.step()) visit(row.integer(0), beginning_of_hash(row.bytes(1)));
    });
}

void SqliteStore::vectors_of(
    std::string_view fingerprint, std::span<const std::int64_t> chunk_ids,
    const std::function<void(std::int64_t chunk_id, std::span<const float> vector)>& visit) const {
    guarded("read", [&] {
        const std::optional<EmbedderRow> known = embedder(fingerprint);
        if (!known) return;
        std::vector<float> vector(known->dimensions);
        for (const std::int64_t id : chunk_ids) {
            db::Query row = query(select_chunk_vector);
            if (!row.with(id, known->id).step()) continue;
            const std::string_view bytes = row.bytes(0);
            if (bytes.size() != vector.size() * sizeof(float)) continue;  // `verify` reports it
            std::memcpy(vector.data(), bytes.data(), bytes.size());
            visit(id, vector);
        }
    });
}

}  // namespace quarry::store
