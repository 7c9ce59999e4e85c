#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/base/text.h"
#include "core/ingest/ingest_run.h"
#include "core/ingest/json_lines.h"

namespace quarry {
namespace {

Error too_large(std::uint64_t limit) {
    return Error(ErrorCode::failed, fmt::format("it is larger than the limit of {}", human_bytes(limit)),
                 "the limit is the setting ingest.max_file_bytes");
}

std::string read_all(std::istream& stream, std::uint64_t limit, const Cancellation& cancellation) {
    std::string content;
    std::string block(65'536, '\0');
    while (stream) {
        cancellation.check();
        stream.read(block.data(), static_cast<std::streamsize>(block.size()));
        content.append(block, 0, static_cast<std::size_t>(stream.gcount()));
        if (content.size() > limit) throw too_large(limit);
    }
    return content;
}

/// Runs `work` with an IngestRun; what was ready is committed when it is interrupted.
template <typename Work>
IngestReport run_ingest(Store* store, const IngestOptions& options, const Cancellation& cancellation, Work work) {
    IngestRun run(store, options, cancellation);
    try {
        run.renew_base();
        work(run);
        run.finish();
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) run.save();
        throw;
    }
    return run.take_report();
}

/// The document of a line; nothing for a blank one. Throws Error(failed) for what is wrong with the line itself.
std::optional<JsonDocument> read_line(const LineReader::Line& line, std::uint64_t limit,
                                      std::unordered_map<std::string, std::uint64_t>& seen) {
    if (line.too_long) throw too_large(limit);
    if (trim(line.text).empty()) return std::nullopt;
    JsonDocument document = parse_json_document(line.text);
    const auto [first, added] = seen.try_emplace(document.id, line.number);
    if (!added) {
        throw Error(ErrorCode::failed, fmt::format("its \"id\" {} is that of line {} already",
                                                   one_line(document.id, 60), first->second));
    }
    return document;
}

ReadTask json_task(JsonDocument document, const Extractor& extractor, std::optional<KnownSource> known) {
    ReadTask task;
    task.source.uri = document.id;
    task.source.kind = SourceKind::jsonl;
    task.source.metadata_json = std::move(document.metadata_json);
    task.name = document.id;
    task.title = std::move(document.title);
    task.extractor = &extractor;
    task.known = std::move(known);
    task.read = [text = std::move(document.text)] { return text; };
    return task;
}

}  // namespace

IngestReport ingest_stream(Store* store, std::istream& stream, std::string_view name, const IngestOptions& options,
                           const Cancellation& cancellation) {
    return run_ingest(store, options, cancellation, [&](IngestRun& run) {
        ReadTask task;
        task.source.uri = name;
        task.source.kind = SourceKind::standard_input;
        task.name = name;
        task.named = true;
        const Extractor* by_name = find_extractor_for_file(task.name);
        task.extractor = !options.type.empty() ? &extractor_by_name(options.type)
                         : by_name != nullptr  ? by_name
                                               : &extractor_by_name("text");
        task.known = run.known(name);
        run.expect(1, 0);
        const std::uint64_t limit = std::min(options.max_file_bytes, max_document_bytes);
        // On a worker, as any other; the stream belongs to it alone until it is done.
        task.read = [&stream, limit, &cancellation] { return read_all(stream, limit, cancellation); };
        run.add(std::move(task), 0);
    });
}

IngestReport ingest_jsonl(Store* store, std::istream& stream, std::string_view stream_name,
                          const IngestOptions& options, const Cancellation& cancellation) {
    return run_ingest(store, options, cancellation, [&](IngestRun& run) {
        const Extractor& extractor = extractor_by_name(options.type.empty() ? "text" : options.type);
        const std::uint64_t limit = std::min(options.max_file_bytes, max_document_bytes);
        std::unordered_map<std::string, std::uint64_t> seen;
        LineReader lines(stream, limit);
        while (std::optional<LineReader::Line> line = lines.next()) {
            std::optional<JsonDocument> document;
            try {
                document = read_line(*line, limit, seen);
            } catch (const Error& error) {
                run.failed(fmt::format("{}:{}", stream_name, line->number), error);
            }
            if (!document) continue;
            const std::uint64_t size = document->text.size();
            std::optional<KnownSource> known = run.known(document->id);
            run.add(json_task(std::move(*document), extractor, std::move(known)), size);
        }
    });
}

}  // namespace quarry
