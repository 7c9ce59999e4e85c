#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quarry::mcp_client {

/// A parameter of a tool that goes into a header of the request too (`x-mcp-header`, 2026-07-28).
struct ParamHeader {
    std::vector<std::string> path{};  ///< Names of properties, from the outside in.
    std::string header{};             ///< "Mcp-Param-Region"
};

/// The annotated parameters of a tool's schema. Throws Error(failed) that says why the tool must not be used: a
/// header's name that is empty, is given twice or has characters that headers do not take; a parameter that is not a
/// text, an integer or a boolean.
[[nodiscard]] std::vector<ParamHeader> param_headers(const nlohmann::ordered_json& input_schema);

/// The headers for these arguments; a parameter that is null or not there has no header.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> headers_for(const std::vector<ParamHeader>& params,
                                                                           const nlohmann::ordered_json& arguments);

/// A header's value for any text: as it is when a header can hold it, else in Base64 with a mark around it.
[[nodiscard]] std::string header_value(std::string_view text);

}  // namespace quarry::mcp_client
