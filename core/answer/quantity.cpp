#include "core/answer/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/answer/word_list.h"
#include "core/base/ascii.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

// From two on; "one" is counted for its own.
constexpr auto number_words = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"two", "2"},        {"three", "3"},     {"four", "4"},      {"five", "5"},      {"six", "6"},
     {"seven", "7"},      {"eight", "8"},     {"nine", "9"},      {"ten", "10"},      {"eleven", "11"},
     {"twelve", "12"},    {"thirteen", "13"}, {"fourteen", "14"}, {"fifteen", "15"},  {"sixteen", "16"},
     {"seventeen", "17"}, {"eighteen", "18"}, {"nineteen", "19"}, {"twenty", "20"},   {"thirty", "30"},
     {"forty", "40"},     {"fifty", "50"},    {"sixty", "60"},    {"hundred", "100"}, {"zwei", "2"},
     {"drei", "3"},       {"vier", "4"},      {"fünf", "5"},      {"sechs", "6"},     {"sieben", "7"},
     {"acht", "8"},       {"neun", "9"},      {"zehn", "10"},     {"elf", "11"},      {"zwölf", "12"},
     {"zwanzig", "20"},   {"dreißig", "30"},  {"vierzig", "40"},  {"fünfzig", "50"},  {"hundert", "100"},
     {"deux", "2"},       {"trois", "3"},     {"quatre", "4"},    {"cinq", "5"},      {"huit", "8"},
     {"neuf", "9"},       {"dix", "10"},      {"onze", "11"},     {"douze", "12"},    {"vingt", "20"},
     {"tres", "3"},       {"cuatro", "4"},    {"cinco", "5"},     {"seis", "6"},      {"siete", "7"},
     {"ocho", "8"},       {"nueve", "9"},     {"diez", "10"},     {"doce", "12"},     {"veinte", "20"},
     {"два", "2"},        {"две", "2"},       {"три", "3"},       {"четыре", "4"},    {"пять", "5"},
     {"шесть", "6"},      {"семь", "7"},      {"восемь", "8"},    {"девять", "9"},    {"десять", "10"}});

constexpr auto one_words = std::to_array<std::string_view>(
    {"one", "a", "an", "ein", "eine", "einen", "einem", "einer", "un", "une", "una", "один", "одна", "одну", "одного"});

// Before a month that stands alone: "may" and "march" are words too.
constexpr auto before_months = std::to_array<std::string_view>(
    {"in", "since", "until",  "till",  "by",    "from", "to", "of", "im",    "seit", "bis", "ab",
     "en", "de",    "depuis", "desde", "hasta", "в",    "с",  "до", "early", "late", "mid"});

/// Bytes [start, end) of the text that read as one number, with what separates its thousands.
std::size_t number_end(std::string_view text, std::size_t start) {
    std::size_t end = start;
    while (end < text.size()) {
        if (is_ascii_digit(text[end])) {
            ++end;
        } else if ((text[end] == '.' || text[end] == ',' || text[end] == ':') && end + 1 < text.size() &&
                   is_ascii_digit(text[end + 1])) {
            ++end;
        } else if (text[end] == ' ' && end + 4 <= text.size() && end - start <= 3 && is_ascii_digit(text[end + 1]) &&
                   is_ascii_digit(text[end + 2]) && is_ascii_digit(text[end + 3]) &&
                   (end + 4 == text.size() || !is_word_byte(text[end + 4]))) {
            ++end;  // "384 400"
        } else {
            break;
        }
    }
    return end;
}

double plain_value(std::string_view normal) {
    double value = 0;
    const auto [end, error] = std::from_chars(normal.data(), normal.data() + normal.size(), value);
    return error == std::errc() && end == normal.data() + normal.size() ? value : 0;
}

/// "384.400" as a thousand's group; the value where there is no such reading.
double grouped_value(std::string_view shown, double value) {
    const std::size_t dot = shown.find('.');
    if (dot == std::string_view::npos || dot == 0 || dot > 3 || shown.size() - dot != 4 || shown[0] == '0')
        return value;
    std::string digits(shown);
    digits.erase(dot, 1);
    return digits.find_first_not_of("0123456789") == std::string::npos ? plain_value(digits) : value;
}

std::size_t skip_blank(std::string_view text, std::size_t at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n')) ++at;
    return at;
}

std::string_view word_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_word_byte(text[end])) ++end;
    return text.substr(at, end - at);
}

/// The word that ends before `at`, over blanks and a full stop ("1. Mai").
std::string_view word_before(std::string_view text, std::size_t at) {
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '.' || text[at - 1] == ',')) --at;
    std::size_t start = at;
    while (start > 0 && is_word_byte(text[start - 1])) --start;
    return text.substr(start, at - start);
}

/// Gives a number that ends at `end` its multiple and its unit.
void take_unit(std::string_view text, Quantity& quantity) {
    const auto next = [&] {
        std::size_t at = skip_blank(text, quantity.end);
        if (at < text.size() && text[at] == '-' && at == quantity.end) ++at;  // "a 5-minute walk"
        return at;
    };
    double factor = 1;
    if (const ScaleAt scale = scale_at(text.substr(next())); scale.length > 0) {
        factor = scale.factor;
        quantity.end = next() + scale.length;
        for (const std::string_view of : {" of ", " de ", " d'"}) {  // "3 millions de francs"
            const std::string_view behind = text.substr(quantity.end);
            if (behind.starts_with(of) && unit_at(behind.substr(of.size())).length > 0) quantity.end += of.size() - 1;
        }
    }
    if (const UnitAt unit = unit_at(text.substr(next())); unit.length > 0) {
        quantity.unit = unit.unit;
        quantity.end = next() + unit.length;
    } else if (const UnitAt money = currency_before(text.substr(0, quantity.start)); money.length > 0) {
        quantity.unit = money.unit;
        quantity.start = text.substr(0, quantity.start).find_last_not_of(' ') + 1 - money.length;
    }
    quantity.value *= factor;
    quantity.other_value *= factor;
}

Quantity read_number(std::string_view text, std::size_t start, std::size_t end, std::string normal) {
    Quantity quantity;
    quantity.start = start;
    quantity.end = end;
    quantity.value = plain_value(normal);
    quantity.other_value = grouped_value(text.substr(start, end - start), quantity.value);
    quantity.number = std::move(normal);
    take_unit(text, quantity);
    quantity.shown = text.substr(quantity.start, quantity.end - quantity.start);
    return quantity;
}

int whole(const Quantity& quantity, int most) {
    const bool is_whole = quantity.kind == Quantity::Kind::number && !quantity.unit.known() && quantity.value >= 1 &&
                          quantity.value <= most && quantity.value == std::floor(quantity.value);
    return is_whole ? static_cast<int>(quantity.value) : 0;
}

constexpr int last_day = 31, last_year = 2999, first_year = 1000;

/// A month, which takes the day before or behind it and the year behind it.
void take_date(std::string_view text, std::size_t start, const MonthAt& month, std::vector<Quantity>& found) {
    Quantity date;
    date.kind = Quantity::Kind::date;
    date.month = month.month;
    date.start = start;
    date.end = start + month.length;
    const std::string_view before = word_before(text, start);
    const auto beside = [&](std::size_t end) { return text.substr(end, start - end).size() <= 4; };
    if (!found.empty() && beside(found.back().end) && whole(found.back(), last_day) > 0) {
        date.day = whole(found.back(), last_day);
        date.start = found.back().start;
        found.pop_back();
    }
    if (date.end < text.size() && text[date.end] == '.') ++date.end;
    const auto number_behind = [&]() -> int {
        std::size_t at = skip_blank(text, date.end);
        if (at < text.size() && text[at] == ',') at = skip_blank(text, at + 1);
        if (text.substr(at).starts_with("de ")) at += 3;
        const std::size_t end = at < text.size() && is_ascii_digit(text[at]) ? number_end(text, at) : at;
        int value = 0;
        const auto [stop, error] = std::from_chars(text.data() + at, text.data() + end, value);
        if (error != std::errc() || stop != text.data() + end || value < 1 || value > last_year) return 0;
        if (value > last_day && value < first_year) return 0;
        if (value <= last_day && date.day > 0) return 0;
        date.end = end;
        return value;
    };
    for (int i = 0; i < 2; ++i) {
        const int value = number_behind();
        (value > last_day ? date.year : date.day) = value > 0 ? value : (value > last_day ? date.year : date.day);
        if (value == 0 || value > last_day) break;
    }
    const std::string lower = ascii_lower(before);
    const bool alone = date.day == 0 && date.year == 0;
    if (alone && std::ranges::find(before_months, std::string_view(lower)) == before_months.end()) return;
    date.shown = text.substr(date.start, date.end - date.start);
    date.number = date.day > 0 ? std::to_string(date.day) : "";
    found.push_back(std::move(date));
}

/// "2023-08-14"; its length, 0 for none.
std::size_t take_iso_date(std::string_view text, std::size_t start, std::vector<Quantity>& found) {
    constexpr std::size_t length = 10;
    const std::string_view part = text.substr(start, length);
    if (part.size() < length || part[4] != '-' || part[7] != '-') return 0;
    if (start + length < text.size() && is_word_byte(text[start + length])) return 0;
    Quantity date;
    const auto number = [&](std::size_t at, std::size_t size, int& value) {
        const auto [end, error] = std::from_chars(part.data() + at, part.data() + at + size, value);
        return error == std::errc() && end == part.data() + at + size;
    };
    if (!number(0, 4, date.year) || !number(5, 2, date.month) || !number(8, 2, date.day)) return 0;
    if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > last_day) return 0;
    date.kind = Quantity::Kind::date;
    date.start = start;
    date.end = start + length;
    date.shown = part;
    date.number = std::to_string(date.day);
    found.push_back(std::move(date));
    return length;
}

/// A word that is a number, "one" of a unit, or a month.
void take_word(std::string_view text, std::size_t start, std::size_t end, std::vector<Quantity>& found) {
    const std::string_view word = text.substr(start, end - start);
    if (std::string normal = normal_number(word); !normal.empty()) {
        found.push_back(read_number(text, start, end, std::move(normal)));
        return;
    }
    if (const MonthAt month = month_at(word); month.length == word.size()) {
        // Names of months are capitalised in English, and not in French, whose March is a planet otherwise.
        if (word != "may" && word != "march" && word != "Mars") return take_date(text, start, month, found);
    }
    const std::string lower = ascii_lower(word);
    if (std::ranges::find(one_words, std::string_view(lower)) == one_words.end()) return;
    Quantity one = read_number(text, start, end, "1");
    if (!one.unit.known()) return;
    one.counts_one = true;
    found.push_back(std::move(one));
}

bool near(double a, double b) noexcept { return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

bool same_date(const Quantity& a, const Quantity& b) noexcept {
    const auto agree = [](int one, int other) { return one == 0 || other == 0 || one == other; };
    return a.month == b.month && agree(a.day, b.day) && agree(a.year, b.year);
}

bool same_number(const Quantity& a, const Quantity& b) noexcept {
    if (a.value == 0 || b.value == 0) return a.number == b.number;
    return near(a.value, b.value) || near(a.other_value, b.value) || near(a.value, b.other_value);
}

}  // namespace

bool Quantity::is_year() const noexcept {
    return kind == Kind::number && !unit.known() && whole(*this, last_year) >= first_year && shown.size() == 4;
}

bool Quantity::is_alike(const Quantity& other) const noexcept {
    if (kind != other.kind) return false;
    if (kind == Kind::date) return true;
    if (unit.known() || other.unit.known()) return unit.dimension == other.unit.dimension;
    const auto is_clock = [](const Quantity& one) { return one.number.find(':') != std::string::npos; };
    return is_year() == other.is_year() && is_clock(*this) == is_clock(other);
}

bool Quantity::equals(const Quantity& other) const noexcept {
    if (kind == Kind::date && other.kind == Kind::date) return same_date(*this, other);
    if (kind != other.kind) return false;
    if (!unit.known() || !other.unit.known()) return same_number(*this, other);
    if (!unit.comparable(other.unit)) return false;
    if (unit.name == other.unit.name || unit.factor <= 0 || unit.dimension != other.unit.dimension) {
        return same_number(*this, other);
    }
    const double ratio = other.unit.factor / unit.factor;
    return near(value, other.value * ratio) || near(other_value, other.value * ratio) ||
           near(value, other.other_value * ratio);
}

std::string normal_number(std::string_view word) {
    if (word.empty()) return {};
    if (!is_ascii_digit(word[0])) {
        const std::string lower = ascii_lower(word);
        const auto found = std::ranges::find(number_words, lower, [](const auto& entry) { return entry.first; });
        return found == number_words.end() ? std::string() : std::string(found->second);
    }
    if (word.find_first_not_of("0123456789.,: ") != std::string_view::npos) return {};
    // Commas and spaces before groups of three are of thousands; a comma elsewhere is a decimal point.
    std::string normal;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] != ',' && word[i] != ' ') {
            normal += word[i];
            continue;
        }
        const std::size_t next = word.find_first_not_of("0123456789", i + 1);
        const std::size_t group = (next == std::string_view::npos ? word.size() : next) - i - 1;
        if (group != 3) normal += '.';
    }
    // "3.50" is "3.5", and "2.0" is "2"; "1.2.0" is a version.
    if (std::ranges::count(normal, '.') == 1 && normal.find(':') == std::string::npos) {
        while (normal.ends_with('0')) normal.pop_back();
        if (normal.ends_with('.')) normal.pop_back();
    }
    return normal;
}

std::vector<Quantity> find_quantities(std::string_view text) {
    std::vector<Quantity> found;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t taken = found.empty() ? 0 : found.back().end;
        if (at < taken) {
            at = taken;
        } else if (is_ascii_digit(text[at])) {
            if (const std::size_t date = take_iso_date(text, at, found); date > 0) {
                at += date;
                continue;
            }
            const std::size_t end = number_end(text, at);
            if (std::string normal = normal_number(text.substr(at, end - at)); !normal.empty()) {
                found.push_back(read_number(text, at, end, std::move(normal)));
            }
            at = end;
        } else if (is_word_byte(text[at])) {
            std::size_t end = at;
            while (end < text.size() && is_word_byte(text[end]) && !is_ascii_digit(text[end])) ++end;
            // Behind words of Chinese and Japanese, which have no space, a digit begins a number.
            const bool runs_on = static_cast<unsigned char>(text[at]) >= 0xE2;
            if (!runs_on) take_word(text, at, end, found);
            // The 2 of "utf8" and "v2" is a part of a name.
            while (!runs_on && end < text.size() && is_word_byte(text[end])) ++end;
            at = end;
        } else {
            ++at;
        }
    }
    return found;
}

std::vector<Unit> find_rates(std::string_view text, std::span<const Quantity> quantities) {
    std::vector<Unit> rates;
    const auto is_amount = [&](std::size_t end) {
        // An amount ends there, or two words before: "50 requests a minute".
        for (const Quantity& quantity : quantities) {
            if (quantity.end > end || quantity.counts_one) continue;
            const std::string_view between = trim(text.substr(quantity.end, end - quantity.end));
            if (std::ranges::count(between, ' ') <= 1 && between.find_first_of(".,;:") == std::string_view::npos) {
                return true;
            }
        }
        return false;
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!is_word_byte(text[at]) || (at > 0 && is_word_byte(text[at - 1]))) continue;
        const std::string_view word = word_at(text, at);
        const RateWord kind = rate_word(word);
        if (kind == RateWord::none || (kind == RateWord::behind_amount && !is_amount(at))) continue;
        const UnitAt unit = unit_at(text.substr(skip_blank(text, at + word.size())));
        const bool is_time = unit.unit.dimension == Dimension::time || unit.unit.dimension == Dimension::months;
        if (unit.length > 0 && is_time) rates.push_back(unit.unit);
    }
    return rates;
}

QuantityMatch match_quantity(const Quantity& quantity, std::span<const Quantity> sources) {
    bool has_number = false;
    for (const Quantity& source : sources) {
        if (quantity.equals(source)) return QuantityMatch::same;
        has_number = has_number ||
                     (quantity.kind == source.kind && !quantity.number.empty() && quantity.number == source.number);
    }
    return has_number ? QuantityMatch::other_unit : QuantityMatch::none;
}

}  // namespace quarry::answer
