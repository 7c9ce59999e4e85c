// Fuzzes the tokenizers: any bytes are counted, and stretches of valid text measure what they count alone.
#include <cstdint>
#include <cstdlib>

#include "core/base/text.h"
#include "core/tokenize/bpe/bpe_tokenizer.h"
#include "core/tokenize/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace quarry;
    // Four bytes choose the unit, the stretch and its size; the rest is the text.
    if (size < 4) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 4, size - 4);
    const auto tokenizer =
        tokenize::make_tokenizer(tokenize::tokenizer_names()[data[0] % tokenize::tokenizer_names().size()]);
    if (const auto* bpe = dynamic_cast<const tokenize::BpeTokenizer*>(tokenizer.get())) {
        if (bpe->encode(bytes).size() != bpe->count(bytes)) std::abort();
        if (bpe->count(tokenize::decode_broken_utf8(bytes)) != bpe->count(bytes)) std::abort();
    }
    const std::string text = tokenize::decode_broken_utf8(bytes);
    if (find_invalid_utf8(text)) std::abort();
    const std::size_t start = floor_to_code_point(text, text.size() * data[1] / 512);
    const std::size_t end = floor_to_code_point(text, start + (text.size() - start) * data[2] / 255);
    const std::string_view stretch = std::string_view(text).substr(start, end - start);
    const auto measure = tokenizer->measure(text);
    if (measure->count(start, end) != tokenizer->count(stretch)) std::abort();
    const std::size_t reached = measure->reach(start, end, data[3]);
    if (tokenizer->count(stretch.substr(0, reached - start)) > data[3]) std::abort();
    const std::size_t back = measure->reach_back(start, end, data[3]);
    if (tokenizer->count(stretch.substr(back - start)) > data[3]) std::abort();
    return 0;
}
