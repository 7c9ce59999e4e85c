#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/eval/retrieval.h"
#include "core/store/store.h"

namespace quarry::eval {

/// Seconds since it was made.
class Stopwatch {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// A base in memory that holds a collection as `ingest` would store it: cut, indexed and, when asked, embedded.
/// Borrows all that it is given.
class CollectionBase {
public:
    CollectionBase(const RetrievalConfiguration& configuration, const Cancellation& cancellation,
                   const EvaluationProgress& progress);

    /// Adds a document; a title heads the text, as it does in a file. Throws what chunking throws.
    void add(std::string id, std::string title, std::string text, std::string media_type = "text/plain");
    /// The same with its structure.
    void add(std::string id, document::Document document);
    /// Stores what was added last.
    void finish();

    /// Makes the vectors, once. Throws what the embedder throws.
    void embed();

    [[nodiscard]] store::Store& store() noexcept { return *store_; }
    /// Null before `embed`, and where the base is too small for one.
    [[nodiscard]] embed::Embedder* embedder() noexcept { return embedder_; }
    /// Notes sizes, times and, for a search with vectors, the embedder.
    void describe(RetrievalEvaluation& evaluation, bool with_vectors) const;

private:
    const RetrievalConfiguration& configuration_;
    const Cancellation& cancellation_;
    const EvaluationProgress& progress_;
    std::unique_ptr<store::Store> store_ = store::open_store_in_memory();
    std::vector<store::PreparedSource> batch_;
    std::uint64_t documents_ = 0;
    Stopwatch since_start_;
    double index_seconds_ = 0;
    double embed_seconds_ = 0;
    bool embedded_ = false;
    std::optional<embed::BuiltinEmbedder> builtin_;
    embed::Embedder* embedder_ = nullptr;
    std::string embedder_name_;
    std::string note_;
};

}  // namespace quarry::eval
