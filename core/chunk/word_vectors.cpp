#include "core/chunk/word_vectors.h"

#include <algorithm>
#include <cmath>

namespace quarry::chunk {
namespace {

// Each word is found again in some of its places where another one covers the rest.
constexpr int places_of_word = 3;

/// FNV-1a, mixed at the end (MurmurHash3's finalizer), so that all bits depend on all of the word.
std::uint64_t hash_word(std::string_view word) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
    hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
    return hash ^ (hash >> 33);
}

void add_word(std::span<float> vector, std::uint64_t word, float weight) {
    for (int place = 0; place < places_of_word; ++place) {
        const std::uint64_t bits = word >> (place * 16);
        vector[bits % WordVectors::dimensions] += (bits & 0x100) != 0 ? weight : -weight;
    }
}

void scale_to_length_one(std::span<float> vector) {
    double sum = 0;
    for (const float x : vector) sum += static_cast<double>(x) * x;
    if (sum <= 0) return;
    const auto factor = static_cast<float>(1 / std::sqrt(sum));
    for (float& x : vector) x *= factor;
}

}  // namespace

WordVectors::WordVectors(std::span<const std::string_view> texts, std::string_view language)
    : analyzer_(language.empty() ? "en" : language), texts_(static_cast<double>(texts.size())) {
    for (const std::string_view text : texts) {
        const std::vector<std::uint64_t>& words = words_of(text);
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (i == 0 || words[i] != words[i - 1]) ++texts_with_[words[i]];
        }
    }
}

const std::vector<std::uint64_t>& WordVectors::words_of(std::string_view text) {
    analyzer_.analyze(text, terms_);
    words_.clear();
    for (const analyze::Term& term : terms_) words_.push_back(hash_word(term.text));
    std::sort(words_.begin(), words_.end());
    return words_;
}

std::vector<float> WordVectors::embed(std::span<const std::string_view> texts) {
    std::vector<float> vectors(texts.size() * dimensions);
    for (std::size_t row = 0; row < texts.size(); ++row) {
        const std::span<float> vector = std::span(vectors).subspan(row * dimensions, dimensions);
        const std::vector<std::uint64_t>& words = words_of(texts[row]);
        for (std::size_t i = 0, next = 0; i < words.size(); i = next) {
            while (next < words.size() && words[next] == words[i]) ++next;
            const auto known = texts_with_.find(words[i]);
            const double with = known == texts_with_.end() ? 0 : known->second;
            const double weight = std::log(1.0 + static_cast<double>(next - i)) * std::log((texts_ + 1) / (with + 0.5));
            add_word(vector, words[i], static_cast<float>(std::max(0.0, weight)));
        }
        scale_to_length_one(vector);
    }
    return vectors;
}

}  // namespace quarry::chunk
