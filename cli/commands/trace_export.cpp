// quarry trace export: runs for OpenTelemetry.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/number_checks.h"
#include "cli/line/version.h"
#include "cli/text/run_number.h"
#include "cli/ui/output.h"
#include "core/config/config_json.h"
#include "core/trace/otlp.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

// Of one request: collectors take 4 MB and more.
constexpr std::size_t runs_at_once = 100;
constexpr std::size_t bytes_at_once = 2 << 20;

class TraceExportCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "trace export",
                .summary = "give runs to OpenTelemetry",
                .description =
                    "Prints runs as OpenTelemetry's JSON, an ExportTraceServiceRequest a line (the format that its "
                    "file exporter writes and its collector's otlpjsonfile receiver reads); --file appends them to a "
                    "file, --otlp sends them to a collector over OTLP/HTTP.\n\n"
                    "Spans and attributes are named as OpenTelemetry's conventions for generative AI name them, so "
                    "that Langfuse, Phoenix, Grafana and others show them as calls of models. A run that is exported "
                    "twice has the same ids twice.\n\n"
                    "Headers for the collector come from the environment variable OTEL_EXPORTER_OTLP_HEADERS, as "
                    "name=value,name=value: there is no option for them, since they hold keys.",
                .examples = {{"quarry trace export --otlp http://localhost:4318", "send all runs to a collector"},
                             {"quarry trace export last", "print one"},
                             {"quarry trace export --after 120 --file runs.jsonl",
                              "those behind run 120, behind what the file has"}},
                .exit_codes = {{10, "there is no such run"},
                               {14, "the collector failed: not reached, refused"},
                               {15, "the collector says that requests come too fast"}}};
    }

    void setup(OptionTable& options) override {
        options.add("runs", runs_, "Numbers of runs, or last (default: all)").value("RUN");
        options.add("--after", after_, "Only runs behind this number").check(whole_number()).value("RUN");
        options.add("--otlp", otlp_, "Send them to this collector: http://localhost:4318, or a whole address")
            .value("URL");
        options.add("--file", file_, "Append them to this file; without runs nothing is written").value("PATH");
    }

    [[nodiscard]] int run(Context& context) override {
        if (!otlp_.empty() && !file_.empty()) {
            throw Error(ErrorCode::usage, "--otlp and --file do not go together", "export twice");
        }
        trace::OtlpEndpoint endpoint;
        if (!otlp_.empty()) {
            endpoint.url = otlp_;
            static_cast<void>(trace::otlp_traces_url(otlp_));
            endpoint.headers =
                trace::parse_otlp_headers(context.environment("OTEL_EXPORTER_OTLP_HEADERS").value_or(""));
        }
        const store::TraceLog log(context.base_path, store::TraceLog::Access::read);
        for_each_batch(log, [&](const std::vector<store::StoredRun>& batch) {
            context.cancel.check();
            std::string body = trace::otlp_traces(batch, QUARRY_VERSION);
            if (!otlp_.empty()) {
                note_rejected(context, trace::send_otlp_traces(endpoint, std::move(body), context.cancel));
            } else if (!file_.empty()) {
                append(body);
            } else {
                context.out.result() << body << '\n';
            }
            return !context.out.closed();
        });
        report(context);
        return 0;
    }

private:
    void for_each_batch(const store::TraceLog& log,
                        const std::function<bool(const std::vector<store::StoredRun>&)>& visit) {
        std::vector<store::StoredRun> batch;
        std::size_t bytes = 0;
        const auto add = [&](store::StoredRun&& run) {
            ++exported_;
            last_ = std::max(last_, run.id);
            bytes += run.spans.size();
            batch.push_back(std::move(run));
            if (batch.size() < runs_at_once && bytes < bytes_at_once) return true;
            const bool more = visit(batch);
            batch.clear();
            bytes = 0;
            return more;
        };
        if (runs_.empty()) {
            log.for_each_after(after_, add);
        } else {
            for (const std::string& typed : runs_) {
                if (!add(find_run(log, typed))) break;
            }
        }
        if (!batch.empty()) visit(batch);
    }

    /// To the end of the file, which is made when there is something to write.
    void append(const std::string& body) {
        if (!appended_.is_open()) appended_.open(file_, std::ios::binary | std::ios::app);
        if (appended_ << body << '\n' << std::flush) return;
        throw Error(ErrorCode::failed, fmt::format("cannot write {}", wire::display_uri(file_)),
                    "check its folder, its permissions, and that there is room");
    }

    void note_rejected(Context& context, const trace::OtlpResult& result) const {
        if (result.rejected_spans > 0 || !result.message.empty()) {
            context.out.warn(fmt::format("the collector refused {} span(s){}{}", result.rejected_spans,
                                         result.message.empty() ? "" : ": ", result.message));
        }
    }

    void report(Context& context) const {
        if (exported_ == 0) {
            context.out.note("no runs to export");
        } else if (!otlp_.empty() || !file_.empty()) {
            context.out.note(
                fmt::format("{} run(s) exported; the next time, --after {} leaves them out", exported_, last_));
        }
    }

    std::vector<std::string> runs_;
    std::int64_t after_ = 0;
    std::string otlp_, file_;
    std::ofstream appended_;
    std::size_t exported_ = 0;
    std::int64_t last_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_trace_export_command() { return std::make_unique<TraceExportCommand>(); }

}  // namespace quarry::cli
