// What MCP's conformance suite (npm @modelcontextprotocol/conformance) calls by name.
#include "tests/mcp/conformance_catalog.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"

namespace quarry::mcp {
namespace {

constexpr const char* png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
constexpr const char* wav = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

Json text_content(const std::string& text) { return {{"type", "text"}, {"text", text}}; }
Json image_content() { return {{"type", "image"}, {"data", png}, {"mimeType", "image/png"}}; }
Json resource_content(const char* uri, const char* type, const std::string& text) {
    return {{"type", "resource"}, {"resource", {{"uri", uri}, {"mimeType", type}, {"text", text}}}};
}
Json result(Json content) { return {{"content", Json::array({std::move(content)})}}; }
Json object_schema(Json properties = Json::object(), Json required = Json::array()) {
    Json schema = {{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
}

InputRequest elicitation(const char* key, const std::string& message, Json properties) {
    Json required = Json::array();
    for (const auto& [name, schema] : properties.items()) required.push_back(name);
    return {.key = key,
            .method = "elicitation/create",
            .params = {{"message", message}, {"requestedSchema", object_schema(std::move(properties), required)}}};
}
InputRequest sampling(const char* key, const std::string& prompt) {
    Json message = {{"role", "user"}, {"content", text_content(prompt)}};
    return {.key = key,
            .method = "sampling/createMessage",
            .params = {{"messages", Json::array({std::move(message)})}, {"maxTokens", 100}}};
}
InputRequest roots(const char* key) { return {.key = key, .method = "roots/list"}; }
Json one_text(const char* name) { return {{name, {{"type", "string"}}}}; }

std::string text_of_answer(const Json& answer) {
    return fmt::format("action={}, content={}", answer.value("action", ""), answer.value("content", Json()).dump());
}

using Handler = std::function<Json(const Json& arguments, Call& call)>;
Tool tool(const char* name, Handler call, Json input = object_schema()) {
    return {.name = name,
            .description = fmt::format("Fixture {}", name),
            .input = std::move(input),
            .is_slow = true,
            .call = std::move(call)};
}
Tool fixed(const char* name, Json content) {
    Tool one = tool(name, [content](const Json&, Call&) { return result(content); });
    one.is_slow = false;
    return one;
}

std::vector<Tool> plain_tools() {
    std::vector<Tool> tools = {
        fixed("test_simple_text", text_content("This is a simple text response for testing.")),
        fixed("test_image_content", image_content()),
        fixed("test_audio_content", {{"type", "audio"}, {"data", wav}, {"mimeType", "audio/wav"}}),
        fixed("test_embedded_resource",
              resource_content("test://embedded-resource", "text/plain", "This is an embedded resource content."))};
    tools.push_back(tool("test_multiple_content_types", [](const Json&, Call&) -> Json {
        return {{"content", Json::array({text_content("Multiple content types test:"), image_content(),
                                         resource_content("test://mixed-content-resource", "application/json",
                                                          R"({"test":"data","value":123})")})}};
    }));
    tools.push_back(tool("test_tool_with_logging", [](const Json&, Call& call) {
        for (const char* line : {"Tool execution started", "Tool processing data", "Tool execution completed"}) {
            call.log("info", Json(line));
        }
        return result(text_content("logged"));
    }));
    tools.push_back(tool("test_logging_tool", [](const Json&, Call& call) {
        call.log("info", Json("A line of the log"));
        return result(text_content("logged"));
    }));
    tools.push_back(tool("test_tool_with_progress", [](const Json&, Call& call) {
        for (const int done : {0, 50, 100}) call.progress(done, 100, fmt::format("{} of 100", done));
        return result(text_content("done"));
    }));
    tools.push_back(tool("test_error_handling", [](const Json&, Call&) -> Json {
        throw Error(ErrorCode::failed, "This tool intentionally returns an error for testing");
    }));
    return tools;
}

std::vector<Tool> asking_tools() {
    std::vector<Tool> tools;
    tools.push_back(tool(
        "test_sampling",
        [](const Json& arguments, Call& call) {
            const Json answers = call.ask({sampling("answer", arguments["prompt"])}, nullptr);
            return result(text_content("LLM response: " + answers["answer"]["content"].value("text", "")));
        },
        object_schema(one_text("prompt"), {"prompt"})));
    tools.push_back(tool(
        "test_elicitation",
        [](const Json& arguments, Call& call) {
            const Json wanted = {{"username", {{"type", "string"}, {"description", "User's response"}}},
                                 {"email", {{"type", "string"}, {"description", "User's email address"}}}};
            const Json answers = call.ask({elicitation("user", arguments["message"], wanted)}, nullptr);
            return result(text_content("User response: " + text_of_answer(answers["user"])));
        },
        object_schema(one_text("message"), {"message"})));
    tools.push_back(tool("test_elicitation_sep1034_defaults", [](const Json&, Call& call) {
        const Json wanted = {
            {"name", {{"type", "string"}, {"default", "John Doe"}}},
            {"age", {{"type", "integer"}, {"default", 30}}},
            {"score", {{"type", "number"}, {"default", 95.5}}},
            {"status", {{"type", "string"}, {"enum", {"active", "inactive", "pending"}}, {"default", "active"}}},
            {"verified", {{"type", "boolean"}, {"default", true}}}};
        InputRequest asked = elicitation("user", "Please review", wanted);
        asked.params["requestedSchema"].erase("required");
        return result(text_content("Elicitation completed: " + text_of_answer(call.ask({asked}, nullptr)["user"])));
    }));
    tools.push_back(tool("test_elicitation_sep1330_enums", [](const Json&, Call& call) {
        const auto titled = [](const char* value, const char* title) -> Json {
            return {{"const", value}, {"title", title}};
        };
        const Json choices = Json::array(
            {titled("value1", "First Option"), titled("value2", "Second Option"), titled("value3", "Third Option")});
        const Json plain = {{"type", "string"}, {"enum", {"option1", "option2", "option3"}}};
        const Json wanted = {{"untitledSingle", plain},
                             {"titledSingle", {{"type", "string"}, {"oneOf", choices}}},
                             {"legacyEnum",
                              {{"type", "string"},
                               {"enum", {"opt1", "opt2", "opt3"}},
                               {"enumNames", {"Option One", "Option Two", "Option Three"}}}},
                             {"untitledMulti", {{"type", "array"}, {"items", plain}}},
                             {"titledMulti", {{"type", "array"}, {"items", {{"anyOf", choices}}}}}};
        InputRequest asked = elicitation("user", "Please choose", wanted);
        asked.params["requestedSchema"].erase("required");
        return result(text_content("Elicitation completed: " + text_of_answer(call.ask({asked}, nullptr)["user"])));
    }));
    return tools;
}

/// A tool that asks `inputs` and says what came back.
Tool input_tool(const char* name, std::vector<InputRequest> inputs) {
    return tool(name, [inputs = std::move(inputs)](const Json&, Call& call) {
        const Json answers = call.ask(inputs, {{"step", 1}});
        return result(
            text_content(fmt::format("{} {}", call.state().is_null() ? "answered" : "state-ok", answers.dump())));
    });
}

std::vector<Tool> input_required_tools() {
    const InputRequest name = elicitation("user_name", "What is your name?", one_text("name"));
    const InputRequest confirm = elicitation("confirm", "Please confirm", Json{{"ok", Json{{"type", "boolean"}}}});
    std::vector<Tool> tools = {input_tool("test_input_required_result_elicitation", {name}),
                               input_tool("test_input_required_result_sampling",
                                          {sampling("capital_question", "What is the capital of France?")}),
                               input_tool("test_input_required_result_list_roots", {roots("client_roots")}),
                               input_tool("test_input_required_result_request_state", {confirm}),
                               input_tool("test_input_required_result_tampered_state", {confirm}),
                               input_tool("test_missing_capability", {sampling("answer", "Is this possible?")}),
                               input_tool("test_streaming_elicitation", {confirm}),
                               input_tool("test_input_required_result_multiple_inputs",
                                          {name, sampling("greeting", "Generate a greeting"), roots("client_roots")})};
    tools.push_back(tool("test_input_required_result_multi_round", [](const Json&, Call& call) {
        Json known = call.state().is_object() ? call.state() : Json::object();
        if (!known.contains("name")) {
            const Json answers =
                call.ask({elicitation("step1", "Step 1: What is your name?", one_text("name"))}, {{"round", 1}});
            known["name"] = answers["step1"]["content"]["name"];
        }
        const Json answers =
            call.ask({elicitation("step2", "Step 2: What is your favorite color?", one_text("color"))}, known);
        return result(text_content(
            fmt::format("{} likes {}", known["name"].dump(), answers["step2"]["content"]["color"].dump())));
    }));
    tools.push_back(tool("test_input_required_result_capabilities", [name](const Json&, Call& call) {
        std::vector<InputRequest> inputs;
        if (call.can("elicitation")) inputs.push_back(name);
        if (call.can("sampling")) inputs.push_back(sampling("greeting", "Generate a greeting"));
        return result(text_content(call.ask(inputs, {{"step", 1}}).dump()));
    }));
    return tools;
}

Tool schema_tool() {
    return tool(
        "json_schema_2020_12_tool", [](const Json&, Call&) { return result(text_content("ok")); },
        Json::parse(R"({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
                    "$defs": {"address": {"$anchor": "addressDef", "type": "object",
                              "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
                    "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
                                   "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                                   "phone": {"type": "string"}, "email": {"type": "string"}},
                    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
                    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
                    "then": {"required": ["phone"]}, "else": {"required": ["email"]},
                    "additionalProperties": false})"));
}

Json user_message(Json content) { return {{"role", "user"}, {"content", std::move(content)}}; }
Json prompt_result(Json messages) { return {{"messages", std::move(messages)}}; }

std::vector<Prompt> prompts() {
    std::vector<Prompt> all;
    all.push_back({.name = "test_simple_prompt", .description = "A fixture", .get = [](const Json&, Call&) {
                       return prompt_result(
                           Json::array({user_message(text_content("This is a simple prompt for testing."))}));
                   }});
    all.push_back(
        {.name = "test_prompt_with_arguments",
         .description = "A fixture",
         .arguments = {{"arg1", "First test argument", true}, {"arg2", "Second test argument", true}},
         .get = [](const Json& given, Call&) {
             return prompt_result(Json::array({user_message(text_content(fmt::format(
                 "Prompt with arguments: arg1='{}', arg2='{}'", given.value("arg1", ""), given.value("arg2", ""))))}));
         }});
    all.push_back(
        {.name = "test_prompt_with_embedded_resource",
         .description = "A fixture",
         .arguments = {{"resourceUri", "URI of the resource to embed", true}},
         .get = [](const Json& given, Call&) {
             const std::string uri = given.value("resourceUri", "");
             return prompt_result(Json::array(
                 {user_message(resource_content(uri.c_str(), "text/plain", "Embedded resource content for testing.")),
                  user_message(text_content("Please process the embedded resource above."))}));
         }});
    all.push_back(
        {.name = "test_prompt_with_image", .description = "A fixture", .get = [](const Json&, Call&) {
             return prompt_result(Json::array(
                 {user_message(image_content()), user_message(text_content("Please analyze the image above."))}));
         }});
    all.push_back(
        {.name = "test_input_required_result_prompt", .description = "A fixture", .get = [](const Json&, Call& call) {
             const Json answers = call.ask(
                 {elicitation("user_context", "What context should the prompt use?", one_text("context"))}, nullptr);
             return prompt_result(Json::array({user_message(text_content(answers.dump()))}));
         }});
    return all;
}

Json read(const std::string& uri) {
    const auto contents = [&](const char* type, const char* member, std::string value) {
        return Json::array({{{"uri", uri}, {"mimeType", type}, {member, std::move(value)}}});
    };
    if (uri == "test://static-text")
        return contents("text/plain", "text", "This is the content of the static text resource.");
    if (uri == "test://static-binary") return contents("image/png", "blob", png);
    if (uri == "test://watched-resource") return contents("text/plain", "text", "Watched");
    constexpr std::string_view begin = "test://template/", end = "/data";
    if (!uri.starts_with(begin) || !uri.ends_with(end)) return nullptr;
    const std::string id = uri.substr(begin.size(), uri.size() - begin.size() - end.size());
    const Json data = {{"id", id}, {"templateTest", true}, {"data", "Data for ID: " + id}};
    return contents("application/json", "text", data.dump());
}

}  // namespace

Catalog conformance_catalog() {
    Catalog catalog;
    for (auto* make : {plain_tools, asking_tools, input_required_tools}) {
        for (Tool& one : make()) catalog.tools.push_back(std::move(one));
    }
    catalog.tools.push_back(schema_tool());
    for (Tool& one : catalog.tools) one.checked = std::make_shared<const JsonSchema>(one.input.dump());
    catalog.prompts = prompts();
    catalog.templates = Json::array({{{"uriTemplate", "test://template/{id}/data"},
                                      {"name", "template"},
                                      {"description", "A fixture"},
                                      {"mimeType", "application/json"}}});
    catalog.resources = [](const std::string&, Call&) {
        Page page;
        for (const char* uri : {"test://static-text", "test://static-binary", "test://watched-resource"}) {
            page.elements.push_back({{"uri", uri}, {"name", uri}, {"description", "A fixture"}});
        }
        return page;
    };
    catalog.read = [](const std::string& uri, Call&) { return read(uri); };
    catalog.complete = [](const Completion& wanted, Call&) {
        return std::vector<std::string>{wanted.value + "paris", wanted.value + "park"};
    };
    catalog.revisions = [](const std::vector<std::string>& uris) { return std::vector<std::string>(uris.size(), "1"); };
    return catalog;
}

}  // namespace quarry::mcp
