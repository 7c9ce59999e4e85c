#include "core/models/model_download.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/base/text.h"
#include "core/http/api_error.h"
#include "core/http/client.h"
#include "core/http/url.h"

namespace quarry::models {
namespace {

constexpr int most_redirects = 5;
constexpr std::size_t largest_model = std::size_t{200} << 30;
constexpr int status_part = 206, status_no_such_part = 416;

/// The number that a text begins with; 0 when there is none, or it is absurd.
std::uint64_t leading_number(std::string_view text) {
    std::uint64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') break;
        if (number > largest_model) return 0;
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return number;
}

void require_safe_address(const std::string& url) {
    const http::HttpUrl parsed = http::parse_http_url(url);
    if (parsed.scheme == "https" || parsed.is_loopback()) return;
    throw cannot_add(url, "use https://, or fetch the file yourself and give its path")
        .because("over plain http anyone on the network can change the model");
}

/// One download, over its redirects.
class Download {
public:
    Download(const std::string& source, const AddModelOptions& options, PartialFile& file,
             const ModelProgress& progress)
        : source_(source), options_(options), file_(file), progress_(progress) {}

    void run(const Cancellation& cancellation) {
        std::string url = source_;
        for (int redirects = 0; redirects <= most_redirects; ++redirects) {
            require_safe_address(url);
            const http::HttpResponse response =
                client_.send(request_for(url), cancellation, [this](std::string_view piece) {
                    file_.write(piece);
                    if (progress_) progress_(file_.size(), total_);
                    return true;
                });
            const bool redirected = response.status >= 301 && response.status <= 308 && response.status != 304;
            if (redirected && response.header("location")) {
                url = http::resolve_url(url, *response.header("location"));
                continue;
            }
            // All of it was there already; its hash is looked at.
            if (response.status == status_no_such_part && file_.size() > 0) return;
            if (response.status != 200 && response.status != status_part) {
                throw http::api_error("cannot fetch the model", url, response, {}, "check the file's address");
            }
            if (total_ != 0 && total_ != file_.size()) {
                throw cannot_add(source_, "try again")
                    .because(fmt::format("{} of {} bytes arrived", file_.size(), total_));
            }
            return;
        }
        throw cannot_add(source_).because(fmt::format("it was redirected more than {} times", most_redirects));
    }

private:
    http::HttpRequest request_for(const std::string& url) {
        http::HttpRequest request;
        request.url = url;
        request.timeout = std::chrono::hours(24);
        request.stall_timeout = std::chrono::seconds(60);
        request.max_body_bytes = largest_model;
        request.proxy = options_.proxy;
        request.ca_file = options_.ca_file;
        if (file_.size() > 0) request.headers.emplace_back("Range", fmt::format("bytes={}-", file_.size()));
        request.before_body = [this](const http::HttpResponse& response) { begin(response); };
        return request;
    }

    /// A server that sends all of the file sends it from its beginning.
    void begin(const http::HttpResponse& response) {
        if (response.status != status_part) {
            file_.restart();
        } else if (!response.header("content-range").value_or("").starts_with(fmt::format("bytes {}-", file_.size()))) {
            throw cannot_add(source_, "try again").because("the server sent another part of it than the one asked for");
        }
        const std::uint64_t length = leading_number(response.header("content-length").value_or(""));
        total_ = length == 0 ? 0 : file_.size() + length;
        if (options_.bytes != 0 && total_ != 0 && total_ != options_.bytes) {
            throw cannot_add(source_).because(
                fmt::format("the file there has {} bytes, not {}: it is another one", total_, options_.bytes));
        }
    }

    const std::string& source_;
    const AddModelOptions& options_;
    PartialFile& file_;
    const ModelProgress& progress_;
    http::HttpClient client_;
    std::uint64_t total_ = 0;  ///< How large it is, as the server says; 0 when it does not.
};

}  // namespace

Error cannot_add(std::string_view source, std::string hint) {
    return Error(ErrorCode::failed, fmt::format("cannot add the model {}", http::url_without_credentials(source)),
                 std::move(hint));
}

void download_model(const std::string& source, const AddModelOptions& options, PartialFile& file,
                    const Cancellation& cancellation, const ModelProgress& progress) {
    try {
        Download(source, options, file, progress).run(cancellation);
    } catch (Error& error) {
        if (error.code() != ErrorCode::provider_failed) throw;
        if (file.is_resumed() && file.size() > 0) {
            throw std::move(error).with_hint(fmt::format(
                "run the command again: {} are there, and it goes on behind them", human_bytes(file.size())));
        }
        std::string hint = error.hint();
        if (!hint.empty()) hint += "; ";
        throw std::move(error).with_hint(hint + "or bring the file here from elsewhere: quarry models add FILE.gguf");
    }
}

}  // namespace quarry::models
