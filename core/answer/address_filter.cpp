#include "core/answer/address_filter.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/ascii.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

// A word is shown at the latest when it is this long: no address that anyone needs is.
constexpr std::size_t longest_word = 8192;
constexpr std::size_t longest_host = 60;

// What makes a word an address, in lower case. A bare "//" is one too: browsers take the page's scheme.
constexpr auto address_starts = std::to_array<std::string_view>(
    {"//", "\\\\", "www.",
     "javascript:", "data:", "vbscript:", "mailto:", "file:", "tel:", "sms:", "blob:", "ftp:", "&#"});

constexpr auto running_schemes = std::to_array<std::string_view>({"javascript:", "vbscript:", "data:", "blob:"});

bool is_white(char c) noexcept { return c == ' ' || c == '\n' || c == '\t'; }

/// Signs that stand around an address in text, and in none.
bool is_wrapping(char c) noexcept {
    constexpr std::string_view signs = "()<>[]{}\"'`|,;";
    return signs.find(c) != std::string_view::npos;
}

bool is_scheme_char(char c) noexcept {
    return is_ascii_letter(c) || is_ascii_digit(c) || c == '+' || c == '-' || c == '.';
}

/// Where an address begins in `word`, its scheme included.
std::optional<std::size_t> find_address(std::string_view word) {
    const std::string lower = ascii_lower(word);
    std::size_t first = std::string::npos;
    for (const std::string_view start : address_starts) {
        std::size_t at = lower.find(start);
        // "metadata:" is no scheme, nor is "data:" before a space.
        const auto is_word = [&](std::size_t found) {
            return start.ends_with(':') &&
                   ((found > 0 && is_scheme_char(lower[found - 1])) || found + start.size() == lower.size());
        };
        while (at != std::string::npos && is_word(at)) at = lower.find(start, at + 1);
        first = std::min(first, at);
    }
    if (first == std::string::npos) return std::nullopt;
    if (lower[first] == '/' && first > 0 && lower[first - 1] == ':') {
        --first;
        while (first > 0 && is_scheme_char(word[first - 1])) --first;
    }
    return first;
}

std::size_t address_end(std::string_view word, std::size_t start) {
    std::size_t end = start;
    while (end < word.size() && !is_wrapping(word[end])) ++end;
    // The full stop behind an address is the sentence's.
    while (end > start && (word[end - 1] == '.' || word[end - 1] == ':' || word[end - 1] == '!' ||
                           word[end - 1] == '?' || word[end - 1] == '*' || word[end - 1] == '_')) {
        --end;
    }
    return std::max(end, std::min(start + 2, word.size()));
}

/// "evil.example" of "https://user@evil.example:8/x?y"; the scheme of one without a host.
std::string host_of(std::string_view address) {
    std::size_t start = address.find("//");
    if (start == std::string_view::npos)
        return std::string(address.substr(0, std::min(address.find(':'), longest_host)));
    start += 2;
    const std::size_t end = std::min(address.find_first_of("/?#\\", start), address.size());
    std::string_view host = address.substr(start, end - start);
    if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
    return one_line(host, longest_host);
}

}  // namespace

bool AddressFilter::is_known(std::string_view address) const {
    // A comment of code, "//", and a path on a share carry nothing either.
    if (address == "//" || address == "\\\\") return true;
    // Executable schemes (javascript:, data:) are never allowed.
    const std::string lower = ascii_lower(address);
    const auto begins = [&](std::string_view scheme) { return lower.starts_with(scheme); };
    if (std::ranges::any_of(running_schemes, begins)) return false;
    return std::ranges::any_of(texts_,
                               [&](std::string_view text) { return text.find(address) != std::string_view::npos; });
}

std::string AddressFilter::pass(std::string_view word) {
    std::string shown;
    while (const std::optional<std::size_t> start = find_address(word)) {
        const std::size_t end = address_end(word, *start);
        const std::string_view address = word.substr(*start, end - *start);
        shown += word.substr(0, *start);
        if (is_known(address)) {
            shown += address;
        } else {
            shown += address_left_out;
            left_out_.insert(host_of(address));
        }
        word.remove_prefix(end);
    }
    shown += word;
    return shown;
}

std::string AddressFilter::feed(std::string_view piece) {
    std::string shown;
    for (const char c : piece) {
        // Text in most scripts begins no address, and need not wait for the end of its word.
        if (word_.empty() && static_cast<unsigned char>(c) >= 0x80) {
            shown += c;
            continue;
        }
        if (!is_white(c) && word_.size() < longest_word) {
            word_ += c;
            continue;
        }
        if (!word_.empty()) {
            shown += pass(word_);
            word_.clear();
        }
        (is_white(c) ? shown : word_) += c;
    }
    return shown;
}

std::string AddressFilter::finish() {
    std::string shown = pass(word_);
    word_.clear();
    return shown;
}

}  // namespace quarry::answer
