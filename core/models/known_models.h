#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace quarry::models {

/// What a model does.
enum class ModelKind { reranker, embedder, chat };

/// "reranker", "embedder", "chat model".
[[nodiscard]] std::string_view kind_name(ModelKind kind) noexcept;

/// A published model file that is fetched by its short name. Its bytes are pinned: a file with another hash is refused.
struct KnownModel {
    std::string_view name;
    ModelKind kind = ModelKind::reranker;
    std::uint64_t bytes = 0;
    std::string_view license;  ///< An SPDX name; the publisher's word.
    std::string_view sha256;
    std::string_view url;
    std::string_view about;
};

/// The rerankers first, then the embedders, then the chat models, each from small to large.
[[nodiscard]] std::span<const KnownModel> known_models() noexcept;
/// The one of a name; null when there is none.
[[nodiscard]] const KnownModel* find_known_model(std::string_view name) noexcept;

}  // namespace quarry::models
