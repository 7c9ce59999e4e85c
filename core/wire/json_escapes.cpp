#include "core/wire/json_escapes.h"

#include <fmt/format.h>

#include <algorithm>

namespace quarry::wire {
namespace {

constexpr char del = '\x7F';
constexpr char c1_lead = '\xC2';  // of U+0080 to U+00BF in UTF-8

}  // namespace

std::string escape_json_controls(std::string_view json) {
    std::string escaped;
    escaped.reserve(json.size());
    while (!json.empty()) {
        const std::size_t plain = std::min(json.find_first_of("\x7F\xC2"), json.size());
        escaped += json.substr(0, plain);
        json.remove_prefix(plain);
        if (json.empty()) break;
        const auto second = static_cast<unsigned char>(json.size() > 1 ? json[1] : 0);
        const bool is_c1 = json[0] == c1_lead && second >= 0x80 && second < 0xA0;
        if (json[0] == del || is_c1) {
            escaped += fmt::format("\\u{:04x}", is_c1 ? second : static_cast<unsigned char>(del));
        } else {
            escaped += json[0];
        }
        json.remove_prefix(is_c1 ? 2 : 1);
    }
    return escaped;
}

JsonEscapes::~JsonEscapes() {
    if (held_) to_.put(c1_lead);
}

bool JsonEscapes::write(std::string_view text) {
    if (!held_ && text.find_first_of("\x7F\xC2") == std::string_view::npos) {
        to_.write(text.data(), static_cast<std::streamsize>(text.size()));
        return to_.good();
    }
    std::string whole = held_ ? std::string(1, c1_lead) : std::string();
    whole += text;
    held_ = whole.ends_with(c1_lead);
    if (held_) whole.pop_back();
    to_ << escape_json_controls(whole);
    return to_.good();
}

JsonEscapes::int_type JsonEscapes::overflow(int_type character) {
    if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
    const char byte = traits_type::to_char_type(character);
    return write({&byte, 1}) ? character : traits_type::eof();
}

std::streamsize JsonEscapes::xsputn(const char* text, std::streamsize size) {
    return write({text, static_cast<std::size_t>(size)}) ? size : 0;
}

int JsonEscapes::sync() { return to_.flush().good() ? 0 : -1; }

}  // namespace quarry::wire
