#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/embed/builtin.h"

namespace quarry::store {

/// Makes the vectors of chunk texts with a table that the base has, where it does not keep them. Not thread-safe.
class ComputedVectors {
public:
    using Visit = std::function<void(std::int64_t chunk_id, std::span<const float> vector)>;

    /// Throws Error(failed) when the bytes are no table of this version or are damaged.
    explicit ComputedVectors(std::string table) : embedder_(std::move(table)) {}

    [[nodiscard]] std::string fingerprint() const { return embedder_.fingerprint(); }

    /// Takes a text; calls `visit` for those taken before when there are enough of them.
    void add(std::int64_t chunk_id, std::string text, const Visit& visit);
    /// Calls `visit` for the rest.
    void finish(const Visit& visit);
    /// Drops the rest.
    void clear();

private:
    embed::BuiltinEmbedder embedder_;
    std::vector<std::int64_t> ids_;
    std::vector<std::string> texts_;
};

}  // namespace quarry::store
