// Fuzzes the readers of a model's answer: the same bytes must give the same events and text, however they are cut.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/llm/event_stream.h"
#include "core/llm/openai_answer.h"
#include "core/llm/terminal_filter.h"

namespace {

using namespace quarry;
using Events = std::vector<std::pair<std::string, std::string>>;

Events read_events(std::string_view bytes, std::size_t piece) {
    Events events;
    const auto sink = [&](const ServerSentEvent& event) { events.emplace_back(event.type, event.data); };
    EventStreamParser parser;
    for (std::size_t at = 0; at < bytes.size(); at += piece) parser.feed(bytes.substr(at, piece), sink);
    parser.finish(sink);
    return events;
}

/// The text of the answer, or nothing when it is refused; every piece is checked to be whole characters.
std::optional<std::string> read_answer(std::string_view bytes, std::size_t piece, std::string& shown) {
    TerminalFilter filter;
    const TextSink sink = [&](std::string_view text) {
        if (find_invalid_utf8(text)) std::abort();
        shown += filter.feed(text);
    };
    OpenAiAnswerReader reader(sink);
    try {
        for (std::size_t at = 0; at < bytes.size(); at += piece) reader.feed(bytes.substr(at, piece));
        return reader.finish().text;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::size_t piece = 1 + data[0] % 16U;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (read_events(bytes, piece) != read_events(bytes, bytes.size() + 1)) std::abort();
    std::string shown_in_pieces, shown_at_once;
    const auto in_pieces = read_answer(bytes, piece, shown_in_pieces);
    const auto at_once = read_answer(bytes, bytes.size() + 1, shown_at_once);
    // The byte order mark is recognised at the front of the first piece only, so a cut inside it may matter.
    if (!bytes.starts_with('\xEF') && (in_pieces != at_once || shown_in_pieces != shown_at_once)) std::abort();
    if (find_invalid_utf8(shown_at_once) || shown_at_once.find('\x1b') != std::string::npos) std::abort();
    return 0;
}
