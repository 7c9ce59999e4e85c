// A server for MCP's conformance suite: the route /mcp as quarry serve has it, with the suite's fixtures in place of
// documents, and without sign-in, which the suite does not know. Prints its address; ends with its standard input.
#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

#include "core/app/workspace.h"
#include "core/base/cancel.h"
#include "core/base/file.h"
#include "core/net/server.h"
#include "core/serve/service.h"
#include "core/store/store.h"
#include "tests/mcp/conformance_catalog.h"

int main() {
    using namespace quarry;
    const TemporaryDirectory folder("quarry-mcp");
    const std::filesystem::path base = folder.path() / "base.db";
    static_cast<void>(store::open_store(base, store::StoreMode::create));
    config::Config config = config::Config::defaults();
    config.set_flag("embed.provider", "none", "test");
    Cancellation cancel;
    app::SilentNotices notices;
    const auto clock = [] {
        return static_cast<std::int64_t>(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
    };
    app::Workspace workspace(
        {config, [](const std::string&) { return std::optional<std::string>(); }, base, cancel, notices, clock});
    serve::ServiceOptions options{.version = "1", .clock = clock};
    options.mcp = mcp::conformance_catalog();
    serve::Service service(workspace, std::move(options));
    net::ServerOptions listening;
    listening.prepare = [&](net::Request& request) {
        request.headers.push_back({"Authorization", "Bearer " + service.access().token()});
    };
    net::Server server(std::move(listening),
                       [&](const std::shared_ptr<net::Exchange>& exchange) { service.handle(exchange); });
    std::cout << "http://" << server.address() << "/mcp" << std::endl;
    const std::jthread watch([&] {
        for (std::string line; std::getline(std::cin, line);) continue;
        cancel.cancel();
    });
    server.run(cancel, [&] { service.shut_down(); });
    return 0;
}
