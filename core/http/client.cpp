#include "core/http/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <exception>
#include <future>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/address.h"
#include "core/http/curl_library.h"
#include "core/http/url.h"

namespace quarry::http {
namespace {

constexpr int poll_interval_ms = 50;  // how late a cancellation may be seen
constexpr std::size_t max_header_bytes = 256 << 10;

/// One request under way: what the callbacks fill in.
struct Exchange {
    const HttpRequest& request;
    const BodySink& sink;
    HttpResponse response{};
    std::size_t header_bytes = 0;
    std::size_t body_bytes = 0;
    bool stopped_by_sink = false;
    bool headers_too_large = false;
    bool body_too_large = false;
    bool stalled = false;
    std::string refused_address{};  // not public, the last that was
    std::exception_ptr thrown{};    // exceptions must not cross C code
};

bool is_success(int status) noexcept { return status >= 200 && status < 300; }

/// The number in "HTTP/1.1 200 OK"; 0 when there is none.
int status_of(std::string_view line) noexcept {
    const std::string_view number = line.substr(std::min(line.find(' ') + 1, line.size()));
    int status = 0;
    std::from_chars(number.data(), number.data() + number.size(), status);
    return status;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    const std::size_t bytes = size * count;
    exchange.header_bytes += bytes;
    if (exchange.header_bytes > max_header_bytes) {
        exchange.headers_too_large = true;
        return 0;
    }
    try {
        const std::string_view line = trim(std::string_view(data, bytes));
        if (line.starts_with("HTTP/")) {
            exchange.response.headers.clear();  // an interim answer (100) or a proxy's came before
            exchange.response.status = status_of(line);
            return bytes;
        }
        if (line.empty() && exchange.response.status >= 200 && exchange.request.after_headers) {
            exchange.request.after_headers(exchange.response);
        }
        if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
            exchange.response.headers.emplace_back(ascii_lower(trim(line.substr(0, colon))),
                                                   trim(line.substr(colon + 1)));
        }
    } catch (...) {
        exchange.thrown = std::current_exception();
        return 0;
    }
    return bytes;
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    const std::size_t bytes = size * count;
    exchange.body_bytes += bytes;
    if (exchange.body_bytes > exchange.request.max_body_bytes) {
        exchange.body_too_large = true;
        return 0;
    }
    try {
        if (exchange.sink && is_success(exchange.response.status)) {
            const bool is_first = exchange.body_bytes == bytes;
            if (is_first && exchange.request.before_body) exchange.request.before_body(exchange.response);
            exchange.stopped_by_sink = !exchange.sink(std::string_view(data, bytes));
            return exchange.stopped_by_sink ? 0 : bytes;
        }
        exchange.response.body.append(data, bytes);
    } catch (...) {
        exchange.thrown = std::current_exception();
        return 0;
    }
    return bytes;
}

/// libcurl's question for a socket to an address: the moment between look-up and connection.
curl_socket_t open_public_socket(void* user, curlsocktype /*purpose*/, curl_sockaddr* address) {
    auto& exchange = *static_cast<Exchange*>(user);
    if (is_public_address(address->addr)) {
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }
    try {
        exchange.refused_address = address_text(address->addr);
    } catch (...) {
        exchange.thrown = std::current_exception();
    }
    return CURL_SOCKET_BAD;
}

void check_headers(const HttpRequest& request) {
    for (const auto& [name, value] : request.headers) {
        const auto control = [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; };
        if (std::any_of(value.begin(), value.end(), control) || name.empty() ||
            name.find_first_of(" :\t\r\n") != std::string::npos) {
            // The value may be a key, so it is not shown.
            throw Error(ErrorCode::usage, fmt::format("cannot send the header {}", one_line(name, 60)),
                        "look for a line break in the environment variable that holds the key")
                .because("it holds a control character");
        }
    }
}

std::string seconds_text(std::chrono::milliseconds time) {
    return fmt::format("{:g} s", static_cast<double>(time.count()) / 1000.0);
}

}  // namespace

std::optional<std::string> HttpResponse::header(std::string_view lower_case_name) const {
    for (const auto& [name, value] : headers) {
        if (name == lower_case_name) return value;
    }
    return std::nullopt;
}

/// libcurl's handles; one easy handle is used again and again, the multi handle keeps the connections.
struct HttpClient::Impl {
    CurlLibrary curl;
    std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{curl.multi_init(), curl.multi_cleanup};
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy{curl.easy_init(), curl.easy_cleanup};
    std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers{nullptr, curl.slist_free_all};
    std::array<char, CURL_ERROR_SIZE> error_text{};

    template <typename Value>
    void set(CURLoption option, Value value) {
        const CURLcode code = curl.easy_setopt(easy.get(), option, value);
        if (code != CURLE_OK) {
            throw Error(ErrorCode::provider_failed, "cannot prepare a web request", "install a newer libcurl")
                .because(curl.easy_strerror(code));
        }
    }

    void add_header(const std::string& line) {
        curl_slist* longer = curl.slist_append(headers.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        static_cast<void>(headers.release());
        headers.reset(longer);
    }

    void prepare(const HttpRequest& request, const HttpUrl& url);
    void receive_into(Exchange& exchange);
    [[nodiscard]] CURLcode run(Exchange& exchange, const Cancellation& cancellation);
    [[nodiscard]] std::uint64_t bytes_so_far(const Exchange& exchange) const;
    [[nodiscard]] Error failure(CURLcode code, const Exchange& exchange);
    [[nodiscard]] std::string cause_of(CURLcode code, const Exchange& exchange);
    /// Host and port of the proxy that could not be reached; empty if none was tried, or another thing failed.
    [[nodiscard]] std::string unreachable_proxy(CURLcode code, const Exchange& exchange);
};

void HttpClient::Impl::prepare(const HttpRequest& request, const HttpUrl& url) {
    curl.easy_reset(easy.get());
    headers.reset();
    error_text.fill('\0');
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // a hanging name look-up must not hold up a cancellation
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_ERRORBUFFER, error_text.data());
    set(CURLOPT_USERAGENT, "quarry");
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(request.connect_timeout, request.timeout).count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    if (url.is_loopback()) {
        set(CURLOPT_PROXY, "");
    } else if (request.proxy) {
        set(CURLOPT_PROXY, request.proxy->c_str());
        set(CURLOPT_NOPROXY, "");
    }
    if (!request.ca_file.empty()) set(CURLOPT_CAINFO, request.ca_file.c_str());
    if (request.decompress) set(CURLOPT_ACCEPT_ENCODING, "");
    if (!request.body.empty() || request.method == "POST") {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(CURLOPT_POSTFIELDS, request.body.data());
        add_header("Expect:");  // no round trip for "100-continue"
    }
    if (request.method != "GET" && request.method != "POST") set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    // "NAME:" would take a header out; one without a value is written so.
    for (const auto& [name, value] : request.headers) {
        add_header(value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value));
    }
    set(CURLOPT_HTTPHEADER, headers.get());
}

void HttpClient::Impl::receive_into(Exchange& exchange) {
    set(CURLOPT_HEADERFUNCTION, &take_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
    if (!exchange.request.public_only) return;
    set(CURLOPT_OPENSOCKETFUNCTION, &open_public_socket);
    set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(&exchange));
}

std::uint64_t HttpClient::Impl::bytes_so_far(const Exchange& exchange) const {
    curl_off_t sent = 0;
    curl.easy_getinfo(easy.get(), CURLINFO_SIZE_UPLOAD_T, &sent);
    return static_cast<std::uint64_t>(sent) + exchange.header_bytes + exchange.body_bytes;
}

CURLcode HttpClient::Impl::run(Exchange& exchange, const Cancellation& cancellation) {
    struct Added {
        Impl& impl;
        explicit Added(Impl& owner) : impl(owner) { impl.curl.multi_add_handle(impl.multi.get(), impl.easy.get()); }
        ~Added() { impl.curl.multi_remove_handle(impl.multi.get(), impl.easy.get()); }
    } const added(*this);

    // Silence is measured here: libcurl's low-speed limit looks at an average of some seconds, so it comes late.
    using Clock = std::chrono::steady_clock;
    Clock::time_point last_byte = Clock::now();
    std::uint64_t bytes = 0;
    for (;;) {
        cancellation.check();
        int running = 0;
        CURLMcode code = curl.multi_perform(multi.get(), &running);
        int left = 0;
        while (const CURLMsg* message = curl.multi_info_read(multi.get(), &left)) {
            if (message->msg == CURLMSG_DONE) return message->data.result;
        }
        if (const std::uint64_t now = bytes_so_far(exchange); now != bytes) {
            bytes = now;
            last_byte = Clock::now();
        }
        const std::chrono::seconds limit = exchange.request.stall_timeout;
        exchange.stalled = limit.count() > 0 && Clock::now() - last_byte > limit;
        if (exchange.stalled) return CURLE_OPERATION_TIMEDOUT;
        if (code == CURLM_OK) code = curl.multi_poll(multi.get(), nullptr, 0, poll_interval_ms, nullptr);
        if (code != CURLM_OK) {
            throw Error(ErrorCode::provider_failed, "a web request failed").because(curl.multi_strerror(code));
        }
    }
}

std::string HttpClient::Impl::cause_of(CURLcode code, const Exchange& exchange) {
    const HttpRequest& request = exchange.request;
    long system_error = 0;
    curl.easy_getinfo(easy.get(), CURLINFO_OS_ERRNO, &system_error);
    const std::string details = strip_terminal_controls(replace_invalid_utf8(error_text.data()));
    switch (code) {
        case CURLE_COULDNT_CONNECT:
            return system_error != 0 ? std::strerror(static_cast<int>(system_error)) : "no connection";
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST: return "the host name is not known";
        case CURLE_BAD_CONTENT_ENCODING: return "its compressed answer cannot be unpacked";
        case CURLE_OPERATION_TIMEDOUT: {
            if (exchange.stalled) return fmt::format("no data for {}", seconds_text(request.stall_timeout));
            curl_off_t connected = 0;
            curl.easy_getinfo(easy.get(), CURLINFO_PRETRANSFER_TIME_T, &connected);
            if (connected == 0) {
                return fmt::format("no connection within {}",
                                   seconds_text(std::min(request.connect_timeout, request.timeout)));
            }
            return fmt::format("no complete answer within {}", seconds_text(request.timeout));
        }
        case CURLE_GOT_NOTHING: return "the server closed the connection without an answer";
        case CURLE_PARTIAL_FILE:
        case CURLE_RECV_ERROR:
        case CURLE_HTTP2_STREAM: return "the server closed the connection before its answer was complete";
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY: return "the server does not speak HTTP";
        default: return details.empty() ? curl.easy_strerror(code) : details;
    }
}

std::string HttpClient::Impl::unreachable_proxy(CURLcode code, const Exchange& exchange) {
    std::string_view details = error_text.data();
    if (code == CURLE_COULDNT_RESOLVE_PROXY)
        return std::string(details.substr(std::min(details.rfind(' ') + 1, details.size())));
    // "Failed to connect to HOST port 3128 after 0 ms: ...", where HOST is the proxy's if there is one.
    constexpr std::string_view before = "connect to ", behind = " port ";
    const std::size_t start = details.find(before), port = details.find(behind);
    if (code != CURLE_COULDNT_CONNECT || start == std::string_view::npos || port == std::string_view::npos) return {};
    const std::string_view host = details.substr(0, port).substr(start + before.size());
    if (host == parse_http_url(exchange.request.url).host) return {};
    details.remove_prefix(port + behind.size());
    return fmt::format("{}:{}", host, details.substr(0, details.find(' ')));
}

Error HttpClient::Impl::failure(CURLcode code, const Exchange& exchange) {
    const std::string url = url_without_credentials(exchange.request.url);
    if (exchange.body_too_large) {
        return Error(ErrorCode::provider_failed, fmt::format("cannot take the answer of {}", url))
            .because(fmt::format("it is larger than the limit of {}", human_bytes(exchange.request.max_body_bytes)));
    }
    // libcurl has a limit of its own for one line, and no other word for it.
    if (exchange.headers_too_large || (code == CURLE_OUT_OF_MEMORY && exchange.body_bytes == 0)) {
        return Error(ErrorCode::provider_failed, fmt::format("cannot take the answer of {}", url))
            .because(fmt::format("its headers are larger than the limit of {}", human_bytes(max_header_bytes)));
    }
    if (!exchange.refused_address.empty() && exchange.response.status == 0) {
        return address_refused(exchange.request.url, exchange.refused_address);
    }
    std::string hint;
    if (code == CURLE_COULDNT_CONNECT) hint = "check that the server is running and that the address is right";
    if (code == CURLE_COULDNT_RESOLVE_HOST) hint = "check the spelling of the address, and the network";
    if (code == CURLE_OPERATION_TIMEDOUT) hint = "try again, or allow more time in the configuration";
    const std::string proxy = strip_terminal_controls(replace_invalid_utf8(unreachable_proxy(code, exchange)));
    if (!proxy.empty()) hint = "check the proxy: http.proxy, or the variables https_proxy, http_proxy and no_proxy";
    const bool begun = exchange.response.status != 0;
    Error error(ErrorCode::provider_failed,
                fmt::format("{} {}", begun ? "the answer ended too early:" : "no answer from", url), std::move(hint));
    if (!proxy.empty()) error = std::move(error).because(fmt::format("its proxy {} cannot be reached", proxy));
    return std::move(error).because(cause_of(code, exchange));
}

struct HttpClient::Loading {
    std::future<std::unique_ptr<Impl>> impl = std::async(std::launch::async, [] { return std::make_unique<Impl>(); });
};

HttpClient::HttpClient() = default;
HttpClient::~HttpClient() = default;

void HttpClient::begin_loading() {
    if (!impl_ && !loading_) loading_ = std::make_unique<Loading>();
}

HttpResponse HttpClient::send(const HttpRequest& request, const Cancellation& cancellation, const BodySink& sink) {
    cancellation.check();
    const HttpUrl url = parse_http_url(request.url);
    check_headers(request);
    if (const std::unique_ptr<Loading> loading = std::move(loading_)) impl_ = loading->impl.get();
    if (!impl_) impl_ = std::make_unique<Impl>();

    Exchange exchange{.request = request, .sink = sink};
    impl_->prepare(request, url);
    impl_->receive_into(exchange);
    const CURLcode code = impl_->run(exchange, cancellation);
    if (exchange.thrown) std::rethrow_exception(exchange.thrown);
    if (code != CURLE_OK && !exchange.stopped_by_sink) throw impl_->failure(code, exchange);
    return std::move(exchange.response);
}

std::optional<std::string> libcurl_version() {
    try {
        const CurlLibrary curl;
        return curl.version_info(CURLVERSION_NOW)->version;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace quarry::http
