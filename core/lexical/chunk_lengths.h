#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/db/sqlite_statement.h"
#include "core/lexical/bm25.h"

namespace quarry::lexical {

/// How many terms the fields of each chunk of a block have, as the table `chunk_lengths` stores it: title, headings,
/// and the body with its low byte first.
class LengthBlock {
public:
    /// Chunks in a block: as many as fit a page of the database, with 4 bytes each. On disk.
    static constexpr std::int64_t size = 1'000;
    static constexpr std::size_t bytes_each = 4;

    /// Capped at `longest_fields`; zeros where there is no chunk.
    [[nodiscard]] FieldCounts operator[](std::size_t place) const {
        const unsigned char* const at = bytes.data() + bytes_each * place;
        return {at[0], at[1], at[2] + 256U * at[3]};
    }
    /// Takes longer ones for `longest_fields`.
    void set(std::size_t place, const FieldCounts& lengths);
    friend bool operator==(const LengthBlock&, const LengthBlock&) = default;

    std::array<unsigned char, bytes_each * size> bytes{};
};

/// Where a search finds the lengths of chunks.
class LengthSource {
public:
    virtual ~LengthSource() = default;

    virtual void read(std::int64_t block, LengthBlock& lengths) const = 0;
};

/// The lengths of many chunks at once. FTS5 keeps a row for each chunk, which costs a microsecond to read; the table
/// `chunk_lengths` has them for a block of chunks in one.
class ChunkLengths final : public LengthSource {
public:
    static constexpr std::int64_t block_size = LengthBlock::size;
    using Block = LengthBlock;

    explicit ChunkLengths(db::StatementCache& statements) : statements_(statements) {}

    [[nodiscard]] static std::int64_t block_of(std::int64_t chunk_id) { return chunk_id / block_size; }
    [[nodiscard]] static std::size_t place_of(std::int64_t chunk_id) {
        return static_cast<std::size_t>(chunk_id % block_size);
    }
    /// A block as it is stored; from FTS5's rows where it is not.
    void read(std::int64_t block, Block& lengths) const override;
    /// Stores a block anew, from FTS5's rows.
    void refresh(std::int64_t block);
    /// Forgets all blocks.
    void clear();
    /// Whether what is stored of a block, if anything, is what FTS5 has.
    [[nodiscard]] bool agrees(std::int64_t block) const;

private:
    [[nodiscard]] bool read_stored(std::int64_t block, Block& lengths) const;
    void read_rows(std::int64_t block, Block& lengths) const;

    db::StatementCache& statements_;
};

}  // namespace quarry::lexical
