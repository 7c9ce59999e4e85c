#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/lexical/term_block.h"
#include "core/lexical/term_collector.h"
#include "core/store/store.h"

namespace quarry::store {

/// Finds the terms of documents for the lexical index, whatever engine keeps it.
class TermPreparer final : public DocumentPreparer {
public:
    [[nodiscard]] std::shared_ptr<const PreparedTerms> prepare(const document::Document& document,
                                                               std::span<const document::ChunkSpan> chunks) override;

private:
    lexical::TermCollector collector_;
};

/// The terms that a TermPreparer found; nothing where there are none.
[[nodiscard]] std::span<const lexical::TermBlock> term_blocks(const PreparedTerms* terms) noexcept;

/// Throws Error(failed) for chunks that are not in their text, or that have terms for another number of chunks: a span
/// outside its text would make every later reading of it fail.
void check_chunks(std::string_view text, std::span<const document::ChunkSpan> chunks,
                  std::span<const lexical::TermBlock> terms);

}  // namespace quarry::store
