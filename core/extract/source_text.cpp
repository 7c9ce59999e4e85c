#include "core/extract/source_text.h"

#include <utility>

namespace quarry::extract {

DecodedText source_text(std::string bytes, std::string_view name, RemovedCounts& removed) {
    const bool marked = bytes.starts_with(utf8_mark);
    DecodedText source = decode_text(std::move(bytes), name);
    count_removed(removed, "NUL character", std::erase(source.text, '\0'));
    for (std::size_t at = source.text.find('\r'); at != std::string::npos; at = source.text.find('\r', at + 1)) {
        if (at + 1 == source.text.size() || source.text[at + 1] != '\n') source.text[at] = '\n';
    }
    if (marked && !source.text.empty()) source.text.insert(0, utf8_mark);
    return source;
}

}  // namespace quarry::extract
