#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/services.h"
#include "core/base/trace.h"
#include "core/store/run_repository.h"

namespace quarry::app {

/// Which runs are exported, and where to.
struct TraceExport {
    std::vector<std::string> runs{};  ///< Numbers, or "last"; empty: all.
    std::int64_t after = 0;           ///< Without `runs`, only those behind this number.
    std::string collector{};          ///< Send them there over OTLP/HTTP; empty: hand them to `write`.
    std::string version{};            ///< Of quarry, as the export says.
    /// Takes an ExportTraceServiceRequest as JSON. Returns false to stop.
    std::function<bool(std::string_view body)> write{};
};

/// What was exported.
struct TraceExportReport {
    std::size_t exported = 0;
    std::int64_t last = 0;  ///< The highest number.
};

/// The runs that a base remembers. Each call opens the base for its duration. One thread at a time.
class TraceService {
public:
    explicit TraceService(const Services& services) : services_(services) {}

    /// The newest runs, newest first, without their spans.
    void for_each(std::size_t limit, const std::function<void(const store::StoredRun&)>& visit) const;
    /// Forgets all but the newest `keep` runs. Gives how many there were.
    std::uint64_t clear(std::size_t keep) const;
    /// The run of a number that was typed, or "last". Throws Error: usage for what is neither, nothing_found.
    [[nodiscard]] store::StoredRun find(const std::string& typed) const;
    /// The parts of a run. Throws Error(failed) when they cannot be read.
    [[nodiscard]] static std::vector<Span> spans(const store::StoredRun& run);
    /// Throws Error(usage) for an address or headers (OTEL_EXPORTER_OTLP_HEADERS) that cannot be used; what `find`,
    /// the collector and `write` throw. What a collector refuses is a warning.
    TraceExportReport export_runs(const TraceExport& what) const;

private:
    const Services& services_;
};

}  // namespace quarry::app
