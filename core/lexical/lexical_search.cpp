#include "core/lexical/lexical_search.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "core/base/side_thread.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace quarry::lexical {
namespace {

/// A posting has no fewer bytes, mostly more.
constexpr std::size_t fewest_bytes = 4;

bool better_match(const document::ScoredChunk& left, const document::ScoredChunk& right) noexcept {
    return left.score != right.score ? left.score > right.score : left.chunk_id < right.chunk_id;
}

}  // namespace

template <typename Visit>
void LexicalSearch::Term::for_each(Visit&& visit) const {
    if (!is_merged) {
        postings.for_each(visit);
        return;
    }
    merged.for_each([&visit](std::int64_t chunk_id, const FieldCounts& occurrences) {
        visit(chunk_id, [&occurrences] { return occurrences; });
    });
}

std::uint64_t LexicalSearch::Block::wanted_from(std::size_t word, double least) const {
    const double* const at = scores.data() + word * word_bits;
    std::uint64_t reaching = 0;
#ifdef __SSE2__
    const __m128d bound = _mm_set1_pd(least);
    for (std::size_t i = 0; i < word_bits; i += 2) {
        const auto two = static_cast<std::uint64_t>(_mm_movemask_pd(_mm_cmpge_pd(_mm_loadu_pd(at + i), bound)));
        reaching |= two << i;
    }
#else
    for (std::size_t i = 0; i < word_bits; ++i) reaching |= std::uint64_t{at[i] >= least} << i;
#endif
    return wanted[word] & reaching;
}

template <typename Count>
std::uint64_t LexicalSearch::count_in_parts(bool shared, const Count& count) {
    if (!shared) return count(0, 1);
    std::uint64_t others = 0;
    SideThread thread([&count, &others] { others = count(1, 2); });
    const std::uint64_t own = count(0, 2);
    thread.join();
    return own + others;
}

LexicalSearch::LexicalSearch(const TermSource& index, const LengthSource& lengths, const LexicalQuery& query,
                             const Sharing& sharing)
    : query_(query),
      sharing_(sharing),
      lengths_(lengths),
      bm25_(query.bm25, index.chunk_count(), index.total_lengths()) {
    for (const LexicalTerm& asked : query.terms) {
        Term term;
        term.asked = asked;
        std::vector<TermPostings> readings = find_readings(index, term.asked);
        if (readings.empty()) continue;
        if (readings.size() > 1) {
            term.is_merged = true;
            term.merged = MergedPostings(std::move(readings));
            term.chunks = term.merged.count();
        } else {
            term.postings = std::move(readings.front());
            const TermPostings& postings = term.postings;
            const bool shared = sharing_.allowed && postings.stored_bytes() / fewest_bytes >= sharing_.fewest_chunks;
            term.chunks = count_in_parts(
                shared, [&postings](std::size_t part, std::size_t parts) { return postings.count(part, parts); });
        }
        if (term.chunks == 0) continue;
        term.factor = bm25_.idf(term.chunks) * asked.weight;
        term.most = term.factor * bm25_.most_saturated() * (1 + 1e-9);  // for what rounding adds
        terms_.push_back(std::move(term));
    }
    const auto is_function_word = [](const LexicalTerm& term) { return term.function_word; };
    if (!std::ranges::all_of(query.terms, is_function_word) &&
        std::ranges::all_of(terms_, is_function_word, &Term::asked)) {
        terms_.clear();
    }
    std::sort(terms_.begin(), terms_.end(), [](const Term& left, const Term& right) {
        return std::tie(left.chunks, left.asked.text, left.asked.prefix) <
               std::tie(right.chunks, right.asked.text, right.asked.prefix);
    });
}

std::vector<TermPostings> LexicalSearch::find_readings(const TermSource& index, LexicalTerm& asked) {
    std::set<std::string, std::less<>> terms(asked.others.begin(), asked.others.end());
    if (asked.prefix) {
        index.for_each_term(asked.text, [&terms](std::string_view term) {
            terms.emplace(term);
            return true;
        });
    } else {
        terms.emplace(asked.text);
    }
    std::vector<TermPostings> found;
    std::erase_if(terms, [&](const std::string& term) {
        TermPostings one = index.find(term);
        if (one.empty()) return true;
        found.push_back(std::move(one));
        return false;
    });
    std::erase_if(asked.others, [&terms](const std::string& other) { return !terms.contains(other); });
    if (!asked.prefix && !asked.others.empty() && !terms.contains(asked.text)) {
        asked.text = std::move(asked.others.front());
        asked.others.erase(asked.others.begin());
    }
    return found;
}

LexicalSearch::Block* LexicalSearch::Blocks::find_far(std::int64_t number) const {
    const auto found = far_.find(number);
    return found == far_.end() ? nullptr : found->second;
}

LexicalSearch::Block& LexicalSearch::Blocks::make(std::int64_t number) {
    all_.emplace_back(number, std::make_unique<Block>());
    Block* const made = all_.back().second.get();
    if (number >= near_numbers) {
        far_[number] = made;
    } else {
        const auto place = static_cast<std::size_t>(number);
        if (place >= near_.size()) near_.resize(std::max(place + 1, near_.size() * 2));
        near_[place] = made;
    }
    return *made;
}

LexicalSearch::Block& LexicalSearch::make_block(std::int64_t number) {
    Block& made = blocks_.make(number);
    lengths_.read(number, made.lengths);
    return made;
}

void LexicalSearch::want_only(const IdSet& chunk_ids) {
    all_wanted_ = false;
    for (const std::int64_t chunk_id : chunk_ids.ids()) {
        const std::int64_t number = ChunkLengths::block_of(chunk_id);
        Block* block = blocks_.find(number);
        if (block == nullptr) block = &make_block(number);
        const std::size_t place = ChunkLengths::place_of(chunk_id);
        block->wanted[place / Block::word_bits] |= std::uint64_t{1} << (place % Block::word_bits);
    }
}

void LexicalSearch::add(const Term& term) {
    // Two threads may not both make blocks.
    const bool shared = sharing_.allowed && !all_wanted_ && term.chunks >= sharing_.fewest_chunks;
    scored_postings_ += count_in_parts(
        shared, [this, &term](std::size_t part, std::size_t parts) { return add_part(term, part, parts); });
}

std::uint64_t LexicalSearch::add_part(const Term& term, std::size_t part, std::size_t parts) {
    std::uint64_t scored = 0;
    const auto add_one = [&](std::int64_t chunk_id, const auto& count) {
        Block* const block = wanted_block(ChunkLengths::block_of(chunk_id));
        const std::size_t place = ChunkLengths::place_of(chunk_id);
        if (block == nullptr || !block->wants(place)) return;
        block->scores[place] += term.factor * bm25_.saturated(count(), bm25_.norm(block->lengths[place]));
        ++scored;
    };
    if (term.is_merged) {
        if (part == 0) term.for_each(add_one);
        return scored;
    }
    term.postings.for_each_stored(add_one, part, parts);
    return scored + add_compact(term, part, parts);
}

std::uint64_t LexicalSearch::add_compact(const Term& term, std::size_t part, std::size_t parts) {
    std::uint64_t scored = 0;
    std::array<double, CompactPostings::codes> weighted{};
    for (unsigned code = 0; code < weighted.size(); ++code) {
        weighted[code] = bm25_.weighted(CompactPostings::occurrences(code));
    }
    term.postings.for_each_group(
        [&](const CompactPostings::Group& group, const SupersededChunks& is_superseded) {
            Block* const block = wanted_block(group.block());
            if (block == nullptr || !block->wants_any()) return;
            const std::int64_t first = group.block() * ChunkLengths::block_size;
            group.for_each([&](unsigned place, unsigned code, const auto& exception) {
                if (!block->wants(place) || is_superseded(first + place)) return;
                const double tf = code == CompactPostings::is_exception ? bm25_.weighted(exception()) : weighted[code];
                block->scores[place] += term.factor * bm25_.saturated(tf, bm25_.norm(block->lengths[place]));
                ++scored;
            });
        },
        part, parts);
    return scored;
}

template <typename Visit>
void LexicalSearch::for_each_from(double score, Visit&& visit) const {
    const double least = std::max(score, std::numeric_limits<double>::denorm_min());
    for (const auto& [number, block] : blocks_.all()) {
        const std::int64_t first = number * ChunkLengths::block_size;
        for (std::size_t word = 0; word < block->wanted.size(); ++word) {
            if (block->wanted[word] == 0) continue;
            for (std::uint64_t bits = block->wanted_from(word, least); bits != 0; bits &= bits - 1) {
                const std::size_t place = word * Block::word_bits + static_cast<std::size_t>(std::countr_zero(bits));
                visit(first + static_cast<std::int64_t>(place), block->scores[place]);
            }
        }
    }
}

double LexicalSearch::threshold(double before) const {
    // How many scores are in each of many small ranges; the one that the last of the best is in begins below it.
    constexpr std::size_t ranges = 4'096;
    double most = 0;
    for (const Term& term : terms_) most += term.most;
    if (!(most > 0)) return before;
    const double ranges_each = (ranges - 1) / most;
    std::array<std::uint32_t, ranges> counts{};
    for_each_from(before, [&](std::int64_t, double score) {
        ++counts[std::min(ranges - 1, static_cast<std::size_t>(score * ranges_each))];
    });
    std::uint64_t better = 0;
    for (std::size_t range = ranges; range-- > 0;) {
        better += counts[range];
        if (better >= query_.limit) return std::max(before, static_cast<double>(range) / ranges_each * (1 - 1e-9));
    }
    return before;
}

void LexicalSearch::want_from(double score) {
    all_wanted_ = false;
    const double least = std::max(score, std::numeric_limits<double>::denorm_min());
    for (const auto& [number, block] : blocks_.all()) {
        for (std::size_t word = 0; word < block->wanted.size(); ++word) {
            if (block->wanted[word] != 0) block->wanted[word] = block->wanted_from(word, least);
        }
    }
}

std::vector<document::ScoredChunk> LexicalSearch::best() {
    if (query_.limit == 0) return {};
    if (query_.within != nullptr) want_only(*query_.within);
    // What the terms from each on can add together, and how many postings they have.
    std::vector<std::pair<double, std::uint64_t>> left(terms_.size() + 1);
    for (std::size_t i = terms_.size(); i-- > 0;) {
        left[i] = {left[i + 1].first + terms_[i].most, left[i + 1].second + terms_[i].chunks};
    }
    double lowest = 0;
    // To look at the scores costs about as much as it did to add so many postings since.
    std::uint64_t looked_at = 0;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
        const auto [addable, postings] = left[i];
        const bool pays = scored_postings_ > looked_at && postings > scored_postings_ - looked_at;
        if (pays && scored_postings_ >= query_.limit && addable < left[0].first - addable) {
            lowest = threshold(lowest);
            looked_at = scored_postings_;
            // A chunk with none of the terms so far would need more than the others can add.
            if (addable < lowest) want_from(lowest - addable);
        }
        add(terms_[i]);
    }
    std::vector<document::ScoredChunk> best;
    for_each_from(threshold(lowest), [&best](std::int64_t chunk_id, double score) {
        best.push_back({chunk_id, score});
    });
    std::sort(best.begin(), best.end(), better_match);
    if (best.size() > query_.limit) best.resize(query_.limit);
    return best;
}

std::vector<LexicalSearch::CountedTerm> LexicalSearch::counted_terms() const {
    std::vector<CountedTerm> counted;
    for (const Term& term : terms_) counted.push_back({term.asked, term.chunks});
    return counted;
}

std::vector<LexicalExplanation> LexicalSearch::explain(std::span<const std::int64_t> chunk_ids) {
    std::vector<LexicalExplanation> explanations;
    ChunkLengths::Block block;
    std::vector<FieldCounts> lengths;
    std::unordered_map<std::int64_t, std::size_t> places;
    for (const std::int64_t chunk_id : chunk_ids) {
        lengths_.read(ChunkLengths::block_of(chunk_id), block);
        lengths.push_back(block[ChunkLengths::place_of(chunk_id)]);
        places.emplace(chunk_id, explanations.size());
        LexicalExplanation& explanation = explanations.emplace_back();
        explanation.length = bm25_.weighted_length(lengths.back());
        explanation.average_length = bm25_.average_length();
    }
    for (const Term& term : terms_) {
        term.for_each([&](std::int64_t chunk_id, const auto& count) {
            const auto place = places.find(chunk_id);
            if (place == places.end()) return;
            const FieldCounts occurrences = count();
            const double norm = bm25_.norm(lengths[place->second]);
            explanations[place->second].terms.push_back({term.asked.text, term.asked.prefix, term.asked.weight,
                                                         term.chunks, term.factor / term.asked.weight, occurrences,
                                                         term.factor * bm25_.saturated(occurrences, norm)});
        });
    }
    for (LexicalExplanation& explanation : explanations) {
        std::stable_sort(explanation.terms.begin(), explanation.terms.end(),
                         [](const TermScore& left, const TermScore& right) { return left.score > right.score; });
    }
    return explanations;
}

}  // namespace quarry::lexical
