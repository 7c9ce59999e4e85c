// Reads and writes the built-in embedder's table; what is read comes from a file and is checked before it is used.

#include "core/embed/builtin_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "core/base/error.h"
#include "core/embed/builtin_features.h"
#include "core/embed/builtin_grams.h"
#include "core/embed/builtin_kernels.h"

namespace quarry::embed::builtin {
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
std::uint64_t checksum_of(std::string_view bytes) noexcept {
    std::uint64_t hash = 14695981039346656037ULL;
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) hash = (hash ^ get<std::uint64_t>(bytes, at)) * 1099511628211ULL;
    for (; at < bytes.size(); ++at) hash = (hash ^ static_cast<unsigned char>(bytes[at])) * 1099511628211ULL;
    return hash;
}

[[noreturn]] void refuse(std::string why) {
    throw Error(ErrorCode::failed, "cannot use the built-in embedder's table of token vectors",
                "quarry embed fit fits a base's own table again; quarry embed train makes a file again")
        .because(std::move(why));
}

float scale_at(std::string_view bytes, std::size_t offset) {
    const auto scale = std::bit_cast<float>(get<std::uint32_t>(bytes, offset));
    if (!std::isfinite(scale) || std::abs(scale) > 1e6F) refuse("it holds a number out of range");
    return scale;
}

std::string header_of(const StoredBytes& bytes) {
    std::string header(std::min(header_size, bytes.size()), '\0');
    bytes.read(0, header);
    return header;
}

}  // namespace

TokenRows::Layout::Layout(std::string_view header, std::size_t size) {
    if (header.size() < header_size || !header.starts_with(magic)) {
        refuse("it does not start like a table of this version");
    }
    const auto stored_dimensions = get<std::uint32_t>(header, 8);
    const auto terms = get<std::uint32_t>(header, 12);
    const auto shared = get<std::uint32_t>(header, 16);
    if (stored_dimensions != dimensions) refuse(fmt::format("its vectors have {} dimensions", stored_dimensions));
    if (terms > max_rows || shared > max_rows) refuse("its header is damaged");
    vocabulary = terms;
    buckets = shared;
    grams = get<std::uint32_t>(header, 20);
    if (grams != 0 && grams != gram_buckets) refuse("its header is damaged");
    fitted_chunks = get<std::uint64_t>(header, 24);
    checksum = get<std::uint64_t>(header, checksum_offset);
    scales_offset = header_size + vocabulary * 8;
    rows_offset = scales_offset + (vocabulary + buckets) * 4;
    grams_offset = rows_offset + (vocabulary + buckets) * dimensions;
    const std::size_t expected = grams_offset + grams;
    if (size != expected) refuse(fmt::format("it has {} bytes instead of {}", size, expected));
}

TokenTable::TokenTable(std::string bytes) : TokenRows(Layout(bytes, bytes.size())), bytes_(std::move(bytes)) {
    if (checksum_of(std::string_view(bytes_).substr(header_size)) != layout_.checksum) {
        refuse("its checksum does not match");
    }
    hashes_.reserve(layout_.vocabulary);
    for (std::size_t i = 0; i < layout_.vocabulary; ++i) {
        hashes_.push_back(get<std::uint64_t>(bytes_, header_size + i * 8));
    }
    if (std::adjacent_find(hashes_.begin(), hashes_.end(), std::greater_equal<>()) != hashes_.end()) {
        refuse("its terms are out of order");
    }
    const std::size_t rows = layout_.vocabulary + layout_.buckets;
    scales_.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) scales_.push_back(scale_at(bytes_, layout_.scales_offset + i * 4));
}

std::optional<std::size_t> TokenTable::find(std::uint64_t hash) const noexcept {
    const auto at = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
    if (at == hashes_.end() || *at != hash) return std::nullopt;
    return static_cast<std::size_t>(at - hashes_.begin());
}

const std::int8_t* TokenTable::row(std::size_t row) const noexcept {
    return reinterpret_cast<const std::int8_t*>(bytes_.data() + layout_.rows_offset + row * dimensions);
}

void TokenTable::add_row(std::size_t row, float factor, float* vector) const {
    kernels().add_scaled_int8(factor * scales_[row], this->row(row), vector, dimensions);
}

std::uint8_t TokenTable::gram_rarity(std::size_t bucket) const {
    return static_cast<unsigned char>(bytes_[layout_.grams_offset + bucket]);
}

StoredTable::StoredTable(std::unique_ptr<const StoredBytes> bytes)
    : TokenRows(Layout(header_of(*bytes), bytes->size())), bytes_(std::move(bytes)) {}

std::uint64_t StoredTable::hash_at(std::size_t place) const {
    std::array<char, 8> hash{};
    bytes_->read(header_size + place * hash.size(), hash);
    return get<std::uint64_t>({hash.data(), hash.size()}, 0);
}

std::optional<std::size_t> StoredTable::find(std::uint64_t hash) const {
    std::size_t first = 0;
    std::size_t last = layout_.vocabulary;
    while (first < last) {
        const std::size_t middle = first + (last - first) / 2;
        const std::uint64_t there = hash_at(middle);
        if (there == hash) return middle;
        there < hash ? first = middle + 1 : last = middle;
    }
    return std::nullopt;
}

void StoredTable::add_row(std::size_t row, float factor, float* vector) const {
    if (row >= layout_.vocabulary + layout_.buckets) refuse("it has no such row");
    std::array<char, 4> scale{};
    bytes_->read(layout_.scales_offset + row * scale.size(), scale);
    std::array<char, dimensions> values{};
    bytes_->read(layout_.rows_offset + row * dimensions, values);
    kernels().add_scaled_int8(factor * scale_at({scale.data(), scale.size()}, 0),
                              reinterpret_cast<const std::int8_t*>(values.data()), vector, dimensions);
}

std::uint8_t StoredTable::gram_rarity(std::size_t bucket) const {
    std::array<char, 1> rarity{};
    bytes_->read(layout_.grams_offset + bucket, rarity);
    return static_cast<unsigned char>(rarity[0]);
}

std::string serialise_table(std::span<const std::uint64_t> vocabulary, std::size_t buckets, std::span<const float> rows,
                            std::uint64_t fitted_chunks, std::string_view rarities) {
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
    body += rarities;
    std::string bytes(magic);
    put(bytes, static_cast<std::uint32_t>(dimensions));
    put(bytes, static_cast<std::uint32_t>(vocabulary.size()));
    put(bytes, static_cast<std::uint32_t>(buckets));
    put(bytes, static_cast<std::uint32_t>(rarities.size()));
    put(bytes, fitted_chunks);
    put(bytes, checksum_of(body));
    return bytes + body;
}

}  // namespace quarry::embed::builtin
