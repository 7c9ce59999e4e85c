// What a text is made of for the built-in embedder: rows of the token table with weights.

#include "core/embed/builtin_features.h"

#include <cmath>

namespace quarry::embed::builtin {
namespace {

constexpr std::uint64_t fnv_offset = 14695981039346656037ULL;
constexpr std::uint64_t fnv_prime = 1099511628211ULL;

/// The finaliser of SplitMix64: spreads FNV's weak low bits.
std::uint64_t mix(std::uint64_t value) noexcept {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

std::uint64_t fnv(std::string_view bytes, std::uint64_t hash) noexcept {
    for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * fnv_prime;
    return hash;
}

}  // namespace

std::uint64_t term_hash(std::string_view term) noexcept { return mix(fnv(term, fnv_offset)); }

void add_bucket_features(std::string_view term, std::size_t first_row, std::size_t buckets, float weight,
                         std::vector<Feature>& features) {
    if (buckets == 0) return;
    constexpr std::size_t max_code_points = 32;
    const std::size_t first_feature = features.size();
    // Offsets of code points; the first and the last stand for the marks at the ends.
    std::size_t starts[max_code_points + 1];
    std::size_t count = 0;
    std::size_t at = 0;
    while (at < term.size() && count < max_code_points) {
        starts[count++] = at;
        ++at;
        while (at < term.size() && (static_cast<unsigned char>(term[at]) & 0xC0U) == 0x80U) ++at;
    }
    starts[count] = at;
    // Position 0 is the opening mark, 1 to count the characters, count + 1 the closing mark.
    const std::size_t positions = count + 2;
    for (std::size_t length = 3; length <= 5; ++length) {
        for (std::size_t first = 0; first + length <= positions; ++first) {
            const std::size_t last = first + length;  // Exclusive.
            const bool opens = first == 0;
            const bool closes = last == positions;
            const std::size_t from = starts[opens ? 0 : first - 1];
            const std::size_t to = starts[closes ? count : last - 1];
            std::uint64_t hash = opens ? fnv("^", fnv_offset) : fnv_offset;
            hash = fnv(term.substr(from, to - from), hash);
            if (closes) hash = fnv("$", hash);
            features.push_back({static_cast<std::uint32_t>(first_row + mix(hash) % buckets), 0.0F});
        }
    }
    // Independent vectors add up to the root of their number in length.
    const float share = weight / std::sqrt(static_cast<float>(features.size() - first_feature));
    for (std::size_t i = first_feature; i < features.size(); ++i) features[i].weight = share;
}

float count_weight(std::size_t count) noexcept { return std::sqrt(static_cast<float>(count)); }

}  // namespace quarry::embed::builtin
