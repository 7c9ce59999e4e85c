#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/db/sqlite_statement.h"
#include "core/lexical/bm25.h"
#include "core/lexical/compact_postings.h"
#include "core/lexical/index_structure.h"
#include "core/lexical/term_source.h"

namespace quarry::lexical {

/// Reads the segments of the FTS5 table `chunk_terms` as SQLite stores them (format 4, the only one up to SQLite
/// 3.43, and since then without its option secure-delete), many times quicker than through FTS5, whose every row
/// passes SQL. The format is described in SQLite's source, ext/fts5/fts5_index.c, "On disk" and "Structure record".
///
/// Use it within one read transaction, and not while a transaction of this connection writes.
class TermIndex final : public TermSource {
public:
    /// Where to look for a term's chunks.
    enum class Source {
        segments,  ///< In FTS5's segments alone.
        compact,   ///< In the table `compact_postings` first.
    };

    /// Reads what segments there are. Throws DamagedTermIndex when the format is another one.
    explicit TermIndex(db::StatementCache& statements, Source source = Source::segments);

    [[nodiscard]] std::uint64_t chunk_count() const override { return chunk_count_; }
    [[nodiscard]] const std::array<std::uint64_t, term_fields>& total_lengths() const override {
        return total_lengths_;
    }
    /// The chunks with a term. Throws DamagedTermIndex.
    [[nodiscard]] TermPostings find(std::string_view term) const override;
    /// Of each term the bytes of its postings, as far as they stand on the page where they begin; 0 for one that is not
    /// there. Quickest for sorted terms.
    [[nodiscard]] std::vector<std::uint64_t> weights(std::span<const std::string> terms) const;
    void for_each_term(std::string_view prefix, const std::function<bool(std::string_view term)>& visit) const override;
    /// Every term of a segment, from the last one on that begins before a page, whose postings go on over at least so
    /// many further pages, as far as can be told from where the next term begins.
    void for_each_long_list(const IndexStructure::Segment& segment, std::int64_t from_page, std::int64_t further_pages,
                            const std::function<void(std::string_view term, SegmentPostings&& postings)>& visit) const;

private:
    struct Segment : IndexStructure::Segment {
        bool compact = false;  ///< Its frequent terms are in the table `compact_postings`.
    };

    void read_structure(std::string_view record);
    void read_totals(std::string_view record);
    void read_compact();
    [[nodiscard]] std::int64_t named_page_of(const Segment& segment, const std::string& key) const;
    [[nodiscard]] std::int64_t page_of(const Segment& segment, const std::string& key) const;
    /// On how many pages at most, from the one with the key on, its postings are: some more when it is a segment's
    /// last.
    [[nodiscard]] std::size_t pages_from(const Segment& segment, std::int64_t first, const std::string& key) const;
    [[nodiscard]] TermPostings find(std::string_view term, Source source) const;
    [[nodiscard]] std::optional<SegmentPostings> find_in(const Segment& segment, const std::string& key) const;
    [[nodiscard]] std::optional<CompactPostings> find_compact(const Segment& segment, std::string_view term) const;

    db::StatementCache& statements_;
    Source source_;
    std::vector<Segment> segments_;  ///< Newest first.
    std::uint64_t chunk_count_ = 0;
    std::array<std::uint64_t, term_fields> total_lengths_{};
};

}  // namespace quarry::lexical
