#include "core/llm/utf8_stream.h"

#include <utility>

#include "core/base/text.h"

namespace quarry::llm {
namespace {

/// Bytes at the end of `text` that begin a character without ending it.
std::size_t incomplete_tail(std::string_view text) noexcept {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0) == 0x80) continue;
        const std::size_t needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1;
        return needed > back ? back : 0;
    }
    return 0;
}

}  // namespace

std::string Utf8Stream::feed(std::string_view piece) {
    std::string text = std::exchange(held_, {});
    text += piece;
    const std::size_t tail = incomplete_tail(text);
    held_ = text.substr(text.size() - tail);
    text.resize(text.size() - tail);
    return replace_invalid_utf8(text);
}

std::string Utf8Stream::finish() { return replace_invalid_utf8(std::exchange(held_, {})); }

}  // namespace quarry::llm
