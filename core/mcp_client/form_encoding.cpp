#include "core/mcp_client/form_encoding.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/percent.h"
#include "core/base/text.h"

namespace quarry::mcp_client {

std::string form_encoded(const FormFields& fields) {
    std::string encoded;
    for (const auto& [name, value] : fields) {
        encoded += fmt::format("{}{}={}", encoded.empty() ? "" : "&", percent_encoded(name), percent_encoded(value));
    }
    return encoded;
}

std::optional<std::string> form_value(std::string_view query, std::string_view name) {
    std::optional<std::string> found;
    for (const std::string_view field : split(query, '&')) {
        const std::size_t equals = std::min(field.find('='), field.size());
        if (percent_decoded(field.substr(0, equals), true) != name) continue;
        if (found) return std::nullopt;
        found = percent_decoded(field.substr(std::min(equals + 1, field.size())), true);
        if (!found) return std::nullopt;
    }
    return found;
}

}  // namespace quarry::mcp_client
