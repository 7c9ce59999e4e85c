#include "core/redact/numbers.h"

#include <algorithm>
#include <array>
#include <utility>

namespace quarry::redact {
namespace {

int digit_at(std::string_view digits, std::size_t i) { return digits[i] - '0'; }

/// The first `count` digits as a number.
int leading(std::string_view digits, std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count && i < digits.size(); ++i) value = value * 10 + digit_at(digits, i);
    return value;
}

bool within(int value, int low, int high) { return value >= low && value <= high; }

/// Whether a network gives out numbers that begin so and are that long.
bool has_card_prefix(std::string_view digits) {
    const std::size_t size = digits.size();
    const int two = leading(digits, 2);
    const int three = leading(digits, 3);
    const int four = leading(digits, 4);
    if (digits[0] == '4') return size == 13 || size == 16 || size == 19;                                  // Visa
    if (within(two, 51, 55) || within(four, 2221, 2720)) return size == 16;                               // Mastercard
    if (two == 34 || two == 37) return size == 15;                                                        // Amex
    if (four == 6011 || two == 65 || within(three, 644, 649)) return size == 16 || size == 19;            // Discover
    if (within(three, 300, 305) || two == 36 || two == 38 || two == 39) return size == 14 || size == 16;  // Diners
    if (within(four, 3528, 3589)) return size == 16 || size == 19;                                        // JCB
    if (two == 62) return size >= 16;                                                                     // UnionPay
    constexpr auto maestro = std::to_array({5018, 5020, 5038, 6304, 6759, 6761, 6762, 6763});
    return std::ranges::find(maestro, four) != maestro.end() && size >= 13;
}

// ISO 13616 registry, release 97. Sorted by country.
constexpr auto iban_lengths = std::to_array<std::pair<std::string_view, std::size_t>>(
    {{"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22}, {"BH", 22},
     {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DJ", 27},
     {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FK", 18}, {"FO", 18}, {"FR", 27},
     {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22},
     {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32},
     {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19},
     {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
     {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24}, {"SC", 31},
     {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28}, {"TL", 23},
     {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30}});

/// Country codes of one and two digits; of three those whose first two digits are no code.
bool has_country_code(std::string_view digits) {
    constexpr auto two_digits =
        std::to_array({20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54,
                       55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98});
    constexpr auto before_third =
        std::to_array({21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 80, 85, 87, 88, 96, 97, 99});
    if (digits[0] == '7') return digits.size() == 11;
    const int two = leading(digits, 2);
    return std::ranges::find(two_digits, two) != two_digits.end() ||
           std::ranges::find(before_third, two) != before_third.end();
}

}  // namespace

bool passes_luhn(std::string_view digits) noexcept {
    int sum = 0;
    bool twice = false;
    for (std::size_t i = digits.size(); i-- > 0; twice = !twice) {
        const int digit = digit_at(digits, i);
        sum += twice ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
    }
    return !digits.empty() && sum % 10 == 0;
}

bool is_card_number(std::string_view digits) noexcept {
    return digits.size() >= 13 && digits.size() <= 19 && has_card_prefix(digits) && passes_luhn(digits);
}

std::size_t iban_length(std::string_view country) noexcept {
    const auto* const found =
        std::ranges::find(iban_lengths, country, &std::pair<std::string_view, std::size_t>::first);
    return found == iban_lengths.end() ? 0 : found->second;
}

bool is_iban(std::string_view iban) noexcept {
    if (iban.size() < 15 || iban.size() != iban_length(iban.substr(0, 2))) return false;
    int remainder = 0;
    for (std::size_t i = 0; i < iban.size(); ++i) {
        const char c = iban[(i + 4) % iban.size()];
        if (c >= '0' && c <= '9') {
            remainder = (remainder * 10 + (c - '0')) % 97;
        } else if (c >= 'A' && c <= 'Z') {
            remainder = (remainder * 100 + (c - 'A' + 10)) % 97;
        } else {
            return false;
        }
    }
    return remainder == 1;
}

bool is_us_ssn(std::string_view digits) noexcept {
    if (digits.size() != 9) return false;
    const int area = leading(digits, 3);
    const bool advertised = digits == "078051120" || digits == "219099999";  // never valid again
    return area != 0 && area != 666 && area < 900 && digits.substr(3, 2) != "00" && digits.substr(5) != "0000" &&
           !advertised;
}

bool is_ahv_number(std::string_view digits) noexcept {
    if (digits.size() != 13 || !digits.starts_with("756")) return false;
    int sum = 0;
    for (std::size_t i = 0; i < 12; ++i) sum += digit_at(digits, i) * (i % 2 == 0 ? 1 : 3);
    return (10 - sum % 10) % 10 == digit_at(digits, 12);
}

bool is_german_tax_id(std::string_view digits) noexcept {
    if (digits.size() != 11 || digits[0] == '0') return false;
    std::array<int, 10> counts{};
    int product = 10;
    for (std::size_t i = 0; i < 10; ++i) {
        ++counts[static_cast<std::size_t>(digit_at(digits, i))];
        const int sum = (digit_at(digits, i) + product) % 10;
        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    const auto repeated = std::ranges::count_if(counts, [](int count) { return count > 1; });
    if (repeated != 1 || *std::ranges::max_element(counts) > 3) return false;
    return (11 - product) % 10 == digit_at(digits, 10);
}

bool is_north_american_phone(std::string_view digits) noexcept {
    if (digits.size() != 10) return false;
    return digits[0] >= '2' && digits[3] >= '2' && digits.substr(1, 2) != "11" && digits.substr(4, 2) != "11";
}

bool is_international_phone(std::string_view digits) noexcept {
    if (digits.size() < 8 || digits.size() > 15) return false;
    if (digits[0] == '1') return digits.size() == 11 && is_north_american_phone(digits.substr(1));
    return has_country_code(digits);
}

}  // namespace quarry::redact
