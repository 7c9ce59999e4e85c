// The list of known models: data.
#include "core/models/known_models.h"

namespace quarry::models {
namespace {

// A hash is here only if several parties have published it for that file, independently of each other, with this size.
constexpr KnownModel models[] = {
    {"bge-reranker-v2-m3", ModelKind::reranker, 635'676'416, "Apache-2.0",
     "a43c7c9b11a4c1517e5bf95151960e1621d1b72f7a493364b01e386cf1aaa1d3",
     "https://huggingface.co/gpustack/bge-reranker-v2-m3-GGUF/resolve/main/bge-reranker-v2-m3-Q8_0.gguf",
     "BAAI, 8 bits, about 100 languages"},
    {"bge-small-en-v1.5", ModelKind::embedder, 36'806'944, "MIT",
     "ec38e8da142596baa913124ae50550de284b6916bf59577ef2f0cb9660c2f514",
     "https://huggingface.co/CompendiumLabs/bge-small-en-v1.5-gguf/resolve/main/bge-small-en-v1.5-q8_0.gguf",
     "BAAI, 8 bits, English"},
    {"nomic-embed-text-v1.5", ModelKind::embedder, 146'146'432, "Apache-2.0",
     "3e24342164b3d94991ba9692fdc0dd08e3fd7362e0aacc396a9a5c54a544c3b7",
     "https://huggingface.co/nomic-ai/nomic-embed-text-v1.5-GGUF/resolve/main/nomic-embed-text-v1.5.Q8_0.gguf",
     "Nomic, 8 bits, English"},
    {"bge-m3", ModelKind::embedder, 634'553'760, "MIT",
     "950f4a8e5e19477a6d3c26d2f162233c20002c601f75e4b002e3239997821167",
     "https://huggingface.co/gpustack/bge-m3-GGUF/resolve/main/bge-m3-Q8_0.gguf", "BAAI, 8 bits, about 100 languages"},
    {"qwen3-1.7b", ModelKind::chat, 1'834'426'016, "Apache-2.0",
     "061b54daade076b5d3362dac252678d17da8c68f07560be70818cace6590cb1a",
     "https://huggingface.co/Qwen/Qwen3-1.7B-GGUF/resolve/main/Qwen3-1.7B-Q8_0.gguf",
     "Qwen, 8 bits, about 100 languages"},
    {"qwen3-4b", ModelKind::chat, 2'497'280'256, "Apache-2.0",
     "7485fe6f11af29433bc51cab58009521f205840f5b4ae3a32fa7f92e8534fdf5",
     "https://huggingface.co/Qwen/Qwen3-4B-GGUF/resolve/main/Qwen3-4B-Q4_K_M.gguf",
     "Qwen, 4 bits, about 100 languages"},
};

}  // namespace

std::string_view kind_name(ModelKind kind) noexcept {
    switch (kind) {
        case ModelKind::reranker: return "reranker";
        case ModelKind::embedder: return "embedder";
        case ModelKind::chat: return "chat model";
    }
    return "";
}

std::span<const KnownModel> known_models() noexcept { return models; }

const KnownModel* find_known_model(std::string_view name) noexcept {
    for (const KnownModel& model : models) {
        if (model.name == name) return &model;
    }
    return nullptr;
}

}  // namespace quarry::models
