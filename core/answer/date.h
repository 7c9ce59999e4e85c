#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "core/answer/units.h"

namespace quarry::answer {

/// What the parts of a date may be. Years have four digits.
inline constexpr int first_year = 1000, last_year = 2999, last_month = 12, last_day = 31;

/// A date as a text has it; 0 stands for a part that is not there. It has a month.
struct Date {
    int year = 0;
    int month = 0;  ///< 1 to 12.
    int day = 0;
    bool either_order = false;  ///< 03/04/2019: the month may be the day.

    /// Whether both may be the same day, as far as both say it.
    [[nodiscard]] bool agrees(const Date& other) const noexcept;
    /// Whether `source` has the day and the month that this one names, and no other year.
    [[nodiscard]] bool is_in(const Date& source) const noexcept;
};

/// Bytes [start, end) of a text that are a date.
struct DateAt {
    Date date;
    std::size_t start = 0;
    std::size_t end = 0;
};

/// A time of day, and where it ends in its text.
struct TimeAt {
    int minute = 0;                  ///< From midnight on.
    bool is_of_either_half = false;  ///< "2:30", which is 14:30 too.
    std::size_t end = 0;
};

/// The time of day that begins at a digit: 14:30, 2:30 pm, 9 am, 14h30, 10 Uhr.
[[nodiscard]] std::optional<TimeAt> time_at(std::string_view text, std::size_t at);

/// The date in figures that begins at a digit: 2023-08-14, 14.8.2023, 14/08/2023, 2023年8月14日, 8月14日, 2023-08.
[[nodiscard]] std::optional<DateAt> numeric_date_at(std::string_view text, std::size_t at);

/// The date of a month's name at `at`: with the day before it or behind it, and the year behind it ("3 May", "May 3rd,
/// 2019", "5 de mayo de 2019"). Nothing where the name is alone and may be another word or a name ("May", "Jan").
[[nodiscard]] std::optional<DateAt> month_date_at(std::string_view text, std::size_t at, const MonthAt& month);

/// The days that a text lists with one, in order and itself among them: "3 to 9 May", "May 3, 4 and 5, 2019",
/// "5月3日から5日". All have its month, and one year. They begin at `from` or behind it.
[[nodiscard]] std::vector<DateAt> days_with(std::string_view text, std::size_t from, const DateAt& date);

}  // namespace quarry::answer
