#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/date.h"
#include "core/answer/units.h"

namespace quarry::answer {

/// What an amount says of the one that is meant.
enum class Bound {
    none,   ///< That it is the one.
    most,   ///< That it is no more: "up to", "at most", "less than".
    least,  ///< That it is no less: "at least", "more than".
};

/// A number of a text with its unit, or a date.
struct Quantity {
    enum class Kind {
        number,
        date,  ///< A month, with the day and the year that stand beside it.
    };
    Kind kind = Kind::number;
    std::string shown;       ///< As written, with its unit.
    std::string number;      ///< Its normal form (`normal_number`), without unit and multiple; of a date its day.
    bool version = false;    ///< Of a version ("v1.10", "version 1.10"): it is no fraction, 1.10 is not 1.1.
    double value = 0;        ///< With the multiple ("million"); 0 where it is no plain number (13:00, 1.2.0).
    double other_value = 0;  ///< Another reading: "384.400" is 384.4 or 384400; else `value`.
    double without_suffix = 0;  ///< The value without a letter that may be a unit of data: "64k"; 0 where none is.
    Unit unit{};
    Bound bound = Bound::none;  ///< Set by `find_bounds`.
    bool counts_one = false;    ///< "One week", "a day": what bears a 1 out, and needs no source itself.
    Date date{};              ///< Of a date.
    std::size_t start = 0;    ///< Bytes of the text.
    std::size_t end = 0;

    /// Whether it is a word that may be a month ("Jan"), a number ("v2") or an ordinal ("third"), with no bytes of its
    /// own: it bears that out, and asks for nothing. It counts as one.
    [[nodiscard]] bool is_perhaps() const noexcept { return counts_one && start == end; }
    /// Whether it is a time of day; its value is in minutes then.
    [[nodiscard]] bool is_time() const noexcept;
    /// A time of day, a year, or a number alone: what `rivals` tells apart where no unit does.
    [[nodiscard]] bool is_year() const noexcept;
    /// Whether both say how much of one thing: of one dimension, or both times of day, years or dates.
    [[nodiscard]] bool is_alike(const Quantity& other) const noexcept;
    /// Whether both say the same amount, or may say the same day; a year is that of a date too.
    [[nodiscard]] bool equals(const Quantity& other) const noexcept;
};

/// The one form of a number in digits: "384,400" and "384 400" are "384400"; empty for what is none.
[[nodiscard]] std::string normal_number(std::string_view word);

/// The quantities of a text, in order. The 2 of "utf8" is none, and that of "v2" one perhaps. Numbers in words are
/// those of English and of `language`.
[[nodiscard]] std::vector<Quantity> find_quantities(std::string_view text, std::string_view language = "en");

/// The units that something is for each of: "per second", "800 euros a month". `quantities` are those of the text.
[[nodiscard]] std::vector<Unit> find_rates(std::string_view text, std::span<const Quantity> quantities);

/// What sources say of a statement's quantity.
enum class QuantityMatch {
    same,
    other_unit,   ///< They have the number, of something else.
    other_bound,  ///< They have it as the least where the statement says the most, or the other way round.
    none,
};
[[nodiscard]] QuantityMatch match_quantity(const Quantity& quantity, std::span<const Quantity> sources);

}  // namespace quarry::answer
