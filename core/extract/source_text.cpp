#include "core/extract/source_text.h"

#include <utility>

namespace quarry::extract {

DecodedText source_text(std::string bytes, std::string_view name, RemovedCounts& removed) {
    const bool marked = bytes.starts_with(utf8_mark);
    DecodedText source = decode_text(std::move(bytes), name);
    count_removed(removed, "NUL character", std::erase(source.text, '\0'));
    if (marked && !source.text.empty()) source.text.insert(0, utf8_mark);
    return source;
}

}  // namespace quarry::extract
