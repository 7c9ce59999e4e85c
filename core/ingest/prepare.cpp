#include "core/ingest/prepare.h"

#include <fmt/format.h>

#include <new>
#include <utility>

#include "core/analyze/language.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/ingest/inputs.h"

namespace quarry::ingest {
namespace {

/// How much of a file is looked at to tell whether it is binary; git looks at as much.
constexpr std::size_t sniffed_bytes = 8000;

/// The most text whose terms are held in memory beside it.
constexpr std::size_t analyzed_at_once = 16'000'000;

/// The reason without what was being done: the source is named beside it.
std::string reason_of(const Error& error) {
    std::string reason = error.causes().empty() ? error.message() : std::string();
    for (const std::string& cause : error.causes()) {
        if (!reason.empty()) reason += ": ";
        reason += cause;
    }
    return reason;
}

/// A source is as it was when its bytes are, and what was said of it from outside.
std::string source_hash(const std::string& bytes, const ReadTask& task) {
    const std::string hash = content_hash(bytes);
    if (task.title.empty() && task.source.metadata_json == "{}") return hash;
    return content_hash(fmt::format("{}\n{}\n{}", hash, content_hash(task.title), task.source.metadata_json));
}

std::optional<SkipReason> reason_to_skip(const std::string& bytes, const extract::Extractor& extractor) {
    if (bytes.empty()) return SkipReason::empty;
    if (!extractor.is_binary() && extract::looks_binary(std::string_view(bytes).substr(0, sniffed_bytes)))
        return SkipReason::binary;
    return std::nullopt;
}

Error skipped_by_name(SkipReason reason) {
    if (reason == SkipReason::empty) return Error(ErrorCode::failed, "it is empty");
    return Error(ErrorCode::failed, "it is a binary file, not text", "convert it to text or Markdown first");
}

Error over_conversion_limit(const extract::Extractor& extractor, std::uint64_t limit) {
    return Error(ErrorCode::failed,
                 fmt::format("it is larger than {}, the limit for the format {}", human_bytes(limit), extractor.name()),
                 "the limit is the setting ingest.max_converted_bytes; quarry needs about four times as much memory");
}

/// Takes out of what is stored of a source what is not to be stored; its hash stays that of what was read.
void redact_source(const redact::Redactor* redactor, store::Source& source) {
    if (redactor == nullptr) return;
    redact::RedactionCounts counts;
    source.metadata_json = redactor->redact_json(source.metadata_json, counts);
    source.error = redactor->redact(source.error, counts);
}

Prepared prepare_bytes(const ReadTask& task, const IngestOptions& options, const redact::Redactor* redactor,
                       store::DocumentPreparer* preparer, extract::Converter& converter,
                       const Cancellation& cancellation) {
    Prepared prepared;
    if (task.known) prepared.known = task.known->content_hash;
    prepared.source.source = task.source;
    std::string bytes = task.read();
    prepared.bytes = bytes.size();
    if (const std::optional<SkipReason> reason = reason_to_skip(bytes, *task.extractor)) {
        if (task.named) throw skipped_by_name(*reason);
        prepared.kind = Prepared::Kind::skipped;
        prepared.skip = *reason;
        return prepared;
    }
    store::Source& source = prepared.source.source;
    source.content_hash = source_hash(bytes, task);
    if (task.known && task.known->same_content(source.content_hash, task.extractor->media_type())) {
        prepared.kind = Prepared::Kind::unchanged;
        return prepared;
    }
    if (task.extractor->is_converted() && bytes.size() > options.max_converted_bytes) {
        throw over_conversion_limit(*task.extractor, options.max_converted_bytes);
    }
    extract::ExtractOptions extraction{.name = task.name, .cancel = &cancellation};
    extraction.limits.max_text_bytes = document_limit(options);
    extraction.recognize = options.recognize;
    document::Document document = converter.convert(*task.extractor, std::move(bytes), extraction);
    if (!task.title.empty()) document.title = task.title;
    if (redactor != nullptr) redactor->redact(document);
    redact_source(redactor, source);
    document.language = analyze::document_language(document, options.language);
    prepared.source.chunks = chunk::chunk_document(document, options.chunking, cancellation);
    // The terms of a large document take as much memory as it does: the store analyses it chunk by chunk.
    if (preparer != nullptr && document.text.size() <= analyzed_at_once) {
        prepared.source.terms = preparer->prepare(document, prepared.source.chunks);
    }
    prepared.source.document = std::move(document);
    return prepared;
}

}  // namespace

bool ends_run(ErrorCode code) noexcept {
    return code == ErrorCode::interrupted || code == ErrorCode::provider_failed || code == ErrorCode::rate_limited ||
           code == ErrorCode::budget_exceeded;
}

Prepared failed_source(const ReadTask& task, const redact::Redactor* redactor, const Error& error, bool record) {
    Prepared prepared;
    store::Source source = task.source;
    if (task.known) prepared.known = task.known->content_hash;
    prepared.kind = Prepared::Kind::failed;
    prepared.record = record;
    prepared.hint = error.hint();
    source.status = store::SourceStatus::failed;
    source.error = reason_of(error);
    redact_source(redactor, source);
    prepared.source.source = std::move(source);
    return prepared;
}

Prepared prepare(const ReadTask& task, const IngestOptions& options, const redact::Redactor* redactor,
                 store::DocumentPreparer* preparer, extract::Converter& converter, const Cancellation& cancellation) {
    try {
        return prepare_bytes(task, options, redactor, preparer, converter, cancellation);
    } catch (const Error& error) {
        if (ends_run(error.code())) throw;
        // A file that is gone leaves nothing to remember.
        std::error_code unknown;
        const bool gone =
            task.source.kind == store::SourceKind::file && !std::filesystem::exists(task.source.uri, unknown);
        return failed_source(task, redactor, error, !gone);
    } catch (const std::bad_alloc&) {
        return failed_source(task, redactor, Error(ErrorCode::failed, "there is not enough memory for it"), true);
    }
}

}  // namespace quarry::ingest
