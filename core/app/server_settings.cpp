// Which of the settings are sent to which server.
#include "core/app/server_settings.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/bounded_json.h"
#include "core/base/error.h"

namespace quarry::app {
namespace {

Error bad_headers(const std::string& name, std::string why) {
    return Error(ErrorCode::usage, fmt::format("{} is not usable", name),
                 R"(it is a JSON object of texts, such as {"X-Team": "docs", "X-Gateway-Key": "$GATEWAY_KEY"})")
        .because(std::move(why));
}

}  // namespace

bool settings_are_for(const config::Config& config, const BoundServer& server) {
    if (!server.set_provider.empty()) return server.provider == server.set_provider;
    if (server.provider == "openai") return true;
    return server.has_no_key && !config.text(fmt::format("{}.base_url", server.section)).empty();
}

std::vector<std::pair<std::string, std::string>> read_headers(const std::string& name, const std::string& text,
                                                              const config::Config::Environment& environment) {
    std::vector<std::pair<std::string, std::string>> headers;
    if (text.empty()) return headers;
    const nlohmann::json parsed = parse_bounded_json(text);
    if (!parsed.is_object()) throw bad_headers(name, "it is not a JSON object");
    for (const auto& [header, value] : parsed.items()) {
        if (!value.is_string()) throw bad_headers(name, fmt::format("the value of {} is not text", header));
        std::string sent = value.get<std::string>();
        if (sent.starts_with('$')) {
            const std::optional<std::string> found = environment(sent.substr(1));
            if (!found) throw bad_headers(name, fmt::format("the environment variable {} is not set", sent.substr(1)));
            sent = *found;
        }
        headers.emplace_back(header, std::move(sent));
    }
    return headers;
}

}  // namespace quarry::app
