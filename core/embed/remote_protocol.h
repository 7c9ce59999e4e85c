#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "core/embed/embedder.h"
#include "core/embed/remote.h"

namespace quarry::embed {

/// What a request asks for.
struct RemoteRequest {
    std::span<const std::string_view> texts;
    EmbedKind kind = EmbedKind::document;
    std::string_view model;
    std::size_t dimensions = 0;  ///< 0: the model's own.
};

/// How a kind of server is spoken to.
struct RemoteProtocol {
    RemoteProvider provider;
    std::string (*path)(std::string_view model);  ///< Below the base URL.
    nlohmann::json (*body)(const RemoteRequest& request);
    const char* vectors;          ///< JSON pointer of the array in the answer.
    std::string_view key_header;  ///< "Authorization" with "Bearer ", or one that has the key alone.
};

/// The protocol of a provider; null when there is none.
[[nodiscard]] const RemoteProtocol* find_remote_protocol(std::string_view name);

}  // namespace quarry::embed
