// A bitmap in pages.

#include "core/base/id_set.h"

#include <bit>
#include <stdexcept>

namespace quarry {

const IdSet::Page* IdSet::page(std::uint64_t number) const noexcept {
    std::uint32_t place = 0;
    if (number < near_pages) {
        if (number < near_.size()) place = near_[static_cast<std::size_t>(number)];
    } else if (const auto found = far_.find(number); found != far_.end()) {
        place = found->second;
    }
    return place == 0 ? nullptr : &pages_[place - 1];
}

IdSet::Page& IdSet::make_page(std::uint64_t number) {
    if (number < near_pages && number >= near_.size()) near_.resize(static_cast<std::size_t>(number) + 1);
    std::uint32_t& place = number < near_pages ? near_[static_cast<std::size_t>(number)] : far_[number];
    if (place == 0) {
        pages_.emplace_back();
        place = static_cast<std::uint32_t>(pages_.size());
    }
    return pages_[place - 1];
}

bool IdSet::insert(std::int64_t id) {
    if (id < 0) throw std::invalid_argument("a negative id");
    const auto bit = static_cast<std::uint64_t>(id);
    std::uint64_t& word = make_page(bit / page_bits)[static_cast<std::size_t>(bit % page_bits / 64)];
    const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
    if ((word & mask) != 0) return false;
    word |= mask;
    ++count_;
    return true;
}

bool IdSet::contains(std::int64_t id) const noexcept {
    if (id < 0) return false;
    const auto bit = static_cast<std::uint64_t>(id);
    const Page* words = page(bit / page_bits);
    return words != nullptr && ((*words)[static_cast<std::size_t>(bit % page_bits / 64)] >> (bit % 64) & 1) != 0;
}

std::vector<std::int64_t> IdSet::ids() const {
    std::vector<std::int64_t> all;
    all.reserve(count_);
    const auto take = [&](std::uint64_t number, std::uint32_t place) {
        if (place == 0) return;
        const Page& words = pages_[place - 1];
        for (std::size_t i = 0; i < words.size(); ++i) {
            for (std::uint64_t rest = words[i]; rest != 0; rest &= rest - 1) {
                all.push_back(static_cast<std::int64_t>(number * page_bits + i * 64 +
                                                        static_cast<std::uint64_t>(std::countr_zero(rest))));
            }
        }
    };
    for (std::size_t number = 0; number < near_.size(); ++number) take(number, near_[number]);
    for (const auto& [number, place] : far_) take(number, place);
    return all;
}

std::size_t IdSet::bytes() const noexcept {
    return pages_.size() * sizeof(Page) + near_.size() * sizeof(std::uint32_t) + far_.size() * 48;
}

}  // namespace quarry
