#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/index/index_update.h"

namespace quarry::index {

/// A vector of length 1 near one of a few directions, as those of texts about a few things are.
inline std::vector<float> random_vector(std::mt19937& random, std::size_t dimensions) {
    std::uniform_real_distribution<float> uniform(-1, 1);
    std::minstd_rand topic(random() % 16 + 1);
    std::vector<float> vector(dimensions);
    double squares = 0;
    for (float& value : vector) {
        value = uniform(topic) + uniform(random);
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    for (float& value : vector) value /= static_cast<float>(std::sqrt(squares));
    return vector;
}

/// Vectors in memory, to make an index from. A change takes effect at once, with another generation.
class VectorsInMemory final : public VectorSource {
public:
    explicit VectorsInMemory(std::size_t dimensions) : dimensions_(dimensions) {}

    void put(std::int64_t id, std::vector<float> vector) {
        ++changes_;
        vectors_[id] = {++texts_, std::move(vector)};
    }
    void put_random(std::int64_t first, std::int64_t last, unsigned seed) {
        std::mt19937 random(seed);
        for (std::int64_t id = first; id < last; ++id) put(id, random_vector(random, dimensions_));
    }
    void remove(std::int64_t id) {
        ++changes_;
        vectors_.erase(id);
    }
    [[nodiscard]] std::span<const float> vector(std::int64_t id) const { return vectors_.at(id).vector; }
    [[nodiscard]] std::size_t size() const { return vectors_.size(); }

    [[nodiscard]] std::string generation() const override { return std::to_string(changes_); }
    [[nodiscard]] std::size_t dimensions() const override { return vectors_.empty() ? 0 : dimensions_; }
    void for_each_key(const std::function<void(const VectorKey&)>& visit) const override {
        for (const auto& [id, stored] : vectors_) visit({id, stored.text});
    }
    void for_each_vector(const VisitVector& visit) const override {
        for (const auto& [id, stored] : vectors_) visit(id, stored.vector);
    }
    void vectors_of(std::span<const std::int64_t> ids, const VisitVector& visit) const override {
        for (const std::int64_t id : ids) {
            if (const auto found = vectors_.find(id); found != vectors_.end()) visit(id, found->second.vector);
        }
    }

private:
    struct Stored {
        std::uint64_t text = 0;
        std::vector<float> vector;
    };
    std::size_t dimensions_;
    std::uint64_t changes_ = 0;
    std::uint64_t texts_ = 0;
    std::map<std::int64_t, Stored> vectors_;
};

}  // namespace quarry::index
