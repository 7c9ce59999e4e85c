#include "core/lexical/chunk_lengths.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "core/lexical/fts5_format.h"

namespace quarry::lexical {
namespace {

constexpr const char* select_lengths = "SELECT lengths FROM chunk_lengths WHERE block = ?";
constexpr const char* select_sizes = "SELECT id, sz FROM chunk_terms_docsize WHERE id BETWEEN ? AND ?";
constexpr const char* upsert_lengths = "INSERT OR REPLACE INTO chunk_lengths (block, lengths) VALUES (?, ?)";
constexpr const char* delete_lengths = "DELETE FROM chunk_lengths";

}  // namespace

void LengthBlock::set(std::size_t place, const FieldCounts& lengths) {
    FieldCounts capped{};
    for (std::size_t field = 0; field < term_fields; ++field) {
        capped[field] = std::min(lengths[field], longest_fields[field]);
    }
    unsigned char* const to = bytes.data() + bytes_each * place;
    to[0] = static_cast<unsigned char>(capped[0]);
    to[1] = static_cast<unsigned char>(capped[1]);
    to[2] = static_cast<unsigned char>(capped[2] & 0xFFU);
    to[3] = static_cast<unsigned char>(capped[2] >> 8U);
}

bool ChunkLengths::read_stored(std::int64_t block, Block& lengths) const {
    db::Query row = statements_.query(select_lengths);
    if (!row.with(block).step()) return false;
    const std::string_view bytes = row.bytes(0);
    if (bytes.size() != lengths.bytes.size()) return false;
    std::memcpy(lengths.bytes.data(), bytes.data(), bytes.size());
    return true;
}

void ChunkLengths::read_rows(std::int64_t block, Block& lengths) const {
    lengths.bytes.fill(0);
    db::Query row = statements_.query(select_sizes);
    row.with(block * block_size, block * block_size + block_size - 1);
    std::string sizes;
    while (row.step()) {
        sizes = row.bytes(1);
        const std::size_t size = sizes.size();
        sizes.append(16, '\0');  // integers of up to 9 bytes are read without a look
        FieldCounts chunk{};
        std::size_t at = 0;
        for (std::size_t field = 0; field < term_fields && at < size; ++field) {
            chunk[field] = static_cast<std::uint32_t>(
                std::min<std::uint64_t>(fts5::read_varint(sizes.data(), at), longest_fields[field]));
        }
        lengths.set(place_of(row.integer(0)), chunk);
    }
}

void ChunkLengths::read(std::int64_t block, Block& lengths) const {
    if (!read_stored(block, lengths)) read_rows(block, lengths);
}

void ChunkLengths::refresh(std::int64_t block) {
    Block lengths;
    read_rows(block, lengths);
    statements_.query(upsert_lengths)
        .with(block, db::Blob{reinterpret_cast<const char*>(lengths.bytes.data()), lengths.bytes.size()})
        .run();
}

void ChunkLengths::clear() { statements_.query(delete_lengths).run(); }

bool ChunkLengths::agrees(std::int64_t block) const {
    Block stored;
    Block rows;
    if (!read_stored(block, stored)) return true;
    read_rows(block, rows);
    return stored == rows;
}

}  // namespace quarry::lexical
