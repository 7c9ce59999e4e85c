// How runs are kept.
#include "core/app/run_trace.h"

#include <cmath>

#include "core/config/config.h"
#include "core/store/store.h"
#include "core/trace/run_record.h"

namespace quarry::app {
namespace {

constexpr double seconds_a_day = 86'400;

store::RunLimits configured_run_limits(const config::Config& config) {
    return {.max_runs = config.integer("trace.max_runs"),
            .max_age = static_cast<std::int64_t>(std::ceil(config.number("trace.max_age") * seconds_a_day))};
}

}  // namespace

RunRecorder::RunRecorder(const Services& services)
    : base_(services.base_path),
      enabled_(services.config.boolean("trace.enabled")),
      content_(services.config.boolean("trace.content")),
      redacted_kinds_(redact::Redactor::parse_kinds(services.config.text("trace.redact"))),
      limits_(configured_run_limits(services.config)) {}

std::unique_ptr<Tracer> RunRecorder::make_tracer() const {
    return enabled_ ? std::make_unique<Tracer>(content_) : nullptr;
}

void RunRecorder::keep(Tracer* tracer) noexcept {
    if (tracer != nullptr) keep(tracer->finish());
}

void RunRecorder::keep(const FinishedTrace& trace) noexcept {
    const std::lock_guard lock(mutex_);
    try {
        write(trace);
    } catch (const std::exception& exception) {
        failure_ = exception.what();
    }
}

void RunRecorder::write(const FinishedTrace& trace) {
    // Made only when it is needed: its rules take longer to read than a run takes to write.
    const bool redact = !redacted_kinds_.empty() && trace::holds_texts(trace, content_);
    if (redact && !redactor_) redactor_.emplace(redacted_kinds_);
    const store::StoredRun run = trace::run_record(trace, redact ? &*redactor_ : nullptr);
    if (!runs_) runs_ = store::open_runs(base_, store::StoreMode::write);
    static_cast<void>(runs_->add(run, limits_));
}

std::string RunRecorder::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

}  // namespace quarry::app
