// PostgresqlStore: vectors, the models that made them, and searching them.

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <unordered_set>

#include "core/base/error.h"
#include "core/index/exact_index.h"
#include "core/store/postgresql/postgresql_store.h"

namespace quarry::store::postgresql {
namespace {

static_assert(std::endian::native == std::endian::little, "vectors are stored as little-endian floats");

constexpr const char* select_embedder = "SELECT id, dimensions FROM embedders WHERE fingerprint = $1";
constexpr const char* insert_embedder = "INSERT INTO embedders (id, fingerprint, dimensions) VALUES ($1, $2, $3)";
constexpr const char* update_dimensions = "UPDATE embedders SET dimensions = $2 WHERE id = $1";
// Of a page of texts those without a vector, and a row that says where the page ends.
constexpr const char* select_unembedded =
    "WITH page AS MATERIALIZED (SELECT id, hash FROM chunk_texts WHERE id > $1 ORDER BY id LIMIT $3)"
    " SELECT p.id, p.hash, (SELECT min(c.id) FROM chunks c WHERE c.text_id = p.id) FROM page p WHERE NOT EXISTS"
    " (SELECT 1 FROM vectors v WHERE v.text_id = p.id AND v.embedder_id = $2)"
    " UNION ALL SELECT max(id), '', 0 FROM page ORDER BY 1, 3";
constexpr const char* count_unembedded =
    "SELECT count(*) FROM chunk_texts t"
    " WHERE NOT EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = t.id AND v.embedder_id = $1)";
constexpr const char* sum_unembedded_tokens =
    "SELECT coalesce(sum((SELECT c.tokens FROM chunks c WHERE c.text_id = t.id ORDER BY c.id LIMIT 1)), 0)::bigint"
    " FROM chunk_texts t WHERE NOT EXISTS"
    " (SELECT 1 FROM vectors v WHERE v.text_id = t.id AND v.embedder_id = $1)";
constexpr const char* delete_replaced =
    "DELETE FROM vectors WHERE embedder_id = $1 AND text_id = ANY ($2::bigint[])";
constexpr const char* select_text_ids = "SELECT hash, id FROM chunk_texts WHERE hash = ANY ($1::text[])";
constexpr const char* select_vector_page =
    "SELECT c.id, v.vector FROM chunks c JOIN vectors v ON v.text_id = c.text_id AND v.embedder_id = $1"
    " WHERE c.id > $2 ORDER BY c.id LIMIT 5000";
constexpr const char* select_vectors_of =
    "SELECT c.id, v.vector FROM chunks c JOIN vectors v ON v.text_id = c.text_id AND v.embedder_id = $1"
    " WHERE c.id = ANY ($2::bigint[]) ORDER BY c.id";
constexpr const char* select_key_page =
    "SELECT c.id, t.hash FROM chunks c JOIN chunk_texts t ON t.id = c.text_id"
    " JOIN vectors v ON v.text_id = c.text_id AND v.embedder_id = $1 WHERE c.id > $2 ORDER BY c.id LIMIT 20000";
constexpr const char* count_chunks_with_vectors =
    "SELECT count(*) FROM chunks c JOIN vectors v ON v.text_id = c.text_id AND v.embedder_id = $1";
constexpr const char* select_chunks_of_texts = "SELECT id FROM chunks WHERE text_id = ANY ($1::bigint[])";
constexpr const char* select_embedders =
    "SELECT e.fingerprint, e.dimensions, (SELECT count(*) FROM vectors v WHERE v.embedder_id = e.id),"
    " coalesce(octet_length(m.content), 0) FROM embedders e LEFT JOIN models m ON m.embedder_id = e.id ORDER BY e.id";
constexpr const char* delete_embedder_vectors = "DELETE FROM vectors WHERE embedder_id = $1";
constexpr const char* delete_model = "DELETE FROM models WHERE embedder_id = $1";
constexpr const char* delete_embedder = "DELETE FROM embedders WHERE id = $1";
constexpr const char* delete_setting = "DELETE FROM settings WHERE name = $1";
constexpr const char* select_model_size =
    "SELECT m.embedder_id, octet_length(m.content) FROM models m JOIN embedders e ON e.id = m.embedder_id"
    " WHERE e.fingerprint = $1";
constexpr const char* select_model_slice =
    "SELECT substring(content FROM $2::integer + 1 FOR $3::integer) FROM models WHERE embedder_id = $1";

/// No embedder has this id.
constexpr std::int64_t no_embedder = 0;
/// Vectors that take more are not kept in memory between searches.
constexpr std::uint64_t most_loaded_bytes = std::uint64_t{1} << 30;

/// What was found near and what was asked for as one list in order of score.
std::vector<document::ScoredChunk> merged(const index::NearestVectors& found) {
    std::vector<document::ScoredChunk> chunks;
    std::unordered_set<std::int64_t> seen;
    for (const auto* part : {&found.nearest, &found.asked}) {
        for (const index::ScoredVector& scored : *part) {
            if (seen.insert(scored.id).second) chunks.push_back({scored.id, scored.score});
        }
    }
    std::ranges::sort(chunks, [](const document::ScoredChunk& left, const document::ScoredChunk& right) {
        return left.score != right.score ? left.score > right.score : left.chunk_id < right.chunk_id;
    });
    return chunks;
}

/// A model, read in slices: all of it is many megabytes. It never changes; one that was dropped cannot be read.
class ServerModel final : public StoredBytes {
public:
    ServerModel(ServerConnection& server, std::int64_t embedder_id, std::size_t size)
        : server_(server), embedder_id_(embedder_id), size_(size) {}

    [[nodiscard]] std::size_t size() const override { return size_; }
    void read(std::size_t offset, std::span<char> to) const override {
        const Rows rows = server_.query(select_model_slice, {number(embedder_id_), number(offset), number(to.size())});
        const std::string_view bytes = rows.empty() ? std::string_view() : rows.bytes(0, 0);
        if (bytes.size() == to.size()) {
            std::ranges::copy(bytes, to.begin());
            return;
        }
        throw Error(ErrorCode::failed, server_.what("read"), "fit the table again: quarry embed fit")
            .because("a model is not there any more");
    }

private:
    ServerConnection& server_;
    std::int64_t embedder_id_;
    std::size_t size_;
};

/// Visits vectors in pages; those of another length are passed over, as `verify` reports them.
void visit_vectors(const Rows& rows, std::size_t dimensions,
                   const std::function<void(std::int64_t chunk_id, std::span<const float> vector)>& visit) {
    std::vector<float> vector(dimensions);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string_view bytes = rows.bytes(row, 1);
        if (bytes.size() != dimensions * sizeof(float)) continue;
        std::memcpy(vector.data(), bytes.data(), bytes.size());
        visit(rows.integer(row, 0), vector);
    }
}

}  // namespace

std::optional<PostgresqlStore::EmbedderRow> PostgresqlStore::embedder(std::string_view fingerprint) const {
    const Rows rows = server_.query(select_embedder, {std::string(fingerprint)});
    if (rows.empty()) return std::nullopt;
    return EmbedderRow{rows.integer(0, 0), rows.count(0, 1)};
}

PostgresqlStore::EmbedderRow PostgresqlStore::ensure_embedder(BaseWriter& writer, std::string_view fingerprint,
                                                              std::size_t dimensions) {
    if (std::optional<EmbedderRow> known = embedder(fingerprint)) {
        if (known->dimensions == 0 && dimensions != 0) {
            server_.run(update_dimensions, {number(known->id), number(dimensions)});
            known->dimensions = dimensions;
        }
        return *known;
    }
    const std::int64_t id = writer.next_id("embedders");
    server_.run(insert_embedder, {number(id), std::string(fingerprint), number(dimensions)});
    return {id, dimensions};
}

std::vector<Store::UnembeddedText> PostgresqlStore::unembedded(std::string_view fingerprint, std::size_t limit,
                                                               std::int64_t after) const {
    constexpr std::size_t largest_page = 20'000;
    const ReadTransaction transaction(server_);
    const std::optional<EmbedderRow> known = embedder(fingerprint);
    std::vector<UnembeddedText> found;
    std::vector<std::int64_t> chunk_ids;
    // Most texts may have a vector: pages grow until there is one that has not.
    for (std::size_t page = limit; found.size() < limit; page = std::min(largest_page, page * 4)) {
        const Rows rows =
            server_.query(select_unembedded, {number(after), number(known ? known->id : no_embedder), number(page)});
        std::optional<std::int64_t> end;
        for (std::size_t row = 0; row < rows.size() && found.size() < limit; ++row) {
            if (rows.bytes(row, 1).empty()) {
                if (!rows.is_null(row, 0)) end = rows.integer(row, 0);
                continue;
            }
            found.push_back({rows.integer(row, 0), rows.text(row, 1), ""});
            chunk_ids.push_back(rows.integer(row, 2));
        }
        if (!end) break;
        after = *end;
    }
    std::vector<std::string> texts = chunk_texts(chunk_ids);
    for (std::size_t i = 0; i < found.size(); ++i) found[i].text = std::move(texts[i]);
    return found;
}

std::uint64_t PostgresqlStore::unembedded_count(std::string_view fingerprint) const {
    const std::optional<EmbedderRow> known = embedder(fingerprint);
    return server_.query(count_unembedded, {number(known ? known->id : no_embedder)}).count(0, 0);
}

std::uint64_t PostgresqlStore::unembedded_tokens(std::string_view fingerprint) const {
    const std::optional<EmbedderRow> known = embedder(fingerprint);
    return server_.query(sum_unembedded_tokens, {number(known ? known->id : no_embedder)}).count(0, 0);
}

void PostgresqlStore::put_vectors(std::string_view fingerprint, std::size_t dimensions,
                                  std::span<const std::string> text_hashes, std::span<const float> vectors) {
    if (vectors.size() != text_hashes.size() * dimensions) {
        throw Error(ErrorCode::failed, "cannot store vectors")
            .because(fmt::format("{} texts of {} dimensions need {} numbers, not {}", text_hashes.size(), dimensions,
                                 text_hashes.size() * dimensions, vectors.size()));
    }
    in_transaction([&](BaseWriter& writer) {
        const EmbedderRow row = ensure_embedder(writer, fingerprint, dimensions);
        if (row.dimensions != dimensions) {
            throw Error(ErrorCode::failed, "cannot store vectors")
                .because(fmt::format("the model gives {} dimensions, but the vectors in the base have {}", dimensions,
                                     row.dimensions));
        }
        writer.note_change();
        std::map<std::string, std::int64_t, std::less<>> ids;
        const Rows known = server_.query(select_text_ids, {words(text_hashes)});
        for (std::size_t i = 0; i < known.size(); ++i) ids.emplace(known.text(i, 0), known.integer(i, 1));
        std::vector<std::int64_t> replaced;
        for (const auto& [hash, id] : ids) replaced.push_back(id);
        const std::uint64_t forgotten = server_.run(delete_replaced, {number(row.id), bigints(replaced)});
        if (forgotten > 0) PgvectorIndex::forget(server_, row.id, replaced);
        CopyRows rows;
        for (std::size_t i = 0; i < text_hashes.size(); ++i) {
            const auto text = ids.find(text_hashes[i]);
            if (text == ids.end()) continue;
            const auto* bytes = reinterpret_cast<const char*>(vectors.data() + i * dimensions);
            rows.row(3).add(row.id).add(text->second).add(std::string_view(bytes, dimensions * sizeof(float)));
            ids.erase(text);  // a hash that comes twice has one vector
        }
        server_.copy("vectors (embedder_id, text_id, vector)", rows);
        if (replaced.empty()) return;
        const auto [first, last] = std::ranges::minmax(replaced);
        if (has_grown_much(first, last + 1)) server_.run("ANALYZE (SKIP_LOCKED) vectors (text_id, embedder_id)");
    });
}

void PostgresqlStore::compute_vectors(std::string_view fingerprint, std::size_t) {
    throw Error(ErrorCode::failed, fmt::format("the vectors by {} cannot be computed when they are needed", fingerprint))
        .because("a base on PostgreSQL keeps them");
}

bool PostgresqlStore::computes_vectors(std::string_view) const { return false; }

void PostgresqlStore::for_each_vector(
    std::string_view fingerprint,
    const std::function<void(std::int64_t chunk_id, std::span<const float> vector)>& visit) const {
    const ReadTransaction transaction(server_);
    const std::optional<EmbedderRow> known = embedder(fingerprint);
    if (!known) return;
    for (std::int64_t after = 0;;) {
        const Rows rows = server_.query(select_vector_page, {number(known->id), number(after)});
        visit_vectors(rows, known->dimensions, visit);
        if (rows.empty()) return;
        after = rows.integer(rows.size() - 1, 0);
    }
}

std::vector<StoredEmbedder> PostgresqlStore::embedders() const {
    std::vector<StoredEmbedder> found;
    const Rows rows = server_.query(select_embedders);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        StoredEmbedder one{rows.text(row, 0), rows.count(row, 1), rows.count(row, 2), rows.count(row, 3),
                           rows.count(row, 3) > 0};
        one.bytes += one.vectors * one.dimensions * sizeof(float);
        found.push_back(std::move(one));
    }
    return found;
}

void PostgresqlStore::drop_embedder(std::string_view fingerprint) {
    in_transaction([&](BaseWriter& writer) {
        const std::optional<EmbedderRow> gone_one = embedder(fingerprint);
        if (!gone_one) return;
        writer.note_change();
        PgvectorIndex::drop(server_, gone_one->id);
        for (const char* sql : {delete_embedder_vectors, delete_model, delete_embedder}) {
            server_.run(sql, {number(gone_one->id)});
        }
        for (const std::string_view name : {setting::embedder_name, setting::embedder_server}) {
            server_.run(delete_setting, {fmt::format("{}{}", name, fingerprint)});
        }
    });
}

std::string PostgresqlStore::generation() const { return setting(setting::generation).value_or(""); }

std::size_t PostgresqlStore::vector_dimensions(std::string_view fingerprint) const {
    const std::optional<EmbedderRow> known = embedder(fingerprint);
    return known ? known->dimensions : 0;
}

void PostgresqlStore::for_each_vector_key(
    std::string_view fingerprint,
    const std::function<void(std::int64_t chunk_id, std::uint64_t text_hash)>& visit) const {
    const ReadTransaction transaction(server_);
    const std::optional<EmbedderRow> known = embedder(fingerprint);
    if (!known) return;
    for (std::int64_t after = 0;;) {
        const Rows rows = server_.query(select_key_page, {number(known->id), number(after)});
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const std::string_view hex = rows.bytes(row, 1).substr(0, 16);
            std::uint64_t beginning = 0;
            std::from_chars(hex.data(), hex.data() + hex.size(), beginning, 16);
            visit(rows.integer(row, 0), beginning);
        }
        if (rows.empty()) return;
        after = rows.integer(rows.size() - 1, 0);
    }
}

void PostgresqlStore::vectors_of(
    std::string_view fingerprint, std::span<const std::int64_t> chunk_ids,
    const std::function<void(std::int64_t chunk_id, std::span<const float> vector)>& visit) const {
    const std::optional<EmbedderRow> known = embedder(fingerprint);
    if (!known) return;
    visit_vectors(server_.query(select_vectors_of, {number(known->id), bigints(chunk_ids)}), known->dimensions, visit);
}

void PostgresqlStore::update_index(std::string_view fingerprint, unsigned, bool rewrite,
                                   const Cancellation& cancellation, const IndexProgress& progress) const {
    const std::optional<EmbedderRow> known = embedder(fingerprint);
    if (!known || known->dimensions == 0) return;
    const Pgvector pgvector = Pgvector::install(server_);
    if (!pgvector.is_usable()) return;
    in_transaction([&](BaseWriter& writer) {
        // Searches of other processes look again at what there is.
        if (PgvectorIndex::update(server_, pgvector, known->id, known->dimensions, rewrite, cancellation, progress)) {
            writer.note_change();
        }
    });
}

std::vector<std::string> PostgresqlStore::verify_index(std::string_view fingerprint,
                                                       const Cancellation& cancellation) const {
    const ReadTransaction transaction(server_);
    const std::optional<EmbedderRow> known = embedder(fingerprint);
    if (!known) return {};
    return PgvectorIndex::verify(server_, known->id, known->dimensions, cancellation);
}

std::uint64_t PostgresqlStore::index_bytes() const { return PgvectorIndex::bytes(server_); }

const PostgresqlStore::NearVectors* PostgresqlStore::near_vectors(std::string_view fingerprint) const {
    if (compares_all_) return nullptr;
    std::string now = generation();
    if (!near_ || near_->fingerprint != fingerprint || near_->generation != now) {
        near_.reset();
        near_ = NearVectors{std::string(fingerprint), std::move(now), std::nullopt, 0, 0};
        const std::optional<EmbedderRow> known = embedder(fingerprint);
        if (known && known->dimensions > 0) {
            near_->index = PgvectorIndex::open(server_, known->id, known->dimensions);
            near_->dimensions = known->dimensions;
        }
        if (near_->index) near_->count = server_.query(count_chunks_with_vectors, {number(known->id)}).count(0, 0);
    }
    return near_->index ? &*near_ : nullptr;
}

std::vector<std::int64_t> PostgresqlStore::near_chunks(const NearVectors& near, const DenseQuery& query,
                                                       const RetrievalScope& scope, std::size_t limit) const {
    const IdSet* const within = chunks_in(scope);
    const std::size_t wanted = std::min(limit, within == nullptr ? near.count : within->count());
    std::vector<std::int64_t> chunks;
    // A walk through the graph may end before it has met enough that the filter lets through.
    for (const bool exact : {false, true}) {
        const auto texts = near.index->nearest(query.vector, limit, texts_in(scope), exact);
        const Rows rows = server_.query(select_chunks_of_texts, {bigints(texts)});
        chunks.clear();
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const std::int64_t id = rows.integer(row, 0);
            if (within == nullptr || within->contains(id)) chunks.push_back(id);
        }
        if (chunks.size() >= wanted) break;
    }
    return chunks;
}

const PostgresqlStore::LoadedVectors* PostgresqlStore::loaded_vectors(std::string_view fingerprint) const {
    const std::string now = generation();
    if (loaded_ && loaded_->fingerprint == fingerprint && loaded_->generation == now) return &*loaded_;
    loaded_.reset();
    const std::optional<EmbedderRow> known = embedder(fingerprint);
    if (!known) return nullptr;
    const std::uint64_t count = server_.query(count_chunks_with_vectors, {number(known->id)}).count(0, 0);
    if (count * known->dimensions * sizeof(float) > most_loaded_bytes) return nullptr;
    LoadedVectors loaded{std::string(fingerprint), now, {}, {}};
    loaded.chunk_ids.reserve(count);
    loaded.values.reserve(count * known->dimensions);
    for_each_vector(fingerprint, [&](std::int64_t chunk_id, std::span<const float> vector) {
        loaded.chunk_ids.push_back(chunk_id);
        loaded.values.insert(loaded.values.end(), vector.begin(), vector.end());
    });
    return &loaded_.emplace(std::move(loaded));
}

std::string PostgresqlStore::prepare_dense(std::string_view fingerprint, const DenseOptions& options,
                                           const Cancellation& cancellation) const {
    compares_all_ = options.exact;
    if (fingerprint.empty()) return "";
    cancellation.check();
    const ReadTransaction transaction(server_);
    if (near_vectors(fingerprint) != nullptr) return "";
    const std::string problem = options.exact ? "" : Pgvector::of(server_).problem();
    if (!problem.empty()) return fmt::format("searches compare every vector: {}", problem);
    if (loaded_vectors(fingerprint) != nullptr || !embedder(fingerprint)) return "";
    return "the vectors of this base do not fit into memory (1 GiB): each search reads all of them from the server";
}

DenseCandidates PostgresqlStore::dense(const DenseQuery& query, const RetrievalScope& scope, std::size_t limit,
                                       std::span<const std::int64_t> also) const {
    const ReadTransaction transaction(server_);
    const IdSet* const within = chunks_in(scope);
    const NearVectors* const near = near_vectors(query.fingerprint);
    if (near != nullptr && near->dimensions == query.vector.size()) {
        std::vector<std::int64_t> ids = near_chunks(*near, query, scope, limit);
        ids.insert(ids.end(), also.begin(), also.end());
        // The scores are those of the vectors themselves.
        const index::ExactIndex some([&](const auto& visit) { vectors_of(query.fingerprint, ids, visit); });
        DenseCandidates candidates{merged(some.nearest(query.vector, limit, also, within)), near->count, false};
        note_found(candidates.chunks);
        return candidates;
    }
    const LoadedVectors* const loaded = loaded_vectors(query.fingerprint);
    const index::ExactIndex all([&](const auto& visit) {
        if (loaded == nullptr) return for_each_vector(query.fingerprint, visit);
        const std::size_t dimensions = loaded->chunk_ids.empty() ? 0 : loaded->values.size() / loaded->chunk_ids.size();
        for (std::size_t i = 0; i < loaded->chunk_ids.size(); ++i) {
            visit(loaded->chunk_ids[i], std::span(loaded->values).subspan(i * dimensions, dimensions));
        }
    });
    const index::NearestVectors found = all.nearest(query.vector, limit, also, within);
    DenseCandidates candidates{merged(found), found.count, found.damaged};
    note_found(candidates.chunks);
    return candidates;
}

Candidates PostgresqlStore::hybrid(const TermQuery& words, const DenseQuery& meaning, const RetrievalScope& scope,
                                   std::size_t limit) const {
    const ReadTransaction transaction(server_);
    Candidates found;
    found.lexical = lexical(words, scope, limit);
    std::vector<std::int64_t> ids;
    for (const document::ScoredChunk& chunk : found.lexical) ids.push_back(chunk.chunk_id);
    found.dense = dense(meaning, scope, limit, ids);
    return found;
}

void PostgresqlStore::put_model(std::string_view fingerprint, std::string_view bytes) {
    in_transaction([&](BaseWriter& writer) {
        const std::int64_t id = ensure_embedder(writer, fingerprint, 0).id;
        server_.run(delete_model, {number(id)});
        CopyRows rows;
        rows.row(2).add(id).add(bytes);
        server_.copy("models (embedder_id, content)", rows);
    });
}

std::optional<std::string> PostgresqlStore::model(std::string_view fingerprint) const {
    const std::unique_ptr<StoredBytes> stored = open_model(fingerprint);
    if (stored == nullptr) return std::nullopt;
    std::string bytes(stored->size(), '\0');
    stored->read(0, bytes);
    return bytes;
}

std::unique_ptr<StoredBytes> PostgresqlStore::open_model(std::string_view fingerprint) const {
    const Rows rows = server_.query(select_model_size, {std::string(fingerprint)});
    if (rows.empty()) return nullptr;
    return std::make_unique<ServerModel>(server_, rows.integer(0, 0), rows.count(0, 1));
}

}  // namespace quarry::store::postgresql
