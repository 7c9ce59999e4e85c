#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/base/processor_time.h"
#include "core/extract/extractor.h"

namespace quarry::extract {

/// Holds the extraction of one document to its limits: text, depth, processor time and cancellation.
///
/// Keeps a reference to the options. For one thread.
class ExtractWatch {
public:
    explicit ExtractWatch(const ExtractOptions& options)
        : options_(options), end_(thread_processor_time() + options.limits.max_time) {}

    /// To be called between items: looks at the clock and the cancellation now and then. Throws Error(failed) or
    /// Error(interrupted).
    void poll() {
        if (++calls_ % calls_between_looks == 0) look();
    }
    /// Throws Error(failed) when so much text is more than a document may give.
    void require_text_size(std::uint64_t bytes) const {
        if (bytes > options_.limits.max_text_bytes) refuse_text();
    }
    /// Throws Error(failed) when elements may not be nested that deep.
    void require_depth(std::size_t depth) const {
        if (depth > options_.limits.max_depth) refuse_depth();
    }
    [[nodiscard]] const ExtractOptions& options() const noexcept { return options_; }

private:
    static constexpr std::uint64_t calls_between_looks = 64;

    void look() const;
    [[noreturn]] void refuse_text() const;
    [[noreturn]] void refuse_depth() const;

    const ExtractOptions& options_;
    std::chrono::nanoseconds end_;  ///< Of this thread's processor time.
    std::uint64_t calls_ = 0;
};

/// The document's name for a message: one line, without what drives a terminal.
[[nodiscard]] std::string printable_name(std::string_view name);

}  // namespace quarry::extract
