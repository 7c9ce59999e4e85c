#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace quarry::llama {

/// What the header of a model file in llama.cpp's GGUF format says, as far as quarry wants to know. Texts are as the
/// file's maker wrote them: strip terminal controls before they are shown.
struct GgufFile {
    std::uint32_t version = 0;
    std::string architecture;  ///< "bert", "nomic-bert", "qwen3" …
    std::string name;          ///< "general.name"; may be empty.
    std::string license;       ///< "general.license", an SPDX name mostly; may be empty.
    std::string license_link;
    std::optional<std::uint64_t> context_length;    ///< Tokens that the model was trained to read at once.
    std::optional<std::uint64_t> embedding_length;  ///< Width of its layers, and of its vectors mostly.
    std::optional<std::uint64_t> pooling;           ///< llama.cpp's number; 1 mean, 2 CLS, 3 last, 4 rank.
    std::uint64_t tensors = 0;
    std::uint64_t parameters = 0;
    std::uint64_t header_bytes = 0;  ///< Where the tensors' data begin.
};

/// Reads the header in the first bytes of a file of `file_size` bytes. Throws Error(failed) with the byte for what is
/// no GGUF of version 2 or 3, is cut off, or has tensors that reach beyond the file. Any bytes may be given.
[[nodiscard]] GgufFile read_gguf(std::span<const unsigned char> bytes, std::uint64_t file_size);

/// The same of a file, with its path in the errors.
[[nodiscard]] GgufFile read_gguf_file(const std::filesystem::path& path);

/// Tells model files apart by their content, without reading gigabytes: a hash of the header, the size, and samples
/// of the data. 32 hex digits.
[[nodiscard]] std::string gguf_content_mark(const std::filesystem::path& path);

}  // namespace quarry::llama
