#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "core/base/hash.h"

namespace quarry::store {

/// The address of a document's content. The title belongs to it: it is searched, and may come from the file's name.
[[nodiscard]] inline std::string document_hash(std::string_view media_type, std::string_view title,
                                               std::string_view text) {
    return content_hash(fmt::format("{}\n{}\n{}", media_type, content_hash(title), content_hash(text)));
}

}  // namespace quarry::store
