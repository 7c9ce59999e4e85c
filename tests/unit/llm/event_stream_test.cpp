#include "core/llm/event_stream.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace quarry::llm {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;

/// The events of a stream that arrives in pieces of `size` bytes.
Events read(std::string_view stream, std::size_t size) {
    Events events;
    const auto sink = [&](const ServerSentEvent& event) { events.emplace_back(event.type, event.data); };
    EventStreamParser parser;
    for (std::size_t at = 0; at < stream.size(); at += size) parser.feed(stream.substr(at, size), sink);
    parser.finish(sink);
    return events;
}

struct Stream {
    const char* name;
    std::string text;
    Events events;
};
class EventStream : public ::testing::TestWithParam<Stream> {};

TEST_P(EventStream, IsReadHoweverItIsCut) {
    for (const std::size_t size : {1U, 2U, 3U, 7U, 1000U}) {
        EXPECT_EQ(read(GetParam().text, size), GetParam().events) << "in pieces of " << size;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Streams, EventStream,
    ::testing::Values(
        Stream{"lf", "data: a\n\ndata: b\n\n", {{"message", "a"}, {"message", "b"}}},
        Stream{"crlf", "data: a\r\n\r\ndata: b\r\n\r\n", {{"message", "a"}, {"message", "b"}}},
        Stream{"cr", "data: a\r\rdata: b\r\r", {{"message", "a"}, {"message", "b"}}},
        Stream{"mixed_ends", "data: a\r\n\ndata: b\n\r", {{"message", "a"}, {"message", "b"}}},
        Stream{"lines_are_joined", "data: a\ndata:\ndata: b\n\n", {{"message", "a\n\nb"}}},
        Stream{"one_space_is_dropped", "data:a\n\ndata:  b\n\n", {{"message", "a"}, {"message", " b"}}},
        Stream{"named", "event: ping\ndata: {}\n\ndata: a\n\n", {{"ping", "{}"}, {"message", "a"}}},
        Stream{"comments", ": hello\n\n:\ndata: a\n: in between\n\n", {{"message", "a"}}},
        Stream{"other_fields", "id: 1\nretry: 5\nfoo: bar\ndata\n\n", {{"message", ""}}},
        Stream{"no_data_no_event", "event: x\n\ndata: a\n\n", {{"message", "a"}}},
        Stream{"byte_order_mark", "\xEF\xBB\xBF" "data: a\n\n", {{"message", "a"}}},
        Stream{"end_without_empty_line", "data: a\n", {{"message", "a"}}},
        Stream{"end_in_a_line", "data: a\n\ndata: b", {{"message", "a"}, {"message", "b"}}},
        Stream{"utf8", "data: caf\xC3\xA9 \xF0\x9F\x8C\x99\n\n", {{"message", "caf\xC3\xA9 \xF0\x9F\x8C\x99"}}},
        Stream{"colon_in_data", "data: {\"a\": 1}\n\n", {{"message", "{\"a\": 1}"}}},
        Stream{"empty", "", {}}, Stream{"only_ends", "\n\r\n\r\r\n", {}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(EventStreamParser, LimitsAnEvent) {
    const EventStreamParser::EventSink sink = [](const ServerSentEvent&) {};
    EventStreamParser in_one_line(100);
    EXPECT_THROW(in_one_line.feed("data: " + std::string(200, 'x'), sink), Error);
    EventStreamParser in_many_lines(100);
    EXPECT_THROW(
        for (int i = 0; i < 100; ++i) in_many_lines.feed("data: x\n", sink), Error);
    EventStreamParser many_events(100);
    for (int i = 0; i < 100; ++i) many_events.feed("data: 0123456789\n\n", sink);
}

TEST(EventStreamParser, LetsTheSinksErrorOut) {
    EventStreamParser parser;
    EXPECT_THROW(parser.feed("data: a\n\n", [](const ServerSentEvent&) { throw Error(ErrorCode::failed, "x"); }), Error);
}

}  // namespace
}  // namespace quarry::llm
