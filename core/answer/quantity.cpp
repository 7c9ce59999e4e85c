#include "core/answer/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "core/answer/number_words.h"
#include "core/answer/unit_words.h"
#include "core/answer/word_list.h"
#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

constexpr auto one_words = std::to_array<std::string_view>(
    {"one", "a", "an", "ein", "eine", "einen", "einem", "einer", "un", "une", "una", "один", "одна", "одну", "одного"});

/// Bytes [start, end) of the text that read as one number, with what separates its thousands.
std::size_t number_end(std::string_view text, std::size_t start) {
    std::size_t end = start;
    while (end < text.size()) {
        if (is_ascii_digit(text[end])) {
            ++end;
        } else if ((text[end] == '.' || text[end] == ',' || text[end] == ':') && end + 1 < text.size() &&
                   is_ascii_digit(text[end + 1])) {
            ++end;
        } else if (text[end] == ' ' && end + 4 <= text.size() && (end - start <= 3 || text[end - 4] == ' ') &&
                   is_ascii_digit(text[end + 1]) && is_ascii_digit(text[end + 2]) && is_ascii_digit(text[end + 3]) &&
                   (end + 4 == text.size() || !is_word_byte(text[end + 4]))) {
            end += 4;  // "1 384 400"
        } else {
            break;
        }
    }
    return end;
}

/// Whether a sign of Latin-1 stands there ("£", "¥", a no-break space), which is no part of a word.
bool is_sign_at(std::string_view text, std::size_t at) {
    const std::uint32_t point = text[at] == '\xC2' ? decode_utf8(text, at).value : 0;
    return point >= 0xA0 && point < 0xC0 && point != 0xAA && point != 0xB5 && point != 0xBA;  // not "ª", "µ", "º"
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

std::string_view word_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_word_byte(text[end])) ++end;
    return text.substr(at, end - at);
}

/// Whether the word of these bytes says what the unit behind it is for: "an hour", where "an" is a year too.
bool is_each(std::string_view text, std::size_t at, std::size_t length) {
    return is_listed(each_words, text.substr(at, length)) &&
           unit_at(text.substr(skip_blank(text, at + length))).unit.dimension == Dimension::time;
}

/// Whether a unit at `at`, behind a blank, is that of the number behind it: "5 $10 notes".
bool is_of_next(std::string_view text, std::size_t at, const UnitAt& unit) {
    const std::string_view behind = text.substr(at + unit.length);
    return at > 0 && text[at - 1] == ' ' && unit.unit.dimension == Dimension::currency && !behind.empty() &&
           is_ascii_digit(behind[0]);
}

/// Gives a number its multiple and its unit; what stands before `from` belongs to the quantity before it.
void take_unit(std::string_view text, std::size_t from, Quantity& quantity) {
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
    const std::string_view before = text.substr(from, quantity.start - from);
    const UnitAt money = currency_before(before);
    if (factor == 1) {
        const bool behind_currency = money.length > 0;
        const ScaleAt suffix = scale_suffix_at(text.substr(quantity.end), behind_currency);
        factor = suffix.factor;
        quantity.end += suffix.length;
        if (factor > 1 && !behind_currency) quantity.without_suffix = quantity.value;
    }
    if (const UnitAt unit = unit_at(text.substr(next()));
        unit.length > 0 && !is_each(text, next(), unit.length) && !is_of_next(text, next(), unit)) {
        quantity.unit = unit.unit;
        quantity.end = next() + unit.length;
    } else if (money.length > 0) {
        quantity.unit = money.unit;
        quantity.start = from + before.find_last_not_of(' ') + 1 - money.length;
    }
    quantity.value *= factor;
    quantity.other_value *= factor;
}

/// A number of parts between points without what stands before and behind it, as written but for parts of 0 at its
/// end; of a number in words its normal form.
std::string_view parts_of_version(const Quantity& quantity) {
    std::string_view written = quantity.shown;
    if (quantity.version && !is_ascii_digit(written[0])) written.remove_prefix(1);
    written = written.substr(0, written.find_first_not_of("0123456789."));
    if (written.empty()) written = quantity.number;
    while (written.ends_with(".0")) written.remove_suffix(2);
    return written;
}

constexpr std::size_t longest_year_word = 16;  // bytes

Quantity read_number(std::string_view text, std::size_t start, std::size_t end, std::string normal,
                     const std::vector<Quantity>& found) {
    Quantity quantity;
    quantity.start = start;
    quantity.end = end;
    quantity.value = plain_value(normal);
    quantity.other_value = grouped_value(text.substr(start, end - start), quantity.value);
    quantity.number = std::move(normal);
    const bool is_year = end - start == 4 && quantity.value >= first_year && quantity.value <= last_year &&
                         is_listed(year_words, word_at(text.substr(skip_blank(text, end), longest_year_word), 0));
    if (!is_year) take_unit(text, found.empty() ? 0 : found.back().end, quantity);
    quantity.shown = text.substr(quantity.start, quantity.end - quantity.start);
    quantity.version = !quantity.unit.known() && is_ascii_digit(text[start]) &&
                       is_listed(version_words, lower_case(last_word(text.substr(0, start))));
    if (quantity.version) quantity.number = parts_of_version(quantity);
    return quantity;
}

/// What may be another word that ends at `at`: it takes none of the text, and bears out one that is certain.
Quantity perhaps(Quantity quantity, std::size_t at) {
    quantity.counts_one = true;
    quantity.start = quantity.end = at;
    return quantity;
}

/// "v1.2.3". "v2" is a name, which may be another one of version 2.0.
bool take_version(std::string_view text, std::size_t start, std::vector<Quantity>& found) {
    const std::size_t digits = start + 1;
    if ((text[start] | 0x20) != 'v' || digits >= text.size() || !is_ascii_digit(text[digits])) return false;
    std::size_t end = std::min(text.find_first_not_of("0123456789.", digits), text.size());
    while (text[end - 1] == '.') --end;
    Quantity quantity;
    quantity.version = true;
    quantity.shown = text.substr(start, end - start);
    quantity.number = parts_of_version(quantity);
    quantity.value = quantity.other_value = plain_value(quantity.number);
    quantity.start = start;
    quantity.end = end;
    const bool is_certain = quantity.shown.find('.') != std::string::npos;
    if (!is_certain && end < text.size() && is_word_byte(text[end])) return false;
    found.push_back(is_certain ? std::move(quantity) : perhaps(std::move(quantity), end));
    return true;
}

int whole(const Quantity& quantity, int most) {
    const bool is_whole = quantity.kind == Quantity::Kind::number && !quantity.unit.known() && !quantity.is_time() &&
                          quantity.value >= 1 && quantity.value <= most && quantity.value == std::floor(quantity.value);
    return is_whole ? static_cast<int>(quantity.value) : 0;
}

void take_date(std::string_view text, DateAt date, std::vector<Quantity>& found) {
    if (date.date.day == 0 && !found.empty() && found.back().end <= date.start) {
        const std::string_view between = trim(text.substr(found.back().end, date.start - found.back().end));
        const int day = between.empty() || is_listed(date_links, between) ? whole(found.back(), last_day) : 0;
        if (day > 0) date = {{date.date.year, date.date.month, day}, found.back().start, date.end};  // in words
    }
    const bool behind_date = !found.empty() && found.back().kind == Quantity::Kind::date;
    const std::vector<DateAt> days = days_with(text, behind_date ? found.back().end : 0, date);
    while (!found.empty() && found.back().start >= days.front().start) found.pop_back();
    for (std::size_t i = 0; i < days.size(); ++i) {
        const DateAt& one = days[i];
        Quantity quantity;
        quantity.kind = Quantity::Kind::date;
        quantity.date = one.date;
        quantity.start = one.start;
        quantity.end = i + 1 < days.size() ? days[i + 1].start : one.end;  // no clause ends between them
        quantity.shown = trim(text.substr(one.start, one.end - one.start));
        quantity.number = one.date.day > 0 ? std::to_string(one.date.day) : "";
        found.push_back(std::move(quantity));
    }
}

/// Its value is in minutes: 14:30 is another reading of 2:30.
void take_time(std::string_view text, std::size_t start, const TimeAt& time, std::vector<Quantity>& found) {
    constexpr int half_a_day = 12 * 60;
    Quantity quantity;
    quantity.start = start;
    quantity.end = time.end;
    quantity.shown = text.substr(start, time.end - start);
    quantity.number = fmt::format("{}:{:02}", time.minute / 60, time.minute % 60);
    quantity.value = time.minute;
    quantity.other_value = (time.minute + (time.is_of_either_half ? half_a_day : 0)) % (2 * half_a_day);
    found.push_back(std::move(quantity));
}

bool take_number_words(std::string_view text, std::size_t start, std::string_view language,
                       std::vector<Quantity>& found) {
    const NumberWordsAt number = number_words_at(text.substr(start), language);
    if (number.length == 0) return false;
    const std::size_t end = start + number.length;
    Quantity quantity = read_number(text, start, end, fmt::format("{}", number.value), found);
    if (number.other_value > 0) quantity.other_value = number.other_value;
    const bool is_certain = quantity.end > end || !may_be_other_word(text, start, number.length, language);
    found.push_back(is_certain ? std::move(quantity) : perhaps(std::move(quantity), end));
    return true;
}

/// "Second attempt".
bool begins_with_ordinal(std::string_view text) {
    const std::string_view word = word_at(text, 0);
    const std::string_view behind = text.substr(word.size());
    return is_listed(ordinal_units, word) && behind.size() > 1 && behind[0] == ' ' && is_word_byte(behind[1]);
}

/// "Third" may be "3rd": it bears that out. The second of "per second" does not.
bool take_ordinal(std::string_view text, std::size_t start, std::size_t end, std::string_view language,
                  std::vector<Quantity>& found) {
    const double value = ordinal_word(text.substr(start, end - start), language);
    if (value == 0) return false;
    const std::string before = lower_case(last_word(text.substr(0, start)));
    if (is_listed(per_words, before) || is_listed(each_words, before)) return false;
    Quantity ordinal;
    ordinal.number = fmt::format("{}", value);
    ordinal.value = ordinal.other_value = value;
    ordinal.shown = text.substr(start, end - start);
    found.push_back(perhaps(std::move(ordinal), end));
    return true;
}

/// A word that is a number, "one" of a unit, or a month.
void take_word(std::string_view text, std::size_t start, std::size_t end, std::string_view language,
               std::vector<Quantity>& found) {
    const std::string_view word = text.substr(start, end - start);
    if (take_number_words(text, start, language, found) || take_ordinal(text, start, end, language, found)) return;
    if (const MonthAt month = month_at(word); month.length == word.size()) {
        // Names of months are capitalised in English, and not in French, whose March is a planet otherwise.
        if (word == "may" || word == "march" || word == "Mars") return;
        if (const std::optional<DateAt> date = month_date_at(text, start, month)) {
            take_date(text, *date, found);
        } else if (const std::string_view before = trim(text.substr(0, start));
                   before.empty() || !is_ascii_digit(before.back())) {  // behind a number it would be its day
            Quantity alone;
            alone.kind = Quantity::Kind::date;
            alone.date.month = month.month;
            found.push_back(perhaps(std::move(alone), end));
        }
        return;
    }
    const std::string lower = ascii_lower(word);
    if (std::ranges::find(one_words, std::string_view(lower)) == one_words.end()) return;
    if (is_listed(ordinal_articles, lower) && begins_with_ordinal(text.substr(skip_blank(text, end)))) return;
    Quantity one = read_number(text, start, end, "1", found);
    if (!one.unit.known()) return;
    one.counts_one = true;
    found.push_back(std::move(one));
}

/// "1.500.000" and "1.500,5" without the points between thousands; another number as it is.
std::string without_points_of_thousands(std::string_view word) {
    const std::size_t comma = std::min(word.find(','), word.size());
    const std::string_view decimals = word.substr(comma);
    const std::vector<std::string_view> groups = split(word.substr(0, comma), '.');
    const auto is_number = [](std::string_view text) { return text.find_first_of(".,: ") == std::string_view::npos; };
    const bool is_grouped =
        groups.front().size() <= 3 && word[0] != '0' && std::ranges::all_of(groups, is_number) &&
        std::all_of(groups.begin() + 1, groups.end(), [](std::string_view group) { return group.size() == 3; });
    const bool is_certain = decimals.empty() ? groups.size() > 2 : groups.size() > 1 && is_number(decimals.substr(1));
    if (!is_grouped || !is_certain) return std::string(word);
    std::string normal;
    for (const std::string_view group : groups) normal += group;
    return decimals.empty() ? normal : normal + '.' + std::string(decimals.substr(1));
}

bool near(double a, double b) noexcept { return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

bool same_number(const Quantity& a, const Quantity& b) noexcept {
    if (a.version || b.version) return parts_of_version(a) == parts_of_version(b);
    if (a.value == 0 || b.value == 0 || a.is_time() != b.is_time()) return a.number == b.number;
    return near(a.value, b.value) || near(a.other_value, b.value) || near(a.value, b.other_value);
}

/// Whether "64k" is the 64 KB, KiB or kbit of another.
bool may_be_data(const Quantity& suffixed, const Quantity& other) {
    constexpr double smallest = 1.0 / 8, largest = 1.05;  // a bit, and 1024^2 of 1000^2
    if (suffixed.without_suffix <= 0 || suffixed.unit.known() || other.unit.dimension != Dimension::data) return false;
    const double share = other.unit.factor * suffixed.without_suffix / suffixed.value;
    return share >= smallest && share <= largest && near(suffixed.without_suffix, other.value);
}

/// Of two that are equal as far as both say it, whether the sources have all that `quantity` names.
bool bears_out(const Quantity& source, const Quantity& quantity, std::span<const Quantity> sources) {
    if (quantity.kind != Quantity::Kind::date) return true;
    if (source.kind != Quantity::Kind::date || !quantity.date.is_in(source.date)) return false;
    const auto names_year = [&](const Quantity& other) {
        if (other.kind == Quantity::Kind::date) return other.date.year == quantity.date.year;
        return other.value == quantity.date.year;
    };
    return quantity.date.year == 0 || std::ranges::any_of(sources, names_year);
}

}  // namespace

bool Quantity::is_year() const noexcept {
    return kind == Kind::number && !unit.known() && whole(*this, last_year) >= first_year && shown.size() == 4;
}

bool Quantity::is_time() const noexcept { return number.find(':') != std::string::npos; }

bool Quantity::is_alike(const Quantity& other) const noexcept {
    if (kind == Kind::date && other.kind == Kind::date) return true;
    if (kind == Kind::date) return date.year > 0 && other.is_year();
    if (other.kind == Kind::date) return other.is_alike(*this);
    if (unit.known() || other.unit.known()) return unit.dimension == other.unit.dimension;
    return is_year() == other.is_year() && is_time() == other.is_time();
}

bool Quantity::equals(const Quantity& other) const noexcept {
    if (kind == Kind::date && other.kind == Kind::date) return date.agrees(other.date);
    if (kind == Kind::date) return other.is_year() && date.year == static_cast<int>(other.value);
    if (other.kind == Kind::date) return other.equals(*this);
    if (may_be_data(*this, other) || may_be_data(other, *this)) return true;
    if (!unit.known() || !other.unit.known()) return same_number(*this, other);
    if (!unit.comparable(other.unit)) return false;
    if (unit.name == other.unit.name || unit.factor <= 0 || unit.dimension != other.unit.dimension) {
        return same_number(*this, other);
    }
    const double ratio = other.unit.factor / unit.factor;
    return near(value, other.value * ratio) || near(other_value, other.value * ratio) ||
           near(value, other.other_value * ratio);
}

std::string normal_number(std::string_view written) {
    if (written.empty()) return {};
    if (!is_ascii_digit(written[0])) return {};
    if (written.find_first_not_of("0123456789.,: ") != std::string_view::npos) return {};
    const std::string word = without_points_of_thousands(written);
    // Commas and spaces before groups of three are of thousands; a comma elsewhere is a decimal point.
    std::string normal;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] != ',' && word[i] != ' ') {
            normal += word[i];
            continue;
        }
        const std::size_t next = word.find_first_not_of("0123456789", i + 1);
        const std::size_t group = (next == std::string::npos ? word.size() : next) - i - 1;
        if (group != 3) normal += '.';
    }
    // "3.50" is "3.5", and "2.0" is "2"; "1.2.0" is a version.
    if (std::ranges::count(normal, '.') == 1 && normal.find(':') == std::string::npos) {
        while (normal.ends_with('0')) normal.pop_back();
        if (normal.ends_with('.')) normal.pop_back();
    }
    return normal;
}

std::vector<Quantity> find_quantities(std::string_view text, std::string_view language) {
    std::vector<Quantity> found;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t taken = found.empty() ? 0 : found.back().end;
        if (at < taken) {
            at = taken;
        } else if (is_ascii_digit(text[at])) {
            if (const std::optional<DateAt> date = numeric_date_at(text, at)) {
                take_date(text, *date, found);
                if (text.substr(date->end).starts_with('T')) found.back().end = date->end + 1;  // its time
                continue;
            }
            if (const std::optional<TimeAt> time = time_at(text, at)) {
                take_time(text, at, *time, found);
                continue;
            }
            const std::size_t end = number_end(text, at);
            if (std::string normal = normal_number(text.substr(at, end - at)); !normal.empty()) {
                found.push_back(read_number(text, at, end, std::move(normal), found));
            }
            at = end;
        } else if (runs_on(text[at])) {
            if (take_number_words(text, at, language, found)) continue;
            ++at;
            while (at < text.size() && is_utf8_continuation(text[at])) ++at;
        } else if (is_sign_at(text, at)) {
            at += 2;
        } else if (is_word_byte(text[at])) {
            if (take_version(text, at, found)) continue;
            const auto is_of_word = [&](std::size_t place) {
                return place < text.size() && is_word_byte(text[place]) && !runs_on(text[place]) &&
                       !is_sign_at(text, place);
            };
            std::size_t end = at;
            while (is_of_word(end) && !is_ascii_digit(text[end])) ++end;
            take_word(text, at, end, language, found);
            // The 8 of "utf8" is a part of a name.
            while (is_of_word(end)) ++end;
            at = end;
        } else {
            ++at;
        }
    }
    return found;
}

std::vector<Unit> find_rates(std::string_view text, std::span<const Quantity> quantities) {
    constexpr std::size_t longest_between = 80;  // bytes
    std::vector<Unit> rates;
    std::size_t next = 0;  // quantity behind the place that is read
    const Quantity* amount = nullptr;
    const auto is_amount = [&](std::size_t end) {
        for (; next < quantities.size() && quantities[next].end <= end; ++next) {
            if (!quantities[next].counts_one) amount = &quantities[next];
        }
        // An amount ends there, or two words before: "50 requests a minute".
        if (amount == nullptr) return false;
        const std::string_view between = trim(text.substr(amount->end, end - amount->end));
        return std::ranges::count(between.substr(0, longest_between), ' ') <= 1 && between.size() < longest_between &&
               between.find_first_of(".,;:") == std::string_view::npos;
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
    if (quantity.is_perhaps()) return QuantityMatch::same;
    bool has_number = false, has_amount = false;
    for (const Quantity& source : sources) {
        const bool is_there = quantity.equals(source) && bears_out(source, quantity, sources);
        const bool is_opposite =
            quantity.bound != Bound::none && source.bound != Bound::none && quantity.bound != source.bound;
        if (is_there && !is_opposite) return QuantityMatch::same;
        has_amount = has_amount || is_there;
        has_number = has_number ||
                     (quantity.kind == source.kind && !quantity.number.empty() && quantity.number == source.number);
    }
    if (has_amount) return QuantityMatch::other_bound;
    return has_number ? QuantityMatch::other_unit : QuantityMatch::none;
}

}  // namespace quarry::answer
