#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/app/services.h"
#include "core/base/trace.h"
#include "core/redact/redactor.h"
#include "core/store/run_repository.h"

namespace quarry::app {

/// Keeps runs in the base as the settings trace.* say. A base that cannot be written to, or is busy, keeps none: no
/// question fails for that. Thread-safe.
class RunRecorder {
public:
    /// Opens nothing. Throws Error(usage) for a trace.redact that is none.
    explicit RunRecorder(const Services& services);

    /// What notes a run, one a thread at a time; null when runs are not kept.
    [[nodiscard]] std::unique_ptr<Tracer> make_tracer() const;
    /// Ends the tracer's run and keeps it. Does nothing with null.
    void keep(Tracer* tracer) noexcept;
    /// Keeps a run that has ended.
    void keep(const FinishedTrace& trace) noexcept;
    [[nodiscard]] bool enabled() const noexcept { return enabled_; }
    /// Why a run was not kept; empty when all were. For a note.
    [[nodiscard]] std::string failure() const;

private:
    void write(const FinishedTrace& trace);

    const std::filesystem::path base_;
    const bool enabled_;
    const bool content_;
    const std::vector<std::string> redacted_kinds_;
    store::RunLimits limits_;
    mutable std::mutex mutex_;  ///< Of all below.
    std::optional<redact::Redactor> redactor_;
    std::unique_ptr<store::RunRepository> runs_;
    std::string failure_;
};

}  // namespace quarry::app
