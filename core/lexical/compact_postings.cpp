#include "core/lexical/compact_postings.h"

#include <bit>
#include <limits>
#include <utility>

namespace quarry::lexical {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are read and written as they are");
static_assert(ChunkLengths::block_size <= 1 << CompactPostings::place_bits);

template <typename Number>
void append_number(std::string& bytes, Number number) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

}  // namespace

CompactPostings::CompactPostings(std::string bytes) : bytes_(std::move(bytes)) {
    std::int64_t last_block = -1;
    for (std::size_t at = 0; at < bytes_.size();) {
        const std::size_t left = bytes_.size() - at;
        const Group group(bytes_.data() + at);
        if (left < Group::header_size || group.bytes() > left) throw DamagedTermIndex();
        if (group.size() == 0 || group.block() <= last_block) throw DamagedTermIndex();
        last_block = group.block();
        groups_.push_back(at);
        count_ += group.size();
        at += group.bytes();
    }
    if (groups_.empty()) throw DamagedTermIndex();
}

std::int64_t CompactPostings::first_chunk() const { return group(0).chunk_at(0); }

std::int64_t CompactPostings::last_chunk() const {
    const Group last = group(groups_.size() - 1);
    return last.chunk_at(last.size() - 1);
}

bool CompactPostingsWriter::add(std::int64_t chunk_id, const FieldCounts& occurrences) {
    const std::int64_t block = ChunkLengths::block_of(chunk_id);
    if (block > std::numeric_limits<std::uint32_t>::max()) return false;
    for (std::size_t field = 0; field < term_fields; ++field) {
        if (occurrences[field] > longest_fields[field]) return false;
    }
    if (block != block_) {
        finish_group();
        block_ = block;
    }
    const auto [title, headings, body] = occurrences;
    unsigned code = CompactPostings::is_exception;
    if (title <= 1 && headings <= 1 && body <= 15) code = headings << 5U | title << 4U | body;
    if (code == CompactPostings::is_exception) {
        append_number(exceptions_, static_cast<std::uint8_t>(title));
        append_number(exceptions_, static_cast<std::uint8_t>(headings));
        append_number(exceptions_, static_cast<std::uint16_t>(body));
    }
    const std::size_t place = ChunkLengths::place_of(chunk_id);
    append_number(postings_, static_cast<std::uint16_t>(code << CompactPostings::place_bits | place));
    return true;
}

void CompactPostingsWriter::finish_group() {
    if (postings_.empty()) return;
    append_number(bytes_, static_cast<std::uint32_t>(block_));
    append_number(bytes_, static_cast<std::uint16_t>(postings_.size() / sizeof(std::uint16_t)));
    append_number(bytes_, static_cast<std::uint16_t>(exceptions_.size() / sizeof(std::uint32_t)));
    bytes_ += postings_;
    bytes_ += exceptions_;
    postings_.clear();
    exceptions_.clear();
}

std::string CompactPostingsWriter::finish() {
    finish_group();
    return std::exchange(bytes_, {});
}

}  // namespace quarry::lexical
