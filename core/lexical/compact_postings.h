#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "core/lexical/bm25.h"
#include "core/lexical/chunk_lengths.h"
#include "core/lexical/fts5_format.h"

namespace quarry::lexical {

/// The chunks that have a term, and how often, without the places: a quarter of what FTS5 stores. Owns its bytes.
///
/// On disk, little-endian: a group for each block of chunks (`ChunkLengths::block_size`) that has some, ascending:
///
///     u32 number of the block, u16 number of postings, u16 number of exceptions,
///     postings:   u16, ascending: place in the block (10 bits), occurrences in the body (4), title (1), headings (1)
///     exceptions: u8 occurrences in the title, u8 in the headings, u16 in the body
///
/// A posting whose upper six bits are all set has its occurrences in the next exception.
class CompactPostings {
public:
    static constexpr unsigned place_bits = 10;
    static constexpr unsigned is_exception = 63;  ///< What stands for the occurrences of a posting otherwise.
    static constexpr std::size_t codes = 64;

    /// Throws DamagedTermIndex.
    explicit CompactPostings(std::string bytes);

    /// How many chunks.
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::int64_t first_chunk() const;
    [[nodiscard]] std::int64_t last_chunk() const;
    /// What a posting's upper six bits mean, if not `is_exception`.
    [[nodiscard]] static constexpr FieldCounts occurrences(unsigned code) {
        return {code >> 4U & 1U, code >> 5U, code & 15U};
    }

    /// The postings of one block of chunks.
    class Group {
    public:
        /// The block's number.
        [[nodiscard]] std::int64_t block() const { return read<std::uint32_t>(bytes_); }
        [[nodiscard]] std::size_t size() const { return read<std::uint16_t>(bytes_ + 4); }
        /// Calls `visit(place, code, exception)` with each posting's place in the block, by ascending place, and its
        /// upper six bits; `exception()` gives the occurrences if they are `is_exception`. Throws DamagedTermIndex.
        template <typename Visit>
        void for_each(Visit&& visit) const {
            const unsigned char* at = bytes_ + header_size;
            const unsigned char* const end = at + posting_size * size();
            const unsigned char* exception = end;
            const unsigned char* const last = exception + exception_size * exceptions();
            unsigned next_place = 0;
            for (; at != end; at += posting_size) {
                const unsigned posting = read<std::uint16_t>(at);
                const unsigned place = posting & ((1U << place_bits) - 1);
                const unsigned code = posting >> place_bits;
                if (place < next_place || place >= ChunkLengths::block_size) throw DamagedTermIndex();
                next_place = place + 1;
                if (code == is_exception && exception + exception_size > last) throw DamagedTermIndex();
                visit(place, code, [exception] {
                    return FieldCounts{exception[0], exception[1], read<std::uint16_t>(exception + 2)};
                });
                if (code != is_exception) continue;
                exception += exception_size;
            }
        }

        /// Calls `visit(place, count)` in the same way, where `count()` gives the occurrences in each field.
        template <typename Visit>
        void for_each_counted(Visit&& visit) const {
            for_each([&visit](unsigned place, unsigned code, const auto& exception) {
                visit(place, [&] { return code == is_exception ? exception() : occurrences(code); });
            });
        }

    private:
        friend class CompactPostings;
        static constexpr std::size_t header_size = 8;
        static constexpr std::size_t posting_size = 2;
        static constexpr std::size_t exception_size = 4;

        explicit Group(const char* bytes) : bytes_(reinterpret_cast<const unsigned char*>(bytes)) {}
        [[nodiscard]] std::int64_t chunk_at(std::size_t number) const {
            const unsigned posting = read<std::uint16_t>(bytes_ + header_size + posting_size * number);
            return block() * ChunkLengths::block_size + (posting & ((1U << place_bits) - 1));
        }
        [[nodiscard]] std::size_t exceptions() const { return read<std::uint16_t>(bytes_ + 6); }
        [[nodiscard]] std::size_t bytes() const {
            return header_size + posting_size * size() + exception_size * exceptions();
        }
        template <typename Number>
        [[nodiscard]] static Number read(const unsigned char* at) {
            Number number = 0;
            std::memcpy(&number, at, sizeof number);
            return number;
        }

        const unsigned char* bytes_;
    };
    /// Valid as long as this.
    [[nodiscard]] Group group(std::size_t number) const { return Group(bytes_.data() + groups_[number]); }
    [[nodiscard]] std::size_t group_count() const { return groups_.size(); }

private:
    std::string bytes_;
    std::vector<std::size_t> groups_;  ///< Where they begin.
    std::uint64_t count_ = 0;
};

/// Makes the bytes of CompactPostings.
class CompactPostingsWriter {
public:
    /// By ascending id. False for what they cannot hold: numbers beyond all measure.
    [[nodiscard]] bool add(std::int64_t chunk_id, const FieldCounts& occurrences);
    [[nodiscard]] std::string finish();

private:
    void finish_group();

    std::string bytes_;
    std::int64_t block_ = -1;
    std::string postings_;    ///< Of the present group.
    std::string exceptions_;  ///< The same.
};

}  // namespace quarry::lexical
