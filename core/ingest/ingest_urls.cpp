#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <memory>
#include <unordered_set>
#include <utility>

#include "core/base/text.h"
#include "core/extract/office/charset.h"
#include "core/http/fetch.h"
#include "core/ingest/inputs.h"
#include "core/ingest/page_type.h"

namespace quarry::ingest {
namespace {

/// Pages that are on their way at once: they wait for servers, not for processors.
constexpr std::size_t pages_at_once = 4;

/// What a thread that fetches has.
struct Connection {
    std::unique_ptr<http::PageFetcher> fetcher;  ///< Made with the first page.
};

/// A page as it came, or why it did not.
struct PageResult {
    std::string url;
    std::optional<KnownSource> known;
    http::FetchedPage page;
    std::optional<Error> error;
};

/// Fetches one page after the other, and hands what is new to the run.
class UrlIngest {
public:
    UrlIngest(IngestRun& run, const IngestOptions& options, const Cancellation& cancellation)
        : run_(run),
          options_(options),
          cancellation_(cancellation),
          given_type_(options.type.empty() ? nullptr : &extract::extractor_by_name(options.type)),
          pages_(pages_at_once, pages_at_once) {}

    void add(const std::string& given) {
        std::string url;
        try {
            url = http::page_url(given);
        } catch (const Error& error) {
            run_.failed(http::url_without_credentials(given), error);
            return;
        }
        if (!seen_.insert(url).second) return;
        std::optional<KnownSource> known = run_.known(url);
        while (!pages_.has_room(1)) store(pages_.take());
        pages_.add(1, [this, url = std::move(url), known = std::move(known)](Connection& connection) {
            return fetch(connection, url, known);
        });
    }

    void finish() {
        while (!pages_.idle()) store(pages_.take());
    }

private:
    [[nodiscard]] PageResult fetch(Connection& connection, const std::string& url,
                                   const std::optional<KnownSource>& known) const {
        PageResult result{url, known, {}, {}};
        try {
            if (!connection.fetcher) connection.fetcher = std::make_unique<http::PageFetcher>(options_.fetch);
            const bool same_type = known && known->is_ok(given_type_ != nullptr ? given_type_->media_type()
                                                                                : std::string_view(known->media_type));
            result.page = connection.fetcher->fetch(url, same_type ? known->validator : "", cancellation_);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            result.error = error;
        }
        return result;
    }

    void store(PageResult result) {
        cancellation_.check();
        ReadTask task;
        task.source.uri = result.url;
        task.source.kind = store::SourceKind::url;
        task.known = std::move(result.known);
        task.named = true;
        if (result.error) {
            failed(task, *result.error);
            return;
        }
        task.source.validator = result.page.validator;
        if (result.page.unchanged) {
            run_.unchanged(1);
            run_.touch({task.source.uri, task.source.stamp, task.source.validator});
            return;
        }
        if (result.page.url != result.url) {
            task.source.metadata_json = nlohmann::json{{"final_url", result.page.url}}.dump();
        }
        read(std::move(task), std::move(result.page));
    }

    void read(ReadTask task, http::FetchedPage page) {
        const http::HttpUrl url = http::parse_http_url(page.url);
        task.name = page_name(url);
        task.extractor = given_type_ != nullptr ? given_type_ : extractor_for_page(page.media_type, url, page.body);
        if (task.extractor == nullptr) {
            failed(task, Error(ErrorCode::failed,
                               fmt::format("pages of the type {} cannot be read yet",
                                           one_line(strip_terminal_controls(page.media_type), 80)),
                               "if it is text: --type text"));
            return;
        }
        const std::uint64_t size = page.body.size();
        task.read = [body = std::move(page.body), charset = std::move(page.charset),
                     binary = task.extractor->is_binary()] {
            return binary || charset.empty() ? body : extract::charset_to_utf8(body, charset);
        };
        run_.add(std::move(task), size);
    }

    /// A page that was read once stays while it cannot be had; with `prune` it goes when the server says it is gone.
    void failed(const ReadTask& task, const Error& error) {
        const bool was_read = task.known && task.known->status == store::SourceStatus::ok;
        if (was_read && options_.prune && error.code() == ErrorCode::nothing_found) {
            run_.remove({task.source.uri});
        } else if (was_read) {
            run_.failed(task.source.uri, error);
        } else {
            run_.failed(task, error);
        }
    }

    IngestRun& run_;
    const IngestOptions& options_;
    const Cancellation& cancellation_;
    const extract::Extractor* given_type_;
    std::unordered_set<std::string> seen_;
    OrderedWorkers<Connection, PageResult> pages_;
};

}  // namespace

void ingest_urls(IngestRun& run, const IngestInputs& inputs, const IngestOptions& options,
                 const Cancellation& cancellation) {
    if (inputs.urls.empty()) return;
    UrlIngest ingest(run, options, cancellation);
    for (const std::string& url : inputs.urls) ingest.add(url);
    ingest.finish();
}

}  // namespace quarry::ingest
