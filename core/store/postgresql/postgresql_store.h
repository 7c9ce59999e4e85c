#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/id_set.h"
#include "core/lexical/term_collector.h"
#include "core/store/postgresql/base_writer.h"
#include "core/store/postgresql/pgvector_index.h"
#include "core/store/postgresql/server_connection.h"
#include "core/store/postgresql/term_segments.h"
#include "core/store/store.h"

namespace quarry::store::postgresql {

/// The knowledge base in a PostgreSQL database; migrations/postgresql says what its tables mean.
///
/// The parts are in files of their own: sources, reading and writing (postgresql_store.cpp, base_writer.cpp), chunks
/// (postgresql_chunks.cpp), the lexical index (base_writer_index.cpp, new_segment.cpp, term_segments.cpp), filters and
/// conditions (postgresql_scope.cpp), vectors (postgresql_vectors.cpp, pgvector_index.cpp), collections
/// (postgresql_collections.cpp), checking (postgresql_verify.cpp).
class PostgresqlStore final : public Store {
public:
    explicit PostgresqlStore(ServerConnection server) : server_(std::move(server)), terms_(server_) {}

    [[nodiscard]] std::unique_ptr<Snapshot> snapshot() const override;
    [[nodiscard]] std::unique_ptr<DocumentPreparer> preparer() const override;
    std::vector<std::optional<std::string>> put(std::span<const PreparedSource> sources) override;
    void rechunk(std::span<const RechunkedDocument> documents) override;
    void touch(std::span<const UnchangedSource> sources) override;
    std::size_t remove(std::span<const std::string> uris) override;
    void forget_stamps() override;
    void set_setting(std::string_view name, std::string_view value) override;
    [[nodiscard]] bool index_is_stale() const override;
    void rebuild_index(const std::function<void(std::uint64_t, std::uint64_t)>& progress) override;
    void compact() override;
    void purge() override;

    [[nodiscard]] std::optional<std::string> setting(std::string_view name) const override;
    [[nodiscard]] std::optional<Source> source(std::string_view uri) const override;
    void for_each_source(std::string_view prefix, const std::function<void(const Source&)>& visit) const override;
    void for_each_source_name(const std::function<bool(const SourceName&)>& visit) const override;
    void for_each_source_state(std::string_view prefix, const std::function<void(SourceState&&)>& visit) const override;
    [[nodiscard]] std::vector<SourceState> source_states(std::span<const std::string> uris) const override;
    [[nodiscard]] std::optional<std::string> document_text(std::int64_t document_id) const override;
    void for_each_text_part(std::int64_t document_id,
                            const std::function<void(std::string_view part)>& visit) const override;
    [[nodiscard]] std::optional<document::Document> document(std::int64_t document_id) const override;
    [[nodiscard]] std::vector<std::int64_t> document_ids(std::int64_t after, std::size_t limit) const override;
    [[nodiscard]] std::uint64_t document_count() const override;
    [[nodiscard]] std::vector<Chunk> chunks_of(std::int64_t document_id) const override;
    [[nodiscard]] StoreStats stats() const override;
    [[nodiscard]] std::vector<VerifyFinding> verify(
        const std::function<void(std::uint64_t, std::uint64_t)>& progress) const override;

    [[nodiscard]] std::vector<document::ScoredChunk> lexical(const TermQuery& query, const RetrievalScope& scope,
                                                             std::size_t limit) const override;
    [[nodiscard]] DenseCandidates dense(const DenseQuery& query, const RetrievalScope& scope, std::size_t limit,
                                        std::span<const std::int64_t> also) const override;
    [[nodiscard]] Candidates hybrid(const TermQuery& words, const DenseQuery& meaning, const RetrievalScope& scope,
                                    std::size_t limit) const override;
    std::string prepare_dense(std::string_view fingerprint, const DenseOptions& options,
                              const Cancellation& cancellation) const override;
    [[nodiscard]] std::vector<lexical::LexicalExplanation> explain(
        const TermQuery& query, std::span<const std::int64_t> chunk_ids) const override;
    [[nodiscard]] std::vector<std::string> term_languages() const override;
    [[nodiscard]] std::vector<std::int64_t> chunk_ids(const RetrievalScope& scope, std::int64_t after,
                                                      std::size_t limit) const override;
    [[nodiscard]] std::vector<std::uint64_t> term_weights(std::span<const std::string> terms) const override;
    [[nodiscard]] std::vector<std::uint64_t> term_weights_within(std::span<const std::string> terms,
                                                                 const ChunkFilter& filter) const override;
    [[nodiscard]] std::vector<document::Block> headings_of(std::int64_t document_id) const override;
    [[nodiscard]] std::optional<Chunk> chunk(std::int64_t chunk_id) const override;
    [[nodiscard]] std::vector<std::string> chunk_texts(std::span<const std::int64_t> chunk_ids) const override;
    [[nodiscard]] std::optional<Chunk> chunk_at(std::int64_t document_id, std::size_t ordinal) const override;
    [[nodiscard]] std::string document_span(std::int64_t document_id, std::size_t start,
                                            std::size_t end) const override;
    [[nodiscard]] std::optional<std::string> filtered_uri(std::int64_t document_id,
                                                          const ChunkFilter& filter) const override;
    [[nodiscard]] std::uint64_t chunk_count() const override;
    void for_each_chunk(const std::function<bool(const Chunk&)>& visit) const override;

    [[nodiscard]] std::vector<Collection> collections() const override;
    [[nodiscard]] std::vector<std::string> collection_names() const override;
    void add_collection(std::string_view name, std::string_view description, std::int64_t now) override;
    bool remove_collection(std::string_view name) override;
    [[nodiscard]] StoreStats collection_stats(std::span<const std::string> names) const override;

    [[nodiscard]] std::vector<UnembeddedText> unembedded(std::string_view fingerprint, std::size_t limit,
                                                         std::int64_t after) const override;
    [[nodiscard]] std::uint64_t unembedded_count(std::string_view fingerprint) const override;
    [[nodiscard]] std::uint64_t unembedded_tokens(std::string_view fingerprint) const override;
    void put_vectors(std::string_view fingerprint, std::size_t dimensions, std::span<const std::string> text_hashes,
                     std::span<const float> vectors) override;
    [[nodiscard]] bool can_compute_vectors() const noexcept override { return false; }
    void compute_vectors(std::string_view fingerprint, std::size_t dimensions) override;
    [[nodiscard]] bool computes_vectors(std::string_view fingerprint) const override;
    void for_each_vector(
        std::string_view fingerprint,
        const std::function<void(std::int64_t chunk_id, std::span<const float> vector)>& visit) const override;
    [[nodiscard]] std::vector<StoredEmbedder> embedders() const override;
    void drop_embedder(std::string_view fingerprint) override;
    [[nodiscard]] std::string generation() const override;
    [[nodiscard]] std::size_t vector_dimensions(std::string_view fingerprint) const override;
    void update_index(std::string_view fingerprint, unsigned threads, bool rewrite, const Cancellation& cancellation,
                      const IndexProgress& progress) const override;
    [[nodiscard]] std::vector<std::string> verify_index(std::string_view fingerprint,
                                                        const Cancellation& cancellation) const override;
    [[nodiscard]] std::uint64_t index_bytes() const override;
    void for_each_vector_key(
        std::string_view fingerprint,
        const std::function<void(std::int64_t chunk_id, std::uint64_t text_hash)>& visit) const override;
    void vectors_of(
        std::string_view fingerprint, std::span<const std::int64_t> chunk_ids,
        const std::function<void(std::int64_t chunk_id, std::span<const float> vector)>& visit) const override;
    void put_model(std::string_view fingerprint, std::string_view bytes) override;
    [[nodiscard]] std::optional<std::string> model(std::string_view fingerprint) const override;
    [[nodiscard]] std::unique_ptr<StoredBytes> open_model(std::string_view fingerprint) const override;

private:
    class Transaction;
    class Verification;
    struct EmbedderRow {
        std::int64_t id = 0;
        std::size_t dimensions = 0;
    };
    /// The vectors of an embedder in one state of the base, row by row.
    struct LoadedVectors {
        std::string fingerprint, generation;
        std::vector<std::int64_t> chunk_ids;
        std::vector<float> values;
    };
    /// The index that pgvector has of an embedder's vectors, in one generation of the base; nothing where there is
    /// none.
    struct NearVectors {
        std::string fingerprint, generation;
        std::optional<PgvectorIndex> index;
        std::size_t dimensions = 0, count = 0;  ///< Of chunks that have one.
    };
    /// Chunks that a search found in a transaction, best first by each way, and those of them that have been read. They
    /// are read several at once: a way to the server takes longer than what it brings.
    struct FoundChunks {
        std::uint64_t transaction = 0;
        std::vector<std::vector<std::int64_t>> rankings;
        std::map<std::int64_t, Chunk> read;
    };
    /// All settings, as a transaction that only reads has them.
    struct KnownSettings {
        std::uint64_t transaction = 0;
        std::map<std::string, std::string, std::less<>> values;
    };
    /// What a scope came to in one state of the base: a search asks for the same several times.
    struct KnownScope {
        std::string state;
        RetrievalScope scope;
        IdSet chunks;
        std::optional<std::vector<std::int64_t>> texts;  ///< Of the chunks, when they have been asked for.
    };

    /// One transaction, which is rolled back unless `work` returns.
    template <typename Work>
    auto in_transaction(Work&& work) const {
        server_.begin_writing();
        try {
            BaseWriter writer(server_, collector());
            if constexpr (std::is_void_v<decltype(work(writer))>) {
                work(writer);
                writer.finish();
                server_.commit();
            } else {
                auto result = work(writer);
                writer.finish();
                server_.commit();
                return result;
            }
        } catch (...) {
            server_.rollback();
            terms_.forget();
            throw;
        }
    }
    [[nodiscard]] lexical::TermCollector& collector() const { return collector_ ? *collector_ : collector_.emplace(); }

    /// That what is stored is not what it was.
    [[nodiscard]] Error damaged(std::string cause) const;
    /// Throws Error(failed) where a text of the document has not the hash that it was stored with.
    void check_hash(std::int64_t document_id, std::string_view found, std::string_view stored) const;
    [[nodiscard]] std::string read_text(std::int64_t document_id, std::size_t start, std::size_t end) const;
    /// A text that is not the stored one is an error, or is left out with its chunk.
    [[nodiscard]] std::vector<Chunk> read_chunks(const Rows& rows, bool leaves_out_damaged = false) const;
    void visit_documents(const std::function<bool(std::int64_t document_id)>& visit) const;
    void note_found(std::span<const document::ScoredChunk> chunks) const;
    [[nodiscard]] const Chunk* found_chunk(std::int64_t chunk_id) const;
    [[nodiscard]] StoreStats read_stats(const Rows& rows) const;

    [[nodiscard]] std::vector<std::int64_t> filtered_documents(const ChunkFilter& filter) const;
    void add_chunks_under(const ChunkFilter& filter, std::int64_t document_id, IdSet& chunks) const;
    [[nodiscard]] IdSet chunks_within(const ChunkFilter& filter) const;
    [[nodiscard]] IdSet chunks_under(std::span<const lexical::TermCondition> conditions, const IdSet* filtered) const;
    [[nodiscard]] IdSet chunks_with_heading(const lexical::TermCondition& condition, const IdSet* among) const;
    [[nodiscard]] KnownScope* known_scope(const RetrievalScope& scope) const;
    [[nodiscard]] const IdSet* chunks_in(const RetrievalScope& scope) const;
    [[nodiscard]] const std::vector<std::int64_t>* texts_in(const RetrievalScope& scope) const;

    [[nodiscard]] std::optional<EmbedderRow> embedder(std::string_view fingerprint) const;
    [[nodiscard]] EmbedderRow ensure_embedder(BaseWriter& writer, std::string_view fingerprint,
                                              std::size_t dimensions);
    [[nodiscard]] const LoadedVectors* loaded_vectors(std::string_view fingerprint) const;
    [[nodiscard]] const NearVectors* near_vectors(std::string_view fingerprint) const;
    [[nodiscard]] std::vector<std::int64_t> near_chunks(const NearVectors& near, const DenseQuery& query,
                                                        const RetrievalScope& scope, std::size_t limit) const;

    mutable ServerConnection server_;
    mutable TermSegments terms_;
    mutable std::optional<lexical::TermCollector> collector_;  ///< Made when first used.
    mutable std::optional<KnownScope> filtered_, scoped_;
    mutable std::optional<LoadedVectors> loaded_;
    mutable std::optional<NearVectors> near_;
    mutable FoundChunks found_;
    mutable KnownSettings settings_;
    mutable bool compares_all_ = false;  ///< Searches are to look at every vector.
};

}  // namespace quarry::store::postgresql
