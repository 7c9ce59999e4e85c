#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/llm/chat_model.h"

namespace quarry::search {

/// What a chat model is asked to make of a query before the search.
enum class QueryExpansion {
    none,
    rewrite,      ///< One better query, instead of the query: misspellings, small talk, missing words.
    multi_query,  ///< Three other wordings, beside the query.
    hyde,  ///< A passage that could answer it, beside the query (Gao et al.: Hypothetical document embeddings, 2022).
};

/// "none", "rewrite", "multi-query" or "hyde".
[[nodiscard]] std::string_view query_expansion_name(QueryExpansion expansion) noexcept;
/// Throws Error(usage) that lists the names.
[[nodiscard]] QueryExpansion query_expansion_by_name(std::string_view name);

/// The texts to look for that the model gives; none when it gives nothing usable. What it says is only ever looked for.
/// Throws what the model throws.
[[nodiscard]] std::vector<std::string> expand_query(llm::ChatModel& model, std::string_view query,
                                                    QueryExpansion expansion, const Cancellation& cancellation);

}  // namespace quarry::search
