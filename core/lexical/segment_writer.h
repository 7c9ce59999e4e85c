#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::lexical {

/// Where the rows of a new segment go.
class SegmentRows {
public:
    virtual ~SegmentRows() = default;
    /// A row of the table "_data".
    virtual void put_page(std::int64_t row, const std::string& page) = 0;
    /// A row of the table "_idx": with which term, as far as it tells it from the one before, a leaf page begins.
    virtual void put_term(std::string_view term, std::int64_t page_and_flag) = 0;
};

/// Writes one segment of an FTS5 index, term by term: byte for byte what FTS5 itself writes for the same terms and
/// postings (fts5FlushOneHash in SQLite's ext/fts5/fts5_index.c).
class SegmentWriter {
public:
    /// `rows` must outlive this. `page_size` is in bytes; FTS5's setting `pgsz`.
    SegmentWriter(SegmentRows& rows, std::int64_t segment, std::size_t page_size);

    /// Terms come ascending, each once. `postings`: the first chunk's id or, of others, its distance to the one
    /// before; twice the size of its places; the places.
    void add(std::string_view term, std::string_view postings);
    /// Writes what is left; the number of leaf pages, which is 0 without terms.
    [[nodiscard]] std::int64_t finish();

private:
    /// A page of the index to a long list of postings, at one height of its tree.
    struct IndexPage {
        std::string bytes;
        std::int64_t page = 0;
        std::uint64_t last_id = 0;  ///< The one that was added last, if any since the page began.
    };

    [[nodiscard]] std::size_t used() const { return page_.size() + footer_.size(); }
    void begin_term(std::string_view term);
    void add_postings(std::string_view postings);
    void add_places(std::string_view sized_places);
    void flush_page();
    void flush_first_term();
    void index_id(std::uint64_t id);
    void flush_index_page(std::size_t height);

    SegmentRows& rows_;
    const std::int64_t segment_;
    const std::size_t page_size_;
    // The leaf page that is being filled.
    std::string page_;
    std::string footer_;  ///< Where its terms begin.
    std::int64_t page_number_ = 1;
    std::size_t last_term_start_ = 0;  ///< In the page.
    bool has_term_ = false;            ///< A term begins on it.
    bool has_id_ = false;              ///< An id, or a term, does.
    std::string key_;                  ///< The present term with its mark, and the one before.
    std::string last_key_;
    // The page with a term that was met last, whose row waits for whether the term's postings become long.
    std::string first_term_;
    std::int64_t first_term_page_ = 1;
    std::size_t pages_without_term_ = 0;  ///< Since then.
    std::vector<IndexPage> index_pages_;  ///< By height.
};

}  // namespace quarry::lexical
