#include "core/ingest/embedding_pool.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/invisible.h"

namespace quarry::ingest {

EmbeddingPool::EmbeddingPool(embed::Embedder& embedder, const Cancellation& cancellation)
    : embedder_(embedder),
      cancellation_(cancellation),
      concurrency_(std::max<std::size_t>(embedder.concurrency(), 1)) {}

EmbeddingPool::~EmbeddingPool() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    added_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void EmbeddingPool::add(EmbeddingBatch batch) {
    ++under_way_;
    if (concurrency_ == 1) {
        run(batch);
        done_.push_back(std::move(batch));
        return;
    }
    // A thread for each batch that is under way at once, and none for a base with nothing to do.
    if (threads_.size() < under_way_) threads_.emplace_back([this] { work(); });
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(batch));
    }
    added_.notify_one();
}

EmbeddingBatch EmbeddingPool::take() {
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [this] { return !done_.empty(); });
    EmbeddingBatch batch = std::move(done_.front());
    done_.pop_front();
    --under_way_;
    return batch;
}

void EmbeddingPool::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        added_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
        if (stop_) return;
        EmbeddingBatch batch = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        run(batch);
        lock.lock();
        done_.push_back(std::move(batch));
        finished_.notify_one();
    }
}

void EmbeddingPool::run(EmbeddingBatch& batch) const {
    try {
        // Models read what people see.
        std::vector<std::string> visible(batch.texts.begin(), batch.texts.end());
        for (std::string& text : visible) text = without_invisible(text);
        const std::vector<std::string_view> views(visible.begin(), visible.end());
        batch.vectors = embedder_.embed(views, embed::EmbedKind::document, cancellation_);
    } catch (...) {
        batch.failure = std::current_exception();
    }
}

}  // namespace quarry::ingest
