#include "core/base/trace.h"

#include <fmt/format.h>

#include <exception>
#include <random>

namespace quarry {
namespace {

std::string random_trace_id() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

void set_attribute(Span& span, std::string_view key, TraceValue value) {
    for (auto& [name, present] : span.attributes) {
        if (name != key) continue;
        present = std::move(value);
        return;
    }
    span.attributes.emplace_back(key, std::move(value));
}

void note_failure(Span& span, const Error& error) {
    span.error = error_code_name(error.code());
    span.error_message = error.what();
}

}  // namespace

void Tracer::begin(std::string name) {
    trace_ = {random_trace_id(), {}};
    open_.clear();
    begun_ = Clock::now();
    begun_at_ =
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    static_cast<void>(open(std::move(name), SpanKind::internal));
}

void Tracer::put(std::string_view key, TraceValue value) {
    if (!trace_.spans.empty()) set_attribute(trace_.spans.front(), key, std::move(value));
}

void Tracer::fail(const Error& error) {
    if (!trace_.spans.empty()) note_failure(trace_.spans.front(), error);
}

FinishedTrace Tracer::finish() {
    while (!open_.empty()) close(open_.back());
    return std::move(trace_);
}

std::int64_t Tracer::nanoseconds_since_begin() const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begun_).count();
}

std::size_t Tracer::open(std::string name, SpanKind kind) {
    Span& span = trace_.spans.emplace_back();
    span.name = std::move(name);
    span.kind = kind;
    if (!open_.empty()) span.parent = open_.back();
    span.start = begun_at_ + nanoseconds_since_begin();
    open_.push_back(trace_.spans.size() - 1);
    return open_.back();
}

void Tracer::close(std::size_t span) {
    Span& closed = trace_.spans[span];
    closed.duration = begun_at_ + nanoseconds_since_begin() - closed.start;
    std::erase(open_, span);
}

TraceScope::TraceScope(Tracer* tracer, std::string_view name, SpanKind kind)
    : tracer_(tracer != nullptr && !tracer->trace_.spans.empty() ? tracer : nullptr),
      exceptions_(std::uncaught_exceptions()) {
    if (tracer_ != nullptr) span_ = tracer_->open(std::string(name), kind);
}

TraceScope::~TraceScope() {
    if (tracer_ == nullptr) return;
    Span& span = tracer_->trace_.spans[span_];
    if (span.error.empty() && std::uncaught_exceptions() > exceptions_) span.error = error_code_name(ErrorCode::failed);
    tracer_->close(span_);
}

void TraceScope::put(std::string_view key, TraceValue value) {
    set_attribute(tracer_->trace_.spans[span_], key, std::move(value));
}

void TraceScope::fail(const Error& error) {
    if (tracer_ != nullptr) note_failure(tracer_->trace_.spans[span_], error);
}

}  // namespace quarry
