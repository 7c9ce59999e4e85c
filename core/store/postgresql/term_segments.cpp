#include "core/store/postgresql/term_segments.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "core/lexical/fts5_format.h"
#include "core/lexical/term_index.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* select_segments = "SELECT id, first_chunk, change FROM segments";
constexpr const char* select_lengths = "SELECT id, lengths FROM segments WHERE id = ANY ($1::bigint[])";
constexpr const char* select_postings =
    "SELECT term, segment_id, postings FROM segment_terms WHERE term = ANY ($1::bytea[]) ORDER BY term, segment_id";
constexpr const char* select_postings_between =
    "SELECT term, segment_id, postings FROM segment_terms WHERE term >= $1 AND term < $2 ORDER BY term, segment_id";
constexpr const char* select_postings_page =
    "SELECT term, segment_id, postings FROM segment_terms WHERE (term, segment_id) > ($1, $2)"
    " ORDER BY term, segment_id LIMIT 5000";

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

/// A term of a query with its postings.
struct TermSegments::ScoredTerm {
    lexical::LexicalTerm asked;
    std::vector<Postings> readings;
    bool is_merged = false;  ///< Several of them, counted as one.
    std::unordered_map<const Segment*, std::unordered_map<std::size_t, lexical::FieldCounts>> merged;
    std::uint64_t chunks = 0;
    double factor = 0;

    /// Calls `visit(segment, place, count)`.
    template <typename Visit>
    void for_each(Visit&& visit) const {
        if (!is_merged) {
            for (const Postings& one : readings) {
                one.for_each([&](std::size_t place, std::string_view places) {
                    visit(*one.segment, place, lexical::count_places(places));
                });
            }
            return;
        }
        for (const auto& [segment, of_segment] : merged) {
            for (const auto& [place, counts] : of_segment) visit(*segment, place, counts);
        }
    }
};

void TermSegments::refresh() {
    std::map<std::int64_t, Segment> now;
    std::vector<std::int64_t> changed;
    const Rows rows = server_.query(select_segments);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::int64_t id = rows.integer(row, 0);
        const auto known = segments_.find(id);
        if (known != segments_.end() && known->second.change == rows.integer(row, 2)) {
            now.emplace(id, std::move(known->second));
            continue;
        }
        Segment& segment = now[id];
        segment.first_chunk = rows.integer(row, 1);
        segment.change = rows.integer(row, 2);
        changed.push_back(id);
    }
    segments_ = std::move(now);
    if (changed.empty()) return;
    const Rows lengths = server_.query(select_lengths, {bigints(changed)});
    for (std::size_t row = 0; row < lengths.size(); ++row) {
        Segment& segment = segments_[lengths.integer(row, 0)];
        segment.lengths = read_lengths(lengths.bytes(row, 1));
        segment.sums = sums_of(segment.lengths);
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

lexical::Bm25 TermSegments::bm25(const lexical::Bm25Options& options) const {
    std::uint64_t chunks = 0;
    std::array<std::uint64_t, lexical::term_fields> totals{};
    for (const auto& [id, segment] : segments_) {
        chunks += static_cast<std::uint64_t>(segment.sums.live);
        for (std::size_t field = 0; field < lexical::term_fields; ++field) {
            totals[field] += static_cast<std::uint64_t>(segment.sums.totals[field]);
        }
    }
    return {options, chunks, totals};
}

std::vector<TermSegments::ScoredTerm> TermSegments::scored_terms(const TermQuery& query) {
    std::set<std::string> wanted;
    for (const lexical::LexicalTerm& term : query.terms) {
        if (!term.prefix) wanted.insert(term.text);
        wanted.insert(term.others.begin(), term.others.end());
    }
    const std::vector<Postings> all = find(std::vector<std::string>(wanted.begin(), wanted.end()));
    const lexical::Bm25 scoring = bm25(query.bm25);
    std::vector<ScoredTerm> terms;
    for (const lexical::LexicalTerm& asked : query.terms) {
        ScoredTerm term;
        term.asked = asked;
        std::set<std::string> texts(asked.others.begin(), asked.others.end());
        if (asked.prefix) {
            term.readings = find_beginning(asked.text);
            std::erase_if(texts, [&](const std::string& text) { return text.starts_with(asked.text); });
        } else {
            texts.insert(asked.text);
        }
        for (const Postings& postings : all) {
            if (texts.contains(postings.term)) term.readings.push_back(postings);
        }
        std::set<std::string> there;
        for (const Postings& postings : term.readings) there.insert(postings.term);
        std::erase_if(term.asked.others, [&](const std::string& other) { return !there.contains(other); });
        if (!asked.prefix && !term.asked.others.empty() && !there.contains(asked.text)) {
            term.asked.text = std::move(term.asked.others.front());
            term.asked.others.erase(term.asked.others.begin());
        }
        term.is_merged = there.size() > 1;
        for (const Postings& postings : term.readings) {
            if (!term.is_merged) {
                postings.for_each([&](std::size_t, std::string_view) { ++term.chunks; });
                continue;
            }
            auto& of_segment = term.merged[postings.segment];
            postings.for_each([&](std::size_t place, std::string_view places) {
                const lexical::FieldCounts counts = lexical::count_places(places);
                auto& sum = of_segment[place];
                for (std::size_t field = 0; field < lexical::term_fields; ++field) sum[field] += counts[field];
            });
        }
        for (const auto& [segment, of_segment] : term.merged) term.chunks += of_segment.size();
        if (term.chunks == 0) continue;
        term.factor = scoring.idf(term.chunks) * asked.weight;
        terms.push_back(std::move(term));
    }
    const auto is_function_word = [](const lexical::LexicalTerm& term) { return term.function_word; };
    if (!std::ranges::all_of(query.terms, is_function_word) &&
        std::ranges::all_of(terms, is_function_word, &ScoredTerm::asked)) {
        terms.clear();
    }
    // The order in which SQLite's search adds: the sums are the same to the last bit.
    std::sort(terms.begin(), terms.end(), [](const ScoredTerm& left, const ScoredTerm& right) {
        return std::tie(left.chunks, left.asked.text, left.asked.prefix) <
               std::tie(right.chunks, right.asked.text, right.asked.prefix);
    });
    return terms;
}

std::vector<document::ScoredChunk> TermSegments::best(const TermQuery& query, const IdSet* within, std::size_t limit) {
    refresh();
    const lexical::Bm25 scoring = bm25(query.bm25);
    std::unordered_map<const Segment*, std::vector<double>> scores;
    for (const ScoredTerm& term : scored_terms(query)) {
        const Segment* last = nullptr;
        std::vector<double>* of_last = nullptr;
        term.for_each([&](const Segment& segment, std::size_t place, const lexical::FieldCounts& counts) {
            if (&segment != last) {
                last = &segment;
                of_last = &scores[last];
                of_last->resize(segment.lengths.size());
            }
            (*of_last)[place] += term.factor * scoring.saturated(counts, scoring.norm(segment.lengths[place]));
        });
    }
    std::vector<document::ScoredChunk> best;
    for (const auto& [segment, of_chunks] : scores) {
        for (std::size_t place = 0; place < of_chunks.size(); ++place) {
            const std::int64_t id = segment->first_chunk + static_cast<std::int64_t>(place);
            if (of_chunks[place] > 0 && (within == nullptr || within->contains(id))) best.push_back({id, of_chunks[place]});
        }
    }
    const auto middle = best.begin() + static_cast<std::ptrdiff_t>(std::min(limit, best.size()));
    std::partial_sort(best.begin(), middle, best.end(),
                      [](const document::ScoredChunk& left, const document::ScoredChunk& right) {
                          return left.score != right.score ? left.score > right.score : left.chunk_id < right.chunk_id;
                      });
    best.erase(middle, best.end());
    return best;
}

std::vector<lexical::LexicalExplanation> TermSegments::explain(const TermQuery& query,
                                                               std::span<const std::int64_t> chunk_ids) {
    refresh();
    const lexical::Bm25 scoring = bm25(query.bm25);
    std::vector<lexical::LexicalExplanation> explanations(chunk_ids.size());
    std::unordered_map<std::int64_t, std::size_t> numbers;
    for (std::size_t i = 0; i < chunk_ids.size(); ++i) {
        numbers.emplace(chunk_ids[i], i);
        explanations[i].average_length = scoring.average_length();
    }
    for (const auto& [id, segment] : segments_) {
        for (const auto& [chunk_id, number] : numbers) {
            const std::int64_t place = chunk_id - segment.first_chunk;
            if (place < 0 || place >= static_cast<std::int64_t>(segment.lengths.size())) continue;
            explanations[number].length = scoring.weighted_length(segment.lengths[static_cast<std::size_t>(place)]);
        }
    }
    for (const ScoredTerm& term : scored_terms(query)) {
        term.for_each([&](const Segment& segment, std::size_t place, const lexical::FieldCounts& counts) {
            const auto number = numbers.find(segment.first_chunk + static_cast<std::int64_t>(place));
            if (number == numbers.end()) return;
            explanations[number->second].terms.push_back(
                {term.asked.text, term.asked.prefix, term.asked.weight, term.chunks, term.factor / term.asked.weight,
                 counts, term.factor * scoring.saturated(counts, scoring.norm(segment.lengths[place]))});
        });
    }
    for (lexical::LexicalExplanation& explanation : explanations) {
        std::ranges::stable_sort(explanation.terms, std::greater<>(), &lexical::TermScore::score);
    }
    return explanations;
}

std::vector<std::uint64_t> TermSegments::chunks_with(std::span<const std::string> terms) {
    refresh();
    std::map<std::string, std::uint64_t> counts;
    for (const Postings& postings : find(terms)) {
        postings.for_each([&](std::size_t, std::string_view) { ++counts[postings.term]; });
    }
    std::vector<std::uint64_t> found;
    for (const std::string& term : terms) found.push_back(counts[term]);
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
            for (std::size_t place = 0; place < segment.lengths.size(); ++place) {
                if (segment.lengths[place][0] != gone) found->insert(segment.first_chunk + static_cast<std::int64_t>(place));
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
    refresh();
    for (const auto& [id, segment] : segments_) {
        for (std::size_t place = 0; place < segment.lengths.size(); ++place) {
            if (segment.lengths[place][0] == gone) continue;
            visit(segment.first_chunk + static_cast<std::int64_t>(place), segment.lengths[place]);
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
        after = rows.text(rows.size() - 1, 0);
        after_segment = rows.integer(rows.size() - 1, 1);
    }
}

}  // namespace quarry::store::postgresql
