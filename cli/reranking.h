#pragma once

#include <memory>

#include "cli/command.h"
#include "core/rerank/reranker.h"

namespace quarry::cli {

/// The reranker that rerank.provider names; null for none. Throws Error(usage) when its model, address, key or program
/// is not named.
[[nodiscard]] std::unique_ptr<Reranker> make_configured_reranker(const Context& context);

}  // namespace quarry::cli
