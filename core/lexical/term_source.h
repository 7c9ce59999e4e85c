#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

#include "core/lexical/bm25.h"
#include "core/lexical/term_postings.h"

namespace quarry::lexical {

/// What a search by words reads of an index, wherever that is. All may throw DamagedTermIndex.
class TermSource {
public:
    virtual ~TermSource() = default;

    [[nodiscard]] virtual std::uint64_t chunk_count() const = 0;
    /// How many terms each field of all chunks has together.
    [[nodiscard]] virtual const std::array<std::uint64_t, term_fields>& total_lengths() const = 0;
    /// The chunks with a term.
    [[nodiscard]] virtual TermPostings find(std::string_view term) const = 0;
    /// Every term that begins so, in no order and perhaps more than once, also those that no chunk has any more;
    /// return false to stop. `visit` must not ask the index.
    virtual void for_each_term(std::string_view prefix,
                               const std::function<bool(std::string_view term)>& visit) const = 0;
};

}  // namespace quarry::lexical
