#include "core/answer/units.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>

#include "core/answer/unit_words.h"
#include "core/answer/word_list.h"
#include "core/base/ascii.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

// Of the names in core/answer/unit_words.h that are written without spaces around them.
constexpr std::size_t longest_run_on_name = 24;  // bytes

constexpr std::size_t longest_name = 80;  // bytes: what is longer is none of the names

template <typename Value>
using Names = std::unordered_map<std::string_view, Value>;

template <typename Value>
void add_names(Names<Value>& names, std::string_view list, const Value& value) {
    for (const std::string_view name : split(list, ' ')) {
        if (!name.empty()) names.emplace(name, value);
    }
}

struct UnitNames {
    Names<Unit> symbols;
    Names<Unit> words;
};

const UnitNames& unit_names() {
    static const UnitNames names = [] {
        UnitNames made;
        for (const UnitWords& one : unit_words) {
            add_names(made.symbols, one.symbols, one.unit);
            add_names(made.words, one.words, one.unit);
        }
        return made;
    }();
    return names;
}

const Names<double>& scale_names() {
    static const Names<double> names = [] {
        Names<double> made;
        for (const ScaleWords& one : scale_words) add_names(made, one.words, one.factor);
        return made;
    }();
    return names;
}

const Names<int>& month_names() {
    static const Names<int> names = [] {
        Names<int> made;
        for (std::size_t i = 0; i < month_words.size(); ++i) add_names(made, month_words[i], static_cast<int>(i + 1));
        return made;
    }();
    return names;
}

/// The word that the text begins with, a hyphen within it included; empty for none.
std::string_view first_word(std::string_view text) {
    text = text.substr(0, longest_name);
    std::size_t end = 0;
    while (end < text.size() && (is_word_byte(text[end]) || (text[end] == '-' && end > 0 && end + 1 < text.size() &&
                                                             is_ascii_letter(text[end + 1])))) {
        ++end;
    }
    return text.substr(0, end);
}

/// The longest name without spaces that the text begins with.
template <typename Value>
const Value* find_run_on(const Names<Value>& names, std::string_view text, std::size_t& length) {
    for (std::size_t size = std::min(text.size(), longest_run_on_name); size > 1; --size) {
        const auto found = names.find(text.substr(0, size));
        if (found == names.end() || !runs_on(found->first[0])) continue;
        length = size;
        return &found->second;
    }
    return nullptr;
}

/// The name that the text begins with.
template <typename Value>
const Value* find_name(const Names<Value>& names, std::string_view text, std::size_t& length) {
    const std::string_view word = first_word(text);
    if (word.empty()) return nullptr;
    length = word.size();
    if (const auto found = names.find(std::string_view(ascii_lower(word))); found != names.end()) {
        return &found->second;
    }
    return runs_on(word[0]) ? find_run_on(names, text, length) : nullptr;
}

bool has_word(std::string_view list, std::string_view word) { return is_listed(list, ascii_lower(word)); }

std::size_t skip_spaces(std::string_view text, std::size_t at) {
    constexpr std::string_view no_break = "\xC2\xA0", narrow = "\xE2\x80\xAF";
    for (;;) {
        if (at < text.size() && (text[at] == ' ' || text[at] == '\n')) {
            ++at;
        } else if (text.substr(at).starts_with(no_break)) {
            at += no_break.size();
        } else if (text.substr(at).starts_with(narrow)) {
            at += narrow.size();
        } else {
            return at;
        }
    }
}

/// A symbol that ends where it may: "km/h" before "km".
UnitAt symbol_at(std::string_view text) {
    constexpr std::size_t longest = 5;
    for (std::size_t size = std::min(text.size(), longest); size > 0; --size) {
        const auto found = unit_names().symbols.find(text.substr(0, size));
        if (found == unit_names().symbols.end()) continue;
        const bool ends = size == text.size() || !is_word_byte(text[size]) || !is_word_byte(text[size - 1]) ||
                          static_cast<unsigned char>(text[size - 1]) >= 0x80;
        if (ends) return {found->second, size};
    }
    return {};
}

UnitAt simple_unit_at(std::string_view text) {
    if (const UnitAt symbol = symbol_at(text); symbol.length > 0) return symbol;
    std::size_t length = 0;
    if (const Unit* const found = find_name(unit_names().words, text, length)) return {*found, length};
    // "degrees Celsius", "per cent", "square metres", "pour cent"
    const std::string_view word = first_word(text);
    const std::size_t next = skip_spaces(text, word.size());
    const std::string_view second = first_word(text.substr(next));
    if (word.empty() || second.empty()) return {};
    if (has_word(degree_words, word)) {
        if (second == "C" || second == "F") return {unit_names().symbols.at(second == "C" ? "°C" : "°F"), next + 1};
        const Unit* const found = find_name(unit_names().words, text.substr(next), length);
        const bool is_degree =
            found != nullptr && (found->dimension == Dimension::celsius || found->dimension == Dimension::fahrenheit);
        if (is_degree) return {*found, next + length};
    }
    const std::string both = ascii_lower(word) + ' ' + ascii_lower(second);
    if (both == "per cent" || both == "pour cent" || both == "por ciento") {
        return {unit_names().symbols.at("%"), next + second.size()};
    }
    return {};
}

}  // namespace

bool Unit::comparable(const Unit& other) const noexcept {
    // "5 pounds" are of money or of weight.
    if (name.starts_with("pounds") && other.name.starts_with("pounds")) return true;
    return dimension == other.dimension && (factor > 0 || name == other.name);
}

UnitAt unit_at(std::string_view text) {
    UnitAt unit = simple_unit_at(text);
    if (unit.length == 0 || unit.unit.dimension != Dimension::length) return unit;
    // A length for a time is a speed: "kilometres per hour", "m / s".
    std::size_t next = skip_spaces(text, unit.length);
    if (next >= text.size()) return unit;
    if (text[next] == '/') {
        ++next;
    } else if (const std::string_view per = first_word(text.substr(next)); has_word(per_words, per)) {
        next += per.size();
    } else {
        return unit;
    }
    next = skip_spaces(text, next);
    const UnitAt time = simple_unit_at(text.substr(next));
    if (time.length == 0 || time.unit.dimension != Dimension::time) return unit;
    for (const UnitWords& one : unit_words) {
        const double factor = unit.unit.factor / time.unit.factor;
        if (one.unit.dimension == Dimension::speed && std::abs(one.unit.factor - factor) < 1e-9) {
            return {one.unit, next + time.length};
        }
    }
    return unit;
}

RateWord rate_word(std::string_view word) {
    if (has_word(per_words, word)) return RateWord::always;
    return has_word(each_words, word) ? RateWord::behind_amount : RateWord::none;
}

UnitAt currency_before(std::string_view text) {
    while (text.ends_with(' ')) text.remove_suffix(1);
    constexpr std::size_t longest = 4;
    for (std::size_t size = std::min(text.size(), longest); size > 0; --size) {
        const auto found = unit_names().symbols.find(text.substr(text.size() - size));
        if (found == unit_names().symbols.end() || found->second.dimension != Dimension::currency) continue;
        const bool begins = size == text.size() || !is_word_byte(text[text.size() - size - 1]) ||
                            !is_ascii_letter(text[text.size() - size]);
        if (begins) return {found->second, size};
    }
    return {};
}

ScaleAt scale_at(std::string_view text) {
    std::size_t length = 0;
    const double* const found = find_name(scale_names(), text, length);
    return found == nullptr ? ScaleAt{} : ScaleAt{*found, length};
}

ScaleAt scale_suffix_at(std::string_view text, bool behind_currency) {
    for (const ScaleSuffix& one : scale_suffixes) {
        const bool ends = text.size() <= one.suffix.size() || !is_word_byte(text[one.suffix.size()]);
        if (text.starts_with(one.suffix) && ends && (behind_currency || !one.of_currency)) {
            return {one.factor, one.suffix.size()};
        }
    }
    return {};
}

MonthAt month_at(std::string_view text) {
    std::size_t length = 0;
    const int* const found = find_name(month_names(), text, length);
    return found == nullptr ? MonthAt{} : MonthAt{*found, length};
}

}  // namespace quarry::answer
