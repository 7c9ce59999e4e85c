#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/cancel.h"
#include "core/embed/embedder.h"

namespace quarry::ingest {

/// Texts that go to the embedder together, and what comes back.
struct EmbeddingBatch {
    std::vector<std::string> text_hashes;
    std::vector<std::string> texts;
    std::vector<float> vectors;
    std::exception_ptr failure;  ///< When there are no vectors.
};

/// Has batches of document texts embedded by as many threads as the embedder allows, and gives them back as they are
/// done, in any order. One thread owns this. An embedder that allows one call at a time is called in `add`, by the
/// owner.
class EmbeddingPool {
public:
    EmbeddingPool(embed::Embedder& embedder, const Cancellation& cancellation);
    /// Drops what has not begun; waits for what has.
    ~EmbeddingPool();
    EmbeddingPool(const EmbeddingPool&) = delete;
    EmbeddingPool& operator=(const EmbeddingPool&) = delete;

    [[nodiscard]] bool has_room() const noexcept { return under_way_ < concurrency_; }
    [[nodiscard]] bool idle() const noexcept { return under_way_ == 0; }
    void add(EmbeddingBatch batch);
    /// Waits for the next one that is done. Not when idle.
    [[nodiscard]] EmbeddingBatch take();

private:
    void work();
    void run(EmbeddingBatch& batch) const;

    embed::Embedder& embedder_;
    const Cancellation& cancellation_;
    std::size_t concurrency_;
    std::size_t under_way_ = 0;
    std::mutex mutex_;
    std::condition_variable added_, finished_;
    std::deque<EmbeddingBatch> waiting_, done_;
    bool stop_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace quarry::ingest
