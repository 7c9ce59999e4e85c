#pragma once

#include <string>
#include <vector>

#include "core/base/trace.h"
#include "core/redact/redactor.h"
#include "core/store/run_repository.h"

namespace quarry::trace {

/// Names of attributes: OpenTelemetry's conventions for generative AI where there is one
/// (opentelemetry.io/docs/specs/semconv/gen-ai), else quarry's own.
namespace attribute {
inline constexpr std::string_view operation = "gen_ai.operation.name";
inline constexpr std::string_view provider = "gen_ai.provider.name";
inline constexpr std::string_view request_model = "gen_ai.request.model";
inline constexpr std::string_view request_max_tokens = "gen_ai.request.max_tokens";
inline constexpr std::string_view request_temperature = "gen_ai.request.temperature";
inline constexpr std::string_view output_type = "gen_ai.output.type";
inline constexpr std::string_view response_id = "gen_ai.response.id";
inline constexpr std::string_view response_model = "gen_ai.response.model";
inline constexpr std::string_view finish_reasons = "gen_ai.response.finish_reasons";
inline constexpr std::string_view time_to_first_chunk = "gen_ai.response.time_to_first_chunk";  ///< Seconds.
inline constexpr std::string_view input_tokens = "gen_ai.usage.input_tokens";
inline constexpr std::string_view output_tokens = "gen_ai.usage.output_tokens";
inline constexpr std::string_view cached_input_tokens = "gen_ai.usage.cache_read.input_tokens";
inline constexpr std::string_view conversation = "gen_ai.conversation.id";
inline constexpr std::string_view tool_name = "gen_ai.tool.name";
inline constexpr std::string_view tool_type = "gen_ai.tool.type";
inline constexpr std::string_view tool_call_id = "gen_ai.tool.call.id";
// Content.
inline constexpr std::string_view input_messages = "gen_ai.input.messages";
inline constexpr std::string_view output_messages = "gen_ai.output.messages";
inline constexpr std::string_view retrieval_query = "gen_ai.retrieval.query.text";
inline constexpr std::string_view retrieval_documents = "gen_ai.retrieval.documents";
inline constexpr std::string_view tool_arguments = "gen_ai.tool.call.arguments";
inline constexpr std::string_view tool_result = "gen_ai.tool.call.result";
// quarry's own.
inline constexpr std::string_view cached = "quarry.cached";    ///< The answer is from quarry's cache.
inline constexpr std::string_view cost = "quarry.cost_usd";    ///< What the call cost.
inline constexpr std::string_view retries = "quarry.retries";  ///< Requests that were sent again.
inline constexpr std::string_view tool_outcome = "quarry.tool.outcome";
inline constexpr std::string_view search_mode = "quarry.search.mode";
inline constexpr std::string_view search_passages = "quarry.search.passages";
}  // namespace attribute

/// The record of a run: sums over its calls of models, and its spans as JSON, an array of
/// {"name", "kind", "parent", "start", "duration", "attributes", "error", "error_message"}. Texts are redacted and cut
/// at 256 kB; bytes that are no UTF-8 are replaced. Null redacts nothing.
[[nodiscard]] store::StoredRun run_record(const FinishedTrace& trace, const redact::Redactor* redactor);

/// Whether a run has texts in which there may be something to redact: content, or an error's message.
[[nodiscard]] bool holds_texts(const FinishedTrace& trace, bool content);

/// The spans of a stored run. Throws Error(failed) when they are not what `run_record` writes.
[[nodiscard]] std::vector<Span> stored_spans(const store::StoredRun& run);

}  // namespace quarry::trace
