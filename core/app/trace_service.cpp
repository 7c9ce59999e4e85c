// Runs: listed, shown, exported.
#include "core/app/trace_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "core/app/http_settings.h"
#include "core/base/error.h"
#include "core/store/store.h"
#include "core/trace/otlp.h"
#include "core/trace/run_record.h"

namespace quarry::app {
namespace {

// Of one request: collectors take 4 MB and more.
constexpr std::size_t runs_at_once = 100;
constexpr std::size_t bytes_at_once = 2 << 20;

std::unique_ptr<store::RunRepository> open_runs(const Services& services) {
    return store::open_runs(services.base_path, store::StoreMode::read);
}

store::StoredRun find_run(const store::RunRepository& runs, const std::string& typed) {
    std::optional<store::StoredRun> run;
    if (typed == "last") {
        run = runs.last();
    } else {
        std::int64_t number = 0;
        const auto [end, failure] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
        if (failure != std::errc() || end != typed.data() + typed.size()) {
            throw Error(ErrorCode::usage, fmt::format("{} is not a run", typed),
                        "give a number from quarry trace ls, or last");
        }
        run = runs.find(number);
    }
    if (!run) {
        throw Error(ErrorCode::nothing_found,
                    typed == "last" ? "there are no runs" : fmt::format("there is no run {}", typed),
                    "quarry trace ls lists the stored runs");
    }
    return std::move(*run);
}

/// Visits the runs in batches that fit into one request.
TraceExportReport for_each_batch(const store::RunRepository& runs, const TraceExport& what,
                                 const std::function<bool(const std::vector<store::StoredRun>&)>& visit) {
    TraceExportReport report;
    std::vector<store::StoredRun> batch;
    std::size_t bytes = 0;
    const auto add = [&](store::StoredRun&& run) {
        ++report.exported;
        report.last = std::max(report.last, run.id);
        bytes += run.spans.size();
        batch.push_back(std::move(run));
        if (batch.size() < runs_at_once && bytes < bytes_at_once) return true;
        const bool more = visit(batch);
        batch.clear();
        bytes = 0;
        return more;
    };
    if (what.runs.empty()) {
        runs.for_each_after(what.after, add);
    } else {
        for (const std::string& typed : what.runs) {
            if (!add(find_run(runs, typed))) break;
        }
    }
    if (!batch.empty()) visit(batch);
    return report;
}

void warn_of_rejected(const Services& services, const trace::OtlpResult& result) {
    if (result.rejected_spans == 0 && result.message.empty()) return;
    services.notices.warn(fmt::format("the collector refused {} span(s){}{}", result.rejected_spans,
                                      result.message.empty() ? "" : ": ", result.message));
}

}  // namespace

void TraceService::for_each(std::size_t limit, const std::function<void(const store::StoredRun&)>& visit) const {
    open_runs(services_)->for_each(limit, visit);
}

std::uint64_t TraceService::clear(std::size_t keep) const {
    return store::open_runs(services_.base_path, store::StoreMode::write)->clear(keep);
}

store::StoredRun TraceService::find(const std::string& typed) const { return find_run(*open_runs(services_), typed); }

std::vector<Span> TraceService::spans(const store::StoredRun& run) { return trace::stored_spans(run); }

TraceExportReport TraceService::export_runs(const TraceExport& what) const {
    trace::OtlpEndpoint endpoint;
    if (!what.collector.empty()) {
        endpoint.url = what.collector;
        set_http_settings(services_.config, endpoint);
        static_cast<void>(trace::otlp_traces_url(what.collector));
        endpoint.headers = trace::parse_otlp_headers(services_.environment("OTEL_EXPORTER_OTLP_HEADERS").value_or(""));
    }
    const auto runs = open_runs(services_);
    return for_each_batch(*runs, what, [&](const std::vector<store::StoredRun>& batch) {
        services_.cancel.check();
        std::string body = trace::otlp_traces(batch, what.version);
        if (what.collector.empty()) return what.write(body);
        warn_of_rejected(services_, trace::send_otlp_traces(endpoint, std::move(body), services_.cancel));
        return true;
    });
}

}  // namespace quarry::app
