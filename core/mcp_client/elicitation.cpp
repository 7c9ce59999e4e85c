#include "core/mcp_client/elicitation.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json_schema.h"

namespace quarry::mcp_client {
namespace {

using json_rpc::Json;

constexpr std::size_t most_fields = 50;

Error not_a_form(const char* why) {
    return Error(ErrorCode::failed, "the server asks for input in a form that is not supported").because(why);
}

bool is_plain_field(const Json& field) {
    if (!field.is_object()) return false;
    const Json type = field.value("type", Json());
    if (type == "array") return field.contains("items") && field["items"].is_object();
    return type == "string" || type == "number" || type == "integer" || type == "boolean";
}

ElicitationForm read_form(const Json& params) {
    if (params.value("mode", Json("form")) != "form") throw not_a_form("only forms are filled in");
    const Json schema = params.value("requestedSchema", Json());
    const Json message = params.value("message", Json());
    if (!schema.is_object() || !message.is_string() || schema.value("type", Json()) != "object") {
        throw not_a_form("there is no message, or no schema of an object");
    }
    const Json fields = schema.value("properties", Json::object());
    if (!fields.is_object() || fields.size() > most_fields) throw not_a_form("there are too many fields");
    if (!std::all_of(fields.begin(), fields.end(), is_plain_field)) throw not_a_form("a field is not a plain value");
    return {message.get<std::string>(), schema};
}

/// The content with the defaults of the fields that it leaves out.
Json with_defaults(Json content, const Json& schema) {
    const Json fields = schema.value("properties", Json::object());
    for (const auto& [name, field] : fields.items()) {
        if (!content.contains(name) && field.contains("default")) content[name] = field["default"];
    }
    return content;
}

bool fits(const Json& content, const Json& schema) {
    const JsonSchema checker(schema.dump(-1, ' ', false, Json::error_handler_t::replace));
    return checker.problems(nlohmann::json(content)).empty();
}

}  // namespace

Json filled_with_defaults(const ElicitationForm& form) {
    Json content = with_defaults(Json::object(), form.schema);
    const Json required = form.schema.value("required", Json::array());
    const bool complete = std::all_of(required.begin(), required.end(), [&](const Json& name) {
        return name.is_string() && content.contains(name.get<std::string>());
    });
    return complete ? content : Json();
}

Json answer_elicitation(const Json& params, const FillForm& fill) {
    const ElicitationForm form = read_form(params);
    Json content = fill ? fill(form) : Json();
    if (!content.is_object()) return {{"action", "decline"}};
    content = with_defaults(std::move(content), form.schema);
    if (!fits(content, form.schema)) return {{"action", "decline"}};
    return {{"action", "accept"}, {"content", std::move(content)}};
}

}  // namespace quarry::mcp_client
