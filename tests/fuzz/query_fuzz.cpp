// Fuzzes what reads queries: nothing is a syntax error, neither for quarry nor for the index.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "core/base/text.h"
#include "core/search/rank.h"

namespace {

std::unique_ptr<quarry::store::Store> small_base() {
    quarry::store::PreparedSource source;
    source.source.uri = "/p/a";
    source.document.emplace();
    source.document->title = "Undo";
    source.document->text = "A migration is undone with down. \xE6\xBC\xA2\xE5\xAD\x97 fooBar";
    source.chunks.push_back({0, source.document->text.size(), 1, 1, {"Top"}});
    std::unique_ptr<quarry::store::Store> store = quarry::store::open_store_in_memory();
    store->put({&source, 1});
    return store;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace quarry;
    static const std::unique_ptr<store::Store> store = small_base();
    const std::string text = replace_invalid_utf8({reinterpret_cast<const char*>(data), size});
    const search::SearchQuery query = search::parse_query(text);
    if (query.terms.size() > search::max_query_terms || query.conditions.size() > search::max_query_conditions)
        std::abort();
    if (find_invalid_utf8(query.text) || query.text.size() > search::max_query_bytes) std::abort();
    for (const lexical::LexicalTerm& term : query.terms) {
        if (term.text.empty() || !(term.weight > 0)) std::abort();
    }
    for (const lexical::TermCondition& condition : query.conditions) {
        if (condition.any_of.empty()) std::abort();
        for (const lexical::TermSequence& sequence : condition.any_of) {
            if (sequence.terms.empty()) std::abort();
        }
    }
    for (const search::SearchQuery::Word& word : query.words) {
        if (word.terms.empty() || query.text.find(word.text) == std::string::npos) std::abort();
    }
    search::SearchOptions options;
    options.mode = search::SearchMode::lexical;
    options.explain = true;
    const search::SearchResult result = search::search(*store, {}, text, options, Cancellation());
    for (const search::SearchHit& hit : result.hits) {
        if (!hit.words || hit.words->terms.empty() || !(hit.score > 0)) std::abort();
    }
    return 0;
}
