#include "core/lexical/term_collector.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "core/analyze/language.h"

namespace quarry::lexical {
namespace {

/// A block is ended when it has so many occurrences of terms: what is needed to sort them stays small.
constexpr std::size_t most_occurrences = 1U << 17U;
constexpr std::size_t fewest_slots = 1024;

/// As in FxHash (Firefox, rustc).
std::uint64_t mix(std::uint64_t state, std::uint64_t block) {
    constexpr std::uint64_t multiplier = 0x517CC1B727220A95ULL;
    return (((state << 5U) | (state >> 59U)) ^ block) * multiplier;
}

std::uint64_t load(const char* bytes, std::size_t count) {
    std::uint64_t block = 0;
    std::memcpy(&block, bytes, count);  // a plain load, since every caller's count is a constant
    return block;
}

constexpr std::size_t longest_key = 16;

/// Whether FTS5's tokenizer surely gives the term as it is.
bool is_plain(std::string_view term) {
    return std::all_of(term.begin(), term.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

}  // namespace

std::vector<TermBlock> TermCollector::collect(const document::Document& document,
                                              std::span<const document::ChunkSpan> chunks) {
    std::vector<TermBlock> blocks;
    analyzer_.use(analyze::stemming_language(document.language));
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const document::ChunkSpan& chunk = chunks[i];
        const bool begins_block = lengths_.empty();
        if (begins_block) find_terms(document.title, title_);
        // Neighbours mostly stand under the same headings.
        if (begins_block || chunks[i - 1].heading_path != chunk.heading_path) {
            find_terms(fmt::format("{}", fmt::join(chunk.heading_path, "\n")), headings_);
        }
        find_terms(std::string_view(document.text).substr(chunk.start_byte, chunk.end_byte - chunk.start_byte), body_);
        lengths_.push_back({});
        add_field(TermField::title, title_);
        add_field(TermField::headings, headings_);
        add_field(TermField::body, body_);
        if (occurrences_.size() >= most_occurrences) blocks.push_back(take_block());
    }
    if (!lengths_.empty()) blocks.push_back(take_block());
    return blocks;
}

void TermCollector::find_terms(std::string_view text, std::vector<std::uint32_t>& terms) {
    terms.clear();
    analyzer_.for_each_term(text, [&](std::string_view term) { append_term(find_or_add(term), terms); });
}

void TermCollector::append_term(std::uint32_t term, std::vector<std::uint32_t>& terms) const {
    const std::uint32_t tokens = known_[term].tokens;
    if (tokens == 0) {
        terms.push_back(term);
    } else {
        for (std::uint32_t i = 0; i < tokens_[tokens]; ++i) terms.push_back(tokens_[tokens + 1 + i]);
    }
}

void TermCollector::add_field(TermField field, const std::vector<std::uint32_t>& terms) {
    const auto chunk = static_cast<std::uint32_t>(lengths_.size() - 1);
    std::uint32_t place = 0;
    for (const std::uint32_t term : terms) {
        ++known_[term].count;
        occurrences_.push_back({term, chunk, static_cast<std::uint32_t>(field), place++});
    }
    lengths_.back()[static_cast<std::size_t>(field)] = place;
}

TermCollector::Key TermCollector::key_of(std::string_view text) {
    const char* const bytes = text.data();
    const std::size_t size = text.size();
    if (size > longest_key) return {};
    if (size >= 8) return {load(bytes, 8), load(bytes + size - 8, 8)};
    if (size >= 4) return {load(bytes, 4), load(bytes + size - 4, 4)};
    return {load(bytes, 1) | (load(bytes + size / 2, 1) << 8U), load(bytes + size - 1, 1)};
}

std::uint32_t TermCollector::hash_of(std::string_view text, const Key& key) {
    std::uint64_t state = mix(mix(text.size(), key.first), key.last);
    if (text.size() > longest_key) {
        for (std::size_t at = 0; at + 8 < text.size(); at += 8) state = mix(state, load(text.data() + at, 8));
        state = mix(state, load(text.data() + text.size() - 8, 8));
    }
    return static_cast<std::uint32_t>(state >> 32U);
}

std::uint32_t TermCollector::find_or_add(std::string_view text) {
    if (slots_.empty()) slots_.resize(fewest_slots);
    const Key key = key_of(text);
    const std::uint32_t hash = hash_of(text, key);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
        const Slot& slot = slots_[at];
        if (slot.term == 0) break;
        if (slot.hash != hash) continue;
        const Known& known = known_[slot.term - 1];
        if (known.key != key || known.size != text.size()) continue;
        if (known.size <= longest_key || text == std::string_view(texts_).substr(known.start, known.size)) {
            return slot.term - 1;
        }
    }
    const std::uint32_t term = add_term(text, key, hash);
    if (is_plain(text)) return term;
    // A base must be able to take terms out by giving FTS5 their text: it has the last word on what they are.
    const std::vector<std::string> tokens = tokenizer_.tokens(text);
    if (tokens.size() == 1 && tokens.front() == text) return term;
    std::vector<std::uint32_t> numbers;
    for (const std::string& token : tokens) numbers.push_back(token == text ? term : find_or_add(token));
    known_[term].tokens = static_cast<std::uint32_t>(tokens_.size());
    tokens_.push_back(static_cast<std::uint32_t>(numbers.size()));
    tokens_.insert(tokens_.end(), numbers.begin(), numbers.end());
    return term;
}

std::uint32_t TermCollector::add_term(std::string_view text, const Key& key, std::uint32_t hash) {
    if (2 * (known_.size() + 1) > slots_.size()) grow();
    const auto term = static_cast<std::uint32_t>(known_.size());
    known_.push_back(
        {key, hash, static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint32_t>(text.size()), 0, 0});
    texts_ += text;
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at].term != 0) at = (at + 1) & mask;
    slots_[at] = {hash, term + 1};
    return term;
}

void TermCollector::grow() {
    std::vector<Slot> larger(2 * slots_.size());
    const std::size_t mask = larger.size() - 1;
    for (const Slot& slot : slots_) {
        if (slot.term == 0) continue;
        std::size_t at = slot.hash & mask;
        while (larger[at].term != 0) at = (at + 1) & mask;
        larger[at] = slot;
    }
    slots_ = std::move(larger);
}

TermBlock TermCollector::take_block() {
    sort_occurrences();
    TermBlock block;
    block.bytes.reserve(texts_.size() + 4 * occurrences_.size() + 12 * known_.size());
    const Occurrence* at = sorted_.data();
    for (const Known& known : known_) {
        if (known.count == 0) continue;
        const Occurrence* const end = at + known.count;
        block.append({known.hash, std::string_view(texts_).substr(known.start, known.size), at->chunk, end[-1].chunk,
                      make_postings(at, end)});
        at = end;
    }
    block.lengths = std::move(lengths_);
    clear();
    return block;
}

/// By term, and else as they are.
void TermCollector::sort_occurrences() {
    std::vector<std::uint32_t> next(known_.size());
    std::uint32_t start = 0;
    for (std::size_t i = 0; i < known_.size(); ++i) {
        next[i] = start;
        start += known_[i].count;
    }
    sorted_.resize(occurrences_.size());
    for (const Occurrence& occurrence : occurrences_) sorted_[next[occurrence.term]++] = occurrence;
}

/// Of the occurrences of one term. What it gives is there until the next call.
std::string_view TermCollector::make_postings(const Occurrence* first, const Occurrence* last) {
    // Of each at most: the distance, the size, the column and its mark, the place; but for the mark 32-bit varints.
    constexpr std::size_t longest_posting = 4 * 5 + 1;
    const std::size_t most = longest_posting * static_cast<std::size_t>(last - first);
    if (postings_.size() < most) postings_.resize(most);
    char* end = postings_.data();
    std::uint32_t chunk = first->chunk;
    for (const Occurrence* at = first; at != last;) {
        if (at->chunk != chunk) end = fts5::write_varint(end, at->chunk - chunk);
        chunk = at->chunk;
        char* const places = end + 1;  // Their size mostly takes a byte.
        end = places;
        std::uint32_t field = 0;
        std::uint32_t place = 0;
        for (; at != last && at->chunk == chunk; ++at) {
            if (at->field != field) {
                field = at->field;
                place = 0;
                *end++ = fts5::column_mark;
                end = fts5::write_varint(end, field);
            }
            end = fts5::write_varint(end, at->place - place + 2);
            place = at->place;
        }
        const auto size = static_cast<std::size_t>(end - places);
        const std::size_t more = fts5::varint_size(2 * size) - 1;
        if (more > 0) std::memmove(places + more, places, size);
        static_cast<void>(fts5::write_varint(places - 1, 2 * size));
        end += more;
    }
    return {postings_.data(), static_cast<std::size_t>(end - postings_.data())};
}

void TermCollector::clear() {
    lengths_.clear();
    texts_.clear();
    known_.clear();
    slots_.assign(std::min(slots_.size(), fewest_slots), {});
    tokens_.assign(1, 0);
    occurrences_.clear();
}

}  // namespace quarry::lexical
