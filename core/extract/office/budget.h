#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/extract/extractor.h"

namespace quarry::extract {

/// What one extraction has used of its limits: time and unpacked bytes. For one thread; borrows the options.
class ExtractBudget {
public:
    /// `kind` is the format's name in messages: "DOCX".
    ExtractBudget(std::string_view kind, const ExtractOptions& options);

    /// Throws Error(interrupted) once cancelled and Error(failed) when the time is over. Cheap: for inner loops.
    void check();
    /// Counts bytes that were really unpacked.
    void add_inflated(std::uint64_t bytes);

    /// "cannot read NAME as DOCX: cause"; thrown by whoever finds that the bytes are no such document.
    [[nodiscard]] Error refusal(std::string cause, std::string hint = {}) const;
    /// The refusal of what a limit does not allow.
    [[nodiscard]] Error over_limit(std::string cause) const;

    [[nodiscard]] const ExtractLimits& limits() const noexcept { return options_.limits; }
    [[nodiscard]] const ExtractOptions& options() const noexcept { return options_; }

private:
    void check_now() const;

    std::string_view kind_;
    const ExtractOptions& options_;
    std::chrono::nanoseconds end_;  ///< Of this thread's processor time.
    std::uint32_t calls_ = 0;
    std::uint64_t inflated_ = 0;
};

}  // namespace quarry::extract
