// Values of mail headers: encoded words and dates.
#include <fmt/format.h>

#include <array>
#include <optional>
#include <vector>

#include "core/base/text.h"
#include "core/extract/office/charset.h"
#include "core/extract/office/mime.h"
#include "core/extract/office/transfer_encoding.h"
#include "core/extract/office/xml.h"

namespace quarry::extract {
namespace {

struct EncodedWord {
    std::string charset;
    std::string bytes;
    std::size_t end = 0;  ///< Behind it in the value.
};

/// The encoded word at `at`: =?charset*language?q?text?=.
std::optional<EncodedWord> encoded_word(std::string_view value, std::size_t at) {
    if (!value.substr(at).starts_with("=?")) return std::nullopt;
    const std::size_t charset_end = value.find('?', at + 2);
    if (charset_end == std::string_view::npos || charset_end + 2 >= value.size() || value[charset_end + 2] != '?') {
        return std::nullopt;
    }
    const std::size_t end = value.find("?=", charset_end + 3);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = value.substr(charset_end + 3, end - charset_end - 3);
    const char encoding = value[charset_end + 1];
    const std::string_view charset = value.substr(at + 2, charset_end - at - 2);
    EncodedWord word{std::string(charset.substr(0, charset.find('*'))), {}, end + 2};
    if (encoding == 'b' || encoding == 'B') {
        word.bytes = decode_base64(text);
    } else if (encoding == 'q' || encoding == 'Q') {
        word.bytes = decode_quoted_printable(text, true);
    } else {
        return std::nullopt;
    }
    return word;
}

int month_number(std::string_view name) {
    constexpr std::string_view names = "janfebmaraprmayjunjulaugsepoctnovdec";
    const std::size_t at = name.size() < 3 ? std::string_view::npos : names.find(ascii_lower(name.substr(0, 3)));
    return at == std::string_view::npos || at % 3 != 0 ? 0 : static_cast<int>(at / 3) + 1;
}

/// "+0100" as "+01:00"; names of zones but UTC's are of no certain meaning.
std::string zone_offset(std::string_view zone) {
    const bool numeric = zone.size() == 5 && (zone[0] == '+' || zone[0] == '-') &&
                         zone.find_first_not_of("0123456789", 1) == std::string_view::npos;
    return numeric && zone != "+0000" && zone != "-0000" ? fmt::format("{}:{}", zone.substr(0, 3), zone.substr(3))
                                                         : std::string("Z");
}

}  // namespace

std::string decode_mail_header(std::string_view value) {
    std::string text;
    std::string bytes, charset;  // of encoded words that stand together: a character may be divided between them
    const auto settle = [&] {
        if (!bytes.empty()) text += charset_to_utf8(bytes, charset);
        bytes.clear();
    };
    std::size_t plain = 0;
    for (std::size_t at = value.find("=?"); at != std::string_view::npos; at = value.find("=?", at)) {
        auto word = encoded_word(value, at);
        if (!word) {
            at += 2;
            continue;
        }
        const std::string_view between = value.substr(plain, at - plain);
        if (plain == 0 || !trim(between).empty()) {
            settle();
            text += charset_to_utf8(between, {});
        }
        if (word->charset != charset) settle();
        charset = word->charset;
        bytes += word->bytes;
        plain = at = word->end;
    }
    settle();
    text += charset_to_utf8(value.substr(plain), {});
    return one_line(text, 10'000);
}

std::string rfc3339_date(std::string_view date) {
    const std::size_t comma = date.find(',');
    if (comma != std::string_view::npos) date.remove_prefix(comma + 1);
    std::vector<std::string_view> words;
    for (const std::string_view word : split(date.substr(0, 100), ' ')) {
        if (!word.empty()) words.push_back(word);
    }
    if (words.size() < 4) return {};
    const int day = to_int(words[0]), month = month_number(words[1]);
    int year = to_int(words[2]);
    if (year < 50 && words[2].size() == 2) year += 2000;
    if (year < 100) year += 1900;
    const auto clock = split(words[3], ':');
    if (clock.size() < 2 || day < 1 || day > 31 || month == 0 || year > 9999) return {};
    const int hour = to_int(clock[0], -1), minute = to_int(clock[1], -1);
    const int second = clock.size() > 2 ? to_int(clock[2], -1) : 0;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return {};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", year, month, day, hour, minute, second,
                       zone_offset(words.size() > 4 ? words[4] : "+0000"));
}

}  // namespace quarry::extract
