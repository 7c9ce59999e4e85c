#pragma once

#include <optional>
#include <string_view>

#include "core/llm/chat_model.h"

namespace quarry::llm {

/// What a model's tokens cost, in dollars for a million, or in whatever the user counts in.
struct ChatPrice {
    double input = 0;
    double cached_input = 0;  ///< Of those that the provider had in its cache.
    double output = 0;

    [[nodiscard]] double of(const ChatUsage& usage) const noexcept;
};

/// The provider's own list price of a model, by its name with or without a date at its end; nothing when it is not
/// known. Prices of batches, of long prompts and of writing into a cache, which some providers have, are not counted.
[[nodiscard]] std::optional<ChatPrice> known_chat_price(std::string_view provider, std::string_view model);

}  // namespace quarry::llm
