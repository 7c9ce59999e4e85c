#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "core/search/facets.h"
#include "core/search/search.h"

namespace quarry::wire {

/// A hit as in `search --json` and `--format ndjson` (docs/search.md); `rank` is 1-based.
[[nodiscard]] nlohmann::ordered_json hit_json(const search::SearchHit& hit, std::size_t rank,
                                              const search::SearchResult& result, const search::SearchOptions& options);

/// The document of `search --json`, schema quarry.search/1.
[[nodiscard]] nlohmann::ordered_json search_json(std::string_view query, const search::SearchResult& result,
                                                 const search::SearchOptions& options);

/// The field `facets` of that document.
[[nodiscard]] nlohmann::ordered_json facets_json(const search::SearchFacets& facets);

}  // namespace quarry::wire
