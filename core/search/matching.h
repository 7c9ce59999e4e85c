#pragma once

#include <optional>

#include "core/search/query.h"
#include "core/store/store.h"

namespace quarry::search {

/// The chunks that fulfil a query's conditions, of `filtered` where it is given; nothing when there are no conditions.
/// `heading:` looks at the headings above a chunk, which the index has, and at those within it.
[[nodiscard]] std::optional<IdSet> matching_chunks(const store::Store& store, const SearchQuery& query,
                                                   const IdSet* filtered);

}  // namespace quarry::search
