// Fuzzes the readers of a model's answer: the same bytes must give the same events and the same answer, however they
// are cut, in every protocol.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/llm/anthropic_answer.h"
#include "core/llm/command_answer.h"
#include "core/llm/event_stream.h"
#include "core/llm/gemini_answer.h"
#include "core/llm/ndjson_reader.h"
#include "core/llm/ollama_answer.h"
#include "core/llm/openai_answer.h"
#include "core/llm/terminal_filter.h"

namespace {

using namespace quarry;
using Events = std::vector<std::pair<std::string, std::string>>;

Events read_events(std::string_view bytes, std::size_t piece) {
    Events events;
    const auto sink = [&](const llm::ServerSentEvent& event) { events.emplace_back(event.type, event.data); };
    llm::EventStreamParser parser;
    for (std::size_t at = 0; at < bytes.size(); at += piece) parser.feed(bytes.substr(at, piece), sink);
    parser.finish(sink);
    return events;
}

std::vector<std::string> read_lines(std::string_view bytes, std::size_t piece) {
    std::vector<std::string> lines;
    const auto sink = [&](std::string_view line) { lines.emplace_back(line); };
    llm::JsonLineParser parser;
    for (std::size_t at = 0; at < bytes.size(); at += piece) parser.feed(bytes.substr(at, piece), sink);
    parser.finish(sink);
    return lines;
}

constexpr int protocols = 6;

std::unique_ptr<llm::AnswerReader> reader_of(int protocol, const llm::TextSink& sink) {
    switch (protocol) {
        case 0: return std::make_unique<llm::OpenAiAnswerReader>(sink);
        case 1: return std::make_unique<llm::AnthropicAnswerReader>(sink, std::vector<std::size_t>{2, 1}, false);
        case 2: return std::make_unique<llm::AnthropicAnswerReader>(sink, std::vector<std::size_t>{}, true);
        case 3: return std::make_unique<llm::GeminiAnswerReader>(sink);
        case 4: return std::make_unique<llm::OllamaAnswerReader>(sink);
        default: return std::make_unique<llm::CommandAnswerReader>(sink);
    }
}

void check_text(const std::string& text) {
    if (find_invalid_utf8(text)) std::abort();
}

/// All of an answer as one text, or nothing when it is refused; every piece is checked to be whole characters.
std::optional<std::string> read_answer(int protocol, std::string_view bytes, std::size_t piece, std::string& shown) {
    llm::TerminalFilter filter;
    const llm::TextSink sink = [&](std::string_view text) {
        if (find_invalid_utf8(text)) std::abort();
        shown += filter.feed(text);
    };
    const std::unique_ptr<llm::AnswerReader> reader = reader_of(protocol, sink);
    try {
        for (std::size_t at = 0; at < bytes.size(); at += piece) reader->feed(bytes.substr(at, piece));
        const llm::ChatResponse response = reader->finish();
        for (const std::string* text : {&response.text, &response.finish_reason, &response.model, &response.id}) {
            check_text(*text);
        }
        std::string all = response.text + '\n' + response.finish_reason;
        for (const llm::ChatToolCall& call : response.tool_calls) {
            for (const std::string* text : {&call.id, &call.name, &call.arguments, &call.signature}) {
                check_text(*text);
                all += '\n' + *text;
            }
        }
        return all;
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
    if (read_lines(bytes, piece) != read_lines(bytes, bytes.size() + 1)) std::abort();
    for (int protocol = 0; protocol < protocols; ++protocol) {
        std::string shown_in_pieces, shown_at_once;
        const auto in_pieces = read_answer(protocol, bytes, piece, shown_in_pieces);
        const auto at_once = read_answer(protocol, bytes, bytes.size() + 1, shown_at_once);
        if (in_pieces != at_once || shown_in_pieces != shown_at_once) std::abort();
        if (find_invalid_utf8(shown_at_once) || shown_at_once.find('\x1b') != std::string::npos) std::abort();
    }
    return 0;
}
