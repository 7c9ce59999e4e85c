// What `ingest` is given to read.
#include "cli/ingest_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <istream>
#include <iterator>

#include "cli/config.h"
#include "cli/shown_uri.h"
#include "core/base/text.h"
#include "core/http/proxy.h"

namespace quarry::cli {

bool is_url(std::string_view text) {
    const std::string start = ascii_lower(text.substr(0, 8));
    return start.starts_with("http://") || start.starts_with("https://");
}

void add_inputs(const std::vector<std::string>& entries, bool listed, IngestInputs& inputs) {
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

std::vector<std::string> read_file_list(Context& context, const std::string& file, bool null) {
    std::ifstream opened;
    if (file != "-") {
        opened.open(file, std::ios::binary);
        if (!opened || std::filesystem::is_directory(file)) {
            throw Error(ErrorCode::failed, fmt::format("cannot read {}", shown_uri(file)),
                        "--files-from takes a file with a path on each line, or - for standard input")
                .because(std::filesystem::is_directory(file) ? "it is a folder" : std::strerror(errno));
        }
    }
    std::istream& stream = file == "-" ? context.in : opened;
    std::vector<std::string> entries;
    for (std::string entry; std::getline(stream, entry, null ? '\0' : '\n');) {
        context.cancel.check();
        if (!null && entry.ends_with('\r')) entry.pop_back();  // a list that was written on Windows
        entries.push_back(std::move(entry));
    }
    return entries;
}

FetchOptions configured_fetching(const Context& context, bool allow_private) {
    FetchOptions options;
    options.allow_private = allow_private || context.config.boolean("ingest.allow_private");
    options.timeout = std::chrono::seconds(context.config.integer("ingest.url_timeout"));
    options.max_bytes =
        std::min(static_cast<std::uint64_t>(context.config.integer("ingest.max_file_bytes")), max_document_bytes);
    options.proxy = [environment = context.environment](const HttpUrl& url) { return proxy_for(url, environment); };
    return options;
}

}  // namespace quarry::cli
