#include "core/serve/serve.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/app/search_service.h"
#include "core/base/error.h"
#include "core/serve/log_writer.h"
#include "core/store/base_address.h"

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
void check_exposure(std::string_view host, Service& service) {
    if (is_loopback_name(host) || service.access().users().has_somebody()) return;
    throw Error(ErrorCode::usage,
                fmt::format("a server that other machines can reach, on {}, needs a user or a key", host),
                "add one: quarry users add EMAIL, or quarry keys add NAME --scopes search,ask --collections main");
}

/// The address in "ADDRESS:PORT", without brackets.
std::string_view host_of(std::string_view address) {
    const std::string_view host = address.substr(0, address.rfind(':'));
    return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

std::shared_ptr<const net::Tls> tls_of(const ServiceOptions& options) {
    if (options.tls_certificate.empty() != options.tls_key.empty()) {
        throw Error(
            ErrorCode::usage,
            options.tls_key.empty() ? "a certificate needs its private key" : "a private key needs its certificate",
            "set both serve.tls_certificate and serve.tls_key");
    }
    if (options.tls_key.empty()) return nullptr;
    return std::make_shared<const net::Tls>(net::Tls{options.tls_certificate, options.tls_key});
}

}  // namespace

std::string listening_host(const std::string& listen) { return server_options(listen).host; }

void serve(app::Workspace& workspace, const std::string& listen, ServiceOptions options, const Cancellation& cancel,
           const std::function<void(const Started&)>& started) {
    const ServiceManager manager = options.manager;
    net::ServerOptions listening = manager.listening_socket < 0 ? server_options(listen) : net::ServerOptions{};
    listening.listening_socket = manager.listening_socket;
    listening.shares_port = options.shares_port;
    listening.tls = tls_of(options);
    const std::string scheme = listening.tls ? "https" : "http";
    store::limit_connections(workspace.base_path(),
                             static_cast<std::size_t>(workspace.config().integer("serve.base_connections")));
    // What is wrong with the base comes now, and not with the first request.
    app::SilentNotices silent;
    static_cast<void>(app::SearchService(workspace).threads({}, 1, {cancel, silent, options.clock}));
    // The server's thread writes to no file.
    LogWriter log(std::exchange(options.log, nullptr));
    options.log = [&log](std::string_view line) { log.add(line); };
    Service service(workspace, std::move(options));
    listening.refusal = [](int status, std::string_view why) { return problem(status, why); };
    listening.receiver = [&](const net::Request& head) { return service.receiver(head); };
    listening.prepare = [&](net::Request& request) { service.prepare(request); };
    const bool is_passed = manager.listening_socket >= 0;
    if (!is_passed) check_exposure(listening.host, service);
    net::Server server(std::move(listening),
                       [&](const std::shared_ptr<net::Exchange>& exchange) { service.handle(exchange); });
    if (is_passed) check_exposure(host_of(server.address()), service);
    const std::string address = server.address();
    const std::string_view host = host_of(address);
    const bool is_any = host == "0.0.0.0" || host == "::";  // under no name that a browser has
    const std::string url = scheme + "://" + (is_any ? fmt::format("localhost:{}", server.port()) : address);
    started({url, service.access().token(), fmt::format("{}/sign-in?code={}", url, service.access().code())});
    notify(manager.notify_socket, "READY=1");
    server.run(cancel, [&] {
        notify(manager.notify_socket, "STOPPING=1");
        service.shut_down();
    });
}

}  // namespace quarry::serve
