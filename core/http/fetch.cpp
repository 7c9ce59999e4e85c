#include "core/http/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/address.h"

namespace quarry::http {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view etag_key = "etag ";
constexpr std::string_view modified_key = "last-modified ";

bool is_redirect(int status) noexcept {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string validator_of(const HttpResponse& response) {
    std::string validator;
    if (const std::optional<std::string> etag = response.header("etag")) {
        validator += fmt::format("{}{}\n", etag_key, *etag);
    }
    if (const std::optional<std::string> modified = response.header("last-modified")) {
        validator += fmt::format("{}{}\n", modified_key, *modified);
    }
    return validator;
}

/// "text/html; charset=\"UTF-8\"" in its parts.
void read_content_type(std::string_view header, FetchedPage& page) {
    const std::vector<std::string_view> parts = split(header, ';');
    page.media_type = ascii_lower(trim(parts.front()));
    for (std::size_t i = 1; i < parts.size(); ++i) {
        std::string parameter = ascii_lower(trim(parts[i]));
        if (!parameter.starts_with("charset=")) continue;
        parameter.erase(0, 8);
        std::erase(parameter, '"');
        page.charset = std::move(parameter);
    }
}

Error bad_status(int status, const std::string& url) {
    const bool gone = status == 404 || status == 410;
    return Error(gone ? ErrorCode::nothing_found : ErrorCode::provider_failed,
                 fmt::format("cannot fetch {}", url_without_credentials(url)))
        .because(fmt::format("the server answered with status {}{}", status,
                             gone                             ? ": there is no such page"
                             : status == 401 || status == 403 ? ": it requires a login, or blocks programs"
                                                              : ""));
}

}  // namespace

std::string page_url(std::string_view url) {
    const std::string_view text = url.substr(0, url.find('#'));
    const HttpUrl parsed = parse_http_url(text);
    if (!parsed.user_info.empty()) {
        throw Error(
            ErrorCode::usage, fmt::format("will not read {}", url_without_credentials(url)),
            "fetch it with a program that keeps the password, and pipe it in: curl … | quarry ingest - --name NAME")
            .because("it contains a user name or password, which would be stored with the page");
    }
    return resolve_url(text, text);
}

HttpRequest PageFetcher::request_for(const std::string& url, std::string_view validator) const {
    const HttpUrl parsed = parse_http_url(url);
    HttpRequest request;
    request.url = url;
    request.decompress = true;
    request.max_body_bytes = options_.max_bytes;
    request.ca_file = options_.ca_file;
    request.proxy = options_.proxy && !parsed.is_loopback() ? options_.proxy(parsed) : "";
    if (!options_.allow_private && !request.proxy->empty()) {
        if (const std::string address = private_address_of(parsed.host); !address.empty())
            throw address_refused(url, address);
    }
    // With a proxy the connection goes to that, which may be anywhere.
    request.public_only = !options_.allow_private && request.proxy->empty();
    request.headers.emplace_back("Accept", "text/html, text/markdown, text/plain;q=0.9, */*;q=0.5");
    for (const std::string_view line : split(validator, '\n')) {
        if (line.starts_with(etag_key)) request.headers.emplace_back("If-None-Match", line.substr(etag_key.size()));
        if (line.starts_with(modified_key)) {
            request.headers.emplace_back("If-Modified-Since", line.substr(modified_key.size()));
        }
    }
    return request;
}

FetchedPage PageFetcher::fetch(std::string_view url, std::string_view validator, const Cancellation& cancellation) {
    const Clock::time_point end = Clock::now() + options_.timeout;
    std::string at = page_url(url);
    for (int redirects = 0; redirects <= options_.max_redirects; ++redirects) {
        HttpRequest request = request_for(at, validator);
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        request.timeout = std::max(left, std::chrono::milliseconds(1));
        HttpResponse response = client_.send(request, cancellation);
        if (is_redirect(response.status) && response.header("location")) {
            at = page_url(resolve_url(at, *response.header("location")));
            continue;
        }
        FetchedPage page;
        page.url = std::move(at);
        page.unchanged = response.status == 304 && !validator.empty();
        if (!page.unchanged && response.status != 200) throw bad_status(response.status, page.url);
        page.validator = page.unchanged ? std::string(validator) : validator_of(response);
        read_content_type(response.header("content-type").value_or(""), page);
        page.body = std::move(response.body);
        return page;
    }
    throw Error(ErrorCode::provider_failed, fmt::format("cannot fetch {}", url_without_credentials(url)))
        .because(fmt::format("it was redirected more than {} times", options_.max_redirects));
}

}  // namespace quarry::http
