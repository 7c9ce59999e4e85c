#include "core/store/term_preparer.h"

#include <fmt/format.h>

#include <utility>

#include "core/base/error.h"

namespace quarry::store {
namespace {

class CollectedTerms final : public PreparedTerms {
public:
    explicit CollectedTerms(std::vector<lexical::TermBlock> blocks) : blocks_(std::move(blocks)) {}
    [[nodiscard]] std::span<const lexical::TermBlock> blocks() const noexcept { return blocks_; }

private:
    std::vector<lexical::TermBlock> blocks_;
};

}  // namespace

std::shared_ptr<const PreparedTerms> TermPreparer::prepare(const document::Document& document,
                                                           std::span<const document::ChunkSpan> chunks) {
    return std::make_shared<const CollectedTerms>(collector_.collect(document, chunks));
}

std::span<const lexical::TermBlock> term_blocks(const PreparedTerms* terms) noexcept {
    const auto* collected = dynamic_cast<const CollectedTerms*>(terms);
    return collected == nullptr ? std::span<const lexical::TermBlock>() : collected->blocks();
}

void check_chunks(std::string_view text, std::span<const document::ChunkSpan> chunks,
                  std::span<const lexical::TermBlock> terms) {
    for (const document::ChunkSpan& span : chunks) {
        if (span.start_byte >= span.end_byte || span.end_byte > text.size()) {
            throw Error(ErrorCode::failed, "cannot store a document")
                .because(fmt::format("the chunk [{}, {}) is not in its text of {} bytes", span.start_byte,
                                     span.end_byte, text.size()));
        }
    }
    std::size_t with_terms = 0;
    for (const lexical::TermBlock& block : terms) with_terms += block.lengths.size();
    if (!terms.empty() && with_terms != chunks.size()) {
        throw Error(ErrorCode::failed, "cannot store a document")
            .because(fmt::format("its {} chunks have terms for {}", chunks.size(), with_terms));
    }
}

}  // namespace quarry::store
