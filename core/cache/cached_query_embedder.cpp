#include "core/cache/cached_query_embedder.h"

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <cstring>

#include "core/base/hash.h"

namespace quarry::cache {
namespace {

class CachedQueryEmbedder final : public embed::Embedder {
public:
    CachedQueryEmbedder(std::unique_ptr<embed::Embedder> embedder, std::unique_ptr<ResponseCache> cache)
        : embedder_(std::move(embedder)), cache_(std::move(cache)) {}

    [[nodiscard]] std::string name() const override { return embedder_->name(); }
    [[nodiscard]] std::string fingerprint() const override { return embedder_->fingerprint(); }
    [[nodiscard]] std::size_t dimensions() const override {
        const std::size_t known = embedder_->dimensions();
        return known > 0 ? known : found_dimensions_.load();
    }
    [[nodiscard]] std::size_t batch_size() const override { return embedder_->batch_size(); }
    [[nodiscard]] std::size_t batch_tokens() const override { return embedder_->batch_tokens(); }
    [[nodiscard]] std::size_t concurrency() const override { return embedder_->concurrency(); }
    [[nodiscard]] double least_similarity() const override { return embedder_->least_similarity(); }
    [[nodiscard]] std::vector<double> part_scores(std::string_view question,
                                                  std::span<const std::string_view> texts) override {
        return embedder_->part_scores(question, texts);
    }
    [[nodiscard]] bool knows(std::string_view question) override { return embedder_->knows(question); }

    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts, embed::EmbedKind kind,
                                           const Cancellation& cancellation) override {
        if (kind != embed::EmbedKind::query || texts.size() != 1) return embedder_->embed(texts, kind, cancellation);
        cancellation.check();
        const std::string key = key_of(texts.front());
        if (std::optional<std::vector<float>> kept = find(key)) {
            cache_->touch(key);
            return std::move(*kept);
        }
        std::vector<float> vector = embedder_->embed(texts, kind, cancellation);
        std::string bytes(vector.size() * sizeof(float), '\0');
        if (!vector.empty()) std::memcpy(bytes.data(), vector.data(), bytes.size());
        cache_->put(key, CachedKind::query_vector, embedder_->name(), bytes);
        return vector;
    }

private:
    [[nodiscard]] std::string key_of(std::string_view text) const {
        const std::string fingerprint = embedder_->fingerprint();
        return sha256(fmt::format("quarry query 1:{}:{}:{}", fingerprint.size(), fingerprint, text));
    }

    /// Nothing for what is no vector of this embedder, whoever wrote it there.
    [[nodiscard]] std::optional<std::vector<float>> find(const std::string& key) {
        const std::optional<std::string> bytes = cache_->find(key, CachedKind::query_vector);
        if (!bytes || bytes->empty() || bytes->size() % sizeof(float) != 0) return std::nullopt;
        std::vector<float> vector(bytes->size() / sizeof(float));
        std::memcpy(vector.data(), bytes->data(), bytes->size());
        const std::size_t expected = embedder_->dimensions();
        if (expected > 0 && vector.size() != expected) return std::nullopt;
        for (const float value : vector) {
            if (!std::isfinite(value)) return std::nullopt;
        }
        found_dimensions_ = vector.size();
        return vector;
    }

    const std::unique_ptr<embed::Embedder> embedder_;
    const std::unique_ptr<ResponseCache> cache_;
    std::atomic<std::size_t> found_dimensions_{0};
};

}  // namespace

std::unique_ptr<embed::Embedder> make_cached_query_embedder(std::unique_ptr<embed::Embedder> embedder,
                                                            std::unique_ptr<ResponseCache> cache) {
    return std::make_unique<CachedQueryEmbedder>(std::move(embedder), std::move(cache));
}

}  // namespace quarry::cache
