#include "core/base/text_filter.h"

namespace quarry {

TextFilter::int_type TextFilter::overflow(int_type character) {
    if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
    const char byte = traits_type::to_char_type(character);
    pass({&byte, 1});
    return to_.good() ? character : traits_type::eof();
}

std::streamsize TextFilter::xsputn(const char* text, std::streamsize size) {
    pass({text, static_cast<std::size_t>(size)});
    return to_.good() ? size : 0;
}

int TextFilter::sync() { return to_.flush().good() ? 0 : -1; }

}  // namespace quarry
