#include "core/answer/asked_numbers.h"

#include <algorithm>
#include <utility>

#include "core/analyze/function_words.h"
#include "core/answer/units.h"
#include "core/answer/word_list.h"
#include "core/base/ascii.h"
#include "core/base/characters.h"

namespace quarry::answer {
namespace {

/// A number as it stands in a text.
struct NumberAt {
    std::string_view text;    ///< Digits, and dots between them.
    std::string_view word;    ///< In front of it.
    std::string_view behind;  ///< The word behind it and a blank.

    [[nodiscard]] bool is_version() const { return text.find('.') != std::string_view::npos; }
};

/// The word that ends before `end`, with a blank or a mark such as "-" or "#" behind it.
std::string_view word_in_front(std::string_view text, std::size_t end) {
    return last_word(text.substr(0, text.substr(0, end).find_last_not_of(" -#`*(\"") + 1));  // npos + 1 is 0
}

/// The word that begins at `start`, behind blanks of which there are some.
std::string_view word_behind(std::string_view text, std::size_t start) {
    const std::size_t begin = std::min(text.find_first_not_of(' ', start), text.size());
    std::size_t end = begin;
    while (end < text.size() && is_word_byte(text[end])) ++end;
    return begin == start ? std::string_view() : text.substr(begin, end - begin);
}

/// Versions that are the same: "4.9.0" is "4.9".
std::string_view without_zeros(std::string_view number) {
    while (number.ends_with(".0")) number.remove_suffix(2);
    return number;
}

bool is_year(std::string_view number) {
    return number.size() == 4 && (number.starts_with("19") || number.starts_with("20")) &&
           number.find('.') == std::string_view::npos;
}

/// "4.3.2024": the last of three numbers is a year.
bool is_date(std::string_view number) {
    const std::size_t last = number.rfind('.');
    return last != std::string_view::npos && number.size() - last == 5 && number.find('.') != last;
}

/// Whether an amount ends there: "2.5 GB", "80 %", "3 days".
bool is_amount(std::string_view behind) {
    behind.remove_prefix(std::min(behind.find_first_not_of(' '), behind.size()));
    return behind.starts_with('%') || unit_at(behind).length > 0;
}

/// Calls `take` with each number of a text that is no amount, no date and has no comma; stops where that is true.
template <typename Take>
bool any_number(std::string_view text, Take take) {
    for (std::size_t at = text.find_first_of("0123456789"); at != std::string_view::npos;
         at = text.find_first_of("0123456789", at)) {
        const std::size_t start = at;
        at = std::min(text.find_first_not_of("0123456789.", at), text.size());
        std::size_t end = at;
        while (text[end - 1] == '.') --end;
        const bool has_v = start > 0 && text[start - 1] == 'v' && (start < 2 || !is_word_byte(text[start - 2]));
        const std::size_t begin = has_v ? start - 1 : start;
        const auto is_joint = [&](std::size_t place) {
            return std::string_view(",:/").find(text[place]) != std::string_view::npos;
        };
        const bool is_part = (begin > 0 && (is_word_byte(text[begin - 1]) || text[begin - 1] == '.' ||
                                            (begin > 1 && is_joint(begin - 1) && is_ascii_digit(text[begin - 2])))) ||
                             (end == at && end < text.size() && is_word_byte(text[end])) ||
                             (end + 1 < text.size() && is_joint(end) && is_ascii_digit(text[end + 1]));
        const NumberAt number{text.substr(start, end - start), word_in_front(text, begin), word_behind(text, end)};
        if (!is_part && !is_date(number.text) && !is_amount(text.substr(end)) && take(number)) return true;
    }
    return false;
}

}  // namespace

AskedNumbers::AskedNumbers(std::string_view question, std::string_view language) : language_(language) {
    any_number(question, [&](const NumberAt& found) {
        constexpr std::size_t shortest_word = 3;
        std::string word = lower_case(found.word);
        if (word.size() < shortest_word || analyze::is_function_word(word, language)) word.clear();
        const std::string number(without_zeros(found.text));
        if (!word.empty() || found.is_version()) {
            numbers_.push_back({number, std::move(word), found.is_version()});
        } else if (is_year(number)) {
            years_.push_back(number);
        }
        return false;
    });
}

bool AskedNumbers::has_version() const noexcept { return std::ranges::any_of(numbers_, &Number::is_version); }

bool AskedNumbers::are_in(std::string_view text) const {
    const auto counts = [&](const NumberAt& found) {  // "8 schools"
        return !found.behind.empty() && !is_ascii_digit(found.behind.front()) &&
               !analyze::is_function_word(lower_case(found.behind), language_);
    };
    return std::ranges::all_of(numbers_, [&](const Number& asked) {
        return any_number(text, [&](const NumberAt& found) {
            return without_zeros(found.text) == asked.text &&
                   (asked.is_version || lower_case(found.word) == asked.word || !counts(found));
        });
    });
}

bool AskedNumbers::has_other_behind_word(std::string_view text) const {
    return any_number(text, [&](const NumberAt& found) {
        return !found.word.empty() &&
               std::ranges::find(numbers_, lower_case(found.word), &Number::word) != numbers_.end() && !has(found.text);
    });
}

bool AskedNumbers::has_other_version(std::string_view text) const {
    return has_version() &&
           any_number(text, [&](const NumberAt& found) { return found.is_version() && !has(found.text); });
}

bool AskedNumbers::is_of_other_year(std::string_view text) const {
    bool has_other = false;
    const auto is_asked = [&](const NumberAt& found) {
        has_other = has_other || is_year(found.text);
        return std::ranges::find(years_, found.text) != years_.end();
    };
    return !years_.empty() && !any_number(text, is_asked) && has_other;
}

bool AskedNumbers::has(std::string_view number) const {
    return std::ranges::find(numbers_, without_zeros(number), &Number::text) != numbers_.end();
}

}  // namespace quarry::answer
