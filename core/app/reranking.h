#pragma once

#include <memory>

#include "core/app/services.h"
#include "core/rerank/reranker.h"

namespace quarry::app {

/// The reranker that rerank.provider names; null for none. Throws Error(usage) when its model, address, key or program
/// is not named.
[[nodiscard]] std::unique_ptr<rerank::Reranker> make_configured_reranker(const Services& services);

}  // namespace quarry::app
