#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/error.h"

namespace quarry {

/// The value of an attribute.
using TraceValue = std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>>;

/// The same of any text or number.
template <typename Value>
[[nodiscard]] TraceValue trace_value(const Value& value) {
    if constexpr (std::is_same_v<Value, bool>) {
        return value;
    } else if constexpr (std::is_integral_v<Value>) {
        return static_cast<std::int64_t>(value);
    } else if constexpr (std::is_floating_point_v<Value>) {
        return static_cast<double>(value);
    } else if constexpr (std::is_convertible_v<const Value&, std::string_view>) {
        return std::string(std::string_view(value));
    } else {
        return TraceValue(value);
    }
}

/// Whether a span is work of our own or a request to another. OpenTelemetry's numbers; on disk: never renumber.
enum class SpanKind : int { internal = 1, client = 3 };

/// A stretch of work.
struct Span {
    std::string name;  ///< OpenTelemetry's convention: "chat gpt-4o", "execute_tool search".
    SpanKind kind = SpanKind::internal;
    std::optional<std::size_t> parent;     ///< Place in the trace; nothing for the first.
    std::int64_t start = 0, duration = 0;  ///< Nanoseconds; the start since the epoch.
    std::vector<std::pair<std::string, TraceValue>> attributes;
    std::string error;          ///< The name of an error code; empty when it did not fail.
    std::string error_message;  ///< What the error says; may hold anything.
};

/// The spans of one run, in the order in which they began. The first is the run itself.
struct FinishedTrace {
    std::string id;  ///< 32 hex digits, random.
    std::vector<Span> spans;
};

/// Notes what is done in a run. A Tracer is used for one run after another, by one thread.
///
///     tracer.begin("ask");
///     {
///         TraceScope scope(&tracer, "retrieval");  // ends with the block
///         scope.set("quarry.retrieval.hits", 12);
///     }
///     FinishedTrace trace = tracer.finish();
class Tracer {
public:
    /// With `keep_content`, what was asked, found and answered is noted too.
    explicit Tracer(bool keep_content) : keep_content_(keep_content) {}
    Tracer(const Tracer&) = delete;
    Tracer& operator=(const Tracer&) = delete;

    /// Begins a run; what a run that was not finished has noted is dropped.
    void begin(std::string name);
    /// Sets an attribute of the run itself.
    template <typename Value>
    void set(std::string_view key, const Value& value) {
        put(key, trace_value(value));
    }
    /// The run failed.
    void fail(const Error& error);
    /// Ends the run and gives what was noted. Every scope must have ended.
    [[nodiscard]] FinishedTrace finish();

    [[nodiscard]] bool keeps_content() const noexcept { return keep_content_; }

private:
    friend class TraceScope;
    using Clock = std::chrono::steady_clock;

    void put(std::string_view key, TraceValue value);
    [[nodiscard]] std::size_t open(std::string name, SpanKind kind);
    void close(std::size_t span);
    [[nodiscard]] std::int64_t nanoseconds_since_begin() const;

    const bool keep_content_;
    FinishedTrace trace_;
    std::vector<std::size_t> open_;  ///< Spans that have not ended, outermost first.
    std::int64_t begun_at_ = 0;      ///< Nanoseconds since the epoch.
    Clock::time_point begun_;        ///< The same moment, by a clock that nobody sets.
};

/// A span that ends with its block, as failed when an exception goes through. Without a tracer it does nothing.
class TraceScope {
public:
    TraceScope(Tracer* tracer, std::string_view name, SpanKind kind = SpanKind::internal);
    ~TraceScope();
    TraceScope(const TraceScope&) = delete;
    TraceScope& operator=(const TraceScope&) = delete;

    /// Whether it does anything: what is dear to say need not be said then.
    [[nodiscard]] explicit operator bool() const noexcept { return tracer_ != nullptr; }
    [[nodiscard]] bool keeps_content() const noexcept { return tracer_ != nullptr && tracer_->keeps_content(); }

    template <typename Value>
    void set(std::string_view key, const Value& value) {
        if (tracer_ != nullptr) put(key, trace_value(value));
    }
    /// The span failed.
    void fail(const Error& error);

private:
    void put(std::string_view key, TraceValue value);

    Tracer* const tracer_;
    std::size_t span_ = 0;
    int exceptions_ = 0;  ///< In flight when it began.
};

}  // namespace quarry
