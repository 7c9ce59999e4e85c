#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/mcp_client/oauth.h"

namespace quarry::mcp_client {

/// A browser of the person at this machine: `show` is given the page's address to open or print, and the answer comes
/// to a port of the loopback address that listens until then. One answer is taken; other requests get 404. Throws
/// Error(failed) when no port can be had, and after `most` without an answer.
[[nodiscard]] std::unique_ptr<Browser> make_loopback_browser(std::function<void(const std::string& url)> show,
                                                             std::chrono::seconds most = std::chrono::minutes(5));

}  // namespace quarry::mcp_client
