#include "core/store/lexical_search.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace quarry {
namespace {

bool better_match(const ScoredChunk& left, const ScoredChunk& right) noexcept {
    return left.score != right.score ? left.score > right.score : left.chunk_id < right.chunk_id;
}

}  // namespace

/// Calls `visit(chunk_id, count)`, where `count()` gives the occurrences in each field.
template <typename Visit>
void LexicalSearch::Term::for_each(Visit&& visit) const {
    if (asked.prefix) {
        for (const Counted& counted : merged) {
            visit(counted.chunk_id, [&counted] { return counted.occurrences; });
        }
    } else {
        postings.for_each([&visit](const Posting& posting) {
            visit(posting.chunk_id, [&posting] { return count_places(posting.places); });
        });
    }
}

LexicalSearch::LexicalSearch(const TermIndex& index, ChunkLengths lengths, const LexicalQuery& query)
    : query_(query), lengths_(lengths), bm25_(query.bm25, index.chunk_count(), index.total_lengths()) {
    for (const LexicalTerm& asked : query.terms) {
        Term term;
        term.asked = asked;
        if (asked.prefix) {
            term.merged = merge_prefix(index, asked.text);
            term.chunks = term.merged.size();
        } else {
            term.postings = index.find(asked.text);
            term.postings.for_each([&term](const Posting&) { ++term.chunks; });
        }
        if (term.chunks == 0) continue;
        term.factor = bm25_.idf(term.chunks) * asked.weight;
        term.most = term.factor * bm25_.most_saturated() * (1 + 1e-9);  // for what rounding adds
        terms_.push_back(std::move(term));
    }
    std::sort(terms_.begin(), terms_.end(), [](const Term& left, const Term& right) {
        return std::tie(left.chunks, left.asked.text, left.asked.prefix) <
               std::tie(right.chunks, right.asked.text, right.asked.prefix);
    });
}

std::vector<LexicalSearch::Counted> LexicalSearch::merge_prefix(const TermIndex& index, const std::string& prefix) {
    std::set<std::string, std::less<>> terms;
    index.for_each_term(prefix, [&terms](std::string_view term) {
        terms.emplace(term);
        return true;
    });
    std::vector<Counted> all;
    for (const std::string& term : terms) {
        index.find(term).for_each([&all](const Posting& posting) {
            all.push_back({posting.chunk_id, count_places(posting.places)});
        });
    }
    std::sort(all.begin(), all.end(),
              [](const Counted& left, const Counted& right) { return left.chunk_id < right.chunk_id; });
    std::vector<Counted> merged;
    for (const Counted& counted : all) {
        if (merged.empty() || merged.back().chunk_id != counted.chunk_id) {
            merged.push_back(counted);
            continue;
        }
        for (std::size_t field = 0; field < term_fields; ++field) {
            merged.back().occurrences[field] += counted.occurrences[field];
        }
    }
    return merged;
}

LexicalSearch::Block& LexicalSearch::block(std::int64_t number) {
    if (number == last_number_) return *last_block_;
    std::unique_ptr<Block>& block = blocks_[number];
    if (block == nullptr) {
        block = std::make_unique<Block>();
        ChunkLengths::Block lengths;
        lengths_.read(number, lengths);
        for (std::size_t i = 0; i < lengths.size(); ++i) block->norms[i] = bm25_.norm(lengths[i]);
    }
    last_number_ = number;
    last_block_ = block.get();
    return *block;
}

void LexicalSearch::add_all(const Term& term) {
    term.for_each([&](std::int64_t chunk_id, const auto& count) {
        if (query_.within != nullptr && !query_.within->contains(chunk_id)) return;
        Block& its_block = block(ChunkLengths::block_of(chunk_id));
        const std::size_t place = ChunkLengths::place_of(chunk_id);
        its_block.scores[place] += term.factor * bm25_.saturated(count(), its_block.norms[place]);
        ++scored_postings_;
    });
}

void LexicalSearch::add_to(const Term& term, std::span<const std::int64_t> chunk_ids) {
    std::size_t next = 0;
    term.for_each([&](std::int64_t chunk_id, const auto& count) {
        while (next < chunk_ids.size() && chunk_ids[next] < chunk_id) ++next;
        if (next == chunk_ids.size() || chunk_ids[next] != chunk_id) return;
        Block& its_block = block(ChunkLengths::block_of(chunk_id));
        const std::size_t place = ChunkLengths::place_of(chunk_id);
        its_block.scores[place] += term.factor * bm25_.saturated(count(), its_block.norms[place]);
        ++scored_postings_;
    });
}

double LexicalSearch::threshold(double before) const {
    std::vector<double> scores;
    for (const auto& [number, block] : blocks_) {
        for (const double score : block->scores) {
            if (score > 0 && score >= before) scores.push_back(score);
        }
    }
    if (scores.size() < query_.limit) return before;
    const auto last = scores.begin() + static_cast<std::ptrdiff_t>(query_.limit - 1);
    std::nth_element(scores.begin(), last, scores.end(), std::greater<>());
    return *last;
}

std::vector<std::int64_t> LexicalSearch::chunks_from(double score) const {
    std::vector<std::int64_t> chunk_ids;
    for (const auto& [number, block] : blocks_) {
        for (std::size_t place = 0; place < block->scores.size(); ++place) {
            if (block->scores[place] > 0 && block->scores[place] >= score) {
                chunk_ids.push_back(number * ChunkLengths::block_size + static_cast<std::int64_t>(place));
            }
        }
    }
    return chunk_ids;
}

std::vector<ScoredChunk> LexicalSearch::best() {
    std::vector<ScoredChunk> best;
    if (query_.limit == 0) return best;
    double left = 0;
    std::uint64_t postings_left = 0;
    for (const Term& term : terms_) {
        left += term.most;
        postings_left += term.chunks;
    }
    std::size_t at = 0;
    double lowest = 0;
    for (; at < terms_.size(); ++at) {
        // A chunk with none of the terms so far would need more than the others can add. To find out costs about as
        // much as to add what was added.
        if (at > 0 && postings_left > scored_postings_ && left < (lowest = threshold(lowest))) break;
        add_all(terms_[at]);
        left -= terms_[at].most;
        postings_left -= terms_[at].chunks;
    }
    std::vector<std::int64_t> chunk_ids = chunks_from(at < terms_.size() ? lowest - left : 0);
    for (; at < terms_.size(); ++at) add_to(terms_[at], chunk_ids);

    for (const std::int64_t chunk_id : chunk_ids) {
        best.push_back({chunk_id, block(ChunkLengths::block_of(chunk_id)).scores[ChunkLengths::place_of(chunk_id)]});
    }
    if (best.size() > query_.limit) {
        std::nth_element(best.begin(), best.begin() + static_cast<std::ptrdiff_t>(query_.limit), best.end(),
                         better_match);
        best.resize(query_.limit);
    }
    std::sort(best.begin(), best.end(), better_match);
    return best;
}

std::vector<LexicalSearch::CountedTerm> LexicalSearch::counted_terms() const {
    std::vector<CountedTerm> counted;
    for (const Term& term : terms_) counted.push_back({term.asked, term.chunks});
    return counted;
}

std::vector<LexicalExplanation> LexicalSearch::explain(std::span<const std::int64_t> chunk_ids) {
    std::vector<LexicalExplanation> explanations;
    ChunkLengths::Block lengths;
    std::unordered_map<std::int64_t, std::size_t> places;
    for (const std::int64_t chunk_id : chunk_ids) {
        lengths_.read(ChunkLengths::block_of(chunk_id), lengths);
        places.emplace(chunk_id, explanations.size());
        LexicalExplanation& explanation = explanations.emplace_back();
        explanation.length = bm25_.weighted_length(lengths[ChunkLengths::place_of(chunk_id)]);
        explanation.average_length = bm25_.average_length();
    }
    for (const Term& term : terms_) {
        term.for_each([&](std::int64_t chunk_id, const auto& count) {
            const auto place = places.find(chunk_id);
            if (place == places.end()) return;
            const FieldCounts occurrences = count();
            const double norm = block(ChunkLengths::block_of(chunk_id)).norms[ChunkLengths::place_of(chunk_id)];
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

}  // namespace quarry
