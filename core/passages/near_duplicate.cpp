#include "core/passages/near_duplicate.h"

#include <algorithm>
#include <string>

#include "core/base/ascii.h"

namespace quarry::passages {
namespace {

constexpr std::size_t shingle = 24;      // bytes
constexpr std::uint64_t one_in = 4;      // hashes that are kept
constexpr std::size_t least_hashes = 8;  // fewer say nothing
constexpr double share_of_all = 0.8;
constexpr double share_of_smaller = 0.95;
constexpr std::uint64_t base = 0x9E37'79B9'7F4A'7C15;  // odd: invertible modulo 2^64

std::string folded(std::string_view text) {
    std::string all;
    all.reserve(text.size());
    for (const char c : text) {
        const bool white = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (white && (all.empty() || all.back() == ' ')) continue;
        all += white ? ' ' : is_ascii_upper(c) ? static_cast<char>(c | 0x20) : c;
    }
    return all;
}

std::uint64_t mixed(std::uint64_t value) noexcept {
    value ^= value >> 31;
    value *= 0xBF58'476D'1CE4'E5B9;
    return value ^ (value >> 29);
}

}  // namespace

TextSketch::TextSketch(std::string_view text) {
    const std::string all = folded(text);
    std::uint64_t top = 1;  // of the byte that leaves
    for (std::size_t i = 1; i < shingle; ++i) top *= base;
    std::uint64_t rolling = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i >= shingle) rolling -= top * static_cast<unsigned char>(all[i - shingle]);
        rolling = rolling * base + static_cast<unsigned char>(all[i]);
        if (i + 1 < shingle) continue;
        if (const std::uint64_t hash = mixed(rolling); hash % one_in == 0) hashes_.push_back(hash);
    }
    std::ranges::sort(hashes_);
    hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
}

bool TextSketch::nearly_same(const TextSketch& other) const {
    const std::size_t smaller = std::min(hashes_.size(), other.hashes_.size());
    if (smaller < least_hashes) return false;
    std::size_t shared = 0;
    for (auto a = hashes_.begin(), b = other.hashes_.begin(); a != hashes_.end() && b != other.hashes_.end();) {
        if (*a == *b)
            ++shared, ++a, ++b;
        else if (*a < *b)
            ++a;
        else
            ++b;
    }
    const std::size_t all = hashes_.size() + other.hashes_.size() - shared;
    return static_cast<double>(shared) >= share_of_all * static_cast<double>(all) ||
           static_cast<double>(shared) >= share_of_smaller * static_cast<double>(smaller);
}

}  // namespace quarry::passages
