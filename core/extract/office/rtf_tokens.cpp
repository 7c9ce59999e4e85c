#include "core/extract/office/rtf_tokens.h"

#include <algorithm>

#include "core/base/hex.h"

namespace quarry::extract {

std::optional<RtfToken> RtfTokens::next() {
    while (at_ < bytes_.size() && (bytes_[at_] == '\r' || bytes_[at_] == '\n' || bytes_[at_] == '\0')) ++at_;
    if (at_ >= bytes_.size()) return std::nullopt;
    const char c = bytes_[at_];
    if (c == '{' || c == '}') {
        ++at_;
        return RtfToken{c == '{' ? RtfToken::Kind::open : RtfToken::Kind::close};
    }
    if (c == '\\') return control();
    const std::size_t start = at_;
    at_ = std::min(bytes_.find_first_of(std::string_view("{}\\\r\n\0", 6), at_), bytes_.size());
    return RtfToken{RtfToken::Kind::text, bytes_.substr(start, at_ - start)};
}

RtfToken RtfTokens::control() {
    ++at_;
    if (at_ >= bytes_.size()) return {RtfToken::Kind::text, {}};
    if (is_ascii_letter(bytes_[at_])) return control_word();
    if (bytes_[at_] == '\'') {
        const int high = at_ + 1 < bytes_.size() ? hex_digit(bytes_[at_ + 1]) : -1;
        const int low = at_ + 2 < bytes_.size() ? hex_digit(bytes_[at_ + 2]) : -1;
        at_ += high < 0 ? 1 : low < 0 ? 2 : 3;
        if (high < 0 || low < 0) return {RtfToken::Kind::text, {}};
        return {RtfToken::Kind::byte, {}, high * 16 + low};
    }
    return {RtfToken::Kind::symbol, bytes_.substr(at_++, 1)};
}

RtfToken RtfTokens::control_word() {
    constexpr long long largest = 2'147'483'647;
    const std::size_t start = at_;
    while (at_ < bytes_.size() && is_ascii_letter(bytes_[at_])) ++at_;
    RtfToken token{RtfToken::Kind::word, bytes_.substr(start, at_ - start)};
    const bool negative = at_ + 1 < bytes_.size() && bytes_[at_] == '-' && is_ascii_digit(bytes_[at_ + 1]);
    if (negative) ++at_;
    long long number = 0;
    const std::size_t digits = at_;
    while (at_ < bytes_.size() && is_ascii_digit(bytes_[at_])) {
        number = std::min(number * 10 + (bytes_[at_++] - '0'), largest);
    }
    if (at_ > digits) token.number = static_cast<int>(negative ? -number : number);
    if (at_ < bytes_.size() && bytes_[at_] == ' ') ++at_;
    if (token.text == "bin" && token.number && *token.number > 0) {
        at_ += std::min(static_cast<std::size_t>(*token.number), bytes_.size() - at_);
    }
    return token;
}

}  // namespace quarry::extract
