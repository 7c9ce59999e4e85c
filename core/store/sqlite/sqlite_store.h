#pragma once

#include <filesystem>
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

#include "core/analyze/analyzer.h"
#include "core/base/id_set.h"
#include "core/base/pinned_folder.h"
#include "core/db/sqlite.h"
#include "core/db/sqlite_statement.h"
#include "core/index/vector_index.h"
#include "core/lexical/bm25_function.h"
#include "core/lexical/index_changes.h"
#include "core/lexical/term_collector.h"
#include "core/store/sqlite/computed_vectors.h"
#include "core/store/sqlite/inner_headings.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/row_checksums.h"
#include "core/store/sqlite/text_packing.h"
#include "core/store/store.h"

namespace quarry::store {

class TextReader;

/// The knowledge base in one SQLite file; migrations/*.sql says what its tables mean.
///
/// The parts are in files of their own: sources and reading (sqlite_store.cpp, sqlite_source_states.cpp), writing
/// (sqlite_write.cpp), the lexical index (sqlite_terms.cpp), searching it (sqlite_search.cpp), vectors
/// (sqlite_vectors.cpp), filters (sqlite_filter.cpp), collections (sqlite_collections.cpp), checking
/// (sqlite_verify.cpp).
class SqliteStore final : public Store {
public:
    /// `path` is for messages, `folder` is where the files beside it are; empty and null for a base in memory.
    SqliteStore(SQLite::Database database, std::filesystem::path path,
                std::shared_ptr<const PinnedFolder> folder = nullptr);

    /// Makes what the base of an older program lacks: the index of values in metadata, and the checksums of rows.
    void complete_derived(const UpgradeProgress& progress = {});

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
    [[nodiscard]] bool can_compute_vectors() const noexcept override { return true; }
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
    class Verification;
    class ReadTransaction;
    class HeadingScan;
    class DenseSearch;
    class CopiedPages;
    /// The row of an embedder.
    struct EmbedderRow {
        std::int64_t id = 0;
        std::size_t dimensions = 0;
        std::int64_t computed_to = 0;  ///< The last chunk text whose vector is computed; 0: vectors are kept.
    };
    /// What computes the vectors of an embedder; kept, since it takes a while to read.
    [[nodiscard]] ComputedVectors& computer(std::string_view fingerprint) const;

    [[nodiscard]] db::Query query(const char* sql) const { return statements_.query(sql); }
    /// Runs `work`, turning SQLite's errors into quarry's.
    template <typename Work>
    auto guarded(std::string_view doing, Work&& work) const {
        try {
            return work();
        } catch (const SQLite::Exception& exception) {
            throw knowledge_base_error(exception, what(doing));
        }
    }
    /// The same in one transaction, which is rolled back unless `work` returns.
    template <typename Work>
    auto in_transaction(Work&& work) {
        return guarded("write to", [&] {
            CheckedTransaction transaction(database_, checksums_);
            index_changes_.clear();
            inner_headings_.forget();
            noted_languages_.reset();
            packing_.begin();
            vectors_changed_ = false;
            if constexpr (std::is_void_v<decltype(work())>) {
                work();
                if (vectors_changed_) renew_generation();
                transaction.commit();
            } else {
                auto result = work();
                if (vectors_changed_) renew_generation();
                transaction.commit();
                return result;
            }
        });
    }
    [[nodiscard]] std::string what(std::string_view doing) const;

    // Writing; all inside a transaction.
    void renew_generation();
    void write_setting(std::string_view name, std::string_view value);
    /// See `put`.
    std::optional<std::string> put_source(const PreparedSource& prepared);
    [[nodiscard]] std::int64_t put_document(const PreparedSource& prepared, std::int64_t collection);
    /// The document of that text that a source of the collection may share.
    [[nodiscard]] std::optional<std::int64_t> find_document(const PreparedSource& prepared, const std::string& hash,
                                                            std::int64_t collection) const;
    /// Whether the document's text is this one.
    [[nodiscard]] bool has_text(std::int64_t document_id, std::string_view text) const;
    /// Stores a text that begins at `start` of the document's, in parts, with the blocks that begin in it.
    void insert_parts(std::int64_t document_id, std::size_t start, std::string_view text,
                      std::span<const document::Block> blocks);
    /// Makes what packs texts from the first that are enough for it.
    void learn_texts(std::span<const PreparedSource> sources);
    /// Packs the texts that an older program stored, or that came before there was a dictionary; some at a time, each
    /// in a transaction of its own, so that the next call goes on where this one was interrupted.
    void pack_texts();
    void learn_stored_texts();
    [[nodiscard]] std::vector<std::int64_t> loosely_packed_parts(std::int64_t after, std::size_t limit) const;
    /// False where it is damaged, and left as it is.
    bool pack_part(std::int64_t id);
    /// Packs without them what they are needed for, and removes them.
    void forget_dictionaries();
    [[nodiscard]] bool has_chunks(std::int64_t document_id, std::span<const document::ChunkSpan> chunks) const;
    /// Whether the document's terms were made by the rules of that language.
    [[nodiscard]] bool has_language(std::int64_t document_id, std::string_view language) const;
    void replace_chunks(std::int64_t document_id, const document::Document& document,
                        std::span<const document::ChunkSpan> chunks, std::span<const lexical::TermBlock> terms);
    void insert_chunks(std::int64_t document_id, const document::Document& document,
                       std::span<const document::ChunkSpan> chunks, std::span<const lexical::TermBlock> terms);
    void insert_terms(std::int64_t first_chunk, const document::Document& document,
                      std::span<const document::ChunkSpan> chunks, std::span<const lexical::TermBlock> terms);
    [[nodiscard]] std::int64_t intern_text(const std::string& hash);
    /// Drops the document when no source has it.
    void drop_if_unused(std::int64_t document_id);
    /// Drops its chunks and their terms; collects the chunk texts, some of which may be used no more.
    void delete_chunks(std::int64_t document_id, std::vector<std::int64_t>& text_ids);
    /// Brings the lexical index to what the transaction made of the chunks: the last thing in it.
    void change_index();
    /// Puts all of the lexical index into one segment, in a transaction of its own.
    void merge_index();
    /// Brings the stored lengths of chunks to those of the index.
    void refresh_lengths(const std::vector<std::int64_t>& chunk_ids);
    void drop_unused_texts(std::span<const std::int64_t> text_ids);
    void renew_stale_index();
    /// Adds to the languages of the index.
    void note_language(std::string_view language);
    /// Title and language of a document; the latter is found out where that was not done yet.
    [[nodiscard]] document::Document indexed_document(std::int64_t document_id);
    void index_all(const std::function<void(std::uint64_t, std::uint64_t)>& progress);
    /// Makes the table of headings within chunks anew.
    void fill_inner_headings(const UpgradeProgress& progress);

    /// The collection that a source goes to which was in `before`, if in any.
    [[nodiscard]] std::int64_t collection_for(const Source& source, std::optional<std::int64_t> before) const;
    [[nodiscard]] std::optional<std::int64_t> collection_id(std::string_view name) const;
    /// The name of each by its id.
    [[nodiscard]] std::map<std::int64_t, std::string> names_of_collections() const;
    [[nodiscard]] bool are_all_collections(const std::vector<std::string>& names) const;
    /// What a row of counts says, with the size of the file.
    [[nodiscard]] StoreStats stats_of(const db::Query& row) const;
    [[nodiscard]] std::uint64_t file_bytes() const;

    /// Adds those chunks of a document that the filter's conditions about headings let through.
    /// The headings among those blocks of a document whose JSON may have some that are wanted.
    [[nodiscard]] std::vector<document::Block> read_headings(
        std::int64_t document_id, const std::function<bool(std::string_view json)>& may_have) const;
    void add_chunks_under(const ChunkFilter& filter, std::int64_t document_id, IdSet& chunks) const;
    /// The documents of the given sources that the filter lets through.
    [[nodiscard]] std::vector<std::int64_t> documents_among(std::span<const std::int64_t> sources,
                                                            const ChunkFilter& filter) const;
    /// The same of all sources.
    [[nodiscard]] std::vector<std::int64_t> documents_by_scan(const ChunkFilter& filter) const;
    /// Sorted, each once.
    [[nodiscard]] std::vector<std::int64_t> filtered_documents(const ChunkFilter& filter) const;
    /// The ids of all chunks that a filter lets through.
    [[nodiscard]] IdSet chunks_within(const ChunkFilter& filter) const;
    /// The chunks that fulfil all conditions, by what the index has.
    [[nodiscard]] IdSet chunks_matching(std::span<const lexical::TermCondition> conditions) const;
    /// Those of the chunks within which a heading begins that is `wanted`.
    [[nodiscard]] IdSet chunks_with_heading(const IdSet& chunks,
                                            const std::function<bool(const std::string& label)>& wanted) const;
    /// The chunks that fulfil all conditions, of `filtered` where it is given.
    [[nodiscard]] IdSet chunks_under(std::span<const lexical::TermCondition> conditions, const IdSet* filtered) const;
    /// The chunks in a scope; null when it is the whole base. Valid until the next call.
    [[nodiscard]] const IdSet* chunks_in(const RetrievalScope& scope) const;
    [[nodiscard]] std::vector<document::ScoredChunk> lexical_within(const TermQuery& query, const IdSet* within,
                                                                    std::size_t limit) const;
    [[nodiscard]] Source read_source(const db::Query& row) const;
    [[nodiscard]] Chunk read_chunk(const db::Query& row, TextReader& texts) const;
    [[nodiscard]] std::optional<EmbedderRow> embedder(std::string_view fingerprint) const;
    [[nodiscard]] EmbedderRow ensure_embedder(std::string_view fingerprint, std::size_t dimensions);

    // Reading needs no lock of ours: a store belongs to one thread at a time, so these caches are plain.
    mutable SQLite::Database database_;
    mutable db::StatementCache statements_;
    mutable TextPacking packing_;
    RowChecksums checksums_;
    mutable lexical::Bm25Function bm25_function_;
    std::filesystem::path path_;
    std::shared_ptr<const PinnedFolder> folder_;
    /// The base's file in its folder.
    [[nodiscard]] std::filesystem::path file() const { return folder_->path() / path_.filename(); }
    // Made when first used: most of what opens a base analyses nothing.
    std::optional<analyze::Analyzer> analyzer_;
    std::optional<lexical::TermCollector> collector_;
    [[nodiscard]] analyze::Analyzer& analyzer() { return analyzer_ ? *analyzer_ : analyzer_.emplace(); }
    [[nodiscard]] lexical::TermCollector& collector() { return collector_ ? *collector_ : collector_.emplace(); }
    /// What a scope came to in one state of the base: a search asks for the same several times.
    struct KnownScope {
        std::int64_t state = 0;
        RetrievalScope scope;
        IdSet chunks;
    };
    /// Another number after each change by this connection or another one.
    [[nodiscard]] std::int64_t state_of_base() const;
    mutable std::optional<KnownScope> filtered_, scoped_;
    /// What dense searches look at, made ready for one embedder.
    struct ReadyVectors {
        std::string fingerprint, generation;
        DenseOptions options;
        std::unique_ptr<index::VectorIndex> index;
    };
    mutable std::optional<ReadyVectors> ready_vectors_;
    mutable std::unique_ptr<ComputedVectors> computer_;
    lexical::IndexChanges index_changes_;         ///< Of the present transaction.
    InnerHeadings inner_headings_{statements_};   ///< With what the present transaction changes.
    std::optional<std::string> noted_languages_;  ///< Of the present transaction, as the setting has them.
    bool vectors_changed_ = false;                ///< It changed chunks or vectors.
    std::uint64_t removed_terms_ = 0;             ///< Bytes of terms that are still in the index, marked as deleted.
};

}  // namespace quarry::store
