#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/ui/output.h"
#include "core/document/chunk_span.h"
#include "core/document/document.h"

namespace quarry::cli {

/// How `quarry chunk` prints.
struct ChunkPrinting {
    std::string format;  ///< ndjson, json, text or markdown.
    bool count = false;  ///< Counts only.
    bool show = false;   ///< The whole text with its cuts.
    bool exact = false;  ///< Tokens are counted, not estimated.
};

/// A document that was cut, as it is printed. Borrows.
struct CutDocument {
    std::string_view source;  ///< As given; "-" for standard input.
    const document::Document& document;
    const std::vector<document::ChunkSpan>& spans;
    std::string_view strategy;  ///< Not "auto": the one that cut it.
    std::size_t tokens = 0;     ///< Of the whole text.
    std::string note{};         ///< Why it was cut otherwise than asked for; empty mostly.
};

/// Prints chunks as they come, in one of the forms; a document is never held longer than its turn.
class ChunkPrinter {
public:
    ChunkPrinter(Output& out, ChunkPrinting printing) : out_(out), printing_(std::move(printing)) {}

    void document(const CutDocument& cut);
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

    void chunk(const CutDocument& cut, std::size_t index);
    void print_text(const CutDocument& cut, const document::ChunkSpan& span, std::string_view text);
    void print_markdown(const CutDocument& cut, const document::ChunkSpan& span, std::string_view text);
    void print_counts(std::string_view source, const Counts& counts);

    Output& out_;
    ChunkPrinting printing_;
    bool begun_ = false;
    bool first_ = true;
    std::size_t documents_ = 0;
    Counts total_;
    nlohmann::ordered_json summaries_ = nlohmann::ordered_json::array();
    nlohmann::ordered_json failures_ = nlohmann::ordered_json::array();
};

/// Prints the text with a mark where each chunk begins, and what two chunks share between angle quotes; with colour the
/// chunks alternate in it.
void show_cuts(Output& out, const CutDocument& cut);

}  // namespace quarry::cli
