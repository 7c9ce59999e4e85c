// Reads and writes the built-in embedder's table; what is read comes from a file and is checked before it is used.

#include "core/embed/builtin_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/base/error.h"
#include "core/embed/builtin_features.h"

namespace quarry::builtin {
namespace {

constexpr std::string_view magic = "QTABLE01";
constexpr std::size_t header_size = 40;
constexpr std::size_t checksum_offset = 32;
/// Far above what a fit makes; keeps the sum of the sizes from overflowing.
constexpr std::uint32_t max_rows = 1U << 24;

template <typename Unsigned>
void put(std::string& bytes, Unsigned value) {
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xFFU));
}

template <typename Unsigned>
Unsigned get(std::string_view bytes, std::size_t offset) {
    Unsigned value = 0;
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
        value |= static_cast<Unsigned>(static_cast<unsigned char>(bytes[offset + i])) << (8 * i);
    }
    return value;
}

/// Against damage, not against an attacker: FNV-1a over words of eight bytes, which keeps loading quick.
std::uint64_t checksum(std::string_view bytes) noexcept {
    std::uint64_t hash = 14695981039346656037ULL;
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) hash = (hash ^ get<std::uint64_t>(bytes, at)) * 1099511628211ULL;
    for (; at < bytes.size(); ++at) hash = (hash ^ static_cast<unsigned char>(bytes[at])) * 1099511628211ULL;
    return hash;
}

[[noreturn]] void refuse(std::string why) {
    throw Error(ErrorCode::failed, "cannot use the base's table of token vectors", "fit it anew: quarry embed --refit")
        .because(std::move(why));
}

}  // namespace

TokenTable::TokenTable(std::string bytes) : bytes_(std::move(bytes)) {
    if (bytes_.size() < header_size || !std::string_view(bytes_).starts_with(magic)) {
        refuse("it does not begin as a table of this version");
    }
    const auto stored_dimensions = get<std::uint32_t>(bytes_, 8);
    const auto vocabulary = get<std::uint32_t>(bytes_, 12);
    const auto buckets = get<std::uint32_t>(bytes_, 16);
    fitted_chunks_ = get<std::uint64_t>(bytes_, 24);
    if (stored_dimensions != dimensions) refuse(fmt::format("its vectors have {} dimensions", stored_dimensions));
    if (vocabulary > max_rows || buckets > max_rows) refuse("its header is damaged");
    const std::size_t rows = std::size_t{vocabulary} + buckets;
    const std::size_t scales_offset = header_size + std::size_t{vocabulary} * 8;
    rows_offset_ = scales_offset + rows * 4;
    const std::size_t expected = rows_offset_ + rows * dimensions;
    if (bytes_.size() != expected) refuse(fmt::format("it has {} bytes instead of {}", bytes_.size(), expected));
    if (checksum(std::string_view(bytes_).substr(header_size)) != get<std::uint64_t>(bytes_, checksum_offset)) {
        refuse("its checksum does not match");
    }
    buckets_ = buckets;
    hashes_.reserve(vocabulary);
    for (std::size_t i = 0; i < vocabulary; ++i) hashes_.push_back(get<std::uint64_t>(bytes_, header_size + i * 8));
    if (std::adjacent_find(hashes_.begin(), hashes_.end(), std::greater_equal<>()) != hashes_.end()) {
        refuse("its terms are out of order");
    }
    scales_.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        scales_.push_back(std::bit_cast<float>(get<std::uint32_t>(bytes_, scales_offset + i * 4)));
        if (!std::isfinite(scales_.back()) || std::abs(scales_.back()) > 1e6F) refuse("it holds a number out of range");
    }
}

std::optional<std::size_t> TokenTable::find(std::uint64_t hash) const noexcept {
    const auto at = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
    if (at == hashes_.end() || *at != hash) return std::nullopt;
    return static_cast<std::size_t>(at - hashes_.begin());
}

const std::int8_t* TokenTable::row(std::size_t row) const noexcept {
    return reinterpret_cast<const std::int8_t*>(bytes_.data() + rows_offset_ + row * dimensions);
}

std::string serialise_table(std::span<const std::uint64_t> vocabulary, std::size_t buckets, std::span<const float> rows,
                            std::uint64_t fitted_chunks) {
    const std::size_t count = vocabulary.size() + buckets;
    std::string body;
    body.reserve(vocabulary.size() * 8 + count * (4 + dimensions));
    for (const std::uint64_t hash : vocabulary) put(body, hash);
    std::vector<float> scales(count);
    for (std::size_t row = 0; row < count; ++row) {
        float largest = 0;
        for (const float value : rows.subspan(row * dimensions, dimensions)) {
            largest = std::max(largest, std::abs(value));
        }
        scales[row] = largest / 127.0F;
        put(body, std::bit_cast<std::uint32_t>(scales[row]));
    }
    for (std::size_t row = 0; row < count; ++row) {
        const float inverse = scales[row] > 0 ? 1.0F / scales[row] : 0.0F;
        for (const float value : rows.subspan(row * dimensions, dimensions)) {
            const float rounded = std::clamp(std::nearbyint(value * inverse), -127.0F, 127.0F);
            body.push_back(static_cast<char>(static_cast<std::int8_t>(rounded)));
        }
    }
    std::string bytes(magic);
    put(bytes, static_cast<std::uint32_t>(dimensions));
    put(bytes, static_cast<std::uint32_t>(vocabulary.size()));
    put(bytes, static_cast<std::uint32_t>(buckets));
    put(bytes, std::uint32_t{0});
    put(bytes, fitted_chunks);
    put(bytes, checksum(body));
    return bytes + body;
}

}  // namespace quarry::builtin
