#include "core/llm/terminal_filter.h"

#include <algorithm>

#include "core/base/hidden_control.h"

namespace quarry::llm {
namespace {

constexpr char32_t escape = 0x1B;
constexpr char32_t bell = 0x07;
constexpr char32_t string_terminator = 0x9C;
constexpr char32_t hidden_control = 0x202A;  // and the others of its kind

std::size_t sequence_length(unsigned char first) noexcept {
    return first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
}

/// Only C1 controls (two bytes, C2 80 to C2 9F), those that nobody sees and ASCII matter here; anything else is
/// "some letter".
char32_t decode(std::string_view bytes) noexcept {
    if (bytes.size() == 1) return static_cast<unsigned char>(bytes[0]);
    if (bytes.size() == 2 && bytes[0] == '\xC2') return static_cast<unsigned char>(bytes[1]);
    return hidden_control_length(bytes) > 0 ? hidden_control : 0x100;
}

bool is_control(char32_t c) noexcept {
    return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0) || c == hidden_control;
}

}  // namespace

std::string TerminalFilter::feed(std::string_view piece) {
    std::string out;
    out.reserve(piece.size());
    while (!piece.empty()) {
        const std::size_t length = std::min(sequence_length(static_cast<unsigned char>(piece[0])), piece.size());
        const std::string_view bytes = piece.substr(0, length);
        take(decode(bytes), bytes, out);
        piece.remove_prefix(length);
    }
    return out;
}

/// What an introducer begins: `introducer` is the 7-bit form that follows ESC.
void TerminalFilter::enter(char32_t introducer) noexcept {
    if (introducer == '[') {
        state_ = State::sequence;
    } else if (introducer == ']' || introducer == 'P' || introducer == 'X' || introducer == '^' || introducer == '_') {
        state_ = State::string;
    } else if (introducer >= 0x20 && introducer <= 0x2F) {
        state_ = State::intermediate;
    } else {
        state_ = State::text;
    }
}

void TerminalFilter::take(char32_t c, std::string_view bytes, std::string& out) {
    switch (state_) {
        case State::text:
            if (c == escape) {
                state_ = State::escape;
            } else if (c >= 0x80 && c < 0xA0) {
                enter(c - 0x40);
            } else if (!is_control(c)) {
                out += bytes;
            }
            return;
        case State::escape:
        case State::intermediate: take_in_escape(c, out, bytes); return;
        case State::sequence:
            if (c >= 0x20 && c <= 0x3F) return;
            state_ = State::text;
            if (c < 0x40 || c > 0x7E) take(c, bytes, out);  // no final byte: the sequence was broken off
            return;
        case State::string:
        case State::string_escape: take_in_string(c, out); return;
    }
}

void TerminalFilter::take_in_escape(char32_t c, std::string& out, std::string_view bytes) {
    const bool first = state_ == State::escape;
    state_ = State::text;
    if (c >= 0x20 && c <= 0x7E) {
        if (first || (c <= 0x2F)) enter(c);
    } else {
        take(c, bytes, out);  // a line feed, another ESC, or a letter of a broken sequence
    }
}

/// A string that never ends swallows its line only, not the rest of the answer.
void TerminalFilter::take_in_string(char32_t c, std::string& out) {
    if (c == '\n') {
        state_ = State::text;
        out += '\n';
    } else if (c == bell || c == string_terminator || (state_ == State::string_escape && c == '\\')) {
        state_ = State::text;
    } else {
        state_ = c == escape ? State::string_escape : State::string;
    }
}

}  // namespace quarry::llm
