#include "core/tokenize/bpe/bpe_encoder.h"

#include <algorithm>
#include <array>
#include <queue>

namespace quarry::tokenize::bpe {
namespace {

// Shorter texts are not worth the memory to remember pieces in.
constexpr std::size_t worth_remembering = 16384;

/// The parts of a long piece as a list, so that a merge moves nothing.
class PartList {
public:
    static constexpr std::uint32_t end = 0xFFFFFFFF;

    explicit PartList(std::size_t size) : next_(size), previous_(size), pair_ranks_(size, RankTable::none) {
        for (std::uint32_t i = 0; i < size; ++i) {
            next_[i] = i + 1 < size ? i + 1 : end;
            previous_[i] = i > 0 ? i - 1 : end;
        }
    }
    [[nodiscard]] std::uint32_t next(std::uint32_t part) const { return next_[part]; }
    [[nodiscard]] std::uint32_t previous(std::uint32_t part) const { return previous_[part]; }
    /// Rank of the part merged with the next one.
    [[nodiscard]] std::uint32_t& pair_rank(std::uint32_t part) { return pair_ranks_[part]; }
    /// Merges the part with the next one, which is no more.
    void merge(std::uint32_t part) {
        const std::uint32_t gone = next_[part];
        pair_ranks_[gone] = RankTable::none;
        next_[part] = next_[gone];
        if (next_[part] != end) previous_[next_[part]] = part;
    }

private:
    std::vector<std::uint32_t> next_;
    std::vector<std::uint32_t> previous_;
    std::vector<std::uint32_t> pair_ranks_;
};

}  // namespace

BpeEncoder::BpeEncoder(const RankTable& table, std::string_view text)
    : table_(table), text_end_(text.data() + text.size()) {
    if (text.size() < worth_remembering) return;
    const std::size_t short_pieces = std::min(std::bit_floor(text.size() / 8), remembered_short);
    short_shift_ = 65 - static_cast<unsigned>(std::bit_width(short_pieces));
    known_short_.resize(short_pieces);
    known_pairs_.resize(std::size_t{128} * 128, unknown_pair);
    known_.resize(remembered);
    known_long_.resize(remembered_long);
}

std::uint64_t BpeEncoder::starts_mask(std::string_view piece) {
    if (known_.empty()) return merge_short(piece);
    const std::uint64_t hash = piece.size() > short_token
                                   ? hash_long(piece)
                                   : hash_short(load_bytes(piece.data(), piece.size()), piece.size());
    Known& known = known_[hash >> 53U];
    if (known.length != piece.size() || std::memcmp(known.piece, piece.data(), piece.size()) != 0) {
        known = {piece.data(), piece.size(), merge_short(piece)};
    }
    return known.starts;
}

void BpeEncoder::learn_short(std::string_view piece, KnownShort key, KnownShort& known) {
    key.rank = rank(piece);
    const std::uint64_t mask = key.rank != RankTable::none ? 1 : merge_short(piece);
    key.starts = static_cast<std::uint16_t>(mask);
    key.count = static_cast<std::uint16_t>(std::popcount(mask));
    known = key;
}

std::uint64_t BpeEncoder::merge_short(std::string_view piece) {
    // Parts in order: where each begins, and the rank of it merged with the next.
    std::array<std::uint8_t, mask_bits + 2> starts;
    std::array<std::uint32_t, mask_bits + 1> pair_ranks;
    std::size_t parts = piece.size();
    for (std::size_t i = 0; i <= parts; ++i) starts[i] = static_cast<std::uint8_t>(i);
    const auto pair_rank = [&](std::size_t part) {
        if (part + 2 > parts) return RankTable::none;
        return rank(piece.substr(starts[part], starts[part + 2] - starts[part]));
    };
    for (std::size_t i = 0; i + 1 < parts; ++i) pair_ranks[i] = rank_of_two(piece.substr(i, 2));
    pair_ranks[parts - 1] = RankTable::none;
    while (parts > 1) {
        const auto* lowest = std::min_element(pair_ranks.begin(), pair_ranks.begin() + parts - 1);
        if (*lowest == RankTable::none) break;
        const auto part = static_cast<std::size_t>(lowest - pair_ranks.begin());
        std::copy(starts.begin() + part + 2, starts.begin() + parts + 1, starts.begin() + part + 1);
        std::copy(pair_ranks.begin() + part + 2, pair_ranks.begin() + parts, pair_ranks.begin() + part + 1);
        --parts;
        pair_ranks[part] = pair_rank(part);
        if (part > 0) pair_ranks[part - 1] = pair_rank(part - 1);
    }
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < parts; ++i) mask |= std::uint64_t{1} << starts[i];
    return mask;
}

std::span<const std::uint32_t> BpeEncoder::long_starts(std::string_view piece) {
    if (known_long_.empty() || piece.size() > longest_remembered) {
        starts_.clear();
        std::fill(known_long_.begin(), known_long_.end(), KnownLong{});
        merge_long(piece);
        return starts_;
    }
    KnownLong& known = known_long_[hash_long(piece) >> 54U];
    if (known.piece != piece) {
        if (starts_.size() > most_starts) {
            starts_.clear();
            std::fill(known_long_.begin(), known_long_.end(), KnownLong{});
        }
        const std::size_t first = starts_.size();
        merge_long(piece);
        known = {piece, first, starts_.size() - first};
    }
    return std::span(starts_).subspan(known.first, known.count);
}

void BpeEncoder::merge_long(std::string_view piece) {
    PartList parts(piece.size());
    // The lowest rank first, the leftmost of equals; what is no longer so is skipped when it comes up.
    using Candidate = std::uint64_t;
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates;
    const auto consider = [&](std::uint32_t part) {
        std::uint32_t& held = parts.pair_rank(part);
        held = RankTable::none;
        const std::uint32_t second = parts.next(part);
        if (second == PartList::end) return;
        const std::uint32_t behind = parts.next(second);
        const std::size_t end = behind == PartList::end ? piece.size() : behind;
        held = rank(piece.substr(part, end - part));
        if (held != RankTable::none) candidates.push(std::uint64_t{held} << 32U | part);
    };
    for (std::uint32_t i = 0; i < piece.size(); ++i) consider(i);
    while (!candidates.empty()) {
        const auto part = static_cast<std::uint32_t>(candidates.top());
        const auto merged_rank = static_cast<std::uint32_t>(candidates.top() >> 32U);
        candidates.pop();
        if (parts.pair_rank(part) != merged_rank) continue;
        parts.merge(part);
        consider(part);
        if (parts.previous(part) != PartList::end) consider(parts.previous(part));
    }
    for (std::uint32_t part = 0; part != PartList::end; part = parts.next(part)) starts_.push_back(part);
}

void BpeEncoder::encode(std::string_view piece, std::vector<std::uint32_t>& ranks) {
    const std::uint32_t whole = is_kept_short(piece) ? known_short(piece).rank : rank(piece);
    if (whole != RankTable::none) {
        ranks.push_back(whole);
        return;
    }
    std::size_t begin = 0;
    const auto end_at = [&](std::size_t end) {
        if (end > begin) ranks.push_back(rank(piece.substr(begin, end - begin)));
        begin = end;
    };
    for_each_start(piece, end_at);
    end_at(piece.size());
}

}  // namespace quarry::tokenize::bpe
