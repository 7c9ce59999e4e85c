#include "core/store/chunk_lengths.h"

#include <algorithm>
#include <string>

#include "core/store/fts5_format.h"

namespace quarry {
namespace {

constexpr const char* select_lengths = "SELECT lengths FROM chunk_lengths WHERE block = ?";
constexpr const char* select_sizes = "SELECT id, sz FROM chunk_terms_docsize WHERE id BETWEEN ? AND ?";
constexpr const char* upsert_lengths = "INSERT OR REPLACE INTO chunk_lengths (block, lengths) VALUES (?, ?)";
constexpr const char* delete_lengths = "DELETE FROM chunk_lengths";

/// Title, headings, and the body with its low byte first.
constexpr std::size_t bytes_each = 4;

}  // namespace

bool ChunkLengths::read_stored(std::int64_t block, Block& lengths) const {
    Query row = statements_.query(select_lengths);
    if (!row.with(block).step()) return false;
    const std::string_view bytes = row.bytes(0);
    if (bytes.size() != bytes_each * block_size) return false;
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    for (FieldCounts& chunk : lengths) {
        chunk = {at[0], at[1], at[2] + 256U * at[3]};
        at += bytes_each;
    }
    return true;
}

void ChunkLengths::read_rows(std::int64_t block, Block& lengths) const {
    lengths.fill({});
    Query row = statements_.query(select_sizes);
    row.with(block * block_size, block * block_size + block_size - 1);
    std::string sizes;
    while (row.step()) {
        sizes = row.bytes(1);
        const std::size_t size = sizes.size();
        sizes.append(16, '\0');  // integers of up to 9 bytes are read without a look
        FieldCounts& chunk = lengths[place_of(row.integer(0))];
        std::size_t at = 0;
        for (std::size_t field = 0; field < term_fields && at < size; ++field) {
            chunk[field] = static_cast<std::uint32_t>(
                std::min<std::uint64_t>(fts5::read_varint(sizes.data(), at), longest_fields[field]));
        }
    }
}

void ChunkLengths::read(std::int64_t block, Block& lengths) const {
    if (!read_stored(block, lengths)) read_rows(block, lengths);
}

void ChunkLengths::refresh(std::int64_t block) {
    Block lengths;
    read_rows(block, lengths);
    std::string bytes;
    bytes.reserve(bytes_each * block_size);
    for (const FieldCounts& chunk : lengths) {
        bytes.push_back(static_cast<char>(chunk[0]));
        bytes.push_back(static_cast<char>(chunk[1]));
        bytes.push_back(static_cast<char>(chunk[2] & 0xFFU));
        bytes.push_back(static_cast<char>(chunk[2] >> 8U));
    }
    statements_.query(upsert_lengths).with(block, Blob{bytes.data(), bytes.size()}).run();
}

void ChunkLengths::clear() { statements_.query(delete_lengths).run(); }

bool ChunkLengths::agrees(std::int64_t block) const {
    Block stored;
    Block rows;
    if (!read_stored(block, stored)) return true;
    read_rows(block, rows);
    return stored == rows;
}

}  // namespace quarry
