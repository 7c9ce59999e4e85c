#include "core/lexical/fts5_search.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/lexical/match_expression.h"

namespace quarry::lexical {
namespace {

constexpr const char* count_matches = "SELECT count(*) FROM chunk_terms WHERE chunk_terms MATCH ?";
constexpr const char* select_scores =
    "SELECT rowid, quarry_bm25(chunk_terms) FROM chunk_terms WHERE chunk_terms MATCH ?";
constexpr const char* select_score =
    "SELECT quarry_bm25(chunk_terms) FROM chunk_terms WHERE chunk_terms MATCH ? AND rowid = ?";

std::uint64_t chunks_with_term(db::StatementCache& statements, const LexicalTerm& term) {
    const std::string expression = match_any({&term, 1});
    if (expression.empty()) return 0;
    db::Query row = statements.query(count_matches);
    row.with(expression).step();
    return row.count(0);
}

/// Leaves of a term and its others what some chunk has, since FTS5 counts no phrase that it has no word for.
void keep_matched_readings(db::StatementCache& statements, LexicalTerm& term) {
    std::erase_if(term.others, [&](const std::string& other) { return chunks_with_term(statements, {other}) == 0; });
    if (term.others.empty() || chunks_with_term(statements, {term.text, 1, term.prefix}) > 0) return;
    term.text = std::move(term.others.front());
    term.others.erase(term.others.begin());
}

}  // namespace

Fts5Search::Fts5Search(db::StatementCache& statements, Bm25Function& function, const LexicalQuery& query)
    : statements_(statements), function_(function), query_(query) {
    std::vector<Bm25Function::Phrase> phrases;
    for (LexicalTerm term : query.terms) {
        keep_matched_readings(statements, term);
        if (const std::uint64_t chunks = chunks_with_term(statements, term); chunks > 0) {
            phrases.push_back({std::move(term), chunks});
        }
    }
    std::sort(phrases.begin(), phrases.end(), [](const Bm25Function::Phrase& left, const Bm25Function::Phrase& right) {
        return std::tie(left.chunks, left.term.text, left.term.prefix) <
               std::tie(right.chunks, right.term.text, right.term.prefix);
    });
    std::vector<LexicalTerm> terms;
    for (const Bm25Function::Phrase& phrase : phrases) terms.push_back(phrase.term);
    expression_ = match_any(terms);
    function.set_query(query.bm25, std::move(phrases));
}

std::vector<std::uint64_t> Fts5Search::chunks_with(db::StatementCache& statements, std::span<const std::string> terms) {
    std::vector<std::uint64_t> counts;
    for (const std::string& term : terms) counts.push_back(chunks_with_term(statements, {term}));
    return counts;
}

std::vector<document::ScoredChunk> Fts5Search::best() {
    std::vector<document::ScoredChunk> best;
    if (expression_.empty()) return best;
    db::Query row = statements_.query(select_scores);
    row.with(expression_);
    while (row.step()) {
        if (query_.within != nullptr && !query_.within->contains(row.integer(0))) continue;
        if (row.number(1) > 0) best.push_back({row.integer(0), row.number(1)});
    }
    std::sort(best.begin(), best.end(), [](const document::ScoredChunk& left, const document::ScoredChunk& right) {
        return left.score != right.score ? left.score > right.score : left.chunk_id < right.chunk_id;
    });
    if (best.size() > query_.limit) best.resize(query_.limit);
    return best;
}

std::vector<LexicalExplanation> Fts5Search::explain(std::span<const std::int64_t> chunk_ids) {
    std::vector<LexicalExplanation> explanations(chunk_ids.size());
    if (expression_.empty()) return explanations;
    for (std::size_t i = 0; i < chunk_ids.size(); ++i) {
        db::Query row = statements_.query(select_score);
        if (!row.with(expression_, chunk_ids[i]).step()) continue;
        static_cast<void>(row.number(0));
        explanations[i] = function_.last_row();
    }
    return explanations;
}

}  // namespace quarry::lexical
