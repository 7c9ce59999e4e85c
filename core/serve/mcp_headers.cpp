#include "core/serve/mcp_headers.h"

#include <fmt/format.h>

#include "core/base/base64.h"
#include "core/base/text.h"

namespace quarry::serve {
namespace {

/// The value of a field that may be encoded, "=?base64?…?="; empty for what is encoded and cannot be decoded.
std::optional<std::string> decoded_value(std::string_view value) {
    constexpr std::string_view begin = "=?base64?", end = "?=";
    if (!value.starts_with(begin) || !value.ends_with(end) || value.size() < begin.size() + end.size()) {
        return std::string(value);
    }
    return from_base64(value.substr(begin.size(), value.size() - begin.size() - end.size()));
}

/// The member of the parameters that Mcp-Name repeats; null for a method without one.
const char* named_by(std::string_view method) {
    if (method == "tools/call" || method == "prompts/get") return "name";
    return method == "resources/read" ? "uri" : nullptr;
}

std::optional<std::string> mismatch(const net::Request& request, const char* field, const mcp::Json& wanted) {
    const std::string_view given = request.header(field);
    if (given.empty()) return fmt::format("the header field {} is missing", field);
    const auto value = decoded_value(given);
    if (value && wanted == *value) return std::nullopt;
    return fmt::format("the header field {} differs from the body", field);
}

}  // namespace

std::optional<std::string> header_mismatch(const net::Request& request, const json_rpc::Message& message) {
    const mcp::Json meta = message.params.value("_meta", mcp::Json::object());
    const mcp::Json version = meta.is_object() ? meta.value(mcp::version_key, mcp::Json()) : mcp::Json();
    if (auto wrong = mismatch(request, "MCP-Protocol-Version", version)) return wrong;
    if (auto wrong = mismatch(request, "Mcp-Method", message.method)) return wrong;
    const char* member = named_by(message.method);
    if (member == nullptr || !message.params.contains(member)) return std::nullopt;
    return mismatch(request, "Mcp-Name", message.params[member]);
}

bool accepts_both(std::string_view accept) {
    const std::string types = ascii_lower(accept);
    if (types.empty() || types.find("*/*") != std::string::npos) return true;
    return types.find("application/json") != std::string::npos && types.find("text/event-stream") != std::string::npos;
}

}  // namespace quarry::serve
