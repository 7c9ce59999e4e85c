// The formats of JSON Schemas that are checked.
#include "core/base/json_format.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace quarry {
namespace {

/// Takes `count` digits from the front of a text; -1 where they are not there.
int take_digits(std::string_view& text, std::size_t count) noexcept {
    if (text.size() < count || !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count),
                                            [](char c) { return is_ascii_digit(c); })) {
        return -1;
    }
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) number = number * 10 + (text[i] - '0');
    text.remove_prefix(count);
    return number;
}

bool take_mark(std::string_view& text, std::string_view marks) noexcept {
    if (text.empty() || marks.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

bool take_date(std::string_view& text) noexcept {
    constexpr int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const int year = take_digits(text, 4);
    if (year < 0 || !take_mark(text, "-")) return false;
    const int month = take_digits(text, 2);
    if (month < 1 || month > 12 || !take_mark(text, "-")) return false;
    const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const int day = take_digits(text, 2);
    return day >= 1 && day <= month_days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

bool take_time(std::string_view& text) noexcept {
    const int hour = take_digits(text, 2);
    if (hour < 0 || hour > 23 || !take_mark(text, ":")) return false;
    const int minute = take_digits(text, 2);
    if (minute < 0 || minute > 59 || !take_mark(text, ":")) return false;
    const int second = take_digits(text, 2);
    if (second < 0 || second > 60) return false;
    if (take_mark(text, ".")) {
        if (take_digits(text, 1) < 0) return false;
        while (take_digits(text, 1) >= 0) continue;
    }
    int offset = 0;
    if (!take_mark(text, "Zz")) {
        const int sign = text.starts_with('-') ? -1 : 1;
        if (!take_mark(text, "+-")) return false;
        const int hours = take_digits(text, 2);
        if (hours < 0 || hours > 23 || !take_mark(text, ":")) return false;
        const int minutes = take_digits(text, 2);
        if (minutes < 0 || minutes > 59) return false;
        offset = sign * (hours * 60 + minutes);
    }
    constexpr int day = 24 * 60;
    return second < 60 || (hour * 60 + minute - offset + day) % day == day - 1;  // leap seconds end a day in UTC
}

}  // namespace

bool is_checked_format(std::string_view format) noexcept {
    return format == "date" || format == "time" || format == "date-time";
}

bool fits_json_format(std::string_view format, std::string_view text) noexcept {
    if (format.starts_with("date") && !take_date(text)) return false;
    if (format == "date-time" && !take_mark(text, "Tt")) return false;
    if (format.ends_with("time") && !take_time(text)) return false;
    return text.empty();
}

}  // namespace quarry
