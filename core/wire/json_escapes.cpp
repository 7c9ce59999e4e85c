#include "core/wire/json_escapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/hidden_control.h"

namespace quarry::wire {
namespace {

constexpr char del = '\x7F';
constexpr char c1_lead = '\xC2';  // of U+0080 to U+00BF in UTF-8
/// U+E0000, the first tag character, in UTF-16.
constexpr unsigned tag_low_surrogates = 0xDC00, tag_high_surrogate = 0xDB40;

/// Where the first byte is that may begin what is escaped, or the end. Looked up in a table: a chunk's text passes
/// here.
std::size_t find_lead(std::string_view text) {
    static constexpr std::array<bool, 256> is_lead = [] {
        std::array<bool, 256> leads{};
        leads[0x7F] = leads[0xC2] = leads[0xE2] = leads[0xF3] = true;
        return leads;
    }();
    std::size_t at = 0;
    while (at < text.size() && !is_lead[static_cast<unsigned char>(text[at])]) ++at;
    return at;
}

unsigned byte_of(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

/// How many bytes at the beginning are to be escaped, and as what.
std::size_t escape_first(std::string_view json, std::string& escaped) {
    if (json[0] == del) {
        escaped += "\\u007f";
        return 1;
    }
    if (json[0] == c1_lead) {
        if (json.size() < 2 || byte_of(json, 1) < 0x80 || byte_of(json, 1) >= 0xA0) return 0;
        escaped += fmt::format("\\u{:04x}", byte_of(json, 1));
        return 2;
    }
    const std::size_t length = hidden_control_length(json);
    if (length == 3) {
        escaped += fmt::format(
            "\\u{:04x}", (byte_of(json, 0) & 0x0F) << 12 | (byte_of(json, 1) & 0x3F) << 6 | (byte_of(json, 2) & 0x3F));
    } else if (length == 4) {
        const unsigned low = (byte_of(json, 2) & 0x3F) << 6 | (byte_of(json, 3) & 0x3F);
        escaped += fmt::format("\\u{:04x}\\u{:04x}", tag_high_surrogate, tag_low_surrogates + low);
    }
    return length;
}

/// How many bytes at the end may be the beginning of what is escaped.
std::size_t unfinished(std::string_view text) {
    for (std::size_t length = std::min<std::size_t>(3, text.size()); length > 0; --length) {
        const std::string_view tail = text.substr(text.size() - length);
        for (const std::string_view whole :
             {"\xC2\x80", "\xE2\x80\xAA", "\xE2\x81\xA6", "\xF3\xA0\x80\x80", "\xF3\xA0\x81\x80"}) {
            if (length < whole.size() && whole.starts_with(tail)) return length;
        }
    }
    return 0;
}

}  // namespace

std::string escape_json_controls(std::string_view json) {
    std::string escaped;
    escaped.reserve(json.size());
    while (!json.empty()) {
        const std::size_t plain = find_lead(json);
        escaped += json.substr(0, plain);
        json.remove_prefix(plain);
        if (json.empty()) break;
        const std::size_t taken = escape_first(json, escaped);
        if (taken == 0) escaped += json[0];
        json.remove_prefix(std::max<std::size_t>(taken, 1));
    }
    return escaped;
}

JsonEscapes::~JsonEscapes() { to() << held_; }

void JsonEscapes::pass(std::string_view text) {
    if (held_.empty() && find_lead(text) == text.size()) {
        to() << text;
        return;
    }
    std::string whole = std::move(held_);
    whole += text;
    held_ = whole.substr(whole.size() - unfinished(whole));
    whole.resize(whole.size() - held_.size());
    to() << escape_json_controls(whole);
}

}  // namespace quarry::wire
