#include "core/json_rpc/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quarry::json_rpc {
namespace {

using Kind = Message::Kind;

TEST(JsonRpcMessage, ReadsEachKind) {
    const auto asked = read(R"({"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"cursor":"x"}})").message;
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->kind, Kind::request);
    EXPECT_EQ(asked->id, 7);
    EXPECT_EQ(asked->params.at("cursor"), "x");

    const auto told = read(R"({"jsonrpc":"2.0","method":"notifications/initialized"})").message;
    ASSERT_TRUE(told);
    EXPECT_EQ(told->kind, Kind::notification);
    EXPECT_EQ(told->params, Json::object());

    const auto answered = read(R"({"jsonrpc":"2.0","id":"a","result":{"x":1}})").message;
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->kind, Kind::result);
    EXPECT_EQ(answered->result.at("x"), 1);

    const auto failed =
        read(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no","data":{"y":2}}})").message;
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->kind, Kind::failure);
    EXPECT_EQ(failed->failure.code, method_not_found);
    EXPECT_EQ(failed->failure.data.at("y"), 2);
}

TEST(JsonRpcMessage, SaysWhyATextIsNoMessage) {
    const std::string deep = R"({"jsonrpc":"2.0","id":1,"method":"m","params":)" + std::string(10'000, '[');
    const std::tuple<std::string, int, Json> cases[] = {
        {"", parse_error, nullptr},
        {"{", parse_error, nullptr},
        {deep, parse_error, nullptr},
        {"[]", invalid_request, nullptr},
        {R"([{"jsonrpc":"2.0","id":1,"method":"m"}])", invalid_request, nullptr},
        {"7", invalid_request, nullptr},
        {R"({"id":1,"method":"m"})", invalid_request, 1},
        {R"({"jsonrpc":"1.0","id":1,"method":"m"})", invalid_request, 1},
        {R"({"jsonrpc":"2.0","id":1})", invalid_request, 1},
        {R"({"jsonrpc":"2.0","id":1,"method":7})", invalid_request, 1},
        {R"({"jsonrpc":"2.0","id":null,"method":"m"})", invalid_request, nullptr},
        {R"({"jsonrpc":"2.0","id":1.5,"method":"m"})", invalid_request, nullptr},
        {R"({"jsonrpc":"2.0","id":{},"result":{}})", invalid_request, nullptr},
        {R"({"jsonrpc":"2.0","id":1,"error":"no"})", invalid_request, 1},
        {R"({"jsonrpc":"2.0","id":1,"method":"m","params":[1]})", invalid_params, 1},
        {R"({"jsonrpc":"2.0","id":")" + std::string(300, 'a') + R"(","method":"m"})", invalid_request, nullptr},
    };
    for (const auto& [text, code, id] : cases) {
        SCOPED_TRACE(text.substr(0, 80));
        const Reading reading = read(text);
        EXPECT_FALSE(reading.message);
        EXPECT_EQ(reading.failure.code, code);
        EXPECT_EQ(reading.id, id);
    }
}

TEST(JsonRpcMessage, WritesWhatItReads) {
    const Json one = request("id", "tools/call", {{"name", "search"}});
    EXPECT_EQ(line(one), R"({"jsonrpc":"2.0","id":"id","method":"tools/call","params":{"name":"search"}})");
    EXPECT_EQ(read(line(one)).message->method, "tools/call");
    EXPECT_EQ(line(notification("notifications/initialized", nullptr)),
              R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    EXPECT_EQ(read(line(failure(3, {invalid_params, "bad", {}}))).message->failure.code, invalid_params);
    EXPECT_EQ(read(line(result(3, {{"text", "a\nb"}}))).message->result.at("text"), "a\nb");
    EXPECT_EQ(line(result(3, {{"text", "a\nb"}})).find('\n'), std::string::npos);
}

}  // namespace
}  // namespace quarry::json_rpc
