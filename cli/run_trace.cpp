// How runs are kept.
#include "cli/run_trace.h"

#include <cmath>

#include "cli/config.h"
#include "core/trace/run_record.h"

namespace quarry::cli {
namespace {

constexpr double seconds_a_day = 86'400;

RunLogLimits configured_run_limits(const Config& config) {
    return {.max_runs = config.integer("trace.max_runs"),
            .max_age = static_cast<std::int64_t>(std::ceil(config.number("trace.max_age") * seconds_a_day))};
}

}  // namespace

RunRecorder::RunRecorder(const Context& context)
    : base_(context.base_path),
      enabled_(context.config.boolean("trace.enabled")),
      content_(context.config.boolean("trace.content")),
      redacted_kinds_(Redactor::parse_kinds(context.config.text("trace.redact"))),
      limits_(configured_run_limits(context.config)) {}

std::unique_ptr<Tracer> RunRecorder::make_tracer() const {
    return enabled_ ? std::make_unique<Tracer>(content_) : nullptr;
}

void RunRecorder::keep(Tracer* tracer) noexcept {
    if (tracer == nullptr) return;
    const std::lock_guard lock(mutex_);
    try {
        write(tracer->finish());
    } catch (const std::exception& exception) {
        failure_ = exception.what();
    }
}

void RunRecorder::write(const FinishedTrace& trace) {
    // Made only when it is needed: its rules take longer to read than a run takes to write.
    const bool redact = !redacted_kinds_.empty() && holds_texts(trace, content_);
    if (redact && !redactor_) redactor_.emplace(redacted_kinds_);
    const StoredRun run = run_record(trace, redact ? &*redactor_ : nullptr);
    if (!log_) log_.emplace(base_, RunLog::Access::write);
    static_cast<void>(log_->add(run, limits_));
}

std::string RunRecorder::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

}  // namespace quarry::cli
