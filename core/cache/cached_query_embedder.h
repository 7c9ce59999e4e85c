#pragma once

#include <memory>

#include "core/cache/response_cache.h"
#include "core/embed/embedder.h"

namespace quarry::cache {

/// The embedder with the vectors of single queries from the cache where they were asked for before, and kept there.
/// Documents' vectors go through: the base keeps them itself. Owns both.
[[nodiscard]] std::unique_ptr<embed::Embedder> make_cached_query_embedder(std::unique_ptr<embed::Embedder> embedder,
                                                                          std::unique_ptr<ResponseCache> cache);

}  // namespace quarry::cache
