// quarry chunk: text in, chunks out; a filter that touches no knowledge base.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <istream>

#include "cli/help/pages.h"
#include "cli/line/number_checks.h"
#include "cli/text/chunk_output.h"
#include "cli/ui/output.h"
#include "core/app/chunk_service.h"

namespace quarry::cli {
namespace {

constexpr std::string_view standard_input = "-";

class ChunkCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override { return chunk_info(); }

    void setup(OptionTable& options) override {
        options.add("file", files_, "Files to cut; - or none: standard input").value("FILE");
        options
            .add("--strategy", request_.strategy,
                 fmt::format("How to cut: {} (default: chunk.strategy)", fmt::join(app::chunk_strategies(), ", ")))
            .value("NAME");
        options.add("--size", request_.size, "Largest chunk, in units (default: chunk.size)")
            .value("N")
            .check(whole_number());
        options.add("--overlap", request_.overlap, "Units repeated from the chunk before (default: chunk.overlap)")
            .value("N")
            .check(whole_number());
        options
            .add("--min-size", request_.min_size,
                 "Merge neighbours while one has fewer units and both fit (default: chunk.min_size)")
            .value("N")
            .check(whole_number());
        options
            .add("--parent-size", request_.parent_size,
                 "Give each chunk a parent span of at most N units; 0: none (default: chunk.parent_size)")
            .value("N")
            .check(whole_number());
        options
            .add("--unit", request_.unit,
                 fmt::format("Unit of the sizes: {} (default: chunk.unit)", fmt::join(app::chunk_units(), ", ")))
            .value("NAME");
        options
            .add("--encoding", request_.encoding,
                 "How tokens are counted, with the same names (default: chunk.encoding, else the unit)")
            .value("NAME");
        options
            .add("--separators", request_.separators,
                 "Where recursive cuts: a language such as python, or a JSON array (default: chunk.separators)")
            .value("LIST");
        options
            .add("--breakpoint", request_.breakpoint,
                 fmt::format("Where semantic cuts: {} (default: chunk.breakpoint)",
                             fmt::join(app::chunk_breakpoints(), ", ")))
            .value("NAME");
        options
            .add("--threshold", request_.threshold, "Breakpoint threshold; 0: its default (default: chunk.threshold)")
            .value("NUMBER")
            .check(finite_number());
        options
            .add("--max-cost", request_.max_cost,
                 "Spend at most this on the model for semantic, in the currency of embed.price_per_million")
            .value("AMOUNT")
            .check(amount());
        options
            .add("--type", request_.type,
                 "Type of the text, such as markdown (default: by the file's name, else by its content)")
            .value("TYPE");
        options.add("-f,--format", format_, "ndjson, json, text or markdown (default: ndjson; text with --count)")
            .choices({"ndjson", "json", "text", "markdown"})
            .value("FORMAT");
        options.flag("--show", show_, "Print the text with the chunks marked");
        options.flag("--count", count_, "Print counts only: chunks, bytes, tokens and the file, separated by tabs")
            .excludes("--show");
    }

    [[nodiscard]] bool prints_json_lines() const override { return format_ == "ndjson" || format_.empty(); }
    [[nodiscard]] int run(Context& context) override {
        const std::string format = format_for(context);
        request_.count_tokens = count_ || format == "json";
        const app::ChunkService service(context, request_);
        if (files_.empty()) files_.emplace_back(standard_input);
        ChunkPrinter printer(context.out, {format, count_, show_ && !context.json, service.counts_exactly()});
        const auto cut = [&](const std::string& file) {
            return file == standard_input ? service.cut_bytes(file, "standard input", read_input(context, service))
                                          : service.cut_file(file);
        };
        // One document alone that fails is the command's failure; nothing is printed of it.
        if (files_.size() == 1) {
            printer.document(cut(files_.front()));
            printer.end();
            return 0;
        }
        std::size_t failed = 0;
        for (const std::string& file : files_) {
            if (context.out.closed()) return 0;
            try {
                printer.document(cut(file));
            } catch (const Error& error) {
                if (app::ChunkService::ends_run(error.code())) throw;
                printer.failed(file, error);
                ++failed;
            }
        }
        printer.end();
        return failed > 0 ? static_cast<int>(ErrorCode::some_inputs_failed) : 0;
    }

private:
    [[nodiscard]] std::string format_for(const Context& context) const {
        if (context.json) return "json";
        if (!format_.empty()) return format_;
        return count_ ? "text" : "ndjson";
    }

    [[nodiscard]] static std::string read_input(Context& context, const app::ChunkService& service) {
        if (context.stdin_is_terminal) context.out.note("reading from the terminal; end with Ctrl-D");
        std::string bytes;
        std::vector<char> buffer(65536);
        while (context.in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), context.in.gcount() > 0) {
            context.cancel.check();
            bytes.append(buffer.data(), static_cast<std::size_t>(context.in.gcount()));
            if (bytes.size() > service.max_bytes()) {
                throw Error(ErrorCode::failed,
                            fmt::format("standard input is larger than {} bytes", service.max_bytes()),
                            "raise ingest.max_file_bytes, or split the input");
            }
        }
        return bytes;
    }

    std::vector<std::string> files_;
    app::ChunkRequest request_;
    std::string format_;
    bool show_ = false;
    bool count_ = false;
};

}  // namespace

std::unique_ptr<Command> make_chunk_command() { return std::make_unique<ChunkCommand>(); }

}  // namespace quarry::cli
