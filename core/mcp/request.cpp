#include "core/mcp/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/mcp/server.h"

namespace quarry::mcp {
namespace {

using json_rpc::invalid_params;

constexpr std::int64_t state_seconds = 3600;  ///< How long a state is valid.

/// The capability that a client needs for a request of the server: the first part of its method.
std::string_view capability_for(std::string_view method) { return method.substr(0, method.find('/')); }

int severity(std::string_view level) {
    constexpr std::array<std::string_view, 8> levels = {"debug", "info",     "notice", "warning",
                                                        "error", "critical", "alert",  "emergency"};
    return static_cast<int>(std::ranges::find(levels, level) - levels.begin());
}

/// Whether an answer of the client has the form that the method requires.
bool is_answer(std::string_view method, const Json& answer) {
    if (!answer.is_object()) return false;
    if (method == "roots/list") return answer.value("roots", Json()).is_array();
    if (method == "sampling/createMessage") return answer.contains("content");
    const Json action = answer.value("action", Json());
    return action == "decline" || action == "cancel" ||
           (action == "accept" && answer.value("content", Json::object()).is_object());
}

}  // namespace

Request::Request(const json_rpc::Message& message, const RequestContext& context, const crypto::Sealer& sealer)
    : message_(message), context_(context), sealer_(sealer), is_modern_(Server::is_modern(message)) {}

const Json& Request::meta() const {
    static const Json none = Json::object();
    const auto found = params().find("_meta");
    return found != params().end() && found->is_object() ? *found : none;
}

void Request::check_modern() const {
    const Json version = meta().value(version_key, Json()), capable = meta().value(capabilities_key, Json());
    if (!version.is_string() || !capable.is_object()) {
        throw Refusal(invalid_params, fmt::format("_meta must have {} and {}", version_key, capabilities_key), nullptr,
                      400);
    }
    if (version != modern_version) {
        throw Refusal(unsupported_version, "unsupported protocol version",
                      {{"supported", {modern_version}}, {"requested", version}}, 400);
    }
}

void Request::check_session() const {
    if (context_.session == nullptr || !context_.session->agreement()) {
        throw Refusal(json_rpc::invalid_request, "the session is not initialized");
    }
}

void Request::bind(const std::string& name, const Json& arguments) {
    const Json all = {method(), name, arguments, context_.scope.principal.name};
    purpose_ = sha256(all.dump(-1, ' ', false, Json::error_handler_t::replace));
    const auto given = params().find("requestState");
    if (!is_modern_ || given == params().end()) return;
    const auto text = given->is_string() ? sealer_.open(given->get_ref<const std::string&>(), purpose_) : std::nullopt;
    const auto kept = text ? parse_bounded_json<Json>(*text) : Json();
    if (!kept.is_object() || kept.at("until").get<std::int64_t>() < context_.scope.clock()) {
        throw Refusal(invalid_params, "requestState was not issued by this server for this request, or has expired",
                      nullptr, 400);
    }
    state_ = kept.at("state");
}

std::string Request::sealed(const Json& state) const {
    const Json kept = {{"state", state}, {"until", context_.scope.clock() + state_seconds}};
    return sealer_.seal(json_rpc::line(kept), purpose_);
}

Json Request::client_capabilities() const {
    if (is_modern_) return meta().value(capabilities_key, Json::object());
    const auto agreement = context_.session == nullptr ? std::nullopt : context_.session->agreement();
    return agreement ? agreement->capabilities : Json::object();
}

bool Request::can(std::string_view capability) const {
    const Json all = client_capabilities();
    const auto found = all.find(std::string(capability));
    return found != all.end() && !found->is_null() && *found != false;
}

void Request::check_can(std::string_view method) const {
    const std::string capability(capability_for(method));
    if (can(capability)) return;
    throw Refusal(is_modern_ ? missing_capability : invalid_params,
                  fmt::format("this needs a client with the capability {}", capability),
                  {{"requiredCapabilities", {{capability, Json::object()}}}}, 400);
}

void Request::progress(double done, double total, std::string_view message) {
    const auto token = meta().find("progressToken");
    if (token == meta().end() || !(token->is_string() || token->is_number_integer())) return;
    Json params = {{"progressToken", *token}, {"progress", done}};
    if (total > 0) params["total"] = total;
    if (!message.empty()) params["message"] = message;
    context_.channel.send(json_rpc::notification("notifications/progress", std::move(params)));
}

void Request::log(std::string_view level, const Json& data) {
    std::string least;
    if (is_modern_) {
        const Json wanted = meta().value(log_level_key, Json());
        if (!wanted.is_string()) return;
        least = wanted;
    } else if (context_.session != nullptr) {
        least = context_.session->log_level();
    }
    if (severity(level) < severity(least)) return;
    context_.channel.send(
        json_rpc::notification("notifications/message", {{"level", level}, {"logger", "quarry"}, {"data", data}}));
}

Json Request::ask(const std::vector<InputRequest>& inputs, const Json& state) {
    for (const InputRequest& one : inputs) check_can(one.method);
    Json answers = Json::object();
    if (!is_modern_) {
        for (const InputRequest& one : inputs) {
            answers[one.key] = context_.session->ask(context_.channel, one.method, one.params, context_.scope.cancel);
            if (!is_answer(one.method, answers[one.key])) {
                throw Error(ErrorCode::failed, "the client's answer does not have the form that the protocol requires");
            }
        }
        return answers;
    }
    const Json given = params().value("inputResponses", Json::object());
    Json missing = Json::object();
    for (const InputRequest& one : inputs) {
        const Json answer = given.is_object() ? given.value(one.key, Json()) : Json();
        if (is_answer(one.method, answer)) {
            answers[one.key] = answer;
        } else {
            missing[one.key] = {{"method", one.method}, {"params", one.params}};
        }
    }
    if (missing.empty()) return answers;
    throw InputRequired(
        {{"resultType", "input_required"}, {"inputRequests", std::move(missing)}, {"requestState", sealed(state)}});
}

}  // namespace quarry::mcp
