#include "core/redact/personal.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/redact/numbers.h"
#include "core/redact/placeholder.h"

namespace quarry::redact {
namespace {

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_number_letter(char c) { return is_capital(c) || (c >= 'a' && c <= 'z'); }
/// Bytes beyond ASCII count as letters: a number does not begin within a word of any script.
bool is_name_byte(char c) {
    return is_ascii_digit(c) || is_number_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_hex(char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool one_of(char c, std::string_view characters) { return characters.find(c) != std::string_view::npos; }

/// A stretch of digits with single separators between them: how numbers are written for people.
struct WrittenNumber {
    static constexpr std::size_t most_digits = 40;

    std::size_t start = 0;
    std::size_t end = 0;
    std::string digits;
    std::string shape;  ///< Sizes of its groups and what is between them: "3-2-4", "4 4 4 4".
    bool plus = false;
    bool groups_in_parentheses = false;
};

class NumberScan {
public:
    NumberScan(std::string_view text, const PersonalKinds& kinds, std::vector<Finding>& findings)
        : text_(text), kinds_(kinds), findings_(findings) {}

    void run() {
        std::size_t i = 0;
        while (i < text_.size()) {
            if (text_[i] == '@' && kinds_.email) {
                i = email(i);
            } else if (text_[i] == ':' && kinds_.ip) {
                i = ip6(i);
            } else if (is_ascii_digit(text_[i])) {
                i = number(i);
            } else {
                ++i;
            }
        }
    }

private:
    void add(std::size_t start, std::size_t end, std::string_view kind) { findings_.push_back({start, end, kind}); }
    [[nodiscard]] char at(std::size_t i) const { return i < text_.size() ? text_[i] : ' '; }
    [[nodiscard]] char before(std::size_t i) const { return i > 0 ? text_[i - 1] : ' '; }

    // -- e-mail --------------------------------------------------------------------------------------------------

    /// The address around the '@'; returns where to go on.
    std::size_t email(std::size_t sign) {
        std::size_t start = sign;
        const auto local = [](char c) { return is_ascii_digit(c) || is_number_letter(c) || one_of(c, "._%+-"); };
        while (start > 0 && sign - start < 64 && local(text_[start - 1])) --start;
        while (start < sign && one_of(text_[start], ".-%+")) ++start;
        std::size_t end = sign + 1;
        std::size_t last_dot = 0;
        const auto domain = [](char c) { return is_ascii_digit(c) || is_number_letter(c) || c == '-' || c == '.'; };
        for (; end < text_.size() && end - sign <= 253 && domain(text_[end]); ++end) {
            if (text_[end] == '.') {
                if (text_[end - 1] == '.' || text_[end - 1] == '@') break;
                last_dot = end;
            }
        }
        while (end > sign + 1 && one_of(text_[end - 1], ".-")) {
            --end;
            if (last_dot == end) last_dot = end > sign ? text_.substr(0, end).rfind('.') : 0;
        }
        if (start == sign || last_dot == std::string_view::npos || last_dot <= sign + 1) return sign + 1;
        if (is_address(text_.substr(start, sign - start), text_.substr(sign + 1, end - sign - 1), at(end))) {
            add(start, end, "email");
            return end;
        }
        return sign + 1;
    }

    static bool is_address(std::string_view local, std::string_view domain, char after) {
        const std::string lower = ascii_lower(domain);
        const std::string_view name = lower;
        const std::string_view top = name.substr(name.rfind('.') + 1);
        if (top.size() < 2 || !std::ranges::all_of(top, is_number_letter)) return false;
        // Endings of files: icon@2x.png, lodash@latest.js.
        constexpr auto files = std::to_array<std::string_view>(
            {"png",  "jpg",     "jpeg",   "gif",   "svg",    "webp",   "js",      "mjs", "css", "html",
             "json", "service", "socket", "timer", "setter", "getter", "deleter", "md",  "txt", "tgz"});
        if (std::ranges::find(files, top) != files.end()) return false;
        // The user of version control over SSH is nobody: git@github.com:owner/repo.git.
        return !((local == "git" || local == "hg" || local == "svn") && (after == ':' || after == '/'));
    }

    // -- numbers -------------------------------------------------------------------------------------------------

    /// The number that begins here, with what belongs to it; returns where to go on: behind it.
    std::size_t number(std::size_t first) {
        if (kinds_.iban) {
            if (const std::size_t end = iban(first); end > first) return end;
        }
        const WrittenNumber number = read(first);
        const std::size_t next = std::max(number.end, first + 1);
        if (!stands_alone(number)) return next;
        if (kinds_.ip && ip4(first)) return next;
        if (number.digits.size() > 19 || number.digits.size() < 8) return next;
        if (const std::string_view kind = kind_of(number); !kind.empty()) {
            add(number.start, number.end, kind);
        } else if (const std::size_t cut = number.shape.find_last_of(' '); cut != std::string::npos) {
            without_last_group(number);
        }
        return next;
    }

    /// "Call 212-555-0188 24 hours a day": the last group may be another number.
    void without_last_group(WrittenNumber number) {
        const std::size_t space = text_.substr(0, number.end).find_last_of(' ');
        if (space == std::string_view::npos || space <= number.start) return;
        const std::string_view group = text_.substr(space, number.end - space);
        const auto cut = static_cast<std::size_t>(std::ranges::count_if(group, is_ascii_digit));
        number.digits.resize(number.digits.size() - std::min(cut, number.digits.size()));
        number.shape.resize(number.shape.find_last_of(' '));
        number.end = space;
        if (number.digits.size() < 8) return;
        if (const std::string_view kind = kind_of(number); !kind.empty()) add(number.start, number.end, kind);
    }

    [[nodiscard]] WrittenNumber read(std::size_t first) const {
        WrittenNumber number;
        number.start = first;
        if (before(first) == '(') {
            --number.start;
            number.groups_in_parentheses = true;
        }
        if (before(number.start) == '+') {
            --number.start;
            number.plus = true;
        }
        std::size_t group = 0;
        std::size_t i = first;
        const auto end_group = [&] {
            number.shape += std::to_string(group);
            group = 0;
        };
        while (i < text_.size()) {
            if (is_ascii_digit(text_[i])) {
                number.digits += text_[i++];
                ++group;
                if (number.digits.size() > WrittenNumber::most_digits) {  // no number of ours; pass it all over
                    while (i < text_.size() && is_ascii_digit(text_[i])) ++i;
                    break;
                }
                continue;
            }
            const std::size_t separator = separator_length(i);
            if (separator == 0) break;
            end_group();
            number.shape += one_of(text_[i], "()") ? ' ' : text_[i];
            if (text_.substr(i, separator).find_first_of("()") != std::string_view::npos) {
                number.groups_in_parentheses = true;
            }
            i += separator;
        }
        end_group();
        number.end = i;
        // A bracket that closes elsewhere is none of the number's.
        if (text_[number.start] == '(' && text_.substr(first, i - first).find(')') == std::string_view::npos) {
            number.start = first;
        }
        return number;
    }

    /// What stands between two groups of digits, if anything that may: one character, or a bracket and a space.
    [[nodiscard]] std::size_t separator_length(std::size_t i) const {
        if (one_of(text_[i], " -./") && is_ascii_digit(at(i + 1))) return 1;
        if (one_of(text_[i], " -") && at(i + 1) == '(' && is_ascii_digit(at(i + 2))) return 2;
        if (text_[i] == '(' && is_ascii_digit(at(i + 1))) return 1;
        if (text_[i] == ')') {
            if (is_ascii_digit(at(i + 1))) return 1;
            if (one_of(at(i + 1), " -") && is_ascii_digit(at(i + 2))) return 2;
        }
        return 0;
    }

    [[nodiscard]] bool stands_alone(const WrittenNumber& number) const {
        const char left = before(number.start);
        const char right = at(number.end);
        if (is_name_byte(left) || one_of(left, "-.#=&%$€£*^+/\\@")) {
            // A value or a parameter is a number by itself all the same.
            if (!one_of(left, "=/") || number.plus) return left == '=' && number.plus;
            if (left == '/') return false;
        }
        if (is_name_byte(right) || one_of(right, "%*^+=@\\")) return false;
        if (right == ':' && is_ascii_digit(at(number.end + 1))) return false;  // a time
        return !(one_of(right, "-/_") && is_name_byte(at(number.end + 1)));
    }

    [[nodiscard]] std::string_view kind_of(const WrittenNumber& number) const {
        const std::string& digits = number.digits;
        const std::string& shape = number.shape;
        if (kinds_.card && !number.plus && is_card_shape(number) && is_card_number(digits)) return "card";
        if (kinds_.swiss_ahv && (shape == "3.4.4.2" || shape == "13" || shape == "3 4 4 2") && is_ahv_number(digits)) {
            return "ch-ahv";
        }
        if (kinds_.us_ssn && !number.plus && (shape == "3-2-4" || (shape == "3 2 4" && named(number, ssn_words))) &&
            is_us_ssn(digits)) {
            return "us-ssn";
        }
        if (kinds_.german_tax_id && (shape == "11" || shape == "2 3 3 3") && named(number, tax_words) &&
            is_german_tax_id(digits)) {
            return "de-tax-id";
        }
        if (kinds_.phone && is_phone(number)) return "phone";
        return {};
    }

    /// Whether a group like its own stands right before or behind the number, as in tables and dumps.
    [[nodiscard]] bool is_in_row(const WrittenNumber& number) const {
        const std::size_t space = text_.substr(number.start, number.end - number.start).rfind(' ');
        if (space == std::string_view::npos) return false;
        const std::size_t size = number.end - number.start - space - 1;
        const auto is_group = [&](std::size_t start) {
            return std::ranges::all_of(text_.substr(start, size), is_hex) && !is_name_byte(before(start)) &&
                   !is_name_byte(at(start + size));
        };
        return (at(number.end) == ' ' && number.end + 1 + size <= text_.size() && is_group(number.end + 1)) ||
               (before(number.start) == ' ' && number.start > size && is_group(number.start - size - 1));
    }

    [[nodiscard]] bool is_card_shape(const WrittenNumber& number) const {
        const std::string& shape = number.shape;
        if (is_in_row(number)) return false;
        if (shape.find_first_not_of("0123456789") == std::string::npos) return true;
        constexpr auto shapes = std::to_array<std::string_view>(
            {"4 4 4 4", "4-4-4-4", "4 6 5", "4-6-5", "4 6 4", "4-6-4", "4 4 4 4 3", "4-4-4-4-3"});
        return std::ranges::find(shapes, shape) != shapes.end();
    }

    static constexpr auto phone_words = std::to_array<std::string_view>(
        {"tel", "phone", "telephone", "fax", "telefax", "mobile", "mobil", "handy", "cell", "call", "telefon", "natel",
         "rufnummer", "whatsapp", "sms", "t\xC3\xA9l", "\xE2\x98\x8E", "\xF0\x9F\x93\x9E"});
    static constexpr auto tax_words = std::to_array<std::string_view>(
        {"steuer", "steuerid", "idnr", "id-nr", "id nr", "tax id", "tax-id", "identifikationsnummer", "tin"});
    static constexpr auto ssn_words = std::to_array<std::string_view>({"ssn", "social security"});

    /// Whether one of the words stands shortly before the number.
    template <typename Words>
    [[nodiscard]] bool named(const WrittenNumber& number, const Words& words) const {
        constexpr std::size_t shortly = 32;
        const std::size_t from = number.start > shortly ? number.start - shortly : 0;
        std::string_view before_it = text_.substr(from, number.start - from);
        // What was taken out says nothing of what follows it.
        if (const std::size_t bracket = before_it.rfind(']'); bracket != std::string_view::npos) {
            if (is_in_placeholder(text_, from + bracket)) before_it.remove_prefix(bracket);
        }
        const std::string near = ascii_lower(before_it);
        return std::ranges::any_of(words, [&](std::string_view word) { return has_word(near, word); });
    }

    static bool has_word(std::string_view text, std::string_view word) {
        for (std::size_t i = text.find(word); i != std::string_view::npos; i = text.find(word, i + 1)) {
            const std::size_t end = i + word.size();
            if ((i == 0 || !is_number_letter(text[i - 1])) && (end == text.size() || !is_number_letter(text[end]))) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] bool is_phone(const WrittenNumber& number) const {
        const std::string& digits = number.digits;
        const std::string& shape = number.shape;
        const bool grouped = shape.find_first_of(" -./") != std::string::npos;
        if (is_date(number) || (!number.plus && is_in_row(number))) return false;
        // The limits of 32-bit integers are no telephones.
        if (digits == "2147483647" || digits == "2147483648" || digits == "4294967295") return false;
        if (number.plus) return is_international_phone(without_trunk_zero(number)) && (grouped || digits.size() >= 10);
        if (digits.starts_with("00") && grouped && shape.starts_with("4")) {  // 0041 44 668 18 00
            return is_international_phone(std::string_view(digits).substr(2));
        }
        if (is_north_american_phone(digits)) {
            if (shape == "3-3-4" || shape == "3.3.4") return true;
            if (number.groups_in_parentheses && (shape == "3 3-4" || shape == "3 3 4")) return true;
        }
        if (shape == "1-3-3-4") return digits[0] == '1' && is_north_american_phone(std::string_view(digits).substr(1));
        if (digits[0] != '0' || digits[1] == '0') return grouped && digits.size() <= 12 && named(number, phone_words);
        if (digits.size() < 9 || digits.size() > 12) return false;
        // France and Switzerland write theirs in one way only.
        if (shape == "2 2 2 2 2" || shape == "2.2.2.2.2" || shape == "3 3 2 2") return true;
        return named(number, phone_words);
    }

    /// "2005-03-23 10", "2012-2016": begins with a year.
    static bool is_date(const WrittenNumber& number) {
        return number.shape.starts_with("4-") && !number.plus &&
               (number.digits.starts_with("19") || number.digits.starts_with("20"));
    }

    /// "+44 (0)20 7946 0018" has a zero that is dialled at home only.
    [[nodiscard]] std::string without_trunk_zero(const WrittenNumber& number) const {
        std::string digits = number.digits;
        if (const std::size_t at = number.shape.find(" 1 "); number.groups_in_parentheses && at != std::string::npos) {
            const auto size = static_cast<std::size_t>(number.shape[0] - '0');
            if (at == 1 && size < digits.size() && digits[size] == '0') digits.erase(size, 1);
        }
        return digits;
    }

    // -- IBAN ----------------------------------------------------------------------------------------------------

    /// The IBAN whose check digits begin here; returns its end, or `digits` when there is none.
    std::size_t iban(std::size_t digits) {
        if (digits < 2 || !is_capital(text_[digits - 1]) || !is_capital(text_[digits - 2])) return digits;
        const std::size_t start = digits - 2;
        const std::size_t length = iban_length(text_.substr(start, 2));
        if (length == 0 || is_name_byte(before(start)) || !is_ascii_digit(at(digits + 1))) return digits;
        std::string compact;
        std::size_t i = start;
        while (i < text_.size() && compact.size() < length) {
            if (is_ascii_digit(text_[i]) || is_capital(text_[i])) {
                compact += text_[i++];
            } else if (one_of(text_[i], " -") && compact.size() % 4 == 0 && i > start && !one_of(text_[i - 1], " -")) {
                ++i;
            } else {
                return digits;
            }
        }
        if (is_name_byte(at(i)) || !is_iban(compact)) return digits;
        add(start, i, "iban");
        return i;
    }

    // -- IP addresses --------------------------------------------------------------------------------------------

    bool ip4(std::size_t start) {
        std::size_t end = start;
        while (end < text_.size() && end - start < 16 && (is_ascii_digit(text_[end]) || text_[end] == '.')) ++end;
        while (end > start && text_[end - 1] == '.') --end;
        in_addr address{};
        const std::string written(text_.substr(start, end - start));
        if (::inet_pton(AF_INET, written.c_str(), &address) != 1 || is_name_byte(at(end))) return false;
        // "#### 12.6.4.1. Thesaurus" is a section.
        if (at(end) == '.' && (one_of(before(start), "\"\n\xA7") || text_.substr(0, start).ends_with("# ")))
            return false;
        if (!is_public(ntohl(address.s_addr))) return false;
        add(start, end, "ip");
        return true;
    }

    /// Neither private, nor local, nor set aside for documentation (IANA's special-purpose registry).
    static bool is_public(std::uint32_t address) {
        const auto in = [&](std::uint32_t network, int bits) {
            return (address >> (32 - bits)) == (network >> (32 - bits));
        };
        return !(in(0, 8) || in(0x0A000000, 8) || in(0x64400000, 10) || in(0x7F000000, 8) || in(0xA9FE0000, 16) ||
                 in(0xAC100000, 12) || in(0xC0000000, 24) || in(0xC0000200, 24) || in(0xC0A80000, 16) ||
                 in(0xC6120000, 15) || in(0xC6336400, 24) || in(0xCB007100, 24) || in(0xE0000000, 3));
    }

    std::size_t ip6(std::size_t colon) {
        std::size_t start = colon;
        while (start > 0 && colon - start < 4 && is_hex(text_[start - 1])) --start;
        std::size_t end = colon;
        while (end < text_.size() && end - start <= 46 && (is_hex(text_[end]) || one_of(text_[end], ":."))) ++end;
        const std::size_t next = end;
        while (end > colon && one_of(text_[end - 1], ":.")) --end;
        in6_addr address{};
        const std::string written(text_.substr(start, end - start));
        if (is_name_byte(before(start)) || is_name_byte(at(end)) || before(start) == ':' ||
            ::inet_pton(AF_INET6, written.c_str(), &address) != 1) {
            return next;
        }
        const bool documentation = address.s6_addr[0] == 0x20 && address.s6_addr[1] == 0x01 &&
                                   address.s6_addr[2] == 0x0D && address.s6_addr[3] == 0xB8;
        if ((address.s6_addr[0] & 0xE0) == 0x20 && !documentation) add(start, end, "ip");  // 2000::/3: global unicast
        return next;
    }

    std::string_view text_;
    const PersonalKinds& kinds_;
    std::vector<Finding>& findings_;
};

}  // namespace

void find_personal(std::string_view text, const PersonalKinds& kinds, std::vector<Finding>& findings) {
    NumberScan(text, kinds, findings).run();
}

}  // namespace quarry::redact
