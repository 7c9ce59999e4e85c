#include "core/migrate/version.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::migrate {
namespace {

constexpr std::size_t timestamp_digits = 14;
constexpr std::string_view extension = ".sql";
constexpr std::string_view form = "name it VERSION_name.sql, such as 0001_create_users.sql or "
                                  "20261121103000_create_users.sql";

[[noreturn]] void malformed(std::string_view where, std::string_view problem, std::string_view hint = form) {
    throw Error(ErrorCode::failed, fmt::format("{}: {}", where, problem), std::string(hint));
}

bool is_name(char c) noexcept {
    return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
           static_cast<unsigned char>(c) >= 0x80;
}

void check_name(std::string_view name, std::string_view where) {
    if (name.empty()) malformed(where, "the migration has no name");
    if (!std::all_of(name.begin(), name.end(), is_name) || find_invalid_utf8(name)) {
        malformed(where, "the migration's name may hold letters, digits, \"_\" and \"-\" only");
    }
}

/// Takes ".up" or ".down" off the name's end.
FilePart take_part(std::string_view& name) {
    for (const auto& [ending, part] :
         {std::pair{std::string_view(".up"), FilePart::up}, {std::string_view(".down"), FilePart::down}}) {
        if (!name.ends_with(ending)) continue;
        name.remove_suffix(ending.size());
        return part;
    }
    return FilePart::whole;
}

}  // namespace

FileName parse_file_name(std::string_view file_name, std::string_view where) {
    if (!file_name.ends_with(extension)) malformed(where, "the file's name does not end in .sql");
    file_name.remove_suffix(extension.size());
    FileName parsed;
    if (file_name.starts_with("R_")) {
        parsed.part = FilePart::repeatable;
        parsed.version_text = "R";
        parsed.name = file_name.starts_with("R__") ? file_name.substr(3) : file_name.substr(2);
        check_name(parsed.name, where);
        return parsed;
    }
    const std::size_t digits = static_cast<std::size_t>(
        std::find_if_not(file_name.begin(), file_name.end(), is_ascii_digit) - file_name.begin());
    if (digits == 0) malformed(where, "the file's name does not begin with a version");
    if (digits > timestamp_digits) malformed(where, "the version has more than 14 digits");
    if (digits == file_name.size() || file_name[digits] != '_') {
        malformed(where, "there is no \"_\" between the version and the name");
    }
    parsed.part = take_part(file_name);
    parsed.version_text = file_name.substr(0, digits);
    parsed.name = file_name.substr(digits + 1);
    std::from_chars(parsed.version_text.data(), parsed.version_text.data() + digits, parsed.version);
    parsed.style = digits == timestamp_digits ? VersionStyle::timestamp : VersionStyle::number;
    check_name(parsed.name, where);
    if (parsed.version == 0) {
        malformed(
            where, "versions begin at 1",
            "if the folder belongs to another tool, quarry migrate import gives it a new version; otherwise rename it");
    }
    if (parsed.style == VersionStyle::timestamp && !parse_timestamp(parsed.version)) {
        malformed(where, "a version of 14 digits is a time, YYYYMMDDHHMMSS, and this one does not exist");
    }
    return parsed;
}

std::optional<std::chrono::sys_seconds> parse_timestamp(std::int64_t version) {
    const auto part = [&](std::int64_t divisor, int modulus) { return static_cast<int>(version / divisor % modulus); };
    const std::chrono::year_month_day date{std::chrono::year(part(10'000'000'000, 10'000)),
                                           std::chrono::month(static_cast<unsigned>(part(100'000'000, 100))),
                                           std::chrono::day(static_cast<unsigned>(part(1'000'000, 100)))};
    const int hour = part(10'000, 100), minute = part(100, 100), second = part(1, 100);
    if (!date.ok() || hour >= 24 || minute >= 60 || second >= 60) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

std::string format_timestamp(std::chrono::sys_seconds time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

std::string format_version(std::int64_t version) { return fmt::format("{:04}", version); }

}  // namespace quarry::migrate
