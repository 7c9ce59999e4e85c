#include "core/store/postgresql/new_segment.h"

#include <algorithm>
#include <cstdint>

#include "core/base/error.h"
#include "core/lexical/compact_postings.h"
#include "core/lexical/term_postings.h"

namespace quarry::store::postgresql {
namespace {

constexpr std::size_t bytes_of_lengths = 4 * lexical::term_fields;

}  // namespace

void throw_damaged_index() {
    throw Error(ErrorCode::failed, "cannot read the lexical index", "quarry docs verify reports details; make it again")
        .because("it is damaged");
}

std::string stored_lengths(const std::vector<lexical::FieldCounts>& lengths) {
    std::string stored;
    stored.reserve(lengths.size() * bytes_of_lengths);
    for (const lexical::FieldCounts& counts : lengths) {
        for (const std::uint32_t count : counts) {
            for (unsigned shift = 0; shift < 32; shift += 8) stored += static_cast<char>(count >> shift & 255U);
        }
    }
    return stored;
}

std::vector<lexical::FieldCounts> read_lengths(std::string_view stored) {
    std::vector<lexical::FieldCounts> lengths(stored.size() / bytes_of_lengths);
    const auto* at = reinterpret_cast<const unsigned char*>(stored.data());
    for (lexical::FieldCounts& counts : lengths) {
        for (std::uint32_t& count : counts) {
            count = at[0] | at[1] << 8U | at[2] << 16U | static_cast<std::uint32_t>(at[3]) << 24U;
            at += 4;
        }
    }
    return lengths;
}

SegmentSums sums_of(const std::vector<lexical::FieldCounts>& lengths) {
    SegmentSums sums;
    for (const lexical::FieldCounts& counts : lengths) {
        if (counts[0] == gone) continue;
        ++sums.live;
        for (std::size_t field = 0; field < lexical::term_fields; ++field) sums.totals[field] += counts[field];
    }
    return sums;
}

std::string counts_of(std::int64_t first_chunk, std::string_view postings) {
    constexpr std::size_t fewest_bytes = 200;
    constexpr std::size_t times_less = 2;
    if (postings.size() < fewest_bytes) return "";
    lexical::CompactPostingsWriter writer;
    bool fits = true;
    const auto none_is_gone = [](std::uint64_t) { return false; };
    StoredPostings(postings).for_each(SIZE_MAX, none_is_gone, 0, [&](std::size_t place, std::string_view places) {
        fits = fits && writer.add(first_chunk + static_cast<std::int64_t>(place), lexical::count_places(places));
    });
    std::string counts = writer.finish();
    return fits && counts.size() * times_less <= postings.size() ? counts : "";
}

bool NewSegment::is_far_from(std::int64_t chunk_id) const noexcept {
    return !lengths_.empty() && chunk_id > first_chunk_ + static_cast<std::int64_t>(lengths_.size()) + most_missing;
}

NewSegment::Term& NewSegment::term_of(std::string_view text) {
    auto found = terms_.find(text);
    if (found == terms_.end()) {
        found = terms_.emplace(std::string(text), Term()).first;
        bytes_ += text.size() + bytes_of_term;
    }
    return found->second;
}

void NewSegment::add(std::int64_t first_chunk, const std::vector<lexical::FieldCounts>& lengths) {
    if (lengths_.empty()) first_chunk_ = first_chunk;
    lengths_.resize(static_cast<std::size_t>(first_chunk - first_chunk_), {gone, gone, gone});
    lengths_.insert(lengths_.end(), lengths.begin(), lengths.end());
    bytes_ += lengths.size() * sizeof(lexical::FieldCounts);
}

void NewSegment::add(std::int64_t first_chunk, std::string_view text, const StoredPostings& postings) {
    const auto base = static_cast<std::uint64_t>(first_chunk - first_chunk_);
    Term* term = nullptr;
    const auto is_gone = [this](std::uint64_t place) { return lengths_[place][0] == gone; };
    postings.for_each(lengths_.size(), is_gone, base, [&](std::uint64_t place, std::string_view places) {
        if (term == nullptr) term = &term_of(text);
        const std::size_t before = term->postings.size();
        lexical::fts5::append_varint(term->postings, place - term->last);
        lexical::fts5::append_varint(term->postings, places.size() << 1U);
        term->postings += places;
        term->last = place;
        bytes_ += term->postings.size() - before;
    });
}

void NewSegment::add(std::int64_t first_chunk, const lexical::TermBlock& block) {
    if (lengths_.empty()) first_chunk_ = first_chunk;
    const auto base = static_cast<std::uint64_t>(first_chunk - first_chunk_);
    lengths_.resize(base, {gone, gone, gone});
    lengths_.insert(lengths_.end(), block.lengths.begin(), block.lengths.end());
    bytes_ += block.lengths.size() * sizeof(lexical::FieldCounts);
    block.for_each([&](const lexical::TermBlock::Entry& entry) {
        Term& term = term_of(entry.term);
        lexical::fts5::append_varint(term.postings, base + entry.first - term.last);
        term.postings += entry.postings;
        term.last = base + entry.last;
        bytes_ += entry.postings.size();
    });
}

void NewSegment::write(ServerConnection& server, std::int64_t id) {
    if (lengths_.empty()) return;
    const SegmentSums sums = sums_of(lengths_);
    CopyRows segment;
    segment.row(9).add(id).add(first_chunk_).add(lengths_.size()).add(sums.live);
    segment.add(sums.totals[0]).add(sums.totals[1]).add(sums.totals[2]).add(std::int64_t{0}).add(std::string_view(stored_lengths(lengths_)));
    server.copy("segments (id, first_chunk, chunk_count, live_chunks, title_terms, heading_terms, body_terms, change,"
                " lengths)",
                segment);
    // In the order of the index, so that each of its pages is written once.
    std::vector<const std::pair<const std::string, Term>*> sorted;
    sorted.reserve(terms_.size());
    for (const auto& term : terms_) sorted.push_back(&term);
    std::ranges::sort(sorted, {}, [](const auto* term) -> const std::string& { return term->first; });
    CopyRows rows;
    for (const auto* term : sorted) {
        const std::string counts = counts_of(first_chunk_, term->second.postings);
        rows.row(4).add(std::string_view(term->first)).add(id).add(std::string_view(term->second.postings));
        if (counts.empty()) rows.add_null();
        if (!counts.empty()) rows.add(std::string_view(counts));
    }
    server.copy("segment_terms (term, segment_id, postings, counts)", rows);
    lengths_.clear();
    terms_.clear();
    bytes_ = 0;
}

}  // namespace quarry::store::postgresql
