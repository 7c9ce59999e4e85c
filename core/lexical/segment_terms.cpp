#include "core/lexical/segment_terms.h"

#include <algorithm>
#include <numeric>

namespace quarry::lexical {
namespace {

constexpr std::size_t fewest_term_slots = 1024;

std::uint64_t first_bytes(std::string_view term) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) {
        value = value << 8U | (i < term.size() ? static_cast<unsigned char>(term[i]) : 0U);
    }
    return value;
}

}  // namespace

void SegmentTerms::add(const TermBlock& block, std::int64_t first_chunk) {
    blocks_.push_back({&block, first_chunk});
    block.for_each([&](const TermBlock::Entry& entry) {
        const std::uint32_t number = find_or_add(entry);
        numbers_.push_back(number);
        Term& term = terms_[number];
        const std::int64_t first = first_chunk + static_cast<std::int64_t>(entry.first);
        term.size += fts5::varint_size(static_cast<std::uint64_t>(first - term.last_chunk)) + entry.postings.size();
        term.last_chunk = first_chunk + static_cast<std::int64_t>(entry.last);
    });
}

std::uint32_t SegmentTerms::find_or_add(const TermBlock::Entry& entry) {
    if (2 * (terms_.size() + 1) > slots_.size()) grow();
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = entry.hash & mask;
    for (; slots_[at] != 0; at = (at + 1) & mask) {
        const Term& known = terms_[slots_[at] - 1];
        if (known.hash == entry.hash && known.text == entry.term) return slots_[at] - 1;
    }
    slots_[at] = static_cast<std::uint32_t>(terms_.size() + 1);
    terms_.push_back({entry.term, first_bytes(entry.term), entry.hash, 0, 0, 0});
    return slots_[at] - 1;
}

void SegmentTerms::grow() {
    slots_.assign(std::max(fewest_term_slots, 2 * slots_.size()), 0);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
        std::size_t at = terms_[i].hash & mask;
        while (slots_[at] != 0) at = (at + 1) & mask;
        slots_[at] = static_cast<std::uint32_t>(i + 1);
    }
}

void SegmentTerms::write(SegmentWriter& writer) {
    std::vector<std::uint32_t> order(terms_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [this](std::uint32_t left, std::uint32_t right) {
        const Term& a = terms_[left];
        const Term& b = terms_[right];
        return a.order != b.order ? a.order < b.order : a.text < b.text;
    });
    const std::string postings = place_postings(order);
    for (const std::uint32_t number : order) {
        const Term& term = terms_[number];
        writer.add(term.text, std::string_view(postings).substr(term.end - term.size, term.size));
    }
}

/// The postings of all terms in that order. They are copied block by block, since a block lies in one piece and its
/// terms do not.
std::string SegmentTerms::place_postings(const std::vector<std::uint32_t>& order) {
    std::size_t size = 0;
    for (const std::uint32_t number : order) {
        terms_[number].end = size;
        terms_[number].last_chunk = 0;
        size += terms_[number].size;
    }
    std::string postings(size, '\0');
    const std::uint32_t* number = numbers_.data();
    std::string distance;
    for (const Block& each : blocks_) {
        each.block->for_each([&](const TermBlock::Entry& entry) {
            Term& term = terms_[*number++];
            const std::int64_t first = each.first_chunk + static_cast<std::int64_t>(entry.first);
            distance.clear();
            fts5::append_varint(distance, static_cast<std::uint64_t>(first - term.last_chunk));
            char* const target = postings.data() + term.end;
            std::copy(distance.begin(), distance.end(), target);
            std::copy(entry.postings.begin(), entry.postings.end(), target + distance.size());
            term.end += distance.size() + entry.postings.size();
            term.last_chunk = each.first_chunk + static_cast<std::int64_t>(entry.last);
        });
    }
    return postings;
}

}  // namespace quarry::lexical
