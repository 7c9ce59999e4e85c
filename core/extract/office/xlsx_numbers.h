#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/office/xml.h"

namespace quarry::extract {

/// How a spreadsheet shows its numbers (xl/styles.xml), as far as their meaning depends on it: dates, times, percent.
class XlsxNumbers {
public:
    XlsxNumbers() = default;
    /// `from_1904`: days are counted from 1904, as old Macintosh files do.
    XlsxNumbers(pugi::xml_node styles, bool from_1904);

    /// A cell's stored value as text for people: "2024-03-05", "12:30:00", "25%", "0.1". What is no number, or no date
    /// of the calendar, is kept as it is.
    [[nodiscard]] std::string show(std::string_view value, std::string_view style) const;

private:
    enum class Shape { number, date, time, date_time, percent };
    struct Format {
        Shape shape = Shape::number;
        int decimals = 0;  ///< Of percent.
    };

    [[nodiscard]] static Format classify(std::string_view code);
    [[nodiscard]] static Format built_in(int id);

    std::vector<Format> styles_;
    bool from_1904_ = false;
};

}  // namespace quarry::extract
