#include "core/mcp_client/trust.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace quarry::mcp_client {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largest_trust_file = 20'000'000;
constexpr int deepest_trust_file = 8;

std::string key_of(const fs::path& named_by, const ServerDefinition& server) {
    std::error_code unknown;
    const fs::path file = fs::weakly_canonical(named_by.parent_path(), unknown) / named_by.filename();
    return fmt::format("{}#{}", file.string(), server.name);
}

}  // namespace

TrustFile::Content TrustFile::read() const {
    Content content;
    std::error_code unknown;
    if (file_.empty() || !fs::exists(file_, unknown)) return content;
    const nlohmann::json document = parse_bounded_json(read_file(file_, largest_trust_file), deepest_trust_file);
    if (!document.is_object() || document.value("schema", "") != "quarry.mcp.trusted/1") {
        throw Error(ErrorCode::failed, fmt::format("{} is not a list of trusted MCP servers", file_.string()),
                    "remove it, and trust the servers again: quarry mcp trust NAME");
    }
    const nlohmann::json servers = document.value("servers", nlohmann::json::object());
    for (const auto& [key, hash] : servers.items()) {
        if (hash.is_string()) content.servers[key] = hash;
    }
    const nlohmann::json tools = document.value("tools", nlohmann::json::object());
    for (const auto& [server, pinned] : tools.items()) {
        auto& hashes = content.tools[server];
        for (const auto& [tool, hash] : pinned.items()) {
            if (hash.is_string()) hashes[tool] = hash;
        }
    }
    return content;
}

void TrustFile::write(const Content& content) const {
    if (file_.empty()) {
        throw Error(ErrorCode::failed, "there is no place for what you trust", "set the environment variable HOME");
    }
    const nlohmann::ordered_json document = {
        {"schema", "quarry.mcp.trusted/1"}, {"servers", content.servers}, {"tools", content.tools}};
    std::error_code unknown;
    fs::create_directories(file_.parent_path(), unknown);
    write_file_atomically(file_, document.dump(2) + "\n", true);
}

bool TrustFile::allows(const fs::path& named_by, const ServerDefinition& server) const {
    const Content content = read();
    const auto found = content.servers.find(key_of(named_by, server));
    return found != content.servers.end() && found->second == definition_hash(server);
}

void TrustFile::allow(const fs::path& named_by, const ServerDefinition& server) {
    Content content = read();
    content.servers[key_of(named_by, server)] = definition_hash(server);
    write(content);
}

bool TrustFile::revoke(const fs::path& named_by, const ServerDefinition& server) {
    Content content = read();
    const bool tools = content.tools.erase(definition_hash(server)) > 0;
    const bool was = content.servers.erase(key_of(named_by, server)) > 0 || tools;
    if (was) write(content);
    return was;
}

std::optional<std::map<std::string, std::string>> TrustFile::pinned(const ServerDefinition& server) const {
    const Content content = read();
    const auto found = content.tools.find(definition_hash(server));
    return found == content.tools.end() ? std::nullopt : std::optional(found->second);
}

void TrustFile::pin(const ServerDefinition& server, const std::vector<ToolListing>& tools) {
    Content content = read();
    auto& hashes = content.tools[definition_hash(server)];
    hashes.clear();
    for (const ToolListing& tool : tools) hashes[tool.name] = tool.hash;
    write(content);
}

}  // namespace quarry::mcp_client
