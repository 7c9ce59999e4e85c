#include "core/llm/ndjson_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::llm {

void JsonLineParser::feed(std::string_view piece, const LineSink& sink) {
    while (!piece.empty()) {
        const std::size_t end = std::min(piece.find('\n'), piece.size());
        if (line_.size() + end > max_line_bytes_) {
            throw Error(ErrorCode::provider_failed, "cannot read the stream of JSON lines")
                .because(fmt::format("one line is larger than the limit of {}", human_bytes(max_line_bytes_)));
        }
        line_ += piece.substr(0, end);
        if (end == piece.size()) return;
        piece.remove_prefix(end + 1);
        take_line(sink);
    }
}

void JsonLineParser::finish(const LineSink& sink) { take_line(sink); }

void JsonLineParser::take_line(const LineSink& sink) {
    std::string_view line = line_;
    if (at_start_ && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    at_start_ = false;
    if (!trim(line).empty()) sink(trim(line));
    line_.clear();
}

}  // namespace quarry::llm
