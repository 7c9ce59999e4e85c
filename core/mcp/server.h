#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/crypto/sealer.h"
#include "core/mcp/catalog.h"
#include "core/mcp/subscriptions.h"

namespace quarry::mcp {

class Request;

struct ServerOptions {
    std::string version{};                     ///< Of the program.
    std::string instructions{};                ///< For the client's model.
    std::chrono::milliseconds interval{2000};  ///< How often subscribed resources are compared.
    /// What clients are told of an exception; empty: all of it.
    std::function<Error(const std::exception_ptr& thrown)> failure{};
};

/// How a request ended.
struct Reply {
    Json message{};               ///< The response; null for none.
    int status = 200;             ///< Of the HTTP response.
    bool is_open = false;         ///< No response: the request listens until its channel goes.
    std::string missing_scope{};  ///< What the caller must be granted first; empty: nothing.
};

/// Answers messages of the Model Context Protocol, in both of its dialects, from one catalog. Thread-safe.
///
/// A message whose _meta names a version is of the modern dialect. Any other one is of the legacy dialect, which needs
/// a session.
class Server {
public:
    Server(Catalog catalog, ServerOptions options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Whether a request or notification is of the modern dialect.
    [[nodiscard]] static bool is_modern(const json_rpc::Message& message);
    /// Whether a request may take long, by its tool.
    [[nodiscard]] bool is_slow(const json_rpc::Message& message) const;
    /// The tool that a request calls; null for another request, and for an unknown tool.
    [[nodiscard]] const Tool* tool_of(const json_rpc::Message& message) const;

    /// Answers a request, or takes a notification. Responses of the client go to Session::deliver instead. Returns when
    /// the handler does. A request that listens is sent what it listens to over `stream` as long as its owner keeps it.
    [[nodiscard]] Reply handle(const json_rpc::Message& message, const RequestContext& context,
                               const std::shared_ptr<Channel>& stream);

    /// Sends a session its notifications, for as long as its owner keeps it.
    void watch(const std::shared_ptr<Session>& session) { subscriptions_.watch(session); }
    /// Tells clients that "tools" or "prompts" changed.
    void list_changed(std::string_view list) { subscriptions_.list_changed(list); }

private:
    struct Method;
    [[nodiscard]] Json answer(Request& request);
    [[nodiscard]] Json initialize(Request& request);
    [[nodiscard]] Json discover() const;
    [[nodiscard]] Json capabilities(bool is_modern) const;
    [[nodiscard]] Json identity() const;
    [[nodiscard]] Error failure_of(const std::exception_ptr& thrown) const;
    [[nodiscard]] Json list_tools(Request& request) const;
    [[nodiscard]] Json call_tool(Request& request) const;
    [[nodiscard]] Json list_prompts(Request& request) const;
    [[nodiscard]] Json get_prompt(Request& request) const;
    [[nodiscard]] Json list_resources(Request& request) const;
    [[nodiscard]] Json list_templates(Request& request) const;
    [[nodiscard]] Json read_resource(Request& request) const;
    [[nodiscard]] Json subscribe(Request& request);
    [[nodiscard]] Json unsubscribe(Request& request);
    [[nodiscard]] Json complete(Request& request) const;
    [[nodiscard]] Json set_level(Request& request) const;
    [[nodiscard]] Reply listen(Request& request, const std::shared_ptr<Channel>& stream);
    void take(const json_rpc::Message& message, const RequestContext& context);

    const Catalog catalog_;
    const ServerOptions options_;
    const crypto::Sealer sealer_;
    Subscriptions subscriptions_;
};

}  // namespace quarry::mcp
