#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "core/llm/chat_model.h"

namespace quarry::llm {

/// A chat model in a file, and how it is run.
struct GgufChatOptions {
    std::filesystem::path path{};
    std::string name{};  ///< For people; empty: the file's.
    std::size_t context =
        0;  ///< Most tokens kept in mind at once; 0: what requests need, up to what it was trained on.
    std::size_t threads = 0;  ///< 0: one for each processor.
};

/// A model in a GGUF file, which llama.cpp runs in this process, with the file's own chat template. What looks like a
/// special token in a message is text. Answers by a schema are held to it by a grammar, token by token. Without a
/// temperature the likeliest token is taken; with one, tokens are drawn with a fixed seed: the same request gives the
/// same answer. What two requests have in common at their beginning is read once. Tools are told to
/// it in words (core/llm/tool_text.h).
///
/// Throws Error(failed) when quarry was built without llama.cpp; the file is loaded at the first request, which throws
/// Error: failed for a file that cannot be read or is no such model, usage for a prompt that is longer than the model's
/// window, provider_failed, interrupted.
[[nodiscard]] std::unique_ptr<ChatModel> make_gguf_chat_model(GgufChatOptions options);

}  // namespace quarry::llm
