// SqliteStore: vectors and the models that made them.

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

#include "core/base/hash.h"
#include "core/store/sqlite/sqlite_store.h"
#include "core/store/sqlite/text_reader.h"

namespace quarry::store {
namespace {

static_assert(std::endian::native == std::endian::little, "vectors are stored as little-endian floats");

constexpr const char* select_embedder = "SELECT id, dimensions, computed_to FROM embedders WHERE fingerprint = ?";
constexpr const char* insert_embedder = "INSERT INTO embedders (fingerprint, dimensions) VALUES (?, ?)";
constexpr const char* update_dimensions = "UPDATE embedders SET dimensions = ?2 WHERE id = ?1";
constexpr const char* select_unembedded =
    "SELECT t.id, t.hash, c.document_id, c.start_byte, c.end_byte FROM chunk_texts t"
    " JOIN chunks c ON c.id = (SELECT min(id) FROM chunks WHERE text_id = t.id)"
    " WHERE t.id > max(?1, ?4) AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = t.id AND v.embedder_id = ?2)"
    " ORDER BY t.id LIMIT ?3";
constexpr const char* count_unembedded =
    "SELECT count(*) FROM chunk_texts t"
    " WHERE t.id > ?2 AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = t.id AND v.embedder_id = ?1)";
constexpr const char* sum_unembedded_tokens =
    "SELECT coalesce(sum(c.tokens), 0) FROM chunk_texts t"
    " JOIN chunks c ON c.id = (SELECT min(id) FROM chunks WHERE text_id = t.id)"
    " WHERE t.id > ?2 AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = t.id AND v.embedder_id = ?1)";
constexpr const char* upsert_vector =
    "INSERT INTO vectors (embedder_id, text_id, vector) SELECT ?1, id, ?3 FROM chunk_texts WHERE hash = ?2"
    " ON CONFLICT (text_id, embedder_id) DO UPDATE SET vector = excluded.vector";
constexpr const char* select_chunk_texts = "SELECT text_id, id FROM chunks ORDER BY text_id, id";
// In the order of the file, which is that of embedding: one pass over the pages.
constexpr const char* select_vectors = "SELECT text_id, vector FROM vectors WHERE embedder_id = ? ORDER BY id";
// In the order in which an index has them. The condition on texts is one that computed vectors alone fulfil.
constexpr const char* select_computed =
    "SELECT id, document_id, start_byte, end_byte FROM chunks WHERE text_id <= ? ORDER BY id";
constexpr const char* set_computed =
    "UPDATE embedders SET computed_to = (SELECT coalesce(max(id), 0) FROM chunk_texts) WHERE id = ?";
constexpr const char* select_embedders =
    "SELECT e.fingerprint, e.dimensions, (SELECT count(*) FROM vectors v WHERE v.embedder_id = e.id),"
    " coalesce(length(m.bytes), 0), (SELECT count(*) FROM chunk_texts t WHERE t.id <= e.computed_to) FROM embedders e "
    "LEFT JOIN models m ON m.embedder_id = e.id ORDER BY e.id";
constexpr const char* delete_vectors = "DELETE FROM vectors WHERE embedder_id = ?";
constexpr const char* delete_model = "DELETE FROM models WHERE embedder_id = ?";
constexpr const char* delete_embedder = "DELETE FROM embedders WHERE id = ?";
constexpr const char* delete_setting = "DELETE FROM settings WHERE name = ?";
constexpr const char* upsert_model = "INSERT INTO models (embedder_id, bytes) VALUES (?, ?)"
                                     " ON CONFLICT (embedder_id) DO UPDATE SET bytes = excluded.bytes";
constexpr const char* select_model =
    "SELECT m.embedder_id FROM models m JOIN embedders e ON e.id = m.embedder_id WHERE e.fingerprint = ?";

/// No embedder has this id: rowids begin at 1.
constexpr std::int64_t no_embedder = 0;
/// More dimensions than any model has are damage.
constexpr std::uint64_t most_dimensions = 1U << 20;

/// A model, read in place: through a statement SQLite would first copy all of it, which is many megabytes.
class ModelBlob final : public StoredBytes {
public:
    ModelBlob(SQLite::Database& database, std::int64_t embedder_id, std::string doing)
        : database_(database), doing_(std::move(doing)) {
        sqlite3_blob* blob = nullptr;
        const int code = sqlite3_blob_open(database_.getHandle(), "main", "models", "bytes", embedder_id, 0, &blob);
        blob_.reset(blob);
        if (code != SQLITE_OK) throw SQLite::Exception(database_.getHandle(), code);
    }

    [[nodiscard]] std::size_t size() const override {
        return static_cast<std::size_t>(sqlite3_blob_bytes(blob_.get()));
    }
    void read(std::size_t offset, std::span<char> to) const override {
        const int code =
            sqlite3_blob_read(blob_.get(), to.data(), static_cast<int>(to.size()), static_cast<int>(offset));
        if (code != SQLITE_OK) throw db::sqlite_error(SQLite::Exception(database_.getHandle(), code), doing_);
    }

private:
    struct Close {
        void operator()(sqlite3_blob* blob) const { sqlite3_blob_close(blob); }
    };
    SQLite::Database& database_;
    std::string doing_;
    std::unique_ptr<sqlite3_blob, Close> blob_;
};

}  // namespace

std::optional<SqliteStore::EmbedderRow> SqliteStore::embedder(std::string_view fingerprint) const {
    db::Query row = query(select_embedder);
    if (!row.with(fingerprint).step()) return std::nullopt;
    if (row.count(1) > most_dimensions) {
        throw Error(ErrorCode::failed, fmt::format("the vectors by {} cannot be used", fingerprint),
                    std::string(damaged_base_hint))
            .because(fmt::format("they are recorded with {} dimensions", row.integer(1)));
    }
    return EmbedderRow{row.integer(0), row.count(1), row.integer(2)};
}

SqliteStore::EmbedderRow SqliteStore::ensure_embedder(std::string_view fingerprint, std::size_t dimensions) {
    if (std::optional<EmbedderRow> known = embedder(fingerprint)) {
        if (known->dimensions == 0 && dimensions != 0) {
            query(update_dimensions).with(known->id, dimensions).run();
            known->dimensions = dimensions;
        }
        return *known;
    }
    query(insert_embedder).with(fingerprint, dimensions).run();
    return {database_.getLastInsertRowid(), dimensions};
}

std::vector<Store::UnembeddedText> SqliteStore::unembedded(std::string_view fingerprint, std::size_t limit,
                                                           std::int64_t after) const {
    return guarded("read", [&] {
        const std::optional<EmbedderRow> known = embedder(fingerprint);
        std::vector<UnembeddedText> found;
        TextReader texts(database_, statements_, packing_);
        db::Query row = query(select_unembedded);
        row.with(after, known ? known->id : no_embedder, limit, known ? known->computed_to : 0);
        while (row.step()) {
            found.push_back({row.integer(0), row.text(1), texts.read(row.integer(2), row.count(3), row.count(4))});
        }
        return found;
    });
}

std::uint64_t SqliteStore::unembedded_count(std::string_view fingerprint) const {
    return guarded("read", [&] {
        const std::optional<EmbedderRow> known = embedder(fingerprint);
        db::Query row = query(count_unembedded);
        row.with(known ? known->id : no_embedder, known ? known->computed_to : 0).step();
        return row.count(0);
    });
}

std::uint64_t SqliteStore::unembedded_tokens(std::string_view fingerprint) const {
    return guarded("read", [&] {
        const std::optional<EmbedderRow> known = embedder(fingerprint);
        db::Query row = query(sum_unembedded_tokens);
        row.with(known ? known->id : no_embedder, known ? known->computed_to : 0).step();
        return row.count(0);
    });
}

void SqliteStore::put_vectors(std::string_view fingerprint, std::size_t dimensions,
                              std::span<const std::string> text_hashes, std::span<const float> vectors) {
    if (vectors.size() != text_hashes.size() * dimensions) {
        throw Error(ErrorCode::failed, "cannot store vectors")
            .because(fmt::format("{} texts of {} dimensions need {} numbers, not {}", text_hashes.size(), dimensions,
                                 text_hashes.size() * dimensions, vectors.size()));
    }
    in_transaction([&] {
        const EmbedderRow row = ensure_embedder(fingerprint, dimensions);
        if (row.dimensions != dimensions) {
            throw Error(ErrorCode::failed, "cannot store vectors")
                .because(fmt::format("the model gives {} dimensions, but the vectors in the base have {}", dimensions,
                                     row.dimensions));
        }
        if (row.computed_to > 0) return;
        vectors_changed_ = true;
        db::Query insert = query(upsert_vector);
        for (std::size_t i = 0; i < text_hashes.size(); ++i) {
            insert.with(row.id, text_hashes[i], db::Blob{vectors.data() + i * dimensions, dimensions * sizeof(float)})
                .run();
        }
    });
}

void SqliteStore::compute_vectors(std::string_view fingerprint, std::size_t dimensions) {
    bool dropped = false;
    in_transaction([&] {
        const EmbedderRow row = ensure_embedder(fingerprint, dimensions);
        vectors_changed_ = true;
        query(delete_vectors).with(row.id).run();
        dropped = database_.getChanges() > 0;
        query(set_computed).with(row.id).run();
    });
    if (dropped) compact();
}

bool SqliteStore::computes_vectors(std::string_view fingerprint) const {
    return guarded("read", [&] {
        const std::optional<EmbedderRow> known = embedder(fingerprint);
        return known && known->computed_to > 0;
    });
}

ComputedVectors& SqliteStore::computer(std::string_view fingerprint) const {
    if (computer_ == nullptr || computer_->fingerprint() != fingerprint) {
        std::optional<std::string> table = model(fingerprint);
        if (!table) {
            throw Error(ErrorCode::failed, fmt::format("the vectors by {} cannot be computed", fingerprint),
                        "fit the table again: quarry embed fit")
                .because("its table is missing");
        }
        computer_ = std::make_unique<ComputedVectors>(std::move(*table));
    }
    computer_->clear();
    return *computer_;
}

void SqliteStore::for_each_vector(
    std::string_view fingerprint,
    const std::function<void(std::int64_t chunk_id, std::span<const float> vector)>& visit) const {
    guarded("read", [&] {
        const std::optional<EmbedderRow> known = embedder(fingerprint);
        if (!known) return;
        if (known->computed_to > 0) {
            ComputedVectors& vectors = computer(fingerprint);
            TextReader texts(database_, statements_, packing_);
            db::Query row = query(select_computed);
            row.with(known->computed_to);
            while (row.step()) {
                vectors.add(row.integer(0), texts.read(row.integer(1), row.count(2), row.count(3)), visit);
            }
            vectors.finish(visit);
            return;
        }
        struct TextOfChunk {
            std::int64_t text_id, chunk_id;
        };
        std::vector<TextOfChunk> chunks;
        {
            db::Query row = query(select_chunk_texts);
            while (row.step()) chunks.push_back({row.integer(0), row.integer(1)});
        }
        SQLite::Statement statement(database_, select_vectors);
        db::Query row(statement);
        row.with(known->id);
        std::vector<float> vector(known->dimensions);  // SQLite promises no alignment
        while (row.step()) {
            const std::string_view bytes = row.bytes(1);
            if (bytes.size() != vector.size() * sizeof(float)) continue;  // `verify` reports it
            std::memcpy(vector.data(), bytes.data(), bytes.size());
            const std::int64_t text_id = row.integer(0);
            for (auto at = std::ranges::lower_bound(chunks, text_id, {}, &TextOfChunk::text_id);
                 at != chunks.end() && at->text_id == text_id; ++at) {
                visit(at->chunk_id, vector);
            }
        }
    });
}

std::vector<StoredEmbedder> SqliteStore::embedders() const {
    return guarded("read", [&] {
        std::vector<StoredEmbedder> found;
        db::Query row = query(select_embedders);
        while (row.step()) {
            StoredEmbedder one{row.text(0), row.count(1), row.count(2), row.count(3), row.count(3) > 0};
            one.bytes += one.vectors * one.dimensions * sizeof(float);
            one.vectors += row.count(4);
            found.push_back(std::move(one));
        }
        return found;
    });
}

void SqliteStore::drop_embedder(std::string_view fingerprint) {
    in_transaction([&] {
        const std::optional<EmbedderRow> gone = embedder(fingerprint);
        if (!gone) return;
        vectors_changed_ = true;
        for (const char* sql : {delete_vectors, delete_model, delete_embedder}) query(sql).with(gone->id).run();
        for (const std::string_view name : {setting::embedder_name, setting::embedder_server}) {
            query(delete_setting).with(fmt::format("{}{}", name, fingerprint)).run();
        }
    });
    compact();
}

void SqliteStore::put_model(std::string_view fingerprint, std::string_view bytes) {
    in_transaction([&] {
        query(upsert_model).with(ensure_embedder(fingerprint, 0).id, db::Blob{bytes.data(), bytes.size()}).run();
    });
}

std::optional<std::string> SqliteStore::model(std::string_view fingerprint) const {
    const std::unique_ptr<StoredBytes> stored = open_model(fingerprint);
    if (stored == nullptr) return std::nullopt;
    std::string bytes(stored->size(), '\0');
    stored->read(0, bytes);
    return bytes;
}

std::unique_ptr<StoredBytes> SqliteStore::open_model(std::string_view fingerprint) const {
    return guarded("read", [&]() -> std::unique_ptr<StoredBytes> {
        db::Query row = query(select_model);
        if (!row.with(fingerprint).step()) return nullptr;
        return std::make_unique<ModelBlob>(database_, row.integer(0), what("read"));
    });
}

}  // namespace quarry::store
