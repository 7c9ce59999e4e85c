#pragma once

#include <cstddef>
#include <string_view>

namespace quarry::answer {

/// What a unit measures. Units of one dimension can be compared; those of the last group only with themselves.
enum class Dimension {
    none,
    time,  ///< Up to weeks: months and years have no fixed length.
    months,
    length,
    mass,
    volume,
    data,
    power,
    energy,
    frequency,
    voltage,
    current,
    pressure,
    area,
    speed,
    celsius,
    fahrenheit,
    kelvin,
    percent,
    currency,
};

/// A unit as text has it.
struct Unit {
    std::string_view name{};  ///< One for all spellings of it, for people.
    Dimension dimension = Dimension::none;
    double factor = 0;  ///< To the dimension's own unit; 0 for a currency, which is compared by name.

    [[nodiscard]] bool known() const noexcept { return dimension != Dimension::none; }
    /// Whether an amount in one can be told from an amount in the other.
    [[nodiscard]] bool comparable(const Unit& other) const noexcept;
};

/// What a text begins with, and how many bytes that are; 0 for nothing.
struct UnitAt {
    Unit unit{};
    std::size_t length = 0;
};

/// The unit that `text` begins with: a symbol ("km/h", "GiB", "€"), a word of the languages that are known, or one for
/// another ("kilometres per hour").
[[nodiscard]] UnitAt unit_at(std::string_view text);

/// What a word says of the unit behind it: that something is for each of it ("per"), or that, behind an amount ("a").
enum class RateWord { none, always, behind_amount };
[[nodiscard]] RateWord rate_word(std::string_view word);

/// The unit of currency that `text` ends with, as in "US$" before a number.
[[nodiscard]] UnitAt currency_before(std::string_view text);

/// What numbers of a word such as "million" are multiplied by, and its bytes; {1, 0} for another text.
struct ScaleAt {
    double factor = 1;
    std::size_t length = 0;
};
[[nodiscard]] ScaleAt scale_at(std::string_view text);

/// The same of letters that stand at the number itself, of which some multiply only amounts of money: "10k", "$1.5M".
[[nodiscard]] ScaleAt scale_suffix_at(std::string_view text, bool behind_currency);

/// The month, 1 to 12, whose name `text` begins with; 0 for none.
struct MonthAt {
    int month = 0;
    std::size_t length = 0;
};
[[nodiscard]] MonthAt month_at(std::string_view text);

}  // namespace quarry::answer
