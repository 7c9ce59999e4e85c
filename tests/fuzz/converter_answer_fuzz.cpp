// Fuzzes what a converter's process may answer: a document that can be worked with, a printable error, or a refusal.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/converter_messages.h"

// Two bytes say how long the fields are; the text is what follows them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace quarry;
    if (size < 2) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    const std::size_t fields = std::min<std::size_t>(data[0] + 256U * data[1], bytes.size());
    const auto require = [](bool holds) {
        if (!holds) std::abort();
    };
    try {
        const extract::ConversionAnswer answer =
            extract::decode_answer(bytes.substr(0, fields), std::string(bytes.substr(fields)));
        if (answer.error) {
            require(answer.error->code() == ErrorCode::failed);
            require(one_line(strip_terminal_controls(answer.error->what()), size) == answer.error->what());
        }
        if (!answer.document) return 0;
        const std::string& text = answer.document->text;
        require(!find_invalid_utf8(text) && !find_invalid_utf8(answer.document->title));
        std::size_t at = 0;
        for (const document::Block& block : answer.document->blocks) {
            require(at <= block.start && block.start < block.end && block.end <= text.size());
            require(!find_invalid_utf8(std::string_view(text).substr(block.start, block.end - block.start)));
            at = block.end;
        }
        for (const std::size_t start : answer.document->page_starts) require(start <= text.size());
        require(std::is_sorted(answer.document->page_starts.begin(), answer.document->page_starts.end()));
    } catch (const Error& error) {
        require(error.code() == ErrorCode::failed);
    }
    return 0;
}
