#include "core/lexical/term_index.h"

#include <algorithm>
#include <utility>

namespace quarry::lexical {
namespace {

constexpr const char* select_format = "SELECT v FROM chunk_terms_config WHERE k = 'version'";
constexpr const char* select_record = "SELECT block FROM chunk_terms_data WHERE id = ?";
constexpr const char* select_totals = "SELECT block FROM chunk_terms_data WHERE id = 1";
constexpr const char* select_page =
    "SELECT pgno FROM chunk_terms_idx WHERE segid = ? AND term <= ? ORDER BY term DESC LIMIT 1";
constexpr const char* select_next_page =
    "SELECT pgno FROM chunk_terms_idx WHERE segid = ? AND term > ? ORDER BY term LIMIT 1";
constexpr const char* select_pages = "SELECT pgno FROM chunk_terms_idx WHERE segid = ? ORDER BY term";
constexpr const char* select_compact_segments = "SELECT segment, pages FROM compact_segments";
constexpr const char* select_compact_postings = "SELECT postings FROM compact_postings WHERE segment = ? AND term = ?";
constexpr const char* select_leaves = "SELECT id, block FROM chunk_terms_data WHERE id BETWEEN ? AND ? ORDER BY id";

/// FTS5 fills pages up to so many bytes.
constexpr std::size_t largest_page = 4'050;
/// Memory for a term's postings that is taken at once, on the word of the index.
constexpr std::size_t most_reserved = std::size_t{32} << 20;
/// Zeros behind what is read, so that no integer is read beyond it.
constexpr std::size_t padding = 16;

std::size_t read_u16(std::string_view bytes, std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])) << 8U |
           static_cast<unsigned char>(bytes[at + 1]);
}

/// A leaf page of a segment: the end of one term's postings, then terms with theirs.
class LeafPage {
public:
    static constexpr std::size_t header_size = fts5::page_header;

    void read(std::string_view block) {
        if (block.size() < header_size) throw DamagedTermIndex();
        bytes_.assign(block);
        bytes_.append(padding, '\0');
        size_ = block.size();
        content_end_ = read_u16(block, 2);
        if (content_end_ < header_size || content_end_ > size_) throw DamagedTermIndex();
        footer_ = content_end_;
        next_term_ = 0;
        term_.clear();
        find_next_term();
    }

    /// Goes to the next term that begins on this page; false behind the last.
    bool next() {
        if (next_term_ == 0) return false;
        std::size_t at = next_term_;
        const std::size_t kept = term_.empty() ? 0 : fts5::read_varint(bytes_.data(), at);
        const std::size_t added = fts5::read_varint(bytes_.data(), at);
        if (kept > term_.size() || at > content_end_ || added > content_end_ - at) throw DamagedTermIndex();
        term_.resize(kept);
        term_.append(bytes_, at, added);
        if (term_.empty()) throw DamagedTermIndex();
        postings_start_ = at + added;
        find_next_term();
        if (postings_start_ > postings_end()) throw DamagedTermIndex();
        return true;
    }

    /// Goes on to the first term that is not less than `key`, from the present one; false when there is none.
    bool go_to(std::string_view key) {
        while (term_ < key) {
            if (!next()) return false;
        }
        return true;
    }

    /// With its mark.
    [[nodiscard]] const std::string& term() const { return term_; }
    /// The postings of the present term on this page; those of the last term go on on the next.
    [[nodiscard]] std::string_view postings() const {
        return std::string_view(bytes_).substr(postings_start_, postings_end() - postings_start_);
    }
    [[nodiscard]] bool at_last_term() const { return next_term_ == 0; }

private:
    [[nodiscard]] std::size_t postings_end() const { return next_term_ == 0 ? content_end_ : next_term_; }

    /// The footer has where the first term begins, and the distances of the others to the one before.
    void find_next_term() {
        if (footer_ >= size_) {
            next_term_ = 0;
            return;
        }
        const std::uint64_t distance = fts5::read_varint(bytes_.data(), footer_);
        if (distance == 0 || distance >= content_end_ || next_term_ + distance >= content_end_)
            throw DamagedTermIndex();
        next_term_ += distance;
        if (next_term_ < header_size) throw DamagedTermIndex();
    }

    std::string bytes_;
    std::size_t size_ = 0;
    std::size_t content_end_ = 0;
    std::size_t footer_ = 0;
    std::size_t next_term_ = 0;  ///< Where it begins; 0 for none.
    std::size_t postings_start_ = 0;
    std::string term_;
};

/// What a leaf page has of the postings of an earlier page's last term, which stand before its first own term.
struct ContinuedPage {
    /// Throws DamagedTermIndex.
    static ContinuedPage of(std::string_view block) {
        constexpr std::size_t header_size = fts5::page_header;
        if (block.size() < header_size) throw DamagedTermIndex();
        const std::size_t first_id = read_u16(block, 0);
        std::size_t end = read_u16(block, 2);
        if (end < header_size || end > block.size()) throw DamagedTermIndex();
        ContinuedPage page;
        page.has_terms = end < block.size();
        if (page.has_terms) {  // the footer begins with the place of the first
            const std::string footer = std::string(block.substr(end, padding)).append(padding, '\0');
            std::size_t at = 0;
            const std::uint64_t first_term = fts5::read_varint(footer.data(), at);
            if (first_term < header_size || first_term >= end) throw DamagedTermIndex();
            end = first_term;
        }
        page.postings = block.substr(header_size, end - header_size);
        if (first_id >= header_size && first_id < end) page.anchor = first_id - header_size;
        return page;
    }

    std::string_view postings;          ///< Valid as long as the page.
    std::optional<std::size_t> anchor;  ///< Where in them an id stands as it is.
    bool has_terms = false;
};

/// The leaf pages of a segment from one on.
class LeafReader {
public:
    LeafReader(db::StatementCache& statements, std::int64_t segment, std::int64_t first, std::int64_t last)
        : rows_(statements.query(select_leaves)), expected_(fts5::leaf_row(segment, first)) {
        rows_.with(expected_, fts5::leaf_row(segment, last));
    }
    [[nodiscard]] bool next(LeafPage& page) {
        const std::optional<std::string_view> block = next();
        if (block) page.read(*block);
        return block.has_value();
    }
    /// As it is stored; valid until the next call.
    [[nodiscard]] std::optional<std::string_view> next() {
        if (!rows_.step()) return std::nullopt;
        if (rows_.integer(0) != expected_++) throw DamagedTermIndex();
        return rows_.bytes(1);
    }

private:
    db::Query rows_;
    std::int64_t expected_;
};

/// The postings of the page's present term, from there on.
SegmentPostings read_postings(const LeafPage& page, LeafReader& leaves, std::size_t pages) {
    SegmentPostings found;
    found.bytes = page.postings();
    found.anchors.push_back(0);
    bool goes_on = page.at_last_term();
    if (goes_on) found.bytes.reserve(std::min(pages * largest_page, most_reserved));
    while (goes_on) {
        const std::optional<std::string_view> block = leaves.next();
        if (!block) break;
        const ContinuedPage rest = ContinuedPage::of(*block);
        if (rest.anchor && found.bytes.size() + *rest.anchor > 0) {
            found.anchors.push_back(found.bytes.size() + *rest.anchor);
        }
        found.bytes += rest.postings;
        goes_on = !rest.has_terms;
    }
    found.size = found.bytes.size();
    found.bytes.append(2 * padding, '\0');
    return found;
}

}  // namespace

TermIndex::TermIndex(db::StatementCache& statements, Source source) : statements_(statements), source_(source) {
    db::Query format = statements_.query(select_format);
    if (!format.step() || format.integer(0) != fts5::known_format) throw DamagedTermIndex();
    db::Query record = statements_.query(select_record);
    if (!record.with(fts5::structure_record).step()) throw DamagedTermIndex();
    read_structure(record.bytes(0));
    db::Query totals = statements_.query(select_totals);
    if (totals.step()) read_totals(totals.bytes(0));
    if (source_ == Source::compact) read_compact();
}

void TermIndex::read_structure(std::string_view record) {
    for (const IndexStructure::Level& level : IndexStructure::parse(record).levels) {
        for (auto segment = level.segments.rbegin(); segment != level.segments.rend(); ++segment) {
            if (segment->last_page == 0) continue;  // merged into another, all of it
            if (segment->id <= 0 || segment->id > 0xFFFF || segment->first_page <= 0 ||
                segment->last_page < segment->first_page || segment->last_page > INT32_MAX) {
                throw DamagedTermIndex();
            }
            segments_.push_back({*segment});
        }
    }
}

void TermIndex::read_totals(std::string_view record) {
    if (record.empty()) return;  // an empty index
    RecordReader reader(record);
    chunk_count_ = reader.next();
    for (std::uint64_t& length : total_lengths_) length = reader.ended() ? 0 : reader.next();
}

void TermIndex::read_compact() {
    db::Query row = statements_.query(select_compact_segments);
    while (row.step()) {
        for (Segment& segment : segments_) {
            segment.compact |= segment.id == row.integer(0) && segment.last_page == row.integer(1);
        }
    }
}

std::int64_t TermIndex::named_page_of(const Segment& segment, const std::string& key) const {
    db::Query row = statements_.query(select_page);
    row.with(segment.id, db::Blob{key.data(), key.size()});
    if (!row.step()) return segment.first_page;
    const std::int64_t page = row.integer(0) >> 1;  // the last bit: whether there is an index of its ids
    if (page > segment.last_page) throw DamagedTermIndex();
    return page;
}

std::int64_t TermIndex::page_of(const Segment& segment, const std::string& key) const {
    // Of a segment that is being merged the first pages are gone, and still named.
    return std::max(named_page_of(segment, key), segment.first_page);
}

std::size_t TermIndex::pages_from(const Segment& segment, std::int64_t first, const std::string& key) const {
    db::Query row = statements_.query(select_next_page);
    row.with(segment.id, db::Blob{key.data(), key.size()});
    const std::int64_t last = row.step() ? row.integer(0) >> 1 : segment.last_page;
    return static_cast<std::size_t>(std::clamp(last, first, segment.last_page) - first + 1);
}

std::optional<SegmentPostings> TermIndex::find_in(const Segment& segment, const std::string& key) const {
    const std::int64_t first = page_of(segment, key);
    LeafReader leaves(statements_, segment.id, first, segment.last_page);
    LeafPage page;
    if (!leaves.next(page)) throw DamagedTermIndex();
    if (!page.next() || !page.go_to(key) || page.term() != key) return std::nullopt;
    const std::size_t pages = page.at_last_term() ? pages_from(segment, first, key) : 1;
    return read_postings(page, leaves, pages);
}

std::optional<CompactPostings> TermIndex::find_compact(const Segment& segment, std::string_view term) const {
    if (!segment.compact) return std::nullopt;
    // What was on pages that are gone is in another segment now.
    const bool is_whole = segment.first_page == 1;
    if (!is_whole && named_page_of(segment, fts5::term_mark + std::string(term)) <= segment.first_page) {
        return std::nullopt;
    }
    db::Query row = statements_.query(select_compact_postings);
    if (!row.with(segment.id, term).step()) return std::nullopt;
    return CompactPostings(std::string(row.bytes(0)));
}

TermPostings TermIndex::find(std::string_view term) const {
    TermPostings found = find(term, source_);
    return found.fit() ? std::move(found) : find(term, Source::segments);
}

TermPostings TermIndex::find(std::string_view term, Source source) const {
    const std::string key = fts5::term_mark + std::string(term);
    std::vector<SegmentPostings> stored;
    std::vector<CompactSegmentPostings> compact;
    for (std::size_t age = 0; age < segments_.size(); ++age) {
        if (source == Source::compact) {
            if (std::optional<CompactPostings> part = find_compact(segments_[age], term)) {
                compact.push_back({std::move(*part), age});
                continue;
            }
        }
        if (std::optional<SegmentPostings> part = find_in(segments_[age], key)) {
            stored.push_back(std::move(*part));
            stored.back().age = age;
        }
    }
    return TermPostings(std::move(stored), std::move(compact));
}

void TermIndex::for_each_long_list(
    const IndexStructure::Segment& segment, std::int64_t from_page, std::int64_t further_pages,
    const std::function<void(std::string_view term, SegmentPostings&& postings)>& visit) const {
    // A row for each page on which a term begins; the last of these goes on to the next such page.
    std::optional<std::int64_t> from;
    const auto look_at = [&](std::int64_t until) {
        if (!from || until - *from < further_pages) return;
        LeafReader leaves(statements_, segment.id, *from, segment.last_page);
        LeafPage page;
        if (!leaves.next(page) || !page.next()) throw DamagedTermIndex();
        while (!page.at_last_term()) static_cast<void>(page.next());
        const std::string term = page.term();
        visit(std::string_view(term).substr(1),
              read_postings(page, leaves, static_cast<std::size_t>(until - *from + 1)));
    };
    db::Query row = statements_.query(select_pages);
    row.with(segment.id);
    while (row.step()) {
        const std::int64_t page = row.integer(0) >> 1;
        if (page < segment.first_page) continue;
        if (page > segment.last_page || (from && page <= *from)) throw DamagedTermIndex();
        if (page >= from_page) look_at(page);
        from = page;
    }
    look_at(segment.last_page);
}

std::vector<std::uint64_t> TermIndex::weights(std::span<const std::string> terms) const {
    std::vector<std::uint64_t> weights(terms.size(), 0);
    std::string key;
    for (const Segment& segment : segments_) {
        LeafPage page;
        bool at_term = false;
        for (std::size_t i = 0; i < terms.size(); ++i) {
            key.assign(1, fts5::term_mark).append(terms[i]);
            // The page of the term before may have it, if they are sorted.
            at_term = at_term && page.term() <= key && page.go_to(key);
            if (!at_term) {
                const std::int64_t number = page_of(segment, key);
                LeafReader leaves(statements_, segment.id, number, number);
                if (!leaves.next(page)) throw DamagedTermIndex();
                at_term = page.next() && page.go_to(key);
            }
            if (at_term && page.term() == key) weights[i] += page.postings().size();
        }
    }
    return weights;
}

void TermIndex::for_each_term(std::string_view prefix, const std::function<bool(std::string_view term)>& visit) const {
    const std::string key = fts5::term_mark + std::string(prefix);
    for (const Segment& segment : segments_) {
        LeafReader leaves(statements_, segment.id, page_of(segment, key), segment.last_page);
        LeafPage page;
        bool in_range = true;
        while (in_range && leaves.next(page)) {
            while (in_range && page.next()) {
                if (page.term().starts_with(key)) {
                    if (!visit(std::string_view(page.term()).substr(1))) return;
                } else {
                    in_range = page.term() < key;
                }
            }
        }
    }
}

}  // namespace quarry::lexical
