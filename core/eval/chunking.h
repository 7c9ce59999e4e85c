#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/cancel.h"
#include "core/eval/questions.h"
#include "core/eval/retrieval.h"
#include "core/eval/statistics.h"

namespace quarry::eval {

/// A half-open span of characters (code points) of one document.
struct CharacterSpan {
    std::size_t document = 0;  ///< Which; spans of different ones never overlap.
    std::size_t start = 0, end = 0;
};

/// How well chunks cover the references of a question. As in Chroma's "Evaluating Chunking Strategies for Retrieval"
/// (2024), whose code counts characters where its report says tokens.
struct CoverageMetrics {
    double recall = 0;     ///< Referenced characters that were retrieved, of all referenced.
    double precision = 0;  ///< Referenced characters that were retrieved, of all retrieved.
    double iou = 0;        ///< Intersection over union: of all retrieved, and the referenced that were missed.
    /// Precision omega: what the precision would be if retrieval were perfect: all chunks that overlap a reference,
    /// and no others, over which the references that no chunk covers count too.
    double precision_omega = 0;
};

/// Measures a question's references against its retrieved chunks; `all` are all chunks there are, for omega. A chunk
/// that only touches a reference does not overlap it. Zeros where nothing was retrieved.
[[nodiscard]] CoverageMetrics measure_coverage(std::span<const CharacterSpan> references,
                                               std::span<const CharacterSpan> retrieved,
                                               std::span<const CharacterSpan> all);

/// Documents, and questions whose `document_id`s are places in `documents`; every expected source is a span.
struct ChunkingCollection {
    std::vector<std::pair<std::string, document::Document>> documents;  ///< With their names.
    std::vector<ResolvedQuestion> questions;
};

/// Takes a document's bytes apart: name and bytes to text with structure.
using ExtractDocument = std::function<document::Document(const std::filesystem::path& file)>;

/// Reads a collection: questions.jsonl (read_questions), or Chroma's questions_df.csv (question, references,
/// corpus_id), and the corpora in corpora/NAME, NAME.md or NAME.txt. Throws Error: usage when the folder has no
/// questions, failed with file and line.
[[nodiscard]] ChunkingCollection read_chunking_folder(const std::filesystem::path& folder,
                                                      const ExtractDocument& extract);

struct ChunkingEvaluation {
    Scores scores;  ///< recall, precision, precision_omega, iou.
    std::uint64_t chunks = 0;
    double mean_characters = 0;  ///< Of a chunk.
    search::SearchMode mode = search::SearchMode::lexical;
    std::string embedder;
    std::string note;
};

/// Cuts the collection as each configuration says, searches each question, and measures the best `results` chunks
/// (0: as many as overlap the references, Chroma's "-1").
[[nodiscard]] std::vector<ChunkingEvaluation> evaluate_chunking(const ChunkingCollection& collection,
                                                                std::span<const RetrievalConfiguration> configurations,
                                                                std::size_t results, const Cancellation& cancellation,
                                                                const EvaluationProgress& progress = {});

}  // namespace quarry::eval
