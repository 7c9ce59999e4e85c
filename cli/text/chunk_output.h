#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/ui/output.h"
#include "core/app/chunk_service.h"
#include "core/document/chunk_span.h"

namespace quarry::cli {

/// How `quarry chunk` prints.
struct ChunkPrinting {
    std::string format;  ///< ndjson, json, text or markdown.
    bool count = false;  ///< Counts only.
    bool show = false;   ///< The whole text with its cuts.
    bool exact = false;  ///< Tokens are counted, not estimated.
};

/// Prints chunks as they come, in one of the forms; a document is never held longer than its turn.
class ChunkPrinter {
public:
    ChunkPrinter(Output& out, ChunkPrinting printing) : out_(out), printing_(std::move(printing)) {}

    void document(const app::CutDocument& cut);
    /// Prints the error of one of several inputs, and keeps it for the result.
    void failed(std::string_view source, const Error& error);
    /// What comes behind the last document; with none of them, an empty result.
    void end();

private:
    void begin();
    struct Counts {
        std::size_t chunks = 0;
        std::size_t bytes = 0;
        std::size_t tokens = 0;
    };

    void chunk(const app::CutDocument& cut, std::size_t index);
    void print_text(const app::CutDocument& cut, const document::ChunkSpan& span, std::string_view text);
    void print_markdown(const app::CutDocument& cut, const document::ChunkSpan& span, std::string_view text);
    void print_counts(std::string_view source, const Counts& counts);

    Output& out_;
    ChunkPrinting printing_;
    bool begun_ = false;
    bool first_ = true;
    std::string line_;  ///< Of the chunk that is printed; here so that its memory is used again.
    std::size_t documents_ = 0;
    Counts total_;
    nlohmann::ordered_json summaries_ = nlohmann::ordered_json::array();
    nlohmann::ordered_json failures_ = nlohmann::ordered_json::array();
};

/// Prints the text with a mark where each chunk begins, and what two chunks share between angle quotes; with colour the
/// chunks alternate in it.
void show_cuts(Output& out, const app::CutDocument& cut);

}  // namespace quarry::cli
