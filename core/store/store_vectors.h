#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "core/index/index_update.h"
#include "core/store/vector_store.h"

namespace quarry::store {

/// One embedder's vectors in a base, for an index to be made from.
class StoreVectors final : public index::VectorSource {
public:
    /// The store is borrowed.
    StoreVectors(const VectorStore& store, std::string fingerprint)
        : store_(store), fingerprint_(std::move(fingerprint)) {}

    [[nodiscard]] std::string generation() const override { return store_.generation(); }
    [[nodiscard]] std::size_t dimensions() const override { return store_.vector_dimensions(fingerprint_); }
    void for_each_key(const std::function<void(const index::VectorKey&)>& visit) const override {
        store_.for_each_vector_key(fingerprint_, [&](std::int64_t id, std::uint64_t text) { visit({id, text}); });
    }
    void for_each_vector(const VisitVector& visit) const override { store_.for_each_vector(fingerprint_, visit); }
    void vectors_of(std::span<const std::int64_t> ids, const VisitVector& visit) const override {
        store_.vectors_of(fingerprint_, ids, visit);
    }

private:
    const VectorStore& store_;
    std::string fingerprint_;
};

}  // namespace quarry::store
