// Models with names of their own, [models.NAME].
#include "core/config/model_profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace quarry::config {
namespace {

constexpr std::array<std::string_view, 10> profile_settings = {
    "api_key_env", "api_key_file", "api_version", "base_url",     "command",
    "headers",     "model",        "price_input", "price_output", "provider"};

/// The kind of a profile's setting: its type, default and choices.
const ConfigKey& profile_key(std::string_view setting) { return config_key(fmt::format("models.any.{}", setting)); }

}  // namespace

bool ModelProfile::has(const Config& config, std::string_view name) {
    return !name.empty() && std::ranges::any_of(profile_settings, [&](std::string_view setting) {
        return config.find(fmt::format("models.{}.{}", name, setting)) != nullptr;
    });
}

std::string ModelProfile::key(std::string_view setting) const { return fmt::format("models.{}.{}", name_, setting); }

std::string ModelProfile::text(std::string_view setting) const {
    const Config::Value* const set = config_->find(key(setting));
    return set == nullptr ? profile_key(setting).fallback : set->text;
}

double ModelProfile::number(std::string_view setting) const {
    const std::string digits = text(setting);
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::pair<std::string, std::string> ModelProfile::split_model() const {
    std::string provider = text("provider"), model = text("model");
    if (!provider.empty()) return {std::move(provider), std::move(model)};
    const std::size_t colon = model.find(':');
    const std::vector<std::string>& known = profile_key("provider").choices;
    if (colon == std::string::npos || std::ranges::find(known, model.substr(0, colon)) == known.end()) {
        return {"openai", std::move(model)};
    }
    return {model.substr(0, colon), model.substr(colon + 1)};
}

std::string ModelProfile::provider() const { return split_model().first; }

std::string ModelProfile::model() const { return split_model().second; }

Config::Values ModelProfile::as_chat() const {
    Config::Values values;
    for (const std::string_view setting : profile_settings) {
        const Config::Value* const set = config_->find(key(setting));
        Config::Value value =
            set == nullptr ? Config::Value{profile_key(setting).fallback, fmt::format("models.{}", name_)} : *set;
        value.key = key(setting);
        values[fmt::format("chat.{}", setting)] = std::move(value);
    }
    auto [provider, model] = split_model();
    const std::string origin = values["chat.provider"].origin;
    values["chat.provider"].text = check_config_value(config_key("chat.provider"), provider, origin);
    values["chat.model"].text = std::move(model);
    return values;
}

void ModelProfile::require_trusted() const {
    for (const std::string_view setting : {"provider", "model"}) config_->require_trusted(key(setting));
}

}  // namespace quarry::config
