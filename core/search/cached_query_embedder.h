#pragma once

#include <memory>

#include "core/embed/embedder.h"
#include "core/store/request_cache.h"

namespace quarry {

/// The embedder with the vectors of single queries from the cache where they were asked for before, and kept there.
/// Documents' vectors go through: the base keeps them itself. Owns both.
[[nodiscard]] std::unique_ptr<Embedder> make_cached_query_embedder(std::unique_ptr<Embedder> embedder,
                                                                   std::unique_ptr<RequestCache> cache);

}  // namespace quarry
