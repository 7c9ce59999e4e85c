#include "core/mcp_client/param_headers.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::mcp_client {
namespace {

using Json = nlohmann::ordered_json;

constexpr int deepest_parameter = 8;
constexpr std::size_t most_headers = 32;
constexpr std::size_t longest_header_name = 64;
constexpr std::string_view mark = "=?base64?", mark_end = "?=";

Error invalid(std::string_view why) {
    return Error(ErrorCode::failed, "the tool has an invalid x-mcp-header").because(std::string(why));
}

/// A token of RFC 9110.
bool is_header_token(std::string_view name) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !name.empty() && name.size() <= longest_header_name && std::ranges::all_of(name, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    });
}

bool is_plain_type(const Json& schema) {
    const auto type = schema.find("type");
    return type != schema.end() && (*type == "string" || *type == "integer" || *type == "boolean");
}

void collect_headers(const Json& schema, const std::vector<std::string>& path, std::set<std::string>& names,
                     std::vector<ParamHeader>& found) {
    const auto properties = schema.is_object() ? schema.find("properties") : schema.end();
    if (!schema.is_object() || properties == schema.end() || !properties->is_object()) return;
    if (static_cast<int>(path.size()) >= deepest_parameter) return;
    for (const auto& [name, property] : properties->items()) {
        if (!property.is_object()) continue;
        std::vector<std::string> inner = path;
        inner.push_back(name);
        if (const auto annotation = property.find("x-mcp-header"); annotation != property.end()) {
            if (!annotation->is_string() || !is_header_token(annotation->get_ref<const std::string&>())) {
                throw invalid("a name is empty or has characters that headers do not take");
            }
            if (!is_plain_type(property)) throw invalid("a parameter is not a string, an integer or a boolean");
            const std::string header = annotation->get<std::string>();
            if (!names.insert(ascii_lower(header)).second) throw invalid("a name is given twice");
            if (names.size() > most_headers) throw invalid("there are too many");
            found.push_back({inner, "Mcp-Param-" + header});
        }
        collect_headers(property, inner, names, found);
    }
}

const Json* value_at(const Json& arguments, const std::vector<std::string>& path) {
    const Json* value = &arguments;
    for (const std::string& name : path) {
        if (!value->is_object()) return nullptr;
        const auto inner = value->find(name);
        if (inner == value->end() || inner->is_null()) return nullptr;
        value = &*inner;
    }
    return value;
}

}  // namespace

std::vector<ParamHeader> param_headers(const Json& input_schema) {
    std::vector<ParamHeader> found;
    std::set<std::string> names;
    collect_headers(input_schema, {}, names, found);
    return found;
}

std::vector<std::pair<std::string, std::string>> headers_for(const std::vector<ParamHeader>& params,
                                                             const Json& arguments) {
    std::vector<std::pair<std::string, std::string>> headers;
    for (const ParamHeader& param : params) {
        const Json* const value = value_at(arguments, param.path);
        if (value == nullptr || value->is_structured()) continue;
        headers.emplace_back(param.header,
                             header_value(value->is_string() ? value->get<std::string>() : value->dump()));
    }
    return headers;
}

std::string header_value(std::string_view text) {
    const bool plain = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7E; }) &&
                       !text.starts_with(' ') && !text.ends_with(' ') && !text.starts_with(mark);
    return plain ? std::string(text) : fmt::format("{}{}{}", mark, to_base64(text), mark_end);
}

}  // namespace quarry::mcp_client
