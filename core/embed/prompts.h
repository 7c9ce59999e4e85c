#pragma once

#include <string>
#include <string_view>

namespace quarry::embed {

/// What a model wants to read before a text, so that it knows what the text is for. Both may be empty.
struct EmbedPrompts {
    std::string query;
    std::string document;

    [[nodiscard]] bool empty() const noexcept { return query.empty() && document.empty(); }
};

/// The prompts that the makers of a family of models trained it with, by any name of the model that holds the
/// family's ("nomic-embed-text:v1.5", "Qwen3-Embedding-0.6B-Q8_0.gguf", "intfloat/multilingual-e5-small"). Empty for
/// families that want none and names that are not known.
[[nodiscard]] EmbedPrompts prompts_of_model(std::string_view name);

/// A short mark of prompts for fingerprints: "plain" for none, else a hash.
[[nodiscard]] std::string prompts_mark(const EmbedPrompts& prompts);

}  // namespace quarry::embed
