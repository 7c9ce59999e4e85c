#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/app/workspace.h"
#include "core/base/worker_pool.h"
#include "core/mcp/catalog.h"
#include "core/net/server.h"
#include "core/serve/access.h"
#include "core/serve/agent_runs.h"
#include "core/serve/forwarded.h"
#include "core/serve/jobs.h"
#include "core/serve/metrics.h"
#include "core/serve/rate_limiter.h"
#include "core/serve/route.h"
#include "core/serve/run_log.h"
#include "core/serve/service_manager.h"
#include "core/serve/uploads.h"

namespace quarry::serve {

struct ServiceOptions {
    std::string version{};  ///< Of quarry.
    /// The names and addresses under which this server is asked, without port; others are refused, as a page of a
    /// stranger may have its name point here (DNS rebinding). localhost and loopback addresses are always allowed.
    std::vector<std::string> hosts{};
    std::vector<std::string> origins{};  ///< Pages that may ask from a browser: "https://wiki.example.org"; "*": all.
    std::vector<std::string> proxies{};  ///< Addresses of proxies, which say who asks (forwarded.h).
    std::string tls_certificate{}, tls_key{};  ///< PEM files; both or neither.
    RateLimits rates{};
    ServiceManager manager{};
    bool shares_port = false;     ///< Other servers may listen there too (net::ServerOptions).
    std::size_t readers = 0;      ///< Threads that read; 0: as many as processors.
    std::size_t generators = 16;  ///< Requests that wait for models at the same time.
    std::size_t queue = 64;       ///< Requests that wait for a thread, of each kind.
    RunLimits runs{};
    std::chrono::milliseconds agent_looks{2000};  ///< Between two looks for runs of agents that were left.
    std::uint64_t upload_quota = 10'000'000'000;  ///< Bytes that all uploads may take.
    std::vector<std::string> private_paths{};     ///< Folders of the server, which no message shows to others.
    app::Clock clock{};                           ///< For what is stored; must be there.
    std::optional<mcp::Catalog> mcp{};            ///< What /mcp offers; empty: the documents.
    /// Gets the keys of serve.issuer; empty: by key_fetcher (issuer.h).
    std::function<std::string(const std::string& url)> fetch_keys{};
    /// Told each request, as a JSON object on a line, without secrets. Called by any thread, one at a time; may be
    /// empty.
    std::function<void(std::string_view line)> log{};
};

/// Whether a host, in lower case and without brackets, is this machine's for itself alone: localhost, 127.*, ::1.
[[nodiscard]] bool is_loopback_name(std::string_view host);

class McpEndpoint;

/// A knowledge base over HTTP: takes requests from a server, or from tests without one. Thread-safe.
class Service {
public:
    /// Borrows the workspace.
    Service(app::Workspace& workspace, ServiceOptions options);
    /// Waits for requests that are being worked on.
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// What a request that came through a proxy was before it. On the server's thread, before `handle`.
    void prepare(net::Request& request) const { apply_forwarded(request, proxies_); }

    /// Answers a request, here or on another thread. Does not block and does not throw.
    void handle(const std::shared_ptr<net::Exchange>& exchange);

    /// What takes the body of a request that is a file, by its head; null for another.
    [[nodiscard]] std::shared_ptr<net::BodyReceiver> receiver(const net::Request& head);
    /// Why such a request is not taken: a status and a text; status 0 when it is. May wait.
    [[nodiscard]] std::pair<int, std::string> refusal_of_file(const net::Request& head);

    /// Not ready any more; streams end.
    void shut_down();

    /// Calls `work` on a thread of the pool; false, at once, when its queue is full.
    [[nodiscard]] bool try_submit(Work kind, std::function<void()> work);
    /// Calls `work` on a thread of the pool, or answers with 503 when its queue is full.
    void submit(Work kind, const std::shared_ptr<net::Exchange>& exchange, std::function<void()> work);

    /// What is told to a caller of what was thrown. The log has all of it.
    [[nodiscard]] Error public_failure(const std::exception_ptr& thrown);

    /// An error as a principal may read it: the owner all of it.
    [[nodiscard]] Error shown_error(const Error& error, const std::string& principal) const;

    [[nodiscard]] app::Workspace& workspace() noexcept { return workspace_; }
    [[nodiscard]] const app::Clock& clock() const noexcept { return options_.clock; }
    /// The document of OpenAPI, made on the first call.
    [[nodiscard]] const std::string& openapi_text();
    [[nodiscard]] Access& access() noexcept { return access_; }
    [[nodiscard]] RunLog& runs() noexcept { return runs_; }
    /// Whether the base is still where it was: what writes would make another one in its place.
    [[nodiscard]] bool has_base() const;
    [[nodiscard]] Uploads& uploads() noexcept { return uploads_; }
    [[nodiscard]] Jobs& jobs() noexcept { return *jobs_; }
    [[nodiscard]] AgentRuns& agents() noexcept { return *agents_; }
    [[nodiscard]] McpEndpoint& mcp() noexcept { return *mcp_; }
    [[nodiscard]] RateLimiter& rates() noexcept { return rates_; }
    [[nodiscard]] Metrics& metrics() noexcept { return metrics_; }
    [[nodiscard]] bool is_ready() const noexcept { return ready_; }

private:
    class Incoming;
    [[nodiscard]] RunPlace place_of_runs();
    [[nodiscard]] std::optional<net::Response> refusal(const net::Request& request) const;
    /// The response where the caller asks too often.
    [[nodiscard]] std::optional<net::Response> rate_refusal(Incoming& incoming);
    /// The same where the callers of all servers of the base ask too often. May wait, for some milliseconds.
    [[nodiscard]] std::optional<net::Response> shared_rate_refusal(Incoming& incoming);
    /// What a request is called in its response and in the log: the client's name for it, or a new one.
    [[nodiscard]] std::string id_of(const net::Request& request);
    void route(const std::shared_ptr<Incoming>& incoming);
    void identify(const std::shared_ptr<Incoming>& incoming, const Access::Credentials& credentials);
    void start(const std::shared_ptr<Incoming>& incoming);
    void note_use(const app::Identity& identity);
    void admit(const std::shared_ptr<Incoming>& incoming, std::shared_ptr<const Caller> caller);
    void run(const std::shared_ptr<Incoming>& incoming);
    [[nodiscard]] std::optional<net::Response> keyed_response(Incoming& incoming, const Call& call) const;
    void finish(const Incoming& incoming, net::Response& response);
    /// What the log says of a request.
    [[nodiscard]] std::string line_of(const Incoming& incoming, const std::string& route, int status,
                                      std::int64_t microseconds) const;
    void log(std::string_view line);

    app::Workspace& workspace_;
    const ServiceOptions options_;
    const AddressSet proxies_;
    std::mutex log_mutex_;
    std::atomic<std::uint64_t> next_id_;  ///< Of a request; begins anywhere.
    std::once_flag openapi_made_;
    std::string openapi_;
    Access access_;
    RateLimiter rates_;
    app::Workspace::Shared shared_;  ///< With other servers of the base.
    RunLog runs_;
    Metrics metrics_;
    std::atomic<bool> ready_{true};
    mutable std::atomic<bool> has_base_{false};  ///< One on a server was seen.
    Uploads uploads_;
    std::unique_ptr<McpEndpoint> mcp_;
    WorkerPool readers_, writer_, generators_, sign_ins_;  ///< They end before what they use.
    std::unique_ptr<AgentRuns> agents_;
    std::unique_ptr<Jobs> jobs_;  ///< Last.
};

}  // namespace quarry::serve
