#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::json_rpc {

using Json = nlohmann::ordered_json;

/// Codes of errors (JSON-RPC 2.0, 5.1).
inline constexpr int parse_error = -32700, invalid_request = -32600, method_not_found = -32601, invalid_params = -32602,
                     internal_error = -32603;

/// A failure as the other side is told.
struct Failure {
    int code = internal_error;
    std::string message{};
    Json data{};  ///< Null for none.
};

/// One message of JSON-RPC 2.0 (https://www.jsonrpc.org/specification), as it came: nothing in it is trusted.
struct Message {
    enum class Kind : std::uint8_t { request, notification, result, failure };
    Kind kind = Kind::notification;
    Json id{};                     ///< A text or an integer; null for a notification, and for a failure of no request.
    std::string method{};          ///< Of requests and notifications.
    Json params = Json::object();  ///< Of the same. An object; empty where there were none.
    Json result{};
    Failure failure{};
};

/// What was read: a message, or why it is none and the id that the answer bears.
struct Reading {
    std::optional<Message> message{};
    Failure failure{};
    Json id{};
};

/// Reads one message. Batches, parameters by position and ids that are null, fractions or longer than 256 bytes are
/// refused.
[[nodiscard]] Reading read(std::string_view text);
/// The same of JSON that was read already.
[[nodiscard]] Reading read_json(Json document);

[[nodiscard]] Json request(const Json& id, std::string_view method, Json params);
/// `params` null: without any.
[[nodiscard]] Json notification(std::string_view method, Json params);
[[nodiscard]] Json result(const Json& id, Json result);
[[nodiscard]] Json failure(const Json& id, const Failure& failure);

/// A message as one line, without the line's end; invalid UTF-8 is replaced.
[[nodiscard]] std::string line(const Json& message);

}  // namespace quarry::json_rpc
