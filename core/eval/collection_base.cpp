// A collection in a base of its own.

#include "core/eval/collection_base.h"

#include <limits>
#include <utility>

#include "core/analyze/language.h"
#include "core/base/hash.h"

namespace quarry::eval {
namespace {

/// Documents in one transaction.
constexpr std::size_t documents_at_once = 256;

}  // namespace

CollectionBase::CollectionBase(const RetrievalConfiguration& configuration, const Cancellation& cancellation,
                               const EvaluationProgress& progress)
    : configuration_(configuration), cancellation_(cancellation), progress_(progress) {}

void CollectionBase::add(std::string id, std::string title, std::string text, std::string media_type) {
    document::Document document;
    document.media_type = std::move(media_type);
    document.text = title.empty() ? std::move(text) : title + "\n\n" + text;
    document.title = std::move(title);
    add(std::move(id), std::move(document));
}

void CollectionBase::add(std::string id, document::Document document) {
    cancellation_.check();
    store::PreparedSource prepared;
    prepared.source.uri = std::move(id);
    prepared.source.kind = store::SourceKind::jsonl;
    prepared.source.content_hash = content_hash(document.text);
    document.language = analyze::document_language(document, configuration_.language);
    prepared.chunks = chunk::chunk_document(document, configuration_.chunking, cancellation_);
    prepared.document = std::move(document);
    batch_.push_back(std::move(prepared));
    ++documents_;
    if (batch_.size() == documents_at_once) finish();
}

void CollectionBase::finish() {
    store_->put(batch_);
    batch_.clear();
    progress_(EvaluationStage::index, documents_, 0);
    index_seconds_ = since_start_.seconds();
}

void CollectionBase::embed() {
    if (std::exchange(embedded_, true)) return;
    const Stopwatch embedding;
    const ingest::EmbeddingProgress on_embedding = [this](ingest::EmbeddingStage stage, std::uint64_t done,
                                                          std::uint64_t total) {
        progress_(stage == ingest::EmbeddingStage::fit ? EvaluationStage::fit : EvaluationStage::embed, done, total);
    };
    ingest::EmbeddingReport report;
    if (configuration_.embedder != nullptr) {
        report = ingest::update_vectors(*store_, *configuration_.embedder, cancellation_, on_embedding);
        embedder_ = configuration_.embedder;
    } else {
        ingest::BuiltinUpdateOptions builtin = configuration_.builtin;
        // A base in memory has no index that would keep them instead.
        builtin.computed_from_chunks = std::numeric_limits<std::uint64_t>::max();
        report = ingest::update_builtin_vectors(*store_, builtin, cancellation_, on_embedding);
        const std::string fingerprint = store_->setting(store::setting::embedder).value_or("");
        if (std::optional<std::string> table = store_->model(fingerprint)) {
            embedder_ = &builtin_.emplace(std::move(*table));
        }
    }
    embedder_name_ = report.embedder;
    note_ = report.note;
    embed_seconds_ = embedding.seconds();
}

void CollectionBase::describe(RetrievalEvaluation& evaluation, bool with_vectors) const {
    evaluation.documents = documents_;
    evaluation.chunks = store_->chunk_count();
    evaluation.index_seconds = index_seconds_;
    if (!with_vectors) return;
    evaluation.embed_seconds = embed_seconds_;
    evaluation.embedder = embedder_name_;
    if (!note_.empty()) evaluation.note = note_;
}

}  // namespace quarry::eval
