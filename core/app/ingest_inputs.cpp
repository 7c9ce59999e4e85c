// What `ingest` is given to read.
#include "core/app/ingest_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <istream>
#include <iterator>

#include "core/base/text.h"
#include "core/config/config.h"
#include "core/http/proxy.h"
#include "core/wire/display_uri.h"

namespace quarry::app {

bool is_url(std::string_view text) {
    const std::string start = ascii_lower(text.substr(0, 8));
    return start.starts_with("http://") || start.starts_with("https://");
}

void add_inputs(const std::vector<std::string>& entries, bool listed, ingest::IngestInputs& inputs) {
    for (const std::string& entry : entries) {
        if (entry.empty()) continue;
        if (is_url(entry)) {
            inputs.urls.push_back(entry);
        } else if (listed) {
            inputs.listed.emplace_back(entry);
        } else {
            inputs.paths.emplace_back(entry);
        }
    }
}

std::vector<std::string> read_file_list(std::istream& input, const std::string& file, bool null,
                                        const Cancellation& cancellation) {
    std::ifstream opened;
    if (file != "-") {
        opened.open(file, std::ios::binary);
        if (!opened || std::filesystem::is_directory(file)) {
            throw Error(ErrorCode::failed, fmt::format("cannot read {}", wire::display_uri(file)),
                        "--files-from takes a file with a path on each line, or - for standard input")
                .because(std::filesystem::is_directory(file) ? "it is a folder" : std::strerror(errno));
        }
    }
    std::istream& stream = file == "-" ? input : opened;
    std::vector<std::string> entries;
    for (std::string entry; std::getline(stream, entry, null ? '\0' : '\n');) {
        cancellation.check();
        if (!null && entry.ends_with('\r')) entry.pop_back();  // a list that was written on Windows
        entries.push_back(std::move(entry));
    }
    return entries;
}

http::FetchOptions configured_fetching(const Services& services, bool allow_private) {
    http::FetchOptions options;
    options.allow_private = allow_private || services.config.boolean("ingest.allow_private");
    options.timeout = std::chrono::seconds(services.config.integer("ingest.url_timeout"));
    options.max_bytes = std::min(static_cast<std::uint64_t>(services.config.integer("ingest.max_file_bytes")),
                                 ingest::max_document_bytes);
    options.proxy = [configured = services.config.text("http.proxy"),
                     environment = services.environment](const http::HttpUrl& url) {
        return configured.empty() ? http::proxy_for(url, environment) : configured;
    };
    options.ca_file = services.config.text("http.ca_file");
    return options;
}

}  // namespace quarry::app
