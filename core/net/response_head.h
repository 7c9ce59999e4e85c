#pragma once

// Responses as they go over a connection. Not for other modules.

#include <string>
#include <string_view>

#include "core/net/message.h"

namespace quarry::net {

struct ResponseForm {
    bool head_only = false;   ///< The answer to HEAD.
    bool keep_alive = false;  ///< Another request may follow.
    bool upgraded = false;    ///< Another protocol follows.
    bool can_chunk = true;    ///< Else a body of unknown length ends with the connection, for HTTP/1.0.
};

/// Whether responses of this status have a body (RFC 9110, 6.4.1).
[[nodiscard]] bool may_have_body(int status) noexcept;

/// The status line and header, up to and with the empty line. Fields that hold a line break, which would begin another
/// field, are left out.
[[nodiscard]] std::string response_head(const Response& response, const ResponseForm& form);

/// A piece of a body as a chunk.
[[nodiscard]] std::string chunk_of(std::string_view part);

}  // namespace quarry::net
