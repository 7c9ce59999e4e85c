// Search results for programs.
#include "core/wire/search_json.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace quarry::wire {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t snippet_chars = 240;

json words_json(const lexical::LexicalExplanation& words) {
    json terms = json::array();
    for (const lexical::TermScore& term : words.terms) {
        terms.push_back({{"term", term.text},
                         {"prefix", term.prefix},
                         {"query_weight", term.weight},
                         {"chunks", term.chunks},
                         {"idf", term.idf},
                         {"title", term.occurrences[0]},
                         {"headings", term.occurrences[1]},
                         {"body", term.occurrences[2]},
                         {"score", term.score}});
    }
    return {{"length", words.length}, {"average_length", words.average_length}, {"terms", std::move(terms)}};
}

json part_json(const std::optional<search::ScorePart>& part, double weight) {
    if (!part) return nullptr;
    return {{"rank", part->rank}, {"raw", part->raw}, {"scaled", part->scaled}, {"weight", weight}};
}

}  // namespace

json hit_json(const search::SearchHit& hit, std::size_t rank, const search::SearchResult& result,
              const search::SearchOptions& options) {
    const store::Chunk& chunk = hit.chunk;
    const search::Snippet snippet = search::make_snippet(chunk.text, result.terms, snippet_chars, chunk.language);
    json matches = json::array();
    for (const auto& [start, end] : snippet.matches) matches.push_back({start, end});
    json document;
    document["rank"] = rank;
    document["score"] = hit.score;
    document["uri"] = chunk.uri;
    document["title"] = chunk.title;
    document["heading_path"] = chunk.span.heading_path;
    document["media_type"] = chunk.media_type;
    document["start_line"] = chunk.span.start_line;
    document["end_line"] = chunk.span.end_line;
    if (chunk.span.start_page > 0) {
        document["start_page"] = chunk.span.start_page;
        document["end_page"] = chunk.span.end_page;
    }
    document["start_byte"] = chunk.span.start_byte;
    document["end_byte"] = chunk.span.end_byte;
    document["chunk_id"] = chunk.id;
    document["document_id"] = chunk.document_id;
    document["text"] = chunk.text;
    document["snippet"] = {
        {"start_byte", snippet.start_byte}, {"end_byte", snippet.end_byte}, {"matches", std::move(matches)}};
    document["lexical"] = part_json(hit.lexical, search::weights_of(result, options).lexical);
    document["dense"] = part_json(hit.dense, search::weights_of(result, options).dense);
    if (hit.grams) document["grams"] = part_json(hit.grams, search::weights_of(result, options).grams);
    if (hit.words) document["explanation"] = words_json(*hit.words);
    if (hit.rerank) document["rerank"] = part_json(hit.rerank, 1.0);
    if (hit.context) {
        document["context"] = {{"start_byte", hit.context->start_byte},
                               {"end_byte", hit.context->end_byte},
                               {"start_line", hit.context->start_line},
                               {"end_line", hit.context->end_line},
                               {"text", hit.context->text}};
    }
    return document;
}

json search_json(std::string_view query, const search::SearchResult& result, const search::SearchOptions& options) {
    json hits = json::array();
    for (std::size_t i = 0; i < result.hits.size(); ++i)
        hits.push_back(hit_json(result.hits[i], i + 1, result, options));
    json document;
    document["schema"] = "quarry.search/1";
    document["query"] = query;
    document["mode"] = search::search_mode_name(result.mode);
    document["note"] = result.note;
    document["terms"] = result.terms;
    document["suggestion"] = result.suggestion.empty() ? json() : json(result.suggestion);
    document["missing_words"] = result.missing_words;
    if (!result.queries.empty()) document["queries"] = result.queries;
    document["hits"] = std::move(hits);
    return document;
}

nlohmann::ordered_json facets_json(const search::SearchFacets& facets) {
    const auto list = [](const std::vector<search::SearchFacets::Value>& values) {
        nlohmann::ordered_json array = nlohmann::ordered_json::array();
        for (const auto& [value, documents] : values) array.push_back({{"value", value}, {"documents", documents}});
        return array;
    };
    return {{"collections", list(facets.collections)}, {"types", list(facets.types)}, {"tags", list(facets.tags)}};
}

}  // namespace quarry::wire
