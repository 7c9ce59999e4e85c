#include "core/mcp_client/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/text.h"
#include "core/mcp_client/authorization.h"
#include "core/mcp_client/http_transport.h"
#include "core/mcp_client/stdio_transport.h"

namespace quarry::mcp_client {
namespace {

constexpr int unsupported_version = -32022;
constexpr int most_input_rounds = 8;
constexpr std::size_t most_inputs = 16, most_pages = 100, most_entries = 1'000;
constexpr std::size_t longest_cursor = 10'000, longest_instructions = 10'000;
constexpr std::chrono::seconds probe_time{5};
constexpr std::array<std::string_view, 4> legacy_versions = {legacy_version, "2025-06-18", "2025-03-26", "2024-11-05"};

std::string told_text(const Json& value, std::size_t most) {
    if (!value.is_string()) return {};
    std::string text = strip_terminal_controls(replace_invalid_utf8(value.get<std::string>()));
    if (text.size() > most) text.resize(floor_to_code_point(text, most));
    return text;
}

bool says_version(const Json& versions, std::string_view version) {
    return versions.is_array() && std::find(versions.begin(), versions.end(), version) != versions.end();
}

/// Which parameter goes into the header Mcp-Name.
const char* named_by(std::string_view method) {
    if (method == "tools/call" || method == "prompts/get") return "name";
    return method == "resources/read" ? "uri" : nullptr;
}

}  // namespace

Client::Client(const ServerDefinition& server, std::unique_ptr<Transport> transport, FillForm fill)
    : server_(server), fill_(std::move(fill)), transport_(std::move(transport)) {}

Json Client::capabilities() const { return fill_ ? Json{{"elicitation", {{"form", Json::object()}}}} : Json::object(); }

void Client::connect(const Cancellation& cancel) {
    if (server_.dialect != Dialect::legacy && discover(cancel)) return;
    if (server_.dialect == Dialect::modern) {
        throw Error(ErrorCode::provider_failed,
                    fmt::format("the MCP server {} does not speak the version {}", server_.name, modern_version),
                    fmt::format("take mcp.servers.{}.protocol out of the settings", server_.name));
    }
    initialize(cancel);
}

bool Client::discover(const Cancellation& cancel) {
    info_.protocol = modern_version;
    transport_->use_version(modern_version);
    for (int attempt = 0; attempt < 2; ++attempt) {
        std::optional<json_rpc::Message> answer;
        try {
            answer = send_once("server/discover", Json::object(), {}, cancel);
        } catch (const StatusError& error) {
            if (error.status() < 400 || error.status() >= 500 || error.status() == 401 || error.status() == 403) throw;
        } catch (const Error& error) {
            // A program of the older dialect may say nothing, or end: it is started again.
            if (error.code() != ErrorCode::provider_failed || server_.is_remote()) throw;
        }
        if (!answer) break;
        if (answer->kind == json_rpc::Message::Kind::result) {
            if (!says_version(answer->result.is_object() ? answer->result.value("supportedVersions", Json()) : Json(),
                              modern_version)) {
                break;
            }
            take_info(answer->result);
            return true;
        }
        const Json& data = answer->failure.data;
        const bool retry = answer->failure.code == unsupported_version && data.is_object() &&
                           says_version(data.value("supported", Json()), modern_version);
        if (!retry) break;
    }
    info_.protocol.clear();
    transport_->use_version("");
    transport_->restart();
    return false;
}

void Client::initialize(const Cancellation& cancel) {
    info_.protocol.clear();
    transport_->use_version("");
    const Json params = {{"protocolVersion", legacy_version},
                         {"capabilities", capabilities()},
                         {"clientInfo", {{"name", "quarry"}, {"version", "1"}}}};
    const json_rpc::Message answer = send_once("initialize", params, {}, cancel);
    if (answer.kind == json_rpc::Message::Kind::failure) {
        throw Error(ErrorCode::provider_failed, fmt::format("the MCP server {} refused to begin", server_.name))
            .because(told_text(answer.failure.message, 300));
    }
    const Json version = answer.result.is_object() ? answer.result.value("protocolVersion", Json()) : Json();
    if (!version.is_string() ||
        std::ranges::find(legacy_versions, version.get<std::string>()) == legacy_versions.end()) {
        throw Error(
            ErrorCode::provider_failed,
            fmt::format("the MCP server {} speaks a version of the protocol that quarry does not", server_.name))
            .because(told_text(version, 40));
    }
    info_.protocol = version.get<std::string>();
    take_info(answer.result);
    transport_->use_version(info_.protocol);
    transport_->notify("notifications/initialized", Json(), server_.timeout, cancel);
    if (fill_)
        transport_->listen([this](const auto& method, const auto& with) { return answer_peer(method, with); }, cancel);
}

void Client::take_info(const Json& result) {
    const Json self = result.value("serverInfo", Json::object());
    if (self.is_object()) {
        info_.name = told_text(self.value("name", Json()), 100);
        info_.version = told_text(self.value("version", Json()), 100);
    }
    info_.instructions = told_text(result.value("instructions", Json()), longest_instructions);
    const Json offered = result.value("capabilities", Json::object());
    info_.has_tools = offered.is_object() && offered.contains("tools");
    info_.has_resources = offered.is_object() && offered.contains("resources");
    info_.has_prompts = offered.is_object() && offered.contains("prompts");
}

PeerAnswer Client::answer_peer(const std::string& method, const Json& params) const {
    if (method == "ping") return {Json::object(), {}};
    if (method == "elicitation/create" && fill_) {
        // A server's two ways of asking are two threads.
        const std::lock_guard lock(asking_);
        try {
            return {answer_elicitation(params, fill_), {}};
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            return {{}, json_rpc::Failure{json_rpc::invalid_params, error.what(), {}}};
        }
    }
    // Models, folders and the user's attention are not lent to a server.
    return {{}, json_rpc::Failure{json_rpc::method_not_found, "quarry does not offer this", {}}};
}

json_rpc::Message Client::send_once(std::string_view method, Json params, Headers headers, const Cancellation& cancel) {
    if (is_modern()) {
        params["_meta"] = {{"io.modelcontextprotocol/protocolVersion", modern_version},
                           {"io.modelcontextprotocol/clientInfo", {{"name", "quarry"}, {"version", "1"}}},
                           {"io.modelcontextprotocol/clientCapabilities", capabilities()}};
        headers.emplace_back("Mcp-Method", std::string(method));
        if (const char* const key = named_by(method); key != nullptr) {
            headers.emplace_back("Mcp-Name", header_value(params.value(key, std::string())));
        }
    }
    const Call call{++last_id_, std::string(method), std::move(params), std::move(headers)};
    const auto peer = [&](const std::string& asked, const Json& with) { return answer_peer(asked, with); };
    const bool is_probe = method == "server/discover" && !server_.is_remote();
    const std::chrono::milliseconds time = is_probe ? std::min<std::chrono::seconds>(server_.timeout, probe_time)
                                                    : std::chrono::milliseconds(server_.timeout);
    return transport_->exchange(call, peer, time, cancel);
}

Json Client::responses_to(const Json& requests) const {
    if (!requests.is_object() || requests.size() > most_inputs) {
        throw Error(ErrorCode::provider_failed,
                    fmt::format("the MCP server {} asks for too much input, or in no form", server_.name));
    }
    Json responses = Json::object();
    for (const auto& [key, asked] : requests.items()) {
        const Json method = asked.is_object() ? asked.value("method", Json()) : Json();
        const Json params = asked.is_object() ? asked.value("params", Json::object()) : Json();
        if (!method.is_string() || !params.is_object()) {
            throw Error(ErrorCode::provider_failed, fmt::format("the MCP server {} asks for no input", server_.name));
        }
        PeerAnswer answer = answer_peer(method.get<std::string>(), params);
        if (answer.failure) {
            throw Error(ErrorCode::failed, fmt::format("the MCP server {} asks for what it is not given", server_.name))
                .because(fmt::format("{}: {}", one_line(told_text(method, 60), 60), answer.failure->message));
        }
        responses[key] = std::move(answer.result);
    }
    return responses;
}

Json Client::request(std::string_view method, Json params, Headers headers, const Cancellation& cancel) {
    Json sent = params;
    bool began_again = false;
    for (int round = 0; round <= most_input_rounds;) {
        json_rpc::Message answer;
        try {
            answer = send_once(method, sent, headers, cancel);
        } catch (const StatusError& error) {
            // A session that the server has ended is begun again, once.
            if (error.status() != 404 || is_modern() || began_again) throw;
            began_again = true;
            transport_->restart();
            initialize(cancel);
            continue;
        }
        if (answer.kind == json_rpc::Message::Kind::failure) {
            throw Error(ErrorCode::failed, fmt::format("the MCP server {} refused {}", server_.name, method))
                .because(fmt::format("{} ({})", one_line(told_text(answer.failure.message, 1'000), 300),
                                     answer.failure.code));
        }
        if (!answer.result.is_object()) {
            throw Error(ErrorCode::provider_failed,
                        fmt::format("the MCP server {} gave no object in answer to {}", server_.name, method));
        }
        if (answer.result.value("resultType", Json()) != "input_required") return std::move(answer.result);
        sent = params;
        sent["inputResponses"] = responses_to(answer.result.value("inputRequests", Json::object()));
        if (answer.result.contains("requestState")) sent["requestState"] = answer.result["requestState"];
        ++round;
    }
    throw Error(ErrorCode::provider_failed,
                fmt::format("the MCP server {} asks for input again and again", server_.name));
}

void Client::list(std::string_view method, const char* key, const std::function<void(const Json&)>& take,
                  const Cancellation& cancel) {
    Json params = Json::object();
    std::set<std::string> cursors;
    std::size_t entries = 0;
    for (std::size_t page = 0; page < most_pages; ++page) {
        const Json result = request(method, params, {}, cancel);
        const Json listed = result.value(key, Json());
        if (!listed.is_array()) {
            throw Error(ErrorCode::provider_failed,
                        fmt::format("the MCP server {} gave no list in answer to {}", server_.name, method));
        }
        for (const Json& entry : listed) {
            if (++entries > most_entries) {
                throw Error(ErrorCode::provider_failed, fmt::format("the MCP server {} lists too much", server_.name))
                    .because(fmt::format("more than {} entries in answer to {}", most_entries, method));
            }
            take(entry);
        }
        const Json next = result.value("nextCursor", Json());
        if (!next.is_string()) return;
        const std::string cursor = next.get<std::string>();
        if (cursor.size() > longest_cursor || !cursors.insert(cursor).second) break;
        params = {{"cursor", cursor}};
    }
    throw Error(ErrorCode::provider_failed, fmt::format("the list {} of {} does not end", method, server_.name));
}

ToolListings Client::tools(const Cancellation& cancel) {
    ToolListings listings;
    list(
        "tools/list", "tools", [&](const Json& entry) { read_tool(entry, listings); }, cancel);
    return listings;
}

std::vector<ResourceListing> Client::resources(const Cancellation& cancel) {
    std::vector<ResourceListing> found;
    if (!info_.has_resources) return found;
    list(
        "resources/list", "resources", [&](const Json& entry) { mcp_client::read_resource(entry, false, found); },
        cancel);
    try {
        list(
            "resources/templates/list", "resourceTemplates",
            [&](const Json& entry) { mcp_client::read_resource(entry, true, found); }, cancel);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::failed) throw;  // one without templates need not know the method
    }
    return found;
}

std::vector<PromptListing> Client::prompts(const Cancellation& cancel) {
    std::vector<PromptListing> found;
    if (!info_.has_prompts) return found;
    list(
        "prompts/list", "prompts", [&](const Json& entry) { read_prompt(entry, found); }, cancel);
    return found;
}

Json Client::call_tool(const ToolListing& tool, const Json& arguments, const Cancellation& cancel) {
    const Headers headers = is_modern() ? headers_for(tool.headers, arguments) : Headers{};
    return request("tools/call", {{"name", tool.name}, {"arguments", arguments}}, headers, cancel);
}

Json Client::read_resource(const std::string& uri, const Cancellation& cancel) {
    return request("resources/read", {{"uri", uri}}, {}, cancel);
}

Json Client::get_prompt(const std::string& name, const Json& arguments, const Cancellation& cancel) {
    Json params = {{"name", name}};
    if (!arguments.empty()) params["arguments"] = arguments;
    return request("prompts/get", std::move(params), {}, cancel);
}

std::unique_ptr<Client> make_client(const ServerDefinition& server, const Environment& environment,
                                    std::unique_ptr<Authorization> authorization, FillForm fill) {
    check_definition(server);
    std::unique_ptr<Transport> transport = server.is_remote()
                                               ? make_http_transport(server, environment, std::move(authorization))
                                               : make_stdio_transport(server, environment);
    return std::make_unique<Client>(server, std::move(transport), std::move(fill));
}

}  // namespace quarry::mcp_client
