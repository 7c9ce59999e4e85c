#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/embed/embedder.h"
#include "core/embed/prompts.h"

namespace quarry::embed {

/// A program that makes vectors.
struct CommandEmbedderOptions {
    std::vector<std::string> command;  ///< The program, looked for in PATH, and its arguments. There is no shell.
    std::string model;                 ///< What people call what it does; a change of it asks for all vectors anew.
    std::size_t dimensions = 0;        ///< What every vector must have; 0: what the first has.
    EmbedPrompts prompts;
    std::chrono::seconds timeout{60};  ///< For one batch.
    std::size_t batch = 0;             ///< Texts that one run of the program gets; 0: 1,000.
};

/// Vectors from a program that is run once for a batch of texts. It reads a line of JSON for each text,
/// {"text": "…", "kind": "document"} (or "query"), and writes a line for each, in their order: {"vector": [0.1, …]}, or
/// the array alone; base64 of little-endian float32 does as well. Vectors are scaled to length 1. Blank texts are not
/// given to it and get zeros. It gets no keys of the environment (core/base/subprocess.h).
///
/// Throws Error(usage) when no program is named. `embed` throws Error(provider_failed) when it cannot be started,
/// fails, takes too long, or writes something else, with the beginning of what it says on standard error.
[[nodiscard]] std::unique_ptr<Embedder> make_command_embedder(CommandEmbedderOptions options);

}  // namespace quarry::embed
