#include "core/mcp/server.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "core/app/escaped_error.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/mcp/request.h"

namespace quarry::mcp {
namespace {

using json_rpc::invalid_params;
using json_rpc::Message;
using json_rpc::method_not_found;

constexpr std::size_t listed_at_once = 100, most_completions = 100;
constexpr std::array<std::string_view, 8> log_levels = {"debug", "info",     "notice", "warning",
                                                        "error", "critical", "alert",  "emergency"};

bool may(const Request& request, const std::string& scope) {
    return scope.empty() || request.context().scopes.contains(scope);
}

const std::string& text_in(const Json& params, const char* name) {
    const auto found = params.find(name);
    if (found == params.end() || !found->is_string()) {
        throw Refusal(invalid_params, fmt::format("{} must be a string", name), nullptr, 400);
    }
    return found->get_ref<const std::string&>();
}

Json arguments_in(const Json& params) {
    const Json arguments = params.value("arguments", Json::object());
    if (!arguments.is_object()) throw Refusal(invalid_params, "arguments must be an object", nullptr, 400);
    return arguments;
}

/// The range of a list that a cursor, a number, asks for.
template <typename Elements>
std::pair<std::size_t, std::size_t> part_of(const Elements& elements, const Json& params) {
    std::size_t begin = 0;
    if (const auto cursor = params.find("cursor"); cursor != params.end()) {
        const std::string text = cursor->is_string() ? cursor->template get<std::string>() : std::string("?");
        const bool is_number =
            !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
        begin = is_number ? static_cast<std::size_t>(std::stoul(text)) : elements.size() + 1;
        if (begin > elements.size()) throw Refusal(invalid_params, "invalid cursor", nullptr, 400);
    }
    return {begin, std::min(begin + listed_at_once, elements.size())};
}

Json listed_tool(const Tool& tool) {
    Json one = {{"name", tool.name}};
    if (!tool.title.empty()) one["title"] = tool.title;
    one["description"] = tool.description;
    one["inputSchema"] = tool.input;
    if (!tool.output.is_null()) one["outputSchema"] = tool.output;
    if (!tool.annotations.is_null()) one["annotations"] = tool.annotations;
    return one;
}

Json listed_prompt(const Prompt& prompt) {
    Json one = {{"name", prompt.name}};
    if (!prompt.title.empty()) one["title"] = prompt.title;
    one["description"] = prompt.description;
    one["arguments"] = Json::array();
    for (const auto& argument : prompt.arguments) {
        one["arguments"].push_back(
            {{"name", argument.name}, {"description", argument.description}, {"required", argument.required}});
    }
    return one;
}

/// A client's name for something, as messages repeat it.
std::string shown(const std::string& name) { return one_line(strip_terminal_controls(name), 100); }

/// An error as a result, which the model reads.
Json failed_result(const Error& error) {
    std::string text = error.message();
    for (const std::string& cause : error.causes()) text += ": " + cause;
    if (!error.hint().empty()) text += fmt::format("\n{}", error.hint());
    return {{"content", {{{"type", "text"}, {"text", text}}}}, {"isError", true}};
}

/// The caller lacks a scope, which it can ask its authorization server for.
class MissingScope final : public std::exception {
public:
    explicit MissingScope(std::string scope) : scope_(std::move(scope)), text_("this needs the scope " + scope_) {}
    [[nodiscard]] const std::string& scope() const noexcept { return scope_; }
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

private:
    std::string scope_, text_;
};

}  // namespace

struct Server::Method {
    std::string_view name;
    enum class Era : std::uint8_t { both, legacy, modern } era;
    std::function<Json(Server&, Request&)> run;
    bool is_cacheable = false;
};

Server::Server(Catalog catalog, ServerOptions options)
    : catalog_(std::move(catalog)),
      options_(std::move(options)),
      subscriptions_(catalog_.revisions, options_.interval) {}

Server::~Server() = default;

const Tool* Server::tool_of(const Message& message) const {
    const auto name = message.params.find("name");
    if (message.method != "tools/call" || name == message.params.end() || !name->is_string()) return nullptr;
    const auto tool = std::ranges::find(catalog_.tools, name->get_ref<const std::string&>(), &Tool::name);
    return tool == catalog_.tools.end() ? nullptr : &*tool;
}

bool Server::is_slow(const Message& message) const {
    const Tool* tool = tool_of(message);
    return tool != nullptr && tool->is_slow;
}

bool Server::is_modern(const Message& message) {
    const auto meta = message.params.find("_meta");
    return meta != message.params.end() && meta->is_object() && meta->contains(version_key);
}

Reply Server::handle(const Message& message, const RequestContext& context, const std::shared_ptr<Channel>& stream) {
    if (message.kind == Message::Kind::notification) {
        take(message, context);
        return {.status = 202};
    }
    Request request(message, context, sealer_);
    try {
        if (request.is_modern() && message.method == "subscriptions/listen") {
            request.check_modern();
            return listen(request, stream);
        }
        return {.message = json_rpc::result(message.id, answer(request))};
    } catch (const InputRequired& required) {
        return {.message = json_rpc::result(message.id, required.result())};
    } catch (const MissingScope& missing) {
        return {.message = json_rpc::failure(message.id, {json_rpc::invalid_params, missing.what(), nullptr}),
                .status = 403,
                .missing_scope = missing.scope()};
    } catch (const Refusal& refusal) {
        return {.message = json_rpc::failure(message.id, refusal.failure()),
                .status = request.is_modern() ? refusal.status() : 200};
    } catch (...) {
        const Error error = failure_of(std::current_exception());
        return {.message = json_rpc::failure(message.id, {json_rpc::internal_error, error.message(), nullptr})};
    }
}

Json Server::answer(Request& request) {
    using Era = Method::Era;
    static const std::vector<Method> methods = {
        {"initialize", Era::legacy, [](Server& server, Request& one) { return server.initialize(one); }},
        {"ping", Era::legacy, [](Server&, Request&) { return Json::object(); }},
        {"logging/setLevel", Era::legacy, [](Server& server, Request& one) { return server.set_level(one); }},
        {"resources/subscribe", Era::legacy, [](Server& server, Request& one) { return server.subscribe(one); }},
        {"resources/unsubscribe", Era::legacy, [](Server& server, Request& one) { return server.unsubscribe(one); }},
        {"server/discover", Era::modern, [](Server& server, Request&) { return server.discover(); }, true},
        {"tools/list", Era::both, [](Server& server, Request& one) { return server.list_tools(one); }, true},
        {"tools/call", Era::both, [](Server& server, Request& one) { return server.call_tool(one); }},
        {"prompts/list", Era::both, [](Server& server, Request& one) { return server.list_prompts(one); }, true},
        {"prompts/get", Era::both, [](Server& server, Request& one) { return server.get_prompt(one); }},
        {"resources/list", Era::both, [](Server& server, Request& one) { return server.list_resources(one); }, true},
        {"resources/templates/list", Era::both, [](Server& server, Request& one) { return server.list_templates(one); },
         true},
        {"resources/read", Era::both, [](Server& server, Request& one) { return server.read_resource(one); }, true},
        {"completion/complete", Era::both, [](Server& server, Request& one) { return server.complete(one); }},
    };
    const auto found = std::ranges::find(methods, request.method(), &Method::name);
    const bool is_wrong_era =
        found != methods.end() && found->era != Era::both && (found->era == Era::modern) != request.is_modern();
    if (request.is_modern()) request.check_modern();
    if (found == methods.end() || is_wrong_era) {
        throw Refusal(method_not_found, "unknown method", nullptr, 404);
    }
    if (!request.is_modern() && found->name != "initialize" && found->name != "ping") request.check_session();
    Json result = found->run(*this, request);
    if (!request.is_modern()) return result;
    Json whole = {{"resultType", "complete"}};
    whole.update(result);
    if (found->is_cacheable) {
        // Each caller sees what it may read, and documents may change at any time.
        whole["ttlMs"] = 0;
        whole["cacheScope"] = "private";
    }
    whole["_meta"][server_key] = identity();
    return whole;
}

Error Server::failure_of(const std::exception_ptr& thrown) const {
    return options_.failure ? options_.failure(thrown) : app::escaped_error(thrown);
}

Json Server::identity() const { return {{"name", "quarry"}, {"title", "quarry"}, {"version", options_.version}}; }

Json Server::capabilities(bool is_modern) const {
    Json all = {{"tools", {{"listChanged", catalog_.lists_change}}},
                {"prompts", {{"listChanged", catalog_.lists_change}}},
                {"resources", {{"subscribe", static_cast<bool>(catalog_.revisions)}, {"listChanged", false}}},
                {"completions", Json::object()}};
    if (!is_modern) all["logging"] = Json::object();
    return all;
}

Json Server::initialize(Request& request) {
    if (request.context().session == nullptr) throw Refusal(json_rpc::invalid_request, "initialize needs a session");
    const Json& params = request.params();
    const std::string& wanted = text_in(params, "protocolVersion");
    const bool is_known = std::ranges::find(legacy_versions, wanted) != legacy_versions.end();
    const std::string version = is_known ? wanted : std::string(legacy_versions.front());
    const Json capable = params.value("capabilities", Json::object());
    if (!capable.is_object()) throw Refusal(invalid_params, "capabilities must be an object");
    request.context().session->agree({version, capable});
    Json result = {{"protocolVersion", version}, {"capabilities", capabilities(false)}, {"serverInfo", identity()}};
    if (!options_.instructions.empty()) result["instructions"] = options_.instructions;
    return result;
}

Json Server::discover() const {
    Json result = {{"supportedVersions", {modern_version}}, {"capabilities", capabilities(true)}};
    if (!options_.instructions.empty()) result["instructions"] = options_.instructions;
    return result;
}

Json Server::list_tools(Request& request) const {
    std::vector<const Tool*> seen;
    for (const Tool& tool : catalog_.tools) {
        if (may(request, tool.scope)) seen.push_back(&tool);
    }
    const auto [begin, end] = part_of(seen, request.params());
    Json result = {{"tools", Json::array()}};
    for (std::size_t i = begin; i < end; ++i) result["tools"].push_back(listed_tool(*seen[i]));
    if (end < seen.size()) result["nextCursor"] = fmt::format("{}", end);
    return result;
}

Json Server::call_tool(Request& request) const {
    const std::string& name = text_in(request.params(), "name");
    const auto tool = std::ranges::find(catalog_.tools, name, &Tool::name);
    if (tool == catalog_.tools.end()) throw Refusal(invalid_params, fmt::format("unknown tool {}", shown(name)));
    if (!may(request, tool->scope)) throw MissingScope(tool->scope);
    const Json arguments = arguments_in(request.params());
    request.bind(name, arguments);
    if (tool->checked) {
        const std::vector<std::string> problems = tool->checked->problems(nlohmann::json(arguments));
        // As a result, so that the model can correct itself.
        if (!problems.empty()) {
            return failed_result(Error(ErrorCode::usage, "the arguments do not fit the tool's inputSchema")
                                     .because(fmt::format("{}", fmt::join(problems, "; "))));
        }
    }
    try {
        return tool->call(arguments, request);
    } catch (const InputRequired&) {
        throw;
    } catch (const Refusal&) {
        throw;
    } catch (...) {
        return failed_result(failure_of(std::current_exception()));
    }
}

Json Server::list_prompts(Request& request) const {
    std::vector<const Prompt*> seen;
    for (const Prompt& prompt : catalog_.prompts) {
        if (may(request, prompt.scope)) seen.push_back(&prompt);
    }
    const auto [begin, end] = part_of(seen, request.params());
    Json result = {{"prompts", Json::array()}};
    for (std::size_t i = begin; i < end; ++i) result["prompts"].push_back(listed_prompt(*seen[i]));
    if (end < seen.size()) result["nextCursor"] = fmt::format("{}", end);
    return result;
}

Json Server::get_prompt(Request& request) const {
    const std::string& name = text_in(request.params(), "name");
    const auto prompt = std::ranges::find(catalog_.prompts, name, &Prompt::name);
    if (prompt == catalog_.prompts.end() || !may(request, prompt->scope)) {
        throw Refusal(invalid_params, fmt::format("unknown prompt {}", shown(name)));
    }
    const Json arguments = arguments_in(request.params());
    for (const auto& [key, value] : arguments.items()) {
        if (!value.is_string()) throw Refusal(invalid_params, "arguments of a prompt must be strings");
    }
    for (const auto& argument : prompt->arguments) {
        if (argument.required && !arguments.contains(argument.name)) {
            throw Refusal(invalid_params, fmt::format("the prompt requires the argument {}", argument.name));
        }
    }
    request.bind(name, arguments);
    return prompt->get(arguments, request);
}

Json Server::list_resources(Request& request) const {
    if (!may(request, catalog_.resource_scope) || !catalog_.resources) return {{"resources", Json::array()}};
    std::string cursor;
    if (request.params().contains("cursor")) cursor = text_in(request.params(), "cursor");
    Page page = catalog_.resources(cursor, request);
    Json result = {{"resources", std::move(page.elements)}};
    if (!page.next.empty()) result["nextCursor"] = page.next;
    return result;
}

Json Server::list_templates(Request& request) const {
    return {{"resourceTemplates", may(request, catalog_.resource_scope) ? catalog_.templates : Json::array()}};
}

Json Server::read_resource(Request& request) const {
    const std::string& uri = text_in(request.params(), "uri");
    request.bind(uri, Json::object());
    Json contents;
    if (may(request, catalog_.resource_scope) && catalog_.read) contents = catalog_.read(uri, request);
    if (contents.is_null()) {
        throw Refusal(request.is_modern() ? invalid_params : legacy_not_found, "resource not found", {{"uri", uri}});
    }
    return {{"contents", std::move(contents)}};
}

Json Server::subscribe(Request& request) {
    static_cast<void>(read_resource(request));  // throws where the caller may not read it
    const std::string& uri = text_in(request.params(), "uri");
    subscriptions_.note({uri});
    request.context().session->subscribe(uri);
    return Json::object();
}

Json Server::unsubscribe(Request& request) {
    request.context().session->unsubscribe(text_in(request.params(), "uri"));
    return Json::object();
}

Json Server::complete(Request& request) const {
    const Json& params = request.params();
    const Json ref = params.value("ref", Json::object()), argument = params.value("argument", Json::object());
    if (!ref.is_object() || !argument.is_object()) throw Refusal(invalid_params, "ref and argument must be objects");
    const std::string& type = text_in(ref, "type");
    const bool is_prompt = type == "ref/prompt";
    if (!is_prompt && type != "ref/resource")
        throw Refusal(invalid_params, "ref.type must be ref/prompt or ref/resource");
    const Completion wanted{.reference = text_in(ref, is_prompt ? "name" : "uri"),
                            .is_prompt = is_prompt,
                            .argument = text_in(argument, "name"),
                            .value = text_in(argument, "value")};
    std::vector<std::string> values;
    if (catalog_.complete && may(request, catalog_.resource_scope)) values = catalog_.complete(wanted, request);
    const std::size_t total = values.size();
    if (total > most_completions) values.resize(most_completions);
    return {{"completion", {{"values", values}, {"total", total}, {"hasMore", total > values.size()}}}};
}

Json Server::set_level(Request& request) const {
    const std::string& level = text_in(request.params(), "level");
    if (std::ranges::find(log_levels, level) == log_levels.end())
        throw Refusal(invalid_params,
                      "level must be one of debug, info, notice, warning, error, critical, alert, emergency");
    request.context().session->set_log_level(level);
    return Json::object();
}

void Server::take(const Message& message, const RequestContext& context) {
    if (message.method != "notifications/cancelled" || context.session == nullptr) return;
    if (const auto id = message.params.find("requestId"); id != message.params.end()) context.session->cancel(*id);
}

Reply Server::listen(Request& request, const std::shared_ptr<Channel>& stream) {
    const Json wanted = request.params().value("notifications", Json());
    if (!wanted.is_object()) throw Refusal(invalid_params, "notifications must be an object", nullptr, 400);
    Subscriptions::Listener listener{.channel = stream, .id = request.id()};
    Json accepted = Json::object();
    for (const auto& [member, list] :
         {std::pair("toolsListChanged", "tools"), std::pair("promptsListChanged", "prompts")}) {
        if (wanted.value(member, Json()) != true || !catalog_.lists_change) continue;
        listener.lists.insert(list);
        accepted[member] = true;
    }
    const Json uris = wanted.value("resourceSubscriptions", Json::array());
    for (const Json& uri : uris.is_array() ? uris : Json::array()) {
        if (!uri.is_string() || !catalog_.revisions || listener.uris.size() >= listed_at_once) continue;
        if (!may(request, catalog_.resource_scope) || catalog_.read(uri, request).is_null()) continue;
        listener.uris.insert(uri.get<std::string>());
        accepted["resourceSubscriptions"].push_back(uri);
    }
    const Json meta = {{subscription_key, request.id()}};
    const Json acknowledged = json_rpc::notification("notifications/subscriptions/acknowledged",
                                                     {{"_meta", meta}, {"notifications", accepted}});
    if (accepted.empty()) {
        stream->send(acknowledged);
        Json result = {{"resultType", "complete"}, {"_meta", meta}};
        result["_meta"][server_key] = identity();
        return {.message = json_rpc::result(request.id(), std::move(result))};
    }
    subscriptions_.note({listener.uris.begin(), listener.uris.end()});
    subscriptions_.add(std::move(listener), acknowledged);
    return {.is_open = true};
}

}  // namespace quarry::mcp
