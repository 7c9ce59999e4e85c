#include "core/answer/date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "core/answer/unit_words.h"
#include "core/answer/word_list.h"
#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

constexpr std::size_t year_digits = 4, day_digits = 2;
constexpr std::size_t longest_range_link = 8;  // bytes

/// A run of digits; {0, 0} for one of more than four, and where there is none.
struct Figures {
    int value = 0;
    std::size_t size = 0;
};
Figures figures_at(std::string_view text, std::size_t at) {
    std::size_t size = 0;
    while (at + size < text.size() && is_ascii_digit(text[at + size]) && size <= year_digits) ++size;
    if (size > year_digits) return {};
    Figures read{0, size};
    std::from_chars(text.data() + at, text.data() + at + size, read.value);
    return read;
}

bool is_year(const Figures& figures) {
    return figures.size == year_digits && figures.value >= first_year && figures.value <= last_year;
}
bool is_month(const Figures& figures) {
    return figures.size <= day_digits && figures.value >= 1 && figures.value <= last_month;
}
bool is_day(const Figures& figures) {
    return figures.size <= day_digits && figures.value >= 1 && figures.value <= last_day;
}

/// The length of the first of `signs`, with a space between them, that stands at `at`; 0 for none.
std::size_t sign_at(std::string_view text, std::size_t at, std::string_view signs) {
    for (const std::string_view sign : split(signs, ' ')) {
        if (text.substr(at).starts_with(sign)) return sign.size();
    }
    return 0;
}

/// "2019年3月3日", "3月3日", "3月".
std::optional<DateAt> written_out(std::string_view text, std::size_t start) {
    std::size_t at = start;
    const auto part = [&](std::string_view signs, Figures& figures) {
        figures = figures_at(text, at);
        if (figures.size == 0) return false;
        const std::size_t sign = skip_blank(text, at + figures.size);
        const std::size_t length = sign_at(text, sign, signs);
        if (length > 0) at = sign + length;
        return length > 0;
    };
    DateAt read{{}, start, 0};
    Figures figures;
    if (part(year_signs, figures)) {
        if (!is_year(figures)) return {};
        read.date.year = figures.value;
        at = skip_blank(text, at);
    }
    if (!part(month_signs, figures) || !is_month(figures)) return {};
    read.date.month = figures.value;
    read.end = at;
    at = skip_blank(text, at);
    if (part(day_signs, figures) && is_day(figures)) {
        read.date.day = figures.value;
        read.end = at;
    }
    return read;
}

/// "2019-05", but not the season "2019-20"; and "24.12." where a sentence goes on behind it.
std::optional<DateAt> two_parts(std::string_view text, std::size_t at) {
    const Figures first = figures_at(text, at), second = figures_at(text, std::min(at + first.size + 1, text.size()));
    const std::size_t end = at + first.size + 1 + second.size;
    if (second.size != day_digits || !is_month(second)) return {};
    const std::string_view behind = text.substr(end);
    const char sign = text[at + first.size];
    if (sign == '-' && is_year(first)) {
        const bool goes_on = !behind.empty() && (is_word_byte(behind[0]) || behind[0] == '-' || behind[0] == '/');
        const bool is_season = second.value == first.value % 100 + 1;
        if (goes_on || is_season) return {};
        return DateAt{{.year = first.value, .month = second.value}, at, end};
    }
    const bool is_date = sign == '.' && is_day(first) && behind.size() > 2 && behind.starts_with(". ") &&
                         is_word_byte(behind[2]) && !is_ascii_upper(behind[2]) && !is_ascii_digit(behind[2]);
    if (!is_date) return {};
    return DateAt{{.month = second.value, .day = first.value}, at, end + 1};
}

/// The two that are left of a date in figures, of which the second is the month where it can be.
bool set_day_and_month(const Figures& first, const Figures& second, bool may_turn, Date& date) {
    const bool as_written = is_day(first) && is_month(second), turned = may_turn && is_month(first) && is_day(second);
    if (!as_written && !turned) return false;
    date.day = (as_written ? first : second).value;
    date.month = (as_written ? second : first).value;
    date.either_order = as_written && turned;
    return true;
}

/// Whether the character before `at` is of a word that would go on there.
bool is_within_word(std::string_view text, std::size_t at) {
    std::size_t start = at - 1;
    while (start > 0 && is_utf8_continuation(text[start])) --start;
    return is_word_byte(text[start]) && !runs_on(text[start]);
}

/// The digits that end before `at`, over letters that make them an ordinal ("3rd", "1er") and a full stop.
std::size_t day_before(std::string_view text, std::size_t at, int& day) {
    const auto skip = [&] {
        while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\n')) --at;
    };
    const auto word_start = [&] {
        std::size_t start = at;
        while (start > 0 && is_word_byte(text[start - 1]) && !is_ascii_digit(text[start - 1]) && at - start < 8) {
            --start;
        }
        return start;
    };
    skip();
    if (is_listed(date_links, text.substr(word_start(), at - word_start()))) {
        at = word_start();
        skip();
    }
    if (at > 0 && (text[at - 1] == '.' || text[at - 1] == ',')) --at;
    if (is_listed(ordinal_endings, text.substr(word_start(), at - word_start()))) {
        at = word_start();
        if (at > 1 && text[at - 1] == '-' && is_ascii_digit(text[at - 2])) --at;  // "3-го"
    }
    std::size_t start = at;
    while (start > 0 && is_ascii_digit(text[start - 1]) && at - start <= day_digits) --start;
    const Figures figures = figures_at(text.substr(0, at), start);
    const bool is_apart = start == 0 || (!is_within_word(text, start) && text[start - 1] != '.' &&
                                         text[start - 1] != ',' && text[start - 1] != ':');
    if (!is_apart || !is_day(figures)) return std::string_view::npos;
    day = figures.value;
    return start;
}

/// Where figures behind a month begin, over a comma or a word such as "de".
std::size_t behind_month(std::string_view text, std::size_t at) {
    at = skip_blank(text, at);
    if (at < text.size() && text[at] == ',') at = skip_blank(text, at + 1);
    std::size_t end = at;
    while (end < text.size() && is_ascii_letter(text[end])) ++end;
    return is_listed(date_links, text.substr(at, end - at)) ? skip_blank(text, end) : at;
}

/// The last word before `at`, over a full stop or a comma too.
std::string_view word_before(std::string_view text, std::size_t at) {
    return last_word(text.substr(0, text.substr(0, at).find_last_not_of(" .,") + 1));  // npos + 1 is 0
}

/// Where the words between two days begin that end before `at`: "to", "–"; npos for others.
std::size_t range_link_before(std::string_view text, std::size_t at) {
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\n')) --at;
    for (const std::string_view sign : split(range_signs, ' ')) {
        if (text.substr(0, at).ends_with(sign)) return at - sign.size();
    }
    std::size_t start = at;
    while (start > 0 && is_word_byte(text[start - 1]) && at - start < longest_range_link) --start;
    return is_listed(range_links, ascii_lower(text.substr(start, at - start))) ? start : std::string_view::npos;
}

/// Where the words between two days end that begin at `at`, behind a comma too; npos for others.
std::size_t range_link_behind(std::string_view text, std::size_t at, bool runs_on) {
    if (at < text.size() && text[at] == ',') ++at;
    at = skip_blank(text, at);
    if (const std::size_t sign = sign_at(text, at, range_signs); sign > 0) return at + sign;
    if (runs_on) {
        const std::size_t link = sign_at(text, at, range_links_run_on);
        return link > 0 ? at + link : std::string_view::npos;
    }
    std::size_t end = at;
    while (end < text.size() && is_word_byte(text[end]) && end - at < longest_range_link) ++end;
    return is_listed(range_links, ascii_lower(text.substr(at, end - at))) ? end : std::string_view::npos;
}

/// The days before a date, the last one first: "3, 4 and" of "3, 4 and 5 May".
void add_days_before(std::string_view text, std::size_t from, const DateAt& date, std::vector<DateAt>& days) {
    std::size_t link = range_link_before(text, date.start);
    for (std::size_t start = date.start; link != std::string_view::npos;) {
        DateAt one{date.date, 0, link};
        one.start = day_before(text, link, one.date.day);
        if (one.start == std::string_view::npos || one.start < from) return;
        days.push_back(one);
        start = one.start;
        link = range_link_before(text, start);
        const std::size_t comma = text.substr(0, start).find_last_not_of(" \n");
        if (link == std::string_view::npos && comma != std::string_view::npos && text[comma] == ',') link = comma;
    }
}

/// The day that begins at `at`, with letters that make it an ordinal or a sign such as "日".
std::size_t day_behind(std::string_view text, std::size_t at, bool has_sign, int& day) {
    const Figures figures = figures_at(text, at);
    std::size_t end = at + figures.size;
    if (!is_day(figures)) return std::string_view::npos;
    day = figures.value;
    if (has_sign) {
        const std::size_t sign = sign_at(text, skip_blank(text, end), day_signs);
        return sign > 0 ? skip_blank(text, end) + sign : std::string_view::npos;
    }
    const std::size_t letters = end;
    while (end < text.size() && is_word_byte(text[end]) && !runs_on(text[end])) ++end;
    if (end > letters && !is_listed(ordinal_endings, text.substr(letters, end - letters)))
        return std::string_view::npos;
    const bool goes_on = end + 1 < text.size() && std::string_view(".,:/%").find(text[end]) != std::string_view::npos &&
                         (text[end] == '%' || is_ascii_digit(text[end + 1]));
    const bool has_unit = unit_at(text.substr(skip_blank(text, end))).length > 0;
    return goes_on || has_unit ? std::string_view::npos : end;
}

/// The days behind a date that ends with its day: ", 4 and 5" of "May 3, 4 and 5", with the year behind them.
void add_days_behind(std::string_view text, bool has_sign, std::vector<DateAt>& days) {
    std::vector<DateAt> more;
    std::size_t taken = 0;  // of `more`: a comma alone links no number
    for (std::size_t end = days.back().end;;) {
        std::size_t next = range_link_behind(text, end, has_sign);
        const bool is_linked = next != std::string_view::npos;
        if (!is_linked && !text.substr(end).starts_with(',')) break;
        DateAt one{days.back().date, skip_blank(text, is_linked ? next : end + 1), 0};
        one.end = day_behind(text, one.start, has_sign, one.date.day);
        if (one.end == std::string_view::npos) break;
        end = one.end;
        more.push_back(one);
        if (is_linked) taken = more.size();
    }
    if (taken == 0) return;
    days.insert(days.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(taken));
    if (days.back().date.year > 0) return;
    const std::size_t place = behind_month(text, days.back().end);
    const Figures year = figures_at(text, place);
    if (!is_year(year) || (place + year.size < text.size() && is_word_byte(text[place + year.size]))) return;
    for (DateAt& one : days) one.date.year = year.value;
    days.back().end = place + year.size;
}

bool same_or_none(int one, int other) noexcept { return one == 0 || other == 0 || one == other; }

/// Whether `fits` holds for the date itself, or for what is left when day and month change places.
template <typename Fits>
bool in_either_order(const Date& date, const Fits& fits) {
    return fits(date) || (date.either_order && fits(Date{date.year, date.day, date.month, false}));
}

}  // namespace

bool Date::agrees(const Date& other) const noexcept {
    return in_either_order(*this, [&](const Date& one) {
        return in_either_order(other, [&](const Date& two) {
            return one.month == two.month && same_or_none(one.day, two.day) && same_or_none(one.year, two.year);
        });
    });
}

bool Date::is_in(const Date& source) const noexcept { return agrees(source) && (day == 0 || source.day > 0); }

std::optional<TimeAt> time_at(std::string_view text, std::size_t at) {
    constexpr int hours = 24, half = 12, minutes = 60;
    if (at > 0 && is_within_word(text, at) && text[at - 1] != 'T') return {};
    const Figures hour = figures_at(text, at);
    if (hour.size == 0 || hour.size > 2 || hour.value > hours) return {};
    std::size_t end = at + hour.size;
    Figures minute;
    const auto take_minutes = [&](std::size_t place) {
        minute = figures_at(text, place);
        if (minute.size != 2 || minute.value >= minutes) return false;
        end = place + minute.size;
        return true;
    };
    bool is_time = false;
    if (end < text.size() && text[end] == ':') {
        if (!take_minutes(end + 1)) return {};
        is_time = true;
        if (text.substr(end).starts_with(":00")) end += 3;
    } else if (const std::size_t mark = skip_blank(text, end); mark < text.size() && text[mark] == 'h') {
        const bool has_minutes = take_minutes(skip_blank(text, mark + 1));  // "14h30", but not "2 h 30 min"
        is_time = has_minutes && unit_at(text.substr(skip_blank(text, end))).length == 0;
    }
    const auto word_behind = [&](std::size_t place) {
        std::size_t to = place;
        while (to < text.size() &&
               (is_word_byte(text[to]) || (to == place + 1 && (text[to] == '.' || text[to] == '\''))))
            ++to;
        return text.substr(place, to - place);
    };
    const std::string_view word = word_behind(skip_blank(text, end));
    const std::string lower = ascii_lower(word);
    if (!is_time) minute = {};
    TimeAt read{hour.value % hours * minutes + minute.value, false, 0};
    const bool is_morning = is_listed(morning_words, lower), is_afternoon = is_listed(afternoon_words, lower);
    if (hour.value <= half && (is_morning || is_afternoon)) {
        read.minute = (hour.value % half + (is_afternoon ? half : 0)) * minutes + minute.value;
        end = skip_blank(text, end) + word.size();
    } else if (is_listed(clock_words, lower)) {
        end = skip_blank(text, end) + word.size();
        if (!is_time && take_minutes(skip_blank(text, end))) read.minute += minute.value;  // "10 Uhr 30"
    } else if (!is_time) {
        return {};
    } else {
        read.is_of_either_half = hour.value > 0 && hour.value <= half;
    }
    const bool goes_on =
        end < text.size() && (is_ascii_digit(text[end]) || (is_ascii_letter(text[end]) && text[end] != 'Z'));
    const bool has_more = end + 1 < text.size() && std::string_view(":.,").find(text[end]) != std::string_view::npos &&
                          is_ascii_digit(text[end + 1]);
    if (goes_on || has_more) return {};
    read.end = end;
    return read;
}

std::vector<DateAt> days_with(std::string_view text, std::size_t from, const DateAt& date) {
    std::vector<DateAt> days;
    if (date.date.day > 0) add_days_before(text, from, date, days);
    std::ranges::reverse(days);
    days.push_back(date);
    int day = 0;
    const std::string_view read = text.substr(0, date.end);
    const bool has_sign =
        std::ranges::any_of(split(day_signs, ' '), [&](std::string_view sign) { return read.ends_with(sign); });
    const bool ends_with_day =
        has_sign || (date.date.year == 0 && day_before(text, date.end, day) != std::string_view::npos);
    if (ends_with_day) add_days_behind(text, has_sign, days);
    return days;
}

std::optional<DateAt> numeric_date_at(std::string_view text, std::size_t at) {
    constexpr std::string_view signs = "-./";
    if (const std::optional<DateAt> read = written_out(text, at)) return read;
    if (at > 0 && (is_within_word(text, at) || signs.find(text[at - 1]) != std::string_view::npos)) return {};
    if (const std::optional<DateAt> read = two_parts(text, at)) return read;
    std::array<Figures, 3> parts;
    std::size_t end = at;
    char sign = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0 && (end >= text.size() || text[end] != (i == 1 ? text[end] : sign))) return {};
        if (i > 0) sign = text[end++];
        parts[i] = figures_at(text, end);
        if (parts[i].size == 0 || (i > 0 && signs.find(sign) == std::string_view::npos)) return {};
        end += parts[i].size;
    }
    const bool has_time = end + 1 < text.size() && text[end] == 'T' && is_ascii_digit(text[end + 1]);
    const bool goes_on = end + 1 < text.size() && text[end] == sign && is_ascii_digit(text[end + 1]);
    if (goes_on || (!has_time && end < text.size() && (is_ascii_letter(text[end]) || is_ascii_digit(text[end]))))
        return {};
    DateAt read{{}, at, end};
    const bool year_first = is_year(parts[0]);
    const Figures& year = year_first ? parts[0] : parts[2];
    if (!is_year(year)) return {};
    read.date.year = year.value;
    const bool is_date = year_first ? set_day_and_month(parts[2], parts[1], false, read.date)
                                    : set_day_and_month(parts[0], parts[1], sign != '.', read.date);
    return is_date ? std::optional(read) : std::nullopt;
}

std::optional<DateAt> month_date_at(std::string_view text, std::size_t at, const MonthAt& month) {
    DateAt read{{.month = month.month}, at, at + month.length};
    if (const std::size_t start = day_before(text, at, read.date.day); start != std::string_view::npos) {
        read.start = start;
    }
    if (read.end < text.size() && text[read.end] == '.' && figures_at(text, behind_month(text, read.end + 1)).size > 0)
        ++read.end;
    for (int i = 0; i < 2 && read.date.year == 0; ++i) {
        const std::size_t start = behind_month(text, read.end);
        const Figures figures = figures_at(text, start);
        std::size_t end = start + figures.size;
        std::size_t letters = end;
        while (letters < text.size() && is_ascii_letter(text[letters])) ++letters;
        const bool is_ordinal = is_listed(ordinal_endings, text.substr(end, letters - end));
        if (end < letters && !is_ordinal) break;
        const bool is_part_of_number = end + 1 < text.size() &&
                                       (text[end] == '.' || text[end] == ',' || text[end] == ':') &&
                                       is_ascii_digit(text[end + 1]);
        if (is_part_of_number) break;
        if (is_year(figures)) {
            read.date.year = figures.value;
        } else if (read.date.day == 0 && is_day(figures)) {
            read.date.day = figures.value;
            end = letters;
        } else {
            break;
        }
        read.end = end;
    }
    const bool is_alone = read.date.day == 0 && read.date.year == 0;
    const bool may_be_other = is_listed(months_that_are_words, ascii_lower(text.substr(at, month.length)));
    if (is_alone && may_be_other && !is_listed(before_months, ascii_lower(word_before(text, at)))) return {};
    return read;
}

}  // namespace quarry::answer
