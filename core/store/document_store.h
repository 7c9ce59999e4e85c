#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/file.h"
#include "core/document/chunk_span.h"
#include "core/document/document.h"

namespace quarry::store {

/// Where a document came from. On disk: never renumber.
enum class SourceKind : int { file = 0, standard_input = 1, jsonl = 2, url = 3 };
/// On disk: never renumber.
enum class SourceStatus : int { ok = 0, failed = 1 };

/// A path, name or id that was ingested, and what became of it.
struct Source {
    std::int64_t id = 0;
    std::string uri;  ///< Absolute path, the name of standard input, a JSONL id, or a web address. Unique.
    /// By name. To be stored: "" leaves a known source where it is, and puts a new one into `main`.
    std::string collection;
    SourceKind kind = SourceKind::file;
    FileStamp stamp;  ///< Zero unless a file.
    /// What tells without reading that it is unchanged: "git BLOB", or a web page's ETag and date. May be empty.
    std::string validator;
    std::string content_hash;  ///< Of the raw bytes.
    SourceStatus status = SourceStatus::ok;
    std::string error;  ///< Why it failed.
    std::optional<std::int64_t> document_id;
    std::string metadata_json = "{}";  ///< Given with it.
    std::int64_t ingested_at = 0;      ///< Seconds since the epoch.
    // Of its document, when there is one:
    std::string title;
    std::string media_type;
    std::string language;
    std::string document_metadata_json = "{}";  ///< What the document says of itself.
    std::uint64_t text_bytes = 0;
    std::uint64_t chunk_count = 0;
};

/// What tells whether a source must be read again.
struct SourceState {
    std::string uri;
    SourceKind kind = SourceKind::file;
    FileStamp stamp;
    std::string validator;
    std::string content_hash;
    std::string media_type;
    SourceStatus status = SourceStatus::ok;
    std::int64_t ingested_at = 0;
    std::string collection;
};

/// A source that was found unchanged just now.
struct UnchangedSource {
    std::string uri;
    FileStamp stamp;
    std::string validator;
};

/// What a DocumentPreparer made of a document's chunks, in the form in which its store keeps it. Refers to nothing;
/// never changes.
class PreparedTerms {
public:
    virtual ~PreparedTerms() = default;
};

/// Does for a store, beside it, what takes long in storing a document: analysing its text. For worker threads: one
/// thread has one, which keeps its memory for the next document. Independent of the store's state and lifetime.
class DocumentPreparer {
public:
    virtual ~DocumentPreparer() = default;
    /// For a store of the kind that made this preparer.
    [[nodiscard]] virtual std::shared_ptr<const PreparedTerms> prepare(const document::Document& document,
                                                                       std::span<const document::ChunkSpan> chunks) = 0;
};

/// One source with what was read from it, ready to be stored. `document` is empty for a failed source.
struct PreparedSource {
    Source source;  ///< `id`, `document_id` and what is of the document are ignored.
    std::optional<document::Document> document;
    std::vector<document::ChunkSpan> chunks;
    /// From the store's preparer, of this very document; null: the store does it, chunk by chunk.
    std::shared_ptr<const PreparedTerms> terms;
};

/// A chunk with its document and one source of it.
struct Chunk {
    std::int64_t id = 0;
    std::int64_t document_id = 0;
    std::size_t ordinal = 0;  ///< 0-based place in its document.
    document::ChunkSpan span;
    std::string text;  ///< The document's text at the span.
    std::string uri;   ///< The first source of the document, by URI.
    std::string title;
    std::string media_type;
    std::string language;  ///< ISO 639-1 of the document; empty when unknown.
};

/// New chunks for a document that is in the base.
struct RechunkedDocument {
    std::int64_t document_id = 0;
    document::Document document;
    std::vector<document::ChunkSpan> chunks;
    std::shared_ptr<const PreparedTerms> terms;  ///< As in PreparedSource.
};

struct StoreStats {
    std::uint64_t sources = 0, failed_sources = 0, documents = 0, chunks = 0, vectors = 0;
    std::uint64_t text_bytes = 0, file_bytes = 0;
};

/// How a source is called. The views are valid during the call that hands it over only.
struct SourceName {
    std::int64_t id = 0;
    std::string_view uri;
    std::string_view collection;
};

/// One thing that `verify` found wrong.
struct VerifyFinding {
    std::string subject;  ///< "chunk 12 of /p/a.md"
    std::string problem;
    bool is_damage = true;  ///< Else work that was begun and not finished; `problem` says what finishes it.
};

/// Settings that the base itself keeps, by fixed names.
namespace setting {
inline constexpr std::string_view analyzer = "analyzer";  ///< Analyzer::fingerprint() of the index.
/// The languages by whose rules terms in the index were made (see stemming_language), with spaces between.
inline constexpr std::string_view languages = "languages";
inline constexpr std::string_view chunking = "chunking";    ///< ChunkOptions::fingerprint() of the chunks.
inline constexpr std::string_view redaction = "redaction";  ///< Redactor::fingerprint() of the documents; "": none.
inline constexpr std::string_view embedder = "embedder";    ///< Fingerprint that searches use.
/// Before a fingerprint: what people call that embedder, "openai:text-embedding-3-small".
inline constexpr std::string_view embedder_name = "embedder:";
/// Before a fingerprint: the address of its server, when that is not the provider's own; for messages only, as a base
/// may come from anywhere and a key must not go where it says.
inline constexpr std::string_view embedder_server = "embedder_server:";
/// Another text after each change of chunks or vectors: tells whether a vector index is of today.
inline constexpr std::string_view generation = "generation";
/// The rules by which the index of values in metadata is complete; "" while it is not.
inline constexpr std::string_view source_values = "source_values";
}  // namespace setting

/// Documents with their sources and chunks, and the settings of the base. Used by one thread at a time; several
/// processes may read while one writes. Throws Error.
class DocumentStore {
public:
    virtual ~DocumentStore() = default;

    // -- writing; each call is one transaction -------------------------------------------------------------------
    /// Another preparer for another worker thread.
    [[nodiscard]] virtual std::unique_ptr<DocumentPreparer> preparer() const = 0;
    /// Stores or replaces sources with their documents, chunks and terms; drops what no source uses any more.
    /// A document that is there already keeps its id, and gets the new chunks where they differ. A text that sources of
    /// several collections have is one document, unless it says different things of itself in them (its metadata).
    /// Gives what each source replaced: the content hash of what the base had under its URI, "" where that had failed;
    /// nothing for a new one. Throws Error(usage) for a collection that there is not.
    virtual std::vector<std::optional<std::string>> put(std::span<const PreparedSource> sources) = 0;
    /// Replaces the chunks of documents where they differ.
    virtual void rechunk(std::span<const RechunkedDocument> documents) = 0;
    /// Notes that sources were found unchanged just now, under a new stamp and validator.
    virtual void touch(std::span<const UnchangedSource> sources) = 0;
    /// Removes sources with all that only they used. Returns how many there were.
    virtual std::size_t remove(std::span<const std::string> uris) = 0;
    /// Takes every source as changed: the next run reads it again when it meets it.
    virtual void forget_stamps() = 0;
    virtual void set_setting(std::string_view name, std::string_view value) = 0;
    /// Whether the lexical index was made by another analyzer than this binary's. A write renews it first.
    [[nodiscard]] virtual bool index_is_stale() const = 0;
    /// Makes the lexical index anew, in one transaction; calls `progress(done, total)` now and then, which may throw.
    virtual void rebuild_index(const std::function<void(std::uint64_t, std::uint64_t)>& progress) = 0;
    /// Gives the disk space that removals freed back to the system. `remove` does so when it is worth it.
    virtual void compact() = 0;
    /// Leaves nothing in the file of what was removed, whatever that costs: the whole of it is written anew.
    virtual void purge() = 0;

    // -- sources and documents -----------------------------------------------------------------------------------
    [[nodiscard]] virtual std::optional<std::string> setting(std::string_view name) const = 0;
    [[nodiscard]] virtual std::optional<Source> source(std::string_view uri) const = 0;
    /// Every source in order of URI; `prefix` limits to a folder ("" for all).
    virtual void for_each_source(std::string_view prefix, const std::function<void(const Source&)>& visit) const = 0;
    /// The same without what is said of it, until `visit` returns false: a million names take a fraction of a second.
    virtual void for_each_source_name(const std::function<bool(const SourceName&)>& visit) const = 0;
    /// The same with what an incremental run needs of each, which is quicker; in any order.
    virtual void for_each_source_state(std::string_view prefix,
                                       const std::function<void(SourceState&&)>& visit) const = 0;
    /// The same of some sources, as far as there are such; in any order. A thousand at once cost one way to a server.
    [[nodiscard]] virtual std::vector<SourceState> source_states(std::span<const std::string> uris) const = 0;
    [[nodiscard]] virtual std::optional<std::string> document_text(std::int64_t document_id) const = 0;
    /// Its text piece by piece, whole characters each. The view is valid during the call only.
    virtual void for_each_text_part(std::int64_t document_id,
                                    const std::function<void(std::string_view part)>& visit) const = 0;
    /// The whole document as it was extracted, blocks and metadata too.
    [[nodiscard]] virtual std::optional<document::Document> document(std::int64_t document_id) const = 0;
    /// The ids of up to `limit` documents, ascending, behind the id `after`.
    [[nodiscard]] virtual std::vector<std::int64_t> document_ids(std::int64_t after, std::size_t limit) const = 0;
    [[nodiscard]] virtual std::uint64_t document_count() const = 0;
    [[nodiscard]] virtual std::vector<Chunk> chunks_of(std::int64_t document_id) const = 0;
    [[nodiscard]] virtual StoreStats stats() const = 0;
    /// Proves that spans, hashes, index and vectors agree; calls `progress(done, total)` now and then.
    [[nodiscard]] virtual std::vector<VerifyFinding> verify(
        const std::function<void(std::uint64_t, std::uint64_t)>& progress) const = 0;
    /// The headings of a document, in its order: its blocks of that kind.
    [[nodiscard]] virtual std::vector<document::Block> headings_of(std::int64_t document_id) const = 0;
    /// A chunk with its text; nothing when it is gone.
    [[nodiscard]] virtual std::optional<Chunk> chunk(std::int64_t chunk_id) const = 0;
    /// The texts of chunks and nothing else of them, to be scored, not shown: they are not compared with their hashes.
    /// Empty for a chunk that there is not.
    [[nodiscard]] virtual std::vector<std::string> chunk_texts(std::span<const std::int64_t> chunk_ids) const = 0;
    /// The chunk at a place in its document; nothing when there is none.
    [[nodiscard]] virtual std::optional<Chunk> chunk_at(std::int64_t document_id, std::size_t ordinal) const = 0;
    /// Bytes [start, end) of a document's text, without reading the rest; throws Error where there are no such bytes.
    [[nodiscard]] virtual std::string document_span(std::int64_t document_id, std::size_t start,
                                                    std::size_t end) const = 0;
    /// How many chunks there are that `for_each_chunk` visits.
    [[nodiscard]] virtual std::uint64_t chunk_count() const = 0;
    /// Every chunk with its text, in order of document and place; return false to stop.
    virtual void for_each_chunk(const std::function<bool(const Chunk&)>& visit) const = 0;
};

}  // namespace quarry::store
