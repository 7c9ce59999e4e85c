#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/lexical/term_block.h"
#include "core/lexical/term_collector.h"
#include "core/store/store.h"

namespace quarry::store {

/// Finds the terms of documents for the lexical index in SQLite.
class TermPreparer final : public DocumentPreparer {
public:
    [[nodiscard]] std::shared_ptr<const PreparedTerms> prepare(const document::Document& document,
                                                               std::span<const document::ChunkSpan> chunks) override;

private:
    lexical::TermCollector collector_;
};

/// The terms that a TermPreparer found; nothing where there are none, or they are of another kind of store.
[[nodiscard]] std::span<const lexical::TermBlock> term_blocks(const PreparedTerms* terms) noexcept;

}  // namespace quarry::store
