#include "core/llm/event_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::llm {

void EventStreamParser::check_size(std::size_t more) const {
    if (line_.size() + data_.size() + more <= max_event_bytes_) return;
    throw Error(ErrorCode::provider_failed, "cannot read the server's event stream")
        .because(fmt::format("one event is larger than the limit of {}", human_bytes(max_event_bytes_)));
}

void EventStreamParser::feed(std::string_view piece, const EventSink& sink) {
    while (!piece.empty()) {
        if (after_cr_) {
            after_cr_ = false;
            if (piece.front() == '\n') {
                piece.remove_prefix(1);
                continue;
            }
        }
        const std::size_t end = std::min(piece.find_first_of("\r\n"), piece.size());
        check_size(end);
        line_ += piece.substr(0, end);
        if (end == piece.size()) return;
        after_cr_ = piece[end] == '\r';
        piece.remove_prefix(end + 1);
        take_line(sink);
    }
}

void EventStreamParser::finish(const EventSink& sink) {
    if (!line_.empty()) take_line(sink);
    dispatch(sink);
}

void EventStreamParser::take_line(const EventSink& sink) {
    std::string_view line = line_;
    if (at_start_ && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    at_start_ = false;
    if (line.empty()) {
        line_.clear();
        dispatch(sink);
        return;
    }
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view field = line.substr(0, colon);
    std::string_view value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
        if (has_data_) data_ += '\n';
        data_ += value;
        has_data_ = true;
    } else if (field == "event") {
        type_ = value;
    } else if (field == "id" && value.find('\0') == std::string_view::npos) {
        id_ = value;
    } else if (field == "retry") {
        std::uint32_t milliseconds = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), milliseconds);
        if (error == std::errc() && end == value.data() + value.size()) retry_ = milliseconds;
    }
    // Comments have an empty field name.
    line_.clear();
}

void EventStreamParser::dispatch(const EventSink& sink) {
    if (has_data_) sink({type_.empty() ? std::string_view("message") : std::string_view(type_), data_, id_});
    type_.clear();
    data_.clear();
    has_data_ = false;
}

}  // namespace quarry::llm
