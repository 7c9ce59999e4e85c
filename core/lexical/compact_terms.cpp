#include "core/lexical/compact_terms.h"

#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/hash.h"
#include "core/lexical/compact_postings.h"

namespace quarry::lexical {
namespace {

constexpr const char* select_compact_record = "SELECT block FROM chunk_terms_data WHERE id = ?";
constexpr const char* select_last_term =
    "SELECT term FROM chunk_terms_idx WHERE segid = ? AND pgno <= ? ORDER BY term DESC LIMIT 1";
constexpr const char* select_compacted = "SELECT segment, pages, mark FROM compact_segments ORDER BY segment";
constexpr const char* upsert_compacted =
    "INSERT OR REPLACE INTO compact_segments (segment, pages, mark) VALUES (?, ?, ?)";
constexpr const char* delete_compacted = "DELETE FROM compact_segments WHERE segment = ?";
constexpr const char* delete_all_compacted = "DELETE FROM compact_segments";
constexpr const char* insert_compact =
    "INSERT OR REPLACE INTO compact_postings (segment, term, postings) VALUES (?, ?, ?)";
constexpr const char* select_compact = "SELECT postings FROM compact_postings WHERE segment = ? AND term = ?";
constexpr const char* count_compact = "SELECT count(*) FROM compact_postings WHERE segment = ?";
constexpr const char* delete_compact = "DELETE FROM compact_postings WHERE segment = ?";
constexpr const char* delete_all_compact = "DELETE FROM compact_postings";

using Segment = IndexStructure::Segment;

std::map<std::int64_t, Segment> segments_by_number(const IndexStructure& structure) {
    std::map<std::int64_t, Segment> segments;
    for (const IndexStructure::Level& level : structure.levels) {
        for (const Segment& segment : level.segments) {
            if (segment.last_page > 0) segments[segment.id] = segment;
        }
    }
    return segments;
}

/// Nothing where chunks lose the term, or for what is beyond all measure: that is read from the segment.
std::optional<std::string> compacted(const SegmentPostings& postings) {
    CompactPostingsWriter writer;
    std::int64_t last = -1;
    for (PostingCursor cursor(postings); !cursor.ended(); cursor.next()) {
        const Posting& posting = cursor.posting();
        if (posting.chunk_id <= last) throw DamagedTermIndex();
        last = posting.chunk_id;
        if (posting.places.empty() || !writer.add(last, count_places(posting.places))) return std::nullopt;
    }
    return writer.finish();
}

}  // namespace

void CompactTerms::refresh() {
    // What FTS5 still has in memory of this transaction it writes before a savepoint.
    database_.exec("SAVEPOINT before_compact_terms; RELEASE before_compact_terms");
    try {
        std::map<std::int64_t, Segment> wanted = segments_by_number(structure());
        std::erase_if(wanted, [this](const auto& entry) { return entry.second.last_page < options_.segment_pages; });
        std::map<std::int64_t, std::int64_t> pages;
        for (const Compacted& compacted : all_compacted()) {
            const auto found = wanted.find(compacted.segment);
            if (found != wanted.end() && is_of(compacted, found->second)) {
                pages[compacted.segment] = compacted.pages;
                if (compacted.pages == found->second.last_page) wanted.erase(found);
            } else {
                forget(compacted.segment);
            }
        }
        if (wanted.empty()) return;
        const TermIndex index(statements_);
        for (const auto& [id, segment] : wanted) add(index, segment, pages[id] + 1);
    } catch (const DamagedTermIndex&) {
        clear();
    }
}

std::vector<CompactTerms::Compacted> CompactTerms::all_compacted() const {
    std::vector<Compacted> all;
    db::Query row = statements_.query(select_compacted);
    while (row.step()) all.push_back({row.integer(0), row.integer(1), row.text(2)});
    return all;
}

bool CompactTerms::is_of(const Compacted& compacted, const Segment& segment) const {
    return compacted.pages >= segment.first_page && compacted.pages <= segment.last_page &&
           mark_of(segment.id, compacted.pages) == compacted.mark;
}

std::string CompactTerms::mark_of(std::int64_t segment, std::int64_t page) const {
    std::string end;
    db::Query last_term = statements_.query(select_last_term);
    if (last_term.with(segment, 2 * page + 1).step()) end = last_term.bytes(0);
    db::Query last_page = statements_.query(select_compact_record);
    if (last_page.with(fts5::leaf_row(segment, page)).step()) end += last_page.bytes(0);
    return content_hash(end);
}

void CompactTerms::clear() {
    statements_.query(delete_all_compacted).run();
    statements_.query(delete_all_compact).run();
}

IndexStructure CompactTerms::structure() const {
    db::Query record = statements_.query(select_compact_record);
    if (!record.with(fts5::structure_record).step()) throw DamagedTermIndex();
    return IndexStructure::parse(record.bytes(0));
}

void CompactTerms::forget(std::int64_t segment) {
    statements_.query(delete_compacted).with(segment).run();
    statements_.query(delete_compact).with(segment).run();
}

void CompactTerms::add(const TermIndex& index, const Segment& segment, std::int64_t from_page) {
    statements_.query(upsert_compacted)
        .with(segment.id, segment.last_page, mark_of(segment.id, segment.last_page))
        .run();
    db::Query row = statements_.query(insert_compact);
    index.for_each_long_list(segment, from_page, options_.further_pages,
                             [&](std::string_view term, SegmentPostings&& postings) {
                                 if (const std::optional<std::string> bytes = compacted(postings)) {
                                     row.with(segment.id, term, db::Blob{bytes->data(), bytes->size()}).run();
                                 }
                             });
}

std::vector<std::int64_t> CompactTerms::wrong_segments() const {
    std::vector<std::int64_t> wrong;
    for (const Compacted& compacted : all_compacted()) {
        try {
            const std::map<std::int64_t, Segment> segments = segments_by_number(structure());
            const auto segment = segments.find(compacted.segment);
            if (segment == segments.end() || compacted.pages != segment->second.last_page ||
                !is_of(compacted, segment->second) || !agrees(segment->second)) {
                wrong.push_back(compacted.segment);
            }
        } catch (const DamagedTermIndex&) {
            wrong.push_back(compacted.segment);
        }
    }
    return wrong;
}

bool CompactTerms::agrees(const Segment& segment) const {
    bool same = true;
    std::uint64_t terms = 0;
    TermIndex(statements_)
        .for_each_long_list(segment, 1, options_.further_pages, [&](std::string_view term, SegmentPostings&& postings) {
            const std::optional<std::string> expected = compacted(postings);
            db::Query row = statements_.query(select_compact);
            const bool found = row.with(segment.id, term).step();
            same = same && found == expected.has_value() && (!found || row.bytes(0) == *expected);
            terms += found ? 1 : 0;
        });
    // The rows of what was merged into another segment go when the rest has been.
    if (segment.first_page > 1) return same;
    db::Query row = statements_.query(count_compact);
    return same && row.with(segment.id).step() && row.count(0) == terms;
}

}  // namespace quarry::lexical
