#include "core/store/sqlite/term_preparer.h"

#include <utility>

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

}  // namespace quarry::store
