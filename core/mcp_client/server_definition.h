#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::mcp_client {

/// A name and a text that may hold `${NAME}`, which stands for an environment variable.
struct NamedText {
    std::string name, text;
};

/// Which form of the protocol a server is spoken to in.
enum class Dialect : std::uint8_t {
    automatic,  ///< Asked of the server: the modern one, else the other.
    legacy,     ///< With sessions: 2025-11-25 and before.
    modern,     ///< Without: 2026-07-28.
};

/// A MCP server as the settings name it: a program (`command`), or an address (`url`). What it says is foreign.
struct ServerDefinition {
    std::string name{};                    ///< 1 to 32 letters, digits and `-`, so that `NAME__tool` is unambiguous.
    std::vector<std::string> command{};    ///< The program and its arguments.
    std::vector<NamedText> environment{};  ///< Variables that the program gets besides the harmless ones.
    std::string url{};
    std::vector<NamedText> headers{};
    std::vector<std::string> allow{};       ///< Tools that are offered; empty: all.
    std::vector<std::string> deny{};        ///< Tools that are not.
    std::vector<std::string> read_only{};   ///< Tools that the user says change nothing: they run without a question.
    std::chrono::seconds timeout{60};       ///< Of each request.
    std::size_t max_output_bytes = 20'000;  ///< Of a result, this much goes to a model.
    Dialect dialect = Dialect::automatic;
    std::string client_id{};            ///< Registered with its authorization server beforehand; empty: none.
    std::string client_secret_env{};    ///< The variable that holds that client's secret.
    std::string client_issuer{};        ///< The authorization server that knows that client; no other one is told it.
    std::string client_metadata_url{};  ///< An https address that identifies the client (CIMD); empty: none.
    std::string scope{};                ///< What is asked for at a login besides what the server wants.
    /// Named in the user's own settings. Only such a server may be on this machine or in a private network.
    bool is_users_own = false;

    [[nodiscard]] bool is_remote() const noexcept { return !url.empty(); }
};

using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// Throws Error(usage) for a definition without a command and an address, or with both, or a name or address that
/// cannot be used.
void check_definition(const ServerDefinition& server);

/// SHA-256 of what would be run or asked: all but what only narrows it (allow, deny, timeouts).
[[nodiscard]] std::string definition_hash(const ServerDefinition& server);

/// What would be run or asked, on one line, without values of headers and of the environment.
[[nodiscard]] std::string definition_text(const ServerDefinition& server);

/// The text with each `${NAME}` replaced. Throws Error(usage) for a variable that is not set; `what` names the setting.
[[nodiscard]] std::string expand_variables(std::string_view text, std::string_view what,
                                           const Environment& environment);

/// Whether a tool is offered, by the allow and deny lists.
[[nodiscard]] bool is_offered(const ServerDefinition& server, std::string_view tool);

}  // namespace quarry::mcp_client
