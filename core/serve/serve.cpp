#include "core/serve/serve.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/app/search_service.h"
#include "core/base/error.h"

namespace quarry::serve {
namespace {

net::ServerOptions server_options(std::string_view listen) {
    const std::size_t colon = listen.rfind(':');
    std::string_view host = listen.substr(0, std::min(colon, listen.size()));
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const std::string_view digits = colon == std::string_view::npos ? std::string_view() : listen.substr(colon + 1);
    net::ServerOptions options;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), options.port);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
        throw Error(ErrorCode::usage, fmt::format("{} is not an address to listen on", listen),
                    "give ADDRESS:PORT, such as 127.0.0.1:8420; port 0 takes any that is free");
    }
    if (!host.empty()) options.host = host;
    return options;
}

/// Throws Error(usage) where strangers could reach a server that knows nobody.
void check_exposure(const net::ServerOptions& listening, Service& service) {
    if (is_loopback_name(listening.host) || service.access().users().has_somebody()) return;
    throw Error(ErrorCode::usage,
                fmt::format("a server that other machines can reach, on {}, needs a user or a key", listening.host),
                "add one: quarry users add EMAIL, or quarry keys add NAME --scopes search,ask --collections main");
}

}  // namespace

std::string listening_host(const std::string& listen) { return server_options(listen).host; }

void serve(app::Workspace& workspace, const std::string& listen, ServiceOptions options, const Cancellation& cancel,
           const std::function<void(const Started&)>& started) {
    net::ServerOptions listening = server_options(listen);
    // What is wrong with the base comes now, and not with the first request.
    app::SilentNotices silent;
    static_cast<void>(app::SearchService(workspace).threads({}, 1, {cancel, silent, options.clock}));
    Service service(workspace, std::move(options));
    check_exposure(listening, service);
    listening.refusal = [](int status, std::string_view why) { return problem(status, why); };
    listening.receiver = [&](const net::Request& head) { return service.receiver(head); };
    net::Server server(std::move(listening),
                       [&](const std::shared_ptr<net::Exchange>& exchange) { service.handle(exchange); });
    const std::string url = "http://" + server.address();
    started({url, service.access().token(), fmt::format("{}/sign-in?code={}", url, service.access().code())});
    server.run(cancel, [&] { service.shut_down(); });
}

}  // namespace quarry::serve
