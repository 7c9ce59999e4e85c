#include "core/json_rpc/message.h"

#include <utility>

#include "core/base/bounded_json.h"

namespace quarry::json_rpc {
namespace {

constexpr std::size_t longest_id = 256;

bool is_id(const Json& id) {
    return id.is_number_integer() || (id.is_string() && id.get_ref<const std::string&>().size() <= longest_id);
}

Reading refused(const Json& id, int code, const char* message) {
    return {.message = std::nullopt, .failure = {code, message, {}}, .id = is_id(id) ? id : Json()};
}

Reading read_answer(Json document, const Json& id, bool has_error) {
    Message message{.id = id};
    if (!has_error) {
        message.kind = Message::Kind::result;
        message.result = std::move(document["result"]);
        return {.message = std::move(message)};
    }
    Json& error = document["error"];
    const bool fits = error.is_object() && error.contains("code") && error["code"].is_number_integer() &&
                      error.contains("message") && error["message"].is_string();
    if (!fits) return refused(id, invalid_request, "error must be an object with code and message");
    message.kind = Message::Kind::failure;
    message.failure = {error["code"].get<int>(), error["message"], error.value("data", Json())};
    return {.message = std::move(message)};
}

}  // namespace

Reading read(std::string_view text) {
    auto document = parse_bounded_json<Json>(text);
    if (document.is_discarded()) return refused({}, parse_error, "the message is not JSON, or too deep");
    return read_json(std::move(document));
}

Reading read_json(Json document) {
    if (document.is_array()) return refused({}, invalid_request, "batches are not taken");
    if (!document.is_object()) return refused({}, invalid_request, "a message is an object");
    const bool has_id = document.contains("id");
    const Json id = has_id ? document["id"] : Json();
    if (document.value("jsonrpc", Json()) != "2.0") return refused(id, invalid_request, "jsonrpc must be \"2.0\"");
    const bool has_method = document.contains("method"), has_error = document.contains("error");
    if (!has_method && (has_error || document.contains("result"))) {
        if (has_id && !is_id(id) && !(has_error && id.is_null())) {
            return refused({}, invalid_request, "id must be a text or an integer");
        }
        return read_answer(std::move(document), id, has_error);
    }
    if (!has_method || !document["method"].is_string()) return refused(id, invalid_request, "method must be a text");
    if (has_id && !is_id(id)) return refused({}, invalid_request, "id must be a text or an integer");
    Message message{
        .kind = has_id ? Message::Kind::request : Message::Kind::notification, .id = id, .method = document["method"]};
    if (document.contains("params")) {
        if (!document["params"].is_object()) return refused(id, invalid_params, "params must be an object");
        message.params = std::move(document["params"]);
    }
    return {.message = std::move(message)};
}

Json request(const Json& id, std::string_view method, Json params) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

Json notification(std::string_view method, Json params) {
    Json message = {{"jsonrpc", "2.0"}, {"method", method}};
    if (!params.is_null()) message["params"] = std::move(params);
    return message;
}

Json result(const Json& id, Json result) { return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}}; }

Json failure(const Json& id, const Failure& failure) {
    Json error = {{"code", failure.code}, {"message", failure.message}};
    if (!failure.data.is_null()) error["data"] = failure.data;
    return {{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(error)}};
}

std::string line(const Json& message) { return message.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace quarry::json_rpc
