// SqliteStore: what the vector index beside the base is made from, and kept up with.

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>

#include "core/index/index_update.h"
#include "core/store/sqlite/sqlite_store.h"
#include "core/store/sqlite/store_index.h"
#include "core/store/sqlite/text_reader.h"
#include "core/store/store_vectors.h"

namespace quarry::store {
namespace {

// Counted for people; drawn by lot, so that no other history of the same base has it too.
constexpr const char* renew_generation_value =
    "INSERT INTO settings (name, value) VALUES ('generation', '1-' || lower(hex(randomblob(8))))"
    " ON CONFLICT (name) DO UPDATE SET value = (CAST(value AS INTEGER) + 1) || '-' || lower(hex(randomblob(8)))";
constexpr const char* select_vector_keys =
    "SELECT c.id, t.hash FROM chunks c JOIN chunk_texts t ON t.id = c.text_id"
    " WHERE c.text_id <= ?2 OR EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = c.text_id AND v.embedder_id = ?1)"
    " ORDER BY c.id";
constexpr const char* select_computed_chunk =
    "SELECT document_id, start_byte, end_byte FROM chunks WHERE id = ?1 AND text_id <= ?2";
constexpr const char* select_chunk_vector =
    "SELECT v.vector FROM chunks c JOIN vectors v ON v.text_id = c.text_id AND v.embedder_id = ?2 WHERE c.id = ?1";

/// The first 64 bits of a hash in hex digits.
std::uint64_t beginning_of_hash(std::string_view hex) {
    std::uint64_t value = 0;
    std::from_chars(hex.data(), hex.data() + std::min<std::size_t>(16, hex.size()), value, 16);
    return value;
}

/// The files of indexes beside a base: "NAME-FINGERPRINT.vectors", its lock, and its ".changes".
std::vector<std::filesystem::path> index_files(const std::filesystem::path& base) {
    std::vector<std::filesystem::path> files;
    const std::string prefix = base.filename().string() + "-";
    const std::filesystem::path folder = std::filesystem::absolute(base).parent_path();
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(prefix)) continue;
        if (name.ends_with(".vectors") || name.ends_with(".vectors.lock") || name.ends_with(".changes")) {
            files.push_back(entry.path());
        }
    }
    return files;
}

/// Removes the indexes of embedders that are gone.
void remove_other_indexes(const std::filesystem::path& base, const VectorStore& store) {
    std::set<std::string> kept;
    for (const StoredEmbedder& embedder : store.embedders()) {
        const index::IndexPaths paths(base, embedder.fingerprint);
        kept.insert(paths.main.filename().string());
        kept.insert(paths.main.filename().string() + ".lock");
        kept.insert(paths.changes.filename().string());
    }
    for (const std::filesystem::path& file : index_files(base)) {
        std::error_code ignored;
        if (!kept.contains(file.filename().string())) std::filesystem::remove(file, ignored);
    }
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
        row.with(known->id, known->computed_to);
        while (row.step()) visit(row.integer(0), beginning_of_hash(row.bytes(1)));
    });
}

void SqliteStore::vectors_of(
    std::string_view fingerprint, std::span<const std::int64_t> chunk_ids,
    const std::function<void(std::int64_t chunk_id, std::span<const float> vector)>& visit) const {
    guarded("read", [&] {
        const std::optional<EmbedderRow> known = embedder(fingerprint);
        if (!known) return;
        if (known->computed_to > 0) {
            ComputedVectors& vectors = computer(fingerprint);
            TextReader texts(database_, statements_, packing_);
            for (const std::int64_t id : chunk_ids) {
                db::Query row = query(select_computed_chunk);
                if (!row.with(id, known->computed_to).step()) continue;
                vectors.add(id, texts.read(row.integer(0), row.count(1), row.count(2)), visit);
            }
            vectors.finish(visit);
            return;
        }
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

void SqliteStore::update_index(std::string_view fingerprint, unsigned threads, bool rewrite,
                               const Cancellation& cancellation, const IndexProgress& progress) const {
    if (path_.empty() || fingerprint.empty()) return;
    index::IndexUpdateOptions options;
    options.threads = threads;
    options.rewrite = rewrite;
    if (computes_vectors(fingerprint)) options = for_computed_vectors(options);
    const index::IndexUpdate update =
        index::update_index(StoreVectors(*this, std::string(fingerprint)), index::IndexPaths(file(), fingerprint),
                            options, cancellation, progress);
    if (update.action != index::IndexUpdate::Action::none) remove_other_indexes(file(), *this);
}

std::vector<std::string> SqliteStore::verify_index(std::string_view fingerprint,
                                                   const Cancellation& cancellation) const {
    if (path_.empty() || fingerprint.empty()) return {};
    std::string why;
    const std::optional<index::StoredIndex> index =
        index::StoredIndex::open(index::IndexPaths(file(), fingerprint), {}, why);
    if (!index || index->generation() != generation()) return {};
    return index::compare_index(StoreVectors(*this, std::string(fingerprint)), *index, cancellation);
}

std::uint64_t SqliteStore::index_bytes() const {
    if (path_.empty()) return 0;
    std::uint64_t bytes = 0;
    for (const std::filesystem::path& file : index_files(file())) {
        std::error_code missing;
        const std::uint64_t size = std::filesystem::file_size(file, missing);
        if (!missing) bytes += size;
    }
    return bytes;
}

}  // namespace quarry::store
