#pragma once

#include <array>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "core/json_rpc/message.h"

// Names of the Model Context Protocol: https://modelcontextprotocol.io/specification

namespace quarry::mcp {

using json_rpc::Json;

/// Stateless: each request carries its version and the capabilities of its client.
inline constexpr std::string_view modern_version = "2026-07-28";
/// With a session that `initialize` begins. The newest first.
inline constexpr std::array<std::string_view, 4> legacy_versions = {"2025-11-25", "2025-06-18", "2025-03-26",
                                                                    "2024-11-05"};

inline constexpr int header_mismatch = -32020, missing_capability = -32021, unsupported_version = -32022,
                     legacy_not_found = -32002;

// Members of _meta.
inline constexpr const char* version_key = "io.modelcontextprotocol/protocolVersion";
inline constexpr const char* capabilities_key = "io.modelcontextprotocol/clientCapabilities";
inline constexpr const char* server_key = "io.modelcontextprotocol/serverInfo";
inline constexpr const char* subscription_key = "io.modelcontextprotocol/subscriptionId";
inline constexpr const char* log_level_key = "io.modelcontextprotocol/logLevel";

/// The request is answered with a JSON-RPC error.
class Refusal final : public std::exception {
public:
    Refusal(int code, std::string message, Json data = nullptr, int status = 200)
        : failure_{code, std::move(message), std::move(data)}, status_(status) {}

    [[nodiscard]] const json_rpc::Failure& failure() const noexcept { return failure_; }
    /// Of the response over HTTP, in the modern dialect.
    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] const char* what() const noexcept override { return failure_.message.c_str(); }

private:
    json_rpc::Failure failure_;
    int status_;
};

}  // namespace quarry::mcp
