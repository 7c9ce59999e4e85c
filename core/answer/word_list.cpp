#include "core/answer/word_list.h"

namespace quarry::answer {

std::string_view last_word(std::string_view text) noexcept {
    text = text.substr(0, text.find_last_not_of(' ') + 1);
    constexpr std::size_t longest = 64;
    std::size_t start = text.size();
    while (start > 0 && is_word_byte(text[start - 1])) {
        if (text.size() - --start > longest) return {};
    }
    return text.substr(start);
}

}  // namespace quarry::answer
