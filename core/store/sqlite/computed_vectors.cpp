#include "core/store/sqlite/computed_vectors.h"

#include <cstddef>
#include <string_view>
#include <utility>

namespace quarry::store {

void ComputedVectors::add(std::int64_t chunk_id, std::string text, const Visit& visit) {
    ids_.push_back(chunk_id);
    texts_.push_back(std::move(text));
    if (texts_.size() >= embedder_.batch_size()) finish(visit);
}

void ComputedVectors::finish(const Visit& visit) {
    const std::vector<std::string_view> texts(texts_.begin(), texts_.end());
    const std::vector<float> vectors = embedder_.embed(texts, embed::EmbedKind::document, Cancellation());
    const std::size_t dimensions = embedder_.dimensions();
    for (std::size_t i = 0; i < ids_.size(); ++i)
        visit(ids_[i], std::span(vectors).subspan(i * dimensions, dimensions));
    clear();
}

void ComputedVectors::clear() {
    ids_.clear();
    texts_.clear();
}

}  // namespace quarry::store
