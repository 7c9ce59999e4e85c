#include "core/extract/office/number_label.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

/// a … z, then aa … zz, as word processors count.
std::string letters_of(int number) {
    const auto repeated = static_cast<std::size_t>((number - 1) / 26 + 1);
    return std::string(repeated, static_cast<char>('a' + (number - 1) % 26));
}

std::string roman_of(int number) {
    constexpr std::array<std::pair<int, const char*>, 13> digits = {{{1000, "m"},
                                                                     {900, "cm"},
                                                                     {500, "d"},
                                                                     {400, "cd"},
                                                                     {100, "c"},
                                                                     {90, "xc"},
                                                                     {50, "l"},
                                                                     {40, "xl"},
                                                                     {10, "x"},
                                                                     {9, "ix"},
                                                                     {5, "v"},
                                                                     {4, "iv"},
                                                                     {1, "i"}}};
    std::string roman;
    for (const auto& [value, digit] : digits) {
        for (; number >= value; number -= value) roman += digit;
    }
    return roman;
}

std::string upper_of(std::string text) {
    for (char& c : text) c = static_cast<char>(c - 'a' + 'A');
    return text;
}

}  // namespace

std::string number_label(int number, std::string_view format) {
    constexpr int largest_written_out = 3999;
    if (number < 1 || number > largest_written_out) return std::to_string(number);
    if (format == "lowerLetter") return letters_of(number);
    if (format == "upperLetter") return upper_of(letters_of(number));
    if (format == "lowerRoman") return roman_of(number);
    if (format == "upperRoman") return upper_of(roman_of(number));
    if (format == "decimalZero") return fmt::format("{:02}", number);
    return std::to_string(number);
}

}  // namespace quarry::extract
