#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/lexical/term_collector.h"
#include "core/store/document_store.h"
#include "core/store/postgresql/new_segment.h"
#include "core/store/postgresql/server_connection.h"

namespace quarry::store::postgresql {

/// Another text after each change of anything in the base.
inline constexpr std::string_view state_setting = "state";

/// Whether ids have gone up so far since `first` that what the server knows of the tables is out of date: each time
/// when there are four times as many.
[[nodiscard]] bool has_grown_much(std::int64_t first, std::int64_t next);

/// What one transaction writes into a base on a server: rows are collected and copied, since each statement of its own
/// costs a way to the server and back. Within the transaction; `finish` is the last thing in it. Borrows what it is
/// given.
class BaseWriter {
public:
    BaseWriter(ServerConnection& server, lexical::TermCollector& collector) : server_(server), collector_(collector) {}

    /// See DocumentStore.
    std::vector<std::optional<std::string>> put(std::span<const PreparedSource> sources);
    void rechunk(std::span<const RechunkedDocument> documents);
    std::size_t remove(std::span<const std::string> uris);
    void write_setting(std::string_view name, std::string_view value);
    /// Makes the lexical index anew.
    void index_all(const std::function<void(std::uint64_t, std::uint64_t)>& progress);
    /// Chunks or vectors are changed: the generation is to be another.
    void note_change() noexcept { changed_ = true; }
    [[nodiscard]] std::int64_t next_id(const std::string& kind);
    void finish();

private:
    struct Known {
        std::int64_t id = 0;
        std::optional<std::int64_t> document;
        std::int64_t collection = 0;
        std::string content_hash;  ///< "" where it had failed.
    };
    /// A new document that is not written yet.
    struct Pending {
        std::int64_t id = 0;
        std::int64_t collection = 0;
        const PreparedSource* source = nullptr;
    };
    /// A document's chunks with the hashes of their texts.
    struct Chunks {
        const document::Document& document;
        std::span<const document::ChunkSpan> spans;
        std::span<const lexical::TermBlock> terms;
    };

    void put_distinct(std::span<const PreparedSource> sources, std::vector<std::optional<std::string>>& replaced);
    void look_up(std::span<const PreparedSource> sources);
    void look_up_texts(const std::set<std::string>& hashes);
    void put_source(const PreparedSource& prepared);
    [[nodiscard]] std::int64_t put_document(const PreparedSource& prepared, std::int64_t collection);
    [[nodiscard]] std::optional<std::int64_t> share_pending(const PreparedSource& prepared, const std::string& hash);
    [[nodiscard]] std::optional<std::int64_t> find_document(const PreparedSource& prepared, const std::string& hash,
                                                            std::int64_t collection);
    [[nodiscard]] bool has_text(std::int64_t document_id, std::string_view text);
    [[nodiscard]] bool has_chunks(std::int64_t document_id, const Chunks& chunks);
    [[nodiscard]] std::int64_t collection_for(const Source& source, const Known* known);
    void insert_document(std::int64_t id, const PreparedSource& prepared, const std::string& hash);
    void replace_chunks(std::int64_t document_id, const Chunks& chunks);
    void insert_chunks(std::int64_t document_id, const Chunks& chunks);
    void insert_terms(std::int64_t first_chunk, const Chunks& chunks);
    void delete_chunks(std::int64_t document_id);
    [[nodiscard]] std::int64_t intern_text(const std::string& hash);
    void note_language(std::string_view language);
    void renew_stale_index();
    /// Copies the rows that are collected, and then drops documents that no source has any more.
    void flush();
    void drop_unused_documents();
    void write_segment();
    /// Makes one of the newest segments when they are many and small, so that searches have few to look at.
    void merge_small_segments();
    void mark_gone();
    void drop_unused_texts();

    ServerConnection& server_;
    lexical::TermCollector& collector_;
    std::map<std::string, std::pair<std::int64_t, bool>> counters_;  ///< The next id, and whether some were taken.
    std::int64_t first_new_chunk_ = 0;
    std::map<std::string, std::int64_t, std::less<>> collections_;
    std::unordered_map<std::string, Known> sources_;
    std::set<std::string> known_hashes_;  ///< Of documents that are in the base.
    std::multimap<std::string, Pending> pending_;
    std::unordered_map<std::string, std::int64_t> texts_;
    std::set<std::int64_t> maybe_unused_;
    std::vector<std::int64_t> gone_chunks_, maybe_unused_texts_;
    std::optional<std::string> languages_;
    NewSegment segment_;
    CopyRows documents_, parts_, new_texts_, chunks_, new_sources_;
    bool changed_ = false;
    bool index_checked_ = false;
    bool wrote_segment_ = false;
};

}  // namespace quarry::store::postgresql
