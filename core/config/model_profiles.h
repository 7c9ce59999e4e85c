#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"

namespace quarry::config {

/// The settings of one [models.NAME]: a model with its own provider, address and key, which --model chooses by its
/// name. Borrows the configuration.
class ModelProfile {
public:
    /// Of a name that `has` knows.
    ModelProfile(const Config& config, std::string name) : config_(&config), name_(std::move(name)) {}

    /// Whether a layer has [models.NAME].
    [[nodiscard]] static bool has(const Config& config, std::string_view name);

    /// The setting's whole name: "models.fast.base_url".
    [[nodiscard]] std::string key(std::string_view setting) const;
    /// What it says, else its default.
    [[nodiscard]] std::string text(std::string_view setting) const;
    [[nodiscard]] double number(std::string_view setting) const;
    /// The provider; without one, what stands before the colon of the model, else openai.
    [[nodiscard]] std::string provider() const;
    /// The model, without a provider before it.
    [[nodiscard]] std::string model() const;
    /// The profile in the form of the settings of [chat], all of them: none of another model's is left.
    /// Throws Error(usage) for a provider that no chat model has.
    [[nodiscard]] Config::Values as_chat() const;
    /// Throws Error(usage) when the project's file has put its own in place of the user's of this name, and is not
    /// allowed to.
    void require_trusted() const;

private:
    /// The part before and behind the colon, where no provider is set and the first part is one.
    [[nodiscard]] std::pair<std::string, std::string> split_model() const;

    const Config* config_;
    std::string name_;
};

}  // namespace quarry::config
