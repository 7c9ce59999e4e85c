#include "core/tokenize/counted_cut.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::tokenize {
namespace {

/// The largest length <= `size` that `fits` accepts and `at_boundary` does, by doubling and then halving the steps.
template <typename FitsLength, typename Down>
std::size_t longest_fitting(std::size_t size, std::size_t guess, FitsLength fits, Down down_to_boundary) {
    std::size_t good = 0;
    std::size_t bad = size + 1;
    for (std::size_t length = std::max<std::size_t>(guess, 8); bad > size; length *= 2) {
        const std::size_t tried = length >= size ? size : down_to_boundary(length);
        if (!fits(tried)) {
            bad = tried;
        } else {
            good = tried;
            if (tried == size) return size;
        }
    }
    while (true) {
        // The boundary below the middle may be the good end itself: then the one above, until none is left between.
        std::size_t middle = down_to_boundary(good + (bad - good) / 2);
        for (std::size_t next = good + 1; middle <= good && next < bad; ++next) middle = down_to_boundary(next);
        if (middle <= good || middle >= bad) return good;
        (fits(middle) ? good : bad) = middle;
    }
}

}  // namespace

std::size_t longest_fitting_prefix(std::string_view text, std::size_t guess, const Fits& fits) {
    return longest_fitting(
        text.size(), guess, [&](std::size_t length) { return fits(text.substr(0, length)); },
        [&](std::size_t length) { return floor_to_code_point(text, length); });
}

std::size_t longest_fitting_suffix(std::string_view text, std::size_t guess, const Fits& fits) {
    return longest_fitting(
        text.size(), guess, [&](std::size_t length) { return fits(text.substr(text.size() - length)); },
        [&](std::size_t length) {
            // A suffix grows shorter as its start moves up to a boundary.
            std::size_t start = text.size() - length;
            const std::size_t floor = floor_to_code_point(text, start);
            if (floor == start) return length;
            while (start < text.size() && floor_to_code_point(text, start) != start) ++start;
            return text.size() - start;
        });
}

std::size_t truncate_by_counting(const Tokenizer& tokenizer, std::string_view text, std::size_t limit) {
    const std::size_t guess = 4 * std::min(limit, text.size());
    return longest_fitting_prefix(text, guess,
                                  [&](std::string_view prefix) { return tokenizer.count(prefix) <= limit; });
}

}  // namespace quarry::tokenize
