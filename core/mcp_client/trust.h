#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/mcp_client/listing.h"
#include "core/mcp_client/server_definition.h"

namespace quarry::mcp_client {

/// What the user has looked at and allowed: servers that a project's file names, by that file and the server's
/// definition; and of each server the tools as it described them then. A change of either is not allowed any more. Kept
/// in a file of the user's; each call reads or writes all of it.
///
/// Throws Error(failed) for a file that is not one, or cannot be written.
class TrustFile {
public:
    explicit TrustFile(std::filesystem::path file) : file_(std::move(file)) {}

    [[nodiscard]] bool allows(const std::filesystem::path& named_by, const ServerDefinition& server) const;
    void allow(const std::filesystem::path& named_by, const ServerDefinition& server);
    /// Forgets a server and its tools; whether it was known.
    bool revoke(const std::filesystem::path& named_by, const ServerDefinition& server);

    /// The hashes of the tools that were allowed, by name; nothing for a server whose tools were never looked at.
    [[nodiscard]] std::optional<std::map<std::string, std::string>> pinned(const ServerDefinition& server) const;
    /// In place of what was pinned before.
    void pin(const ServerDefinition& server, const std::vector<ToolListing>& tools);

private:
    struct Content {
        std::map<std::string, std::string> servers{};                       ///< Definition's hash by file and name.
        std::map<std::string, std::map<std::string, std::string>> tools{};  ///< By the definition's hash.
    };
    [[nodiscard]] Content read() const;
    void write(const Content& content) const;

    std::filesystem::path file_;
};

}  // namespace quarry::mcp_client
