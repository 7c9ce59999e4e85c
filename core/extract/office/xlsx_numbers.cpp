#include "core/extract/office/xlsx_numbers.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

std::optional<double> number_of(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
    return number;
}

/// Days and their fractions since the end of 1899 (or 1904) as a date of the calendar; nothing beyond the year 9999.
std::optional<std::string> date_of(double days, bool from_1904, bool with_date, bool with_time) {
    constexpr double last_day = 2'958'466;  // 10000-01-01
    if (days < 0 || days >= last_day) return std::nullopt;
    const auto seconds = static_cast<long long>(std::llround(days * 86'400));
    long long day = seconds / 86'400;
    const long long of_day = seconds % 86'400;
    std::string text;
    if (with_date) {
        // Spreadsheets count a 29 February 1900, which there was not: days before it are one off.
        const long long shift = from_1904 ? 24'107 : day < 60 ? 25'568 : 25'569;
        const std::chrono::sys_days date{std::chrono::days(day - shift)};
        const std::chrono::year_month_day parts(date);
        text = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(parts.year()), static_cast<unsigned>(parts.month()),
                           static_cast<unsigned>(parts.day()));
    }
    if (with_time) {
        // A duration such as 30:15 has more hours than a day.
        const long long hours = of_day / 3600 + (with_date ? 0 : day * 24);
        text += fmt::format("{}{:02}:{:02}:{:02}", with_date ? " " : "", hours, of_day / 60 % 60, of_day % 60);
    }
    return text;
}

}  // namespace

XlsxNumbers::XlsxNumbers(pugi::xml_node styles, bool from_1904) : from_1904_(from_1904) {
    std::map<int, Format> custom;
    for (const pugi::xml_node one : child(styles, "numFmts").children()) {
        custom[to_int(attribute(one, "numFmtId"), -1)] = classify(attribute(one, "formatCode"));
    }
    for (const pugi::xml_node one : child(styles, "cellXfs").children()) {
        if (local_name(one) != "xf") continue;
        const int id = to_int(attribute(one, "numFmtId"));
        const auto found = custom.find(id);
        styles_.push_back(found == custom.end() ? built_in(id) : found->second);
    }
}

XlsxNumbers::Format XlsxNumbers::built_in(int id) {
    // ECMA-376, part 1, 18.8.30; from 27 to 58 the dates of East Asian editions.
    if (id == 9) return {Shape::percent, 0};
    if (id == 10) return {Shape::percent, 2};
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || (id >= 50 && id <= 58) || id == 36) return {Shape::date, 0};
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47)) return {Shape::time, 0};
    return id == 22 ? Format{Shape::date_time, 0} : Format{};
}

XlsxNumbers::Format XlsxNumbers::classify(std::string_view code) {
    code = code.substr(0, code.find(';'));  // the format of positive numbers
    bool date = false, time = false, percent = false, month_or_minute = false, point = false;
    int decimals = 0;
    for (std::size_t at = 0; at < code.size(); ++at) {
        const char c = code[at];
        if (c == '"') {  // words as they are
            at = std::min(code.find('"', at + 1), code.size());
        } else if (c == '\\' || c == '_' || c == '*') {
            ++at;
        } else if (c == '[') {  // a colour, a locale, a condition; or hours beyond a day
            const std::size_t close = std::min(code.find(']', at), code.size());
            const char inner = ascii_lower(code.substr(at + 1, 1)).c_str()[0];
            time |= (inner == 'h' || inner == 's' || inner == 'm') && close <= at + 3;
            at = close;
        } else {
            date |= c == 'y' || c == 'Y' || c == 'd' || c == 'D';
            time |= c == 'h' || c == 'H' || c == 's' || c == 'S';
            month_or_minute |= c == 'm' || c == 'M';
            percent |= c == '%';
            if (c == '.') point = true;
            if (point && c == '0') ++decimals;
        }
    }
    if (code == "General" || code == "@") return {};
    if (date || (month_or_minute && !time)) return {time ? Shape::date_time : Shape::date, 0};
    if (time) return {Shape::time, 0};
    return percent ? Format{Shape::percent, std::min(decimals, 10)} : Format{};
}

std::string XlsxNumbers::show(std::string_view value, std::string_view style) const {
    const auto number = number_of(value);
    if (!number) return std::string(value);
    const int index = to_int(style, -1);
    const Format format = index >= 0 && index < static_cast<int>(styles_.size()) ? styles_[index] : Format{};
    std::optional<std::string> text;
    switch (format.shape) {
        case Shape::number: break;
        case Shape::date: text = date_of(*number, from_1904_, true, false); break;
        case Shape::time: text = date_of(*number, from_1904_, *number >= 60'000, true); break;
        case Shape::date_time: text = date_of(*number, from_1904_, true, true); break;
        case Shape::percent: return fmt::format("{:.{}f}%", *number * 100, format.decimals);
    }
    // Stored with 17 digits, of which spreadsheets show 15: 0.1 is stored as 0.10000000000000001.
    return text ? *text : fmt::format("{:.15g}", *number);
}

}  // namespace quarry::extract
