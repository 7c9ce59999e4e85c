#include "core/extract/office/rtf_text.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/extract/office/charset.h"

namespace quarry::extract {

void RtfText::set_code_page(int code_page) {
    if (code_page == code_page_) return;
    settle();
    code_page_ = code_page;
}

void RtfText::add_bytes(std::string_view bytes) {
    if (high_ != 0) settle();
    bytes_ += bytes;
}

void RtfText::add_unit(int unit) {
    const auto value = static_cast<char32_t>(static_cast<unsigned>(unit) & 0xFFFFU);
    if (high_ != 0 && value >= 0xDC00 && value <= 0xDFFF) {
        append_character_character(text_, 0x10000 + ((std::exchange(high_, 0) - 0xD800) << 10) + (value - 0xDC00));
        return;
    }
    settle();
    if (value >= 0xD800 && value <= 0xDBFF) {
        high_ = value;
    } else {
        append_character_character(text_, value);
    }
}

void RtfText::add_utf8(std::string_view text) {
    settle();
    text_ += text;
}

std::string RtfText::take() {
    settle();
    return std::exchange(text_, {});
}

void RtfText::settle() {
    if (high_ != 0) append_character_character(text_, 0xFFFD);
    high_ = 0;
    if (bytes_.empty()) return;
    text_ += charset_to_utf8(bytes_, code_page_ == 65001 ? std::string("utf-8") : fmt::format("cp{}", code_page_));
    bytes_.clear();
}

int rtf_charset_code_page(int charset) noexcept {
    constexpr auto pages = std::to_array<std::pair<int, int>>({{0, 1252},
                                                               {2, 1252},
                                                               {77, 10000},
                                                               {128, 932},
                                                               {129, 949},
                                                               {134, 936},
                                                               {136, 950},
                                                               {161, 1253},
                                                               {162, 1254},
                                                               {163, 1258},
                                                               {177, 1255},
                                                               {178, 1256},
                                                               {186, 1257},
                                                               {204, 1251},
                                                               {222, 874},
                                                               {238, 1250},
                                                               {254, 437},
                                                               {255, 850}});
    for (const auto& [known, page] : pages) {
        if (known == charset) return page;
    }
    return 0;
}

}  // namespace quarry::extract
