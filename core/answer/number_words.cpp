#include "core/answer/number_words.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/analyze/function_words.h"
#include "core/answer/number_names.h"
#include "core/answer/role_words.h"
#include "core/answer/unit_words.h"
#include "core/answer/units.h"
#include "core/answer/word_list.h"
#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

using Values = std::unordered_map<std::string_view, double>;

constexpr std::size_t longest_number = 64;  // bytes, of a number that is written as one word

Values read_values(std::string_view list) {
    Values values;
    for (const std::string_view entry : split(list, ' ')) {
        const std::size_t sign = entry.find('=');
        double value = 0;
        std::from_chars(entry.data() + sign + 1, entry.data() + entry.size(), value);
        values.emplace(entry.substr(0, sign), value);
    }
    return values;
}

/// What stands between a part of a number and the part before it.
enum class Joint { none, blank, hyphen, link };

/// Puts a number together from its parts.
class Sum {
public:
    explicit Sum(const NumberNames& names) : names_(&names) {}

    /// Whether the part goes on with the number; only then it is added.
    bool add(double part, Joint joint) {
        const bool linked = joint == Joint::link;
        if (linked && part >= 100) return false;  // "twenty and a hundred" are two
        if (part >= 1000) return multiply(part);
        if (linked && names_->by_twenties && part != 1 && part != 11) return false;
        if (part == 1 && joint == Joint::blank && names_->links_in_tens && rest(100) > 0) return false;  // an article
        if (linked && !names_->links_in_tens && (current_ < 100 || rest(100) > 0) && (total_ <= 0 || current_ > 0))
            return false;
        const double tens = rest(100);
        if (part == 100 && current_ >= 1 && current_ < 100) {
            current_ *= 100;
        } else if (names_->by_twenties && tens == 4 && part == 20) {
            current_ += 80 - 4;
        } else if (names_->by_twenties && tens == 10 && part >= 7 && part < 10) {
            current_ += part;  // "dix-sept"
        } else if (names_->by_twenties && (tens == 60 || tens == 80) && part >= 10 && part < 20) {
            current_ += part;
        } else if (names_->ones_first && linked && tens >= 1 && tens < 10 && part >= 20 && part < 100) {
            current_ += part;
        } else if (part < 10 ? rest(10) == 0 && tens != 10 : tens == 0 && (part < 100 || current_ == 0)) {
            current_ += part;
        } else {
            return false;
        }
        return true;
    }
    [[nodiscard]] bool has_begun() const { return current_ > 0; }
    [[nodiscard]] double value() const { return total_ + current_; }

private:
    [[nodiscard]] double rest(int of) const { return static_cast<double>(static_cast<long>(current_) % of); }
    bool multiply(double scale) {
        if (least_scale_ > 0 && scale >= least_scale_) return false;
        total_ += (current_ > 0 ? current_ : 1) * scale;
        current_ = 0;
        least_scale_ = scale;
        return true;
    }
    const NumberNames* names_;
    double total_ = 0, current_ = 0, least_scale_ = 0;
};

/// The parts that a word is put together from ("fünf und zwanzig"), as their names; empty where something is left.
std::vector<std::string_view> parts_of(std::string_view word, const NumberNames& names, const Values& values) {
    std::vector<std::string_view> parts;
    while (!word.empty()) {
        std::size_t size = word.size();
        while (size > 0 && !values.contains(word.substr(0, size)) && word.substr(0, size) != names.links) --size;
        if (size == 0) return {};
        parts.push_back(word.substr(0, size));
        word.remove_prefix(size);
    }
    return parts;
}

std::string_view letters_at(std::string_view text) {
    const auto is_letter = [](char c) { return is_word_byte(c) && !runs_on(c) && !is_ascii_digit(c); };
    std::size_t end = 0;
    while (end < text.size() && end <= longest_number && is_letter(text[end])) ++end;
    return text.substr(0, end <= longest_number ? end : 0);
}

/// Adds all of a word, or nothing of it.
bool add_word(std::string_view lower, const NumberNames& names, const Values& values, Joint joint, Sum& sum) {
    const auto found = values.find(lower);
    if (found != values.end()) return sum.add(found->second, joint);
    if (!names.runs_on) return false;
    const std::vector<std::string_view> parts = parts_of(lower, names, values);
    if (parts.size() < 2) return false;
    Sum tried = sum;
    for (const std::string_view part : parts) {
        const bool is_link = part == names.links;
        if (!is_link && !tried.add(values.at(part), joint)) return false;
        joint = is_link ? Joint::link : Joint::none;
    }
    if (joint == Joint::link) return false;
    sum = tried;
    return true;
}

// "Fünfundzwanzigste". Smaller ones than these are words, as "second" is: "zum zweiten Mal".
constexpr double least_ordinal = 13;

double ordinal_of(std::string_view lower, const NumberNames& names, const Values& values, double least) {
    for (const std::string_view ending : split(names.endings, ' ')) {
        Sum sum(names);
        if (ending.empty() || !lower.ends_with(ending)) continue;
        const std::string_view number = lower.substr(0, lower.size() - ending.size());
        if (add_word(number, names, values, Joint::none, sum) && sum.value() >= least) return sum.value();
    }
    return 0;
}

/// The parts of a language's numbers, by name.
struct Parts {
    Values names, articles, ordinals, wholes;
};

double value_of(const Values& values, std::string_view lower) {
    const auto found = values.find(lower);
    return found == values.end() ? 0 : found->second;
}

const std::vector<Parts>& parts_of_languages() {
    static const std::vector<Parts> parts = [] {
        std::vector<Parts> all;
        for (const NumberNames& names : number_names) {
            all.push_back({read_values(names.names), read_values(names.articles), read_values(names.ordinals),
                           read_values(names.wholes)});
        }
        return all;
    }();
    return parts;
}

bool is_read_in(const NumberNames& names, std::string_view language) {
    return names.language == language || names.language == "en";
}

NumberWordsAt read_words(std::string_view text, const NumberNames& names, const Parts& parts) {
    Sum sum(names);
    NumberWordsAt read, before_part, before_link;  // to give back what proves to be of another number
    Joint joint = Joint::none;
    bool behind_scale = false;
    double last = 0;  // part
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view word = letters_at(text.substr(at));
        if (word.empty()) break;
        const std::string lower = ascii_lower(word);
        const ScaleAt scale = scale_at(word);
        const bool is_scale = scale.length == word.size() && sum.has_begun();
        const double part = at == 0 ? value_of(parts.articles, lower) : value_of(parts.names, lower);
        const double ordinal =
            sum.has_begun() && (joint != Joint::blank || names.links.empty()) ? value_of(parts.ordinals, lower) : 0;
        const double before = sum.value();
        if (ordinal > 0 && sum.add(ordinal, joint))
            return {sum.value(), at + word.size(), is_listed(ordinal_units, lower) ? before : 0};
        if (at == 0) {
            const double whole =
                std::max(value_of(parts.wholes, lower), ordinal_of(lower, names, parts.names, least_ordinal));
            if (whole > 0) return {whole, word.size(), 0};
        }
        if (names.runs_on && joint == Joint::blank && !is_scale && !behind_scale) break;
        const bool of_next = before_link.length > 0 && part == 100;  // "two hundred and three hundred"
        if (!of_next &&
            ((at == 0 && part > 0 && sum.add(part, joint)) || add_word(lower, names, parts.names, joint, sum) ||
             (is_scale && sum.add(scale.factor, joint)))) {
            before_part = joint == Joint::blank ? read : NumberWordsAt{};
            if (joint == Joint::link) before_link = read;
            if (is_scale) before_link = {};
            read = {sum.value(), at + word.size(), 0};
            behind_scale = is_scale;
            last = part;
            joint = Joint::none;
        } else if (at > 0 && joint != Joint::link && !names.runs_on && lower == names.links) {
            joint = Joint::link;
        } else {
            if (before_link.length > 0 && (part == 100 || is_scale)) return before_link;
            break;
        }
        at += word.size();
        if (at >= text.size() || (text[at] != ' ' && text[at] != '-')) break;
        if (joint != Joint::link) joint = text[at] == '-' ? Joint::hyphen : Joint::blank;
        ++at;
    }
    // "Twenty one-way streets"
    const bool goes_on = text.substr(read.length).starts_with('-') && !letters_at(text.substr(read.length + 1)).empty();
    if (goes_on && before_part.length > 0 && last < 100) read = before_part;
    return read.value > 1 ? read : NumberWordsAt{};
}

NumberWordsAt read_numerals(std::string_view text) {
    static const Values digits = read_values(numerals), multiples = read_values(numeral_multiples);
    constexpr std::size_t bytes = 3;  // of each numeral
    constexpr double myriad = 1e4;
    double total = 0, section = 0, digit = 0, multiple = 0, last = 0;
    std::size_t at = 0;
    for (; at + bytes <= text.size(); at += bytes) {
        const std::string_view numeral = text.substr(at, bytes);
        if (const auto found = digits.find(numeral); found != digits.end()) {
            if (digit > 0) return {};  // "三四": one of the two
            digit = found->second;
            continue;
        }
        const auto found = multiples.find(numeral);
        if (found == multiples.end()) break;
        multiple = found->second;
        if (at == 0 && multiple > 10) return {};
        if (multiple < myriad) {
            if (last > 0 && last < myriad && multiple >= last) return {};
            section += (digit > 0 ? digit : 1) * multiple;
        } else {
            total += (section + digit) * multiple;
            section = 0;
        }
        last = multiple;
        digit = 0;
    }
    if (at <= bytes || multiple == 0) return {};
    return {total + section + digit, at, 0};
}

}  // namespace

NumberWordsAt number_words_at(std::string_view text, std::string_view language) {
    const std::vector<Parts>& parts = parts_of_languages();
    if (!text.empty() && static_cast<unsigned char>(text[0]) >= 0xE2) return read_numerals(text);
    NumberWordsAt longest;
    for (std::size_t i = 0; i < number_names.size(); ++i) {
        if (!is_read_in(number_names[i], language)) continue;
        const NumberWordsAt read = read_words(text, number_names[i], parts[i]);
        if (read.length > longest.length) longest = read;
    }
    return longest;
}

double ordinal_word(std::string_view word, std::string_view language) {
    if (word.size() > longest_number) return 0;
    const std::string lower = ascii_lower(word);
    const std::vector<Parts>& parts = parts_of_languages();
    double value = 0;
    for (std::size_t i = 0; i < number_names.size() && value == 0; ++i) {
        if (!is_read_in(number_names[i], language)) continue;
        value = std::max(value_of(parts[i].ordinals, lower), ordinal_of(lower, number_names[i], parts[i].names, 1));
    }
    return value;
}

bool may_be_other_word(std::string_view text, std::size_t start, std::size_t length, std::string_view language) {
    const std::string_view word = text.substr(start, length);
    std::string_view before = text.substr(0, text.substr(0, start).find_last_not_of(' ') + 1);
    const std::string previous = lower_case(last_word(before));
    while (!before.empty() && is_utf8_continuation(before.back())) before.remove_suffix(1);
    const bool begins =
        before.empty() || runs_on(before.back()) || (!is_word_byte(before.back()) && before.back() != ',');
    if (is_ascii_upper(word[0]) && !begins && is_listed(languages_of_capital_nouns, language)) return true;
    const std::string lower = ascii_lower(word);
    const auto has_word = [&](const NumberNames& names) {
        return names.language == language && is_listed(names.others, lower);
    };
    if (std::ranges::none_of(number_names, has_word)) return false;
    const std::size_t behind = start + length;
    const bool is_followed = behind < text.size() && text[behind] == ' ';
    const std::string next = lower_case(letters_at(text.substr(is_followed ? behind + 1 : text.size())));
    const auto is_function_word = [&](std::string_view one) { return analyze::is_function_word(one, language); };
    if (is_listed(determiners, next)) return true;
    const bool counts = !next.empty() && !is_function_word(next);
    return !counts && (is_listed(infinitive_words, previous) || (!previous.empty() && !is_function_word(previous)));
}

}  // namespace quarry::answer
