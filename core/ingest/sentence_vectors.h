#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/base/cancel.h"
#include "core/chunk/chunker.h"
#include "core/embed/embedder.h"

namespace quarry::ingest {

/// Takes how many tokens (tokens:approx) a request will be about, before it is made. What it throws stops the request.
using SpendTokens = std::function<void(std::uint64_t tokens)>;

/// Lets the strategy "semantic" compare sentences by an embedder's vectors: sets `embed` and `embedder` of the options.
///
/// Threads that cut documents at the same time ask one after the other. `spend` may be empty; it is called by one
/// thread at a time. `cancellation` must outlive every use of the options and their copies, which share the embedder.
void embed_sentences_with(std::unique_ptr<embed::Embedder> embedder, SpendTokens spend,
                          const Cancellation& cancellation, chunk::ChunkOptions& options);

}  // namespace quarry::ingest
