#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/cancel.h"
#include "core/store/run_repository.h"

namespace quarry::trace {

/// Runs as the body of an OTLP/HTTP request in JSON (opentelemetry.io/docs/specs/otlp): an ExportTraceServiceRequest
/// with ids in hex, 64-bit integers as text and names in lowerCamelCase. The same run always has the same ids.
/// `version` is quarry's. Throws Error(failed) for a run that cannot be read.
[[nodiscard]] std::string otlp_traces(std::span<const store::StoredRun> runs, std::string_view version);

/// Where runs are sent.
struct OtlpEndpoint {
    std::string url;  ///< "http://localhost:4318", to which /v1/traces is added, or the whole address with a path.
    std::vector<std::pair<std::string, std::string>> headers;
    std::chrono::milliseconds timeout{10'000};
    std::optional<std::string> proxy{};  ///< As in http::HttpRequest.
    std::string ca_file{};               ///< The same.
};

/// What the collector said.
struct OtlpResult {
    std::int64_t rejected_spans = 0;  ///< A partial success: not to be sent again.
    std::string message;              ///< Its words for it, as they came; may be empty.
};

/// The address that spans go to.
[[nodiscard]] std::string otlp_traces_url(std::string_view url);

/// "name=value,name=value", percent-encoded values (OTEL_EXPORTER_OTLP_HEADERS). Throws Error(usage) without the text,
/// which may hold a key.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parse_otlp_headers(std::string_view text);

/// Sends a body of `otlp_traces`; again after 429, 502, 503 and 504, as the protocol says. Throws Error: usage for an
/// address that is none, provider_failed with the collector's words, rate_limited, interrupted.
[[nodiscard]] OtlpResult send_otlp_traces(const OtlpEndpoint& endpoint, std::string body,
                                          const Cancellation& cancellation);

}  // namespace quarry::trace
