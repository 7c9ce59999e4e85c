#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "core/embed/embedder.h"
#include "core/embed/prompts.h"

namespace quarry::embed {

/// A model file and how it is run.
struct GgufEmbedderOptions {
    std::filesystem::path path;
    std::string name;            ///< For people; empty: the file's.
    std::size_t dimensions = 0;  ///< Vectors are cut to this length (Matryoshka) and scaled anew; 0: the model's own.
    EmbedPrompts prompts;
    std::size_t threads = 0;  ///< 0: one for each processor.
};

/// Vectors from an embedding model in a GGUF file, which llama.cpp runs in this process. Pooling is what the file says:
/// where it says nothing, the mean for encoders and the last token for decoders. Vectors are scaled to length 1.
///
/// A text longer than the model's window (2,048 tokens at most) is embedded in pieces of equal length, whose vectors
/// are averaged: nothing is cut off. Blank texts get zeros. What looks like a special token in a text is text.
///
/// Throws Error: failed for a file that cannot be read or is no embedding model, usage for more dimensions than the
/// model has, and when quarry was built without llama.cpp. The model is loaded at the first text.
[[nodiscard]] std::unique_ptr<Embedder> make_gguf_embedder(GgufEmbedderOptions options);

/// The prompts of the family of a model, by the file's name, the model's, and its architecture.
[[nodiscard]] EmbedPrompts prompts_of_gguf(const std::filesystem::path& path);

}  // namespace quarry::embed
