#include "core/mcp_client/form_encoding.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/hex.h"
#include "core/base/text.h"

namespace quarry::mcp_client {
namespace {

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_ascii_digit(c) || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

std::string form_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escaped =
            text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
        if (escaped) {
            decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            decoded += text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

}  // namespace

std::string form_encoded(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        if (is_unreserved(c))
            encoded += c;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

std::string form_encoded(const FormFields& fields) {
    std::string encoded;
    for (const auto& [name, value] : fields) {
        encoded += fmt::format("{}{}={}", encoded.empty() ? "" : "&", form_encoded(name), form_encoded(value));
    }
    return encoded;
}

std::optional<std::string> form_value(std::string_view query, std::string_view name) {
    std::optional<std::string> found;
    for (const std::string_view field : split(query, '&')) {
        const std::size_t equals = std::min(field.find('='), field.size());
        if (form_decoded(field.substr(0, equals)) != name) continue;
        if (found) return std::nullopt;
        found = form_decoded(field.substr(std::min(equals + 1, field.size())));
    }
    return found;
}

}  // namespace quarry::mcp_client
