#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace quarry {

/// A set of ids, such as the chunks that a filter lets through: a bitmap in pages, so that looking one up costs a
/// few instructions and the size follows the ids that are near each other. At most 8 KiB are used for each id, and
/// one bit for each id where they are dense. Ids are not negative. Reading is safe from many threads.
class IdSet {
public:
    /// Adds an id; returns whether it was new. Throws std::invalid_argument for a negative one.
    bool insert(std::int64_t id);
    /// Whether the id is in the set; no for a negative one.
    [[nodiscard]] bool contains(std::int64_t id) const noexcept;
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    /// Every id, ascending.
    [[nodiscard]] std::vector<std::int64_t> ids() const;
    /// What the set holds in memory.
    [[nodiscard]] std::size_t bytes() const noexcept;

private:
    static constexpr std::uint64_t page_bits = 65'536;
    static constexpr std::uint64_t near_pages = 65'536;  ///< Ids below 2^32, which are looked up without a search.
    using Page = std::array<std::uint64_t, page_bits / 64>;

    [[nodiscard]] const Page* page(std::uint64_t number) const noexcept;
    [[nodiscard]] Page& make_page(std::uint64_t number);

    std::vector<Page> pages_;
    std::vector<std::uint32_t> near_;             ///< By page number: 1 + place in pages_, 0 for none.
    std::map<std::uint64_t, std::uint32_t> far_;  ///< The same for page numbers from near_pages on.
    std::size_t count_ = 0;
};

}  // namespace quarry
