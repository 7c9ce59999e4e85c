// quarry trace export: runs for OpenTelemetry.
#include <fmt/format.h>

#include <fstream>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/number_checks.h"
#include "cli/line/version.h"
#include "cli/ui/output.h"
#include "core/app/trace_service.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

class TraceExportCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "trace export",
                .summary = "export runs to OpenTelemetry",
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
                              "append the runs after run 120 to a file"}},
                .exit_codes = {{10, "there is no such run"},
                               {14, "the collector failed: not reached, refused"},
                               {15, "the collector limits the rate of requests"}}};
    }

    void setup(OptionTable& options) override {
        options.add("runs", runs_, "Numbers of runs, or last (default: all)").value("RUN");
        options.add("--after", after_, "Only runs after this number").check(whole_number()).value("RUN");
        options.add("--otlp", otlp_, "Send them to this collector, such as http://localhost:4318").value("URL");
        options.add("--file", file_, "Append them to this file").value("PATH");
    }

    [[nodiscard]] int run(Context& context) override {
        if (!otlp_.empty() && !file_.empty()) {
            throw Error(ErrorCode::usage, "--otlp and --file cannot be used together", "export twice");
        }
        app::TraceExport what{runs_, after_, otlp_, QUARRY_VERSION, {}};
        what.write = [&](std::string_view body) {
            if (!file_.empty()) {
                append(body);
            } else {
                context.out.json_result() << body << '\n';
            }
            return !context.out.closed();
        };
        report(context, app::TraceService(context).export_runs(what));
        return 0;
    }

private:
    /// To the end of the file, which is made when there is something to write.
    void append(std::string_view body) {
        if (!appended_.is_open()) appended_.open(file_, std::ios::binary | std::ios::app);
        if (appended_ << body << '\n' << std::flush) return;
        throw Error(ErrorCode::failed, fmt::format("cannot write {}", wire::display_uri(file_)),
                    "check its folder, its permissions and the free space");
    }

    void report(Context& context, const app::TraceExportReport& report) const {
        if (report.exported == 0) {
            context.out.note("no runs to export");
        } else if (!otlp_.empty() || !file_.empty()) {
            context.out.note(
                fmt::format("{} run(s) exported; next time, --after {} skips them", report.exported, report.last));
        }
    }

    std::vector<std::string> runs_;
    std::int64_t after_ = 0;
    std::string otlp_, file_;
    std::ofstream appended_;
};

}  // namespace

std::unique_ptr<Command> make_trace_export_command() { return std::make_unique<TraceExportCommand>(); }

}  // namespace quarry::cli
