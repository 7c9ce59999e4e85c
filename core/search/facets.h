#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/search/search.h"

namespace quarry::search {

/// What the documents of a result have in common, to narrow a search down by: each value with the number of documents
/// that have it, the most frequent first, equal ones by name.
struct SearchFacets {
    struct Value {
        std::string value;
        std::size_t documents = 0;
    };
    std::vector<Value> collections{}, types{}, tags{};
};

/// The facets of the hits' documents. A value is of the source that a hit was found under.
[[nodiscard]] SearchFacets facets_of(const store::Store& store, std::span<const SearchHit> hits);

}  // namespace quarry::search
