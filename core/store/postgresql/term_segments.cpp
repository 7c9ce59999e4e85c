#include "core/store/postgresql/term_segments.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "core/lexical/lexical_search.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* select_segments = "SELECT id, change FROM segments";
constexpr const char* select_lengths =
    "SELECT id, first_chunk, change, lengths FROM segments WHERE id = ANY ($1::bigint[])";
constexpr const char* select_all_lengths = "SELECT first_chunk, lengths FROM segments ORDER BY first_chunk";
// Where a term has counts, its postings need not be sent.
#define QUARRY_SERVER_COUNTS                                                                              \
    "SELECT term, segment_id, counts, CASE WHEN counts IS NULL THEN postings END, octet_length(postings)" \
    " FROM segment_terms WHERE "
constexpr const char* select_counts = QUARRY_SERVER_COUNTS "term = ANY ($1::bytea[])";
constexpr const char* select_counts_between = QUARRY_SERVER_COUNTS "term >= $1 AND term < $2";
#undef QUARRY_SERVER_COUNTS
constexpr const char* select_postings =
    "SELECT term, segment_id, postings FROM segment_terms WHERE term = ANY ($1::bytea[]) ORDER BY term, segment_id";
constexpr const char* select_postings_between =
    "SELECT term, segment_id, postings FROM segment_terms WHERE term >= $1 AND term < $2 ORDER BY term, segment_id";
constexpr const char* select_postings_page =
    "SELECT term, segment_id, postings, counts FROM segment_terms WHERE (term, segment_id) > ($1, $2)"
    " ORDER BY term, segment_id LIMIT 5000";
constexpr std::int64_t greatest_chunk = INT64_MAX / 2;
constexpr std::size_t padding = 16;

/// The places of a term in a chunk: above 32 bits the field, below them the place in it.
using Places = std::vector<std::uint64_t>;

Places read_places(std::string_view places) {
    const std::string padded = std::string(places) + std::string(padding, '\0');
    Places read;
    std::uint64_t field = 0;
    std::uint64_t place = 0;
    for (std::size_t at = 0; at < places.size();) {
        const std::uint64_t value = lexical::fts5::read_varint(padded.data(), at);
        if (value == static_cast<std::uint64_t>(lexical::fts5::column_mark)) {
            field = lexical::fts5::read_varint(padded.data(), at);
            place = 0;
            continue;
        }
        place += value - 2;
        read.push_back(field << 32U | place);
    }
    return read;
}

/// The first text behind all that begin so.
std::string behind(std::string prefix) {
    prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);  // UTF-8 has no byte 255
    return prefix;
}

}  // namespace

/// The index as lexical::LexicalSearch reads it, with what a query asks for fetched at once.
class TermSegments::Source final : public lexical::TermSource, public lexical::LengthSource {
public:
    Source(TermSegments& segments, const TermQuery& query) : segments_(segments) {
        for (const auto& [id, segment] : segments_.segments_) {
            chunks_ += static_cast<std::uint64_t>(segment.sums.live);
            for (std::size_t field = 0; field < lexical::term_fields; ++field) {
                totals_[field] += static_cast<std::uint64_t>(segment.sums.totals[field]);
            }
        }
        std::vector<std::string> wanted;
        for (const lexical::LexicalTerm& term : query.terms) {
            if (!term.prefix) wanted.push_back(term.text);
            wanted.insert(wanted.end(), term.others.begin(), term.others.end());
        }
        segments_.fetch(wanted);
        for (const lexical::LexicalTerm& term : query.terms) {
            if (term.prefix) segments_.fetch_beginning(term.text);
        }
    }

    [[nodiscard]] std::uint64_t chunk_count() const override { return chunks_; }
    [[nodiscard]] const std::array<std::uint64_t, lexical::term_fields>& total_lengths() const override {
        return totals_;
    }

    [[nodiscard]] lexical::TermPostings find(std::string_view term) const override {
        std::vector<lexical::SegmentPostings> stored;
        std::vector<lexical::CompactSegmentPostings> compact;
        const auto found = segments_.fetched_.find(term);
        if (found == segments_.fetched_.end()) return lexical::TermPostings({});
        for (const auto& [id, part] : found->second) {
            if (part.are_counts) {
                compact.push_back({lexical::CompactPostings(part.bytes), 0, part.segment->gone});
                const lexical::CompactPostings& postings = compact.back().postings;
                if (!part.segment->has(postings.first_chunk()) || !part.segment->has(postings.last_chunk())) {
                    throw lexical::DamagedTermIndex();
                }
            } else {
                stored.push_back(as_stored(*part.segment, part.bytes));
            }
        }
        return lexical::TermPostings(std::move(stored), std::move(compact));
    }

    void for_each_term(std::string_view prefix,
                       const std::function<bool(std::string_view term)>& visit) const override {
        const auto& all = segments_.fetched_;
        for (auto at = all.lower_bound(prefix); at != all.end() && at->first.starts_with(prefix); ++at) {
            if (!at->second.empty() && !visit(at->first)) return;
        }
    }

    void read(std::int64_t block, lexical::LengthBlock& lengths) const override {
        const auto found = segments_.lengths_.find(block);
        lengths = found == segments_.lengths_.end() ? lexical::LengthBlock() : found->second;
    }

private:
    /// The postings of a segment's chunks that are not gone, with the first one as it is. Throws for chunks that it has
    /// not.
    static lexical::SegmentPostings as_stored(const Segment& segment, const std::string& postings) {
        lexical::SegmentPostings stored;
        std::int64_t last = 0;
        const auto is_gone = [&segment](std::uint64_t place) { return segment.is_gone(place); };
        StoredPostings(postings).for_each(segment.chunks, is_gone, 0, [&](std::size_t place, std::string_view places) {
            const std::int64_t id = segment.first_chunk + static_cast<std::int64_t>(place);
            lexical::fts5::append_varint(stored.bytes, static_cast<std::uint64_t>(id - last));
            lexical::fts5::append_varint(stored.bytes, places.size() << 1U);
            stored.bytes += places;
            last = id;
        });
        stored.size = stored.bytes.size();
        stored.bytes.append(2 * padding, '\0');
        stored.anchors = {0};
        return stored;
    }

    TermSegments& segments_;
    std::uint64_t chunks_ = 0;
    std::array<std::uint64_t, lexical::term_fields> totals_{};
};

TermSegments::Segment::Segment(std::int64_t first, std::int64_t changed,
                               const std::vector<lexical::FieldCounts>& lengths)
    : first_chunk(first), change(changed), chunks(lengths.size()), sums(sums_of(lengths)) {
    for (std::size_t place = 0; place < lengths.size(); ++place) {
        if (lengths[place][0] == postgresql::gone) gone.push_back(first_chunk + static_cast<std::int64_t>(place));
    }
}

void TermSegments::put_lengths(std::int64_t first_chunk, const std::vector<lexical::FieldCounts>& lengths) {
    for (std::size_t place = 0; place < lengths.size(); ++place) {
        const std::int64_t id = first_chunk + static_cast<std::int64_t>(place);
        const lexical::FieldCounts none{};
        lengths_[lexical::ChunkLengths::block_of(id)].set(lexical::ChunkLengths::place_of(id),
                                                          lengths[place][0] == gone ? none : lengths[place]);
    }
}

void TermSegments::refresh() {
    if (server_.is_reading() && read_in_ == server_.transactions()) return;
    fetched_.clear();
    std::map<std::int64_t, Segment> now;
    std::vector<std::int64_t> changed;
    const Rows rows = server_.query(select_segments);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto known = segments_.find(rows.integer(row, 0));
        if (known != segments_.end() && known->second.change == rows.integer(row, 1)) {
            now.insert(segments_.extract(known));
        } else {
            changed.push_back(rows.integer(row, 0));
        }
    }
    segments_ = std::move(now);
    if (!changed.empty()) {
        const Rows lengths = server_.query(select_lengths, {bigints(changed)});
        for (std::size_t row = 0; row < lengths.size(); ++row) {
            const std::vector<lexical::FieldCounts> of_chunks = read_lengths(lengths.bytes(row, 3));
            const std::int64_t first = lengths.integer(row, 1);
            if (first < 0 || first > greatest_chunk) throw_damaged_index();
            put_lengths(first, of_chunks);
            segments_.emplace(lengths.integer(row, 0), Segment(first, lengths.integer(row, 2), of_chunks));
        }
    }
    read_in_ = server_.is_reading() ? server_.transactions() : 0;
}

void TermSegments::fetch(std::span<const std::string> terms) {
    std::vector<std::string> wanted;
    for (const std::string& term : terms) {
        if (fetched_.try_emplace(term).second) wanted.push_back(term);
    }
    if (!wanted.empty()) add_parts(server_.query(select_counts, {byteas(wanted)}));
}

void TermSegments::fetch_beginning(const std::string& prefix) {
    if (!prefix.empty()) add_parts(server_.query(select_counts_between, {bytea(prefix), bytea(behind(prefix))}));
}

void TermSegments::add_parts(const Rows& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::int64_t id = rows.integer(row, 1);
        const Segment* const of = segment(id);
        if (of == nullptr) continue;  // of a segment whose chunks are all gone
        const bool are_counts = !rows.is_null(row, 2);
        fetched_[rows.text(row, 0)][id] = {of, rows.count(row, 4), are_counts, rows.text(row, are_counts ? 2 : 3)};
    }
}

const TermSegments::Segment* TermSegments::segment(std::int64_t id) const {
    const auto found = segments_.find(id);
    return found == segments_.end() ? nullptr : &found->second;
}

void TermSegments::append(const Rows& rows, std::vector<Postings>& found) const {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Segment* const of = segment(rows.integer(row, 1));
        if (of == nullptr) continue;  // of a segment whose chunks are all gone
        found.push_back({rows.text(row, 0), of, StoredPostings(rows.bytes(row, 2))});
    }
}

std::vector<TermSegments::Postings> TermSegments::find(std::span<const std::string> terms) {
    std::vector<Postings> found;
    if (!terms.empty()) append(server_.query(select_postings, {byteas(terms)}), found);
    return found;
}

std::vector<TermSegments::Postings> TermSegments::find_beginning(const std::string& prefix) {
    std::vector<Postings> found;
    if (!prefix.empty()) append(server_.query(select_postings_between, {bytea(prefix), bytea(behind(prefix))}), found);
    return found;
}

template <typename Work>
auto TermSegments::searched(const TermQuery& query, const IdSet* within, std::size_t limit, const Work& work) {
    refresh();
    try {
        const Source source(*this, query);
        const lexical::LexicalQuery lexical{query.terms, query.bm25, limit, within};
        lexical::LexicalSearch search(source, source, lexical, {std::thread::hardware_concurrency() > 1});
        return work(search);
    } catch (const lexical::DamagedTermIndex&) {
        throw_damaged_index();
    }
}

std::vector<document::ScoredChunk> TermSegments::best(const TermQuery& query, const IdSet* within, std::size_t limit) {
    return searched(query, within, limit, [](lexical::LexicalSearch& search) { return search.best(); });
}

std::vector<lexical::LexicalExplanation> TermSegments::explain(const TermQuery& query,
                                                               std::span<const std::int64_t> chunk_ids) {
    return searched(query, nullptr, chunk_ids.size(),
                    [&](lexical::LexicalSearch& search) { return search.explain(chunk_ids); });
}

std::vector<std::uint64_t> TermSegments::weights(std::span<const std::string> terms) {
    refresh();
    fetch(terms);
    std::vector<std::uint64_t> found;
    for (const std::string& term : terms) {
        std::uint64_t weight = 0;
        for (const auto& [id, part] : fetched_.find(term)->second) weight += part.weight;
        found.push_back(weight);
    }
    return found;
}

void TermSegments::add_matching(const lexical::TermSequence& sequence, const lexical::TermCondition& condition,
                                IdSet& chunks) {
    std::vector<std::string> tokens;
    for (const std::string& term : sequence.terms) {
        for (std::string& token : tokenizer_.tokens(term)) tokens.push_back(std::move(token));
    }
    const auto in_field = [&](std::uint64_t place) {
        return !condition.field || place >> 32U == static_cast<std::uint64_t>(*condition.field);
    };
    std::unordered_map<std::int64_t, Places> ends;  // where what was found so far ends
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool by_prefix = sequence.prefix && i + 1 == tokens.size();
        std::unordered_map<std::int64_t, Places> next;
        for (const Postings& postings : by_prefix ? find_beginning(tokens[i]) : find({&tokens[i], 1})) {
            postings.for_each([&](std::size_t place, std::string_view stored) {
                const std::int64_t id = postings.segment->first_chunk + static_cast<std::int64_t>(place);
                const auto before = ends.find(id);
                if (i > 0 && before == ends.end()) return;
                for (const std::uint64_t at : read_places(stored)) {
                    const bool fits = i == 0 ? in_field(at) : std::ranges::find(before->second, at - 1) != before->second.end();
                    if (fits) next[id].push_back(at);
                }
            });
        }
        ends = std::move(next);
    }
    for (const auto& [id, places] : ends) chunks.insert(id);
}

IdSet TermSegments::matching_one(const lexical::TermCondition& condition) {
    IdSet chunks;
    for (const lexical::TermSequence& sequence : condition.any_of) add_matching(sequence, condition, chunks);
    return chunks;
}

IdSet TermSegments::matching(std::span<const lexical::TermCondition> conditions) {
    refresh();
    std::optional<IdSet> found;
    for (const lexical::TermCondition& condition : conditions) {
        if (condition.excluded) continue;
        const IdSet with = matching_one(condition);
        if (!found) {
            found = with;
            continue;
        }
        IdSet both;
        for (const std::int64_t id : found->ids()) {
            if (with.contains(id)) both.insert(id);
        }
        found = std::move(both);
    }
    if (!found) {
        found.emplace();
        for (const auto& [id, segment] : segments_) {
            for (std::size_t place = 0; place < segment.chunks; ++place) {
                if (!segment.is_gone(place)) found->insert(segment.first_chunk + static_cast<std::int64_t>(place));
            }
        }
    }
    for (const lexical::TermCondition& condition : conditions) {
        if (!condition.excluded) continue;
        const IdSet without = matching_one(condition);
        IdSet left;
        for (const std::int64_t id : found->ids()) {
            if (!without.contains(id)) left.insert(id);
        }
        found = std::move(left);
    }
    return std::move(*found);
}

void TermSegments::for_each_chunk(
    const std::function<void(std::int64_t chunk_id, const lexical::FieldCounts& lengths)>& visit) {
    const Rows rows = server_.query(select_all_lengths);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::vector<lexical::FieldCounts> lengths = read_lengths(rows.bytes(row, 1));
        for (std::size_t place = 0; place < lengths.size(); ++place) {
            if (lengths[place][0] == gone) continue;
            visit(rows.integer(row, 0) + static_cast<std::int64_t>(place), lengths[place]);
        }
    }
}

void TermSegments::for_each_posting(const std::function<void(std::string_view term, std::int64_t chunk_id,
                                                             const lexical::FieldCounts& occurrences)>& visit) {
    refresh();
    std::string after;
    std::int64_t after_segment = 0;
    for (;;) {
        const Rows rows = server_.query(select_postings_page, {bytea(after), number(after_segment)});
        if (rows.empty()) return;
        std::vector<Postings> found;
        append(rows, found);
        for (const Postings& postings : found) {
            postings.for_each([&](std::size_t place, std::string_view places) {
                visit(postings.term, postings.segment->first_chunk + static_cast<std::int64_t>(place),
                      lexical::count_places(places));
            });
        }
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const Segment* const of = segment(rows.integer(row, 1));
            if (of == nullptr || rows.is_null(row, 3)) continue;
            if (rows.bytes(row, 3) != counts_of(of->first_chunk, rows.bytes(row, 2))) throw_damaged_index();
        }
        after = rows.text(rows.size() - 1, 0);
        after_segment = rows.integer(rows.size() - 1, 1);
    }
}

}  // namespace quarry::store::postgresql
