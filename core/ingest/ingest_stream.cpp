#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/base/hash.h"
#include "core/base/json_lines.h"
#include "core/base/text.h"
#include "core/ingest/inputs.h"

namespace quarry::ingest {
namespace {

std::string read_all(std::istream& stream, std::uint64_t limit, const Cancellation& cancellation) {
    std::string content;
    std::string block(65'536, '\0');
    while (stream) {
        cancellation.check();
        stream.read(block.data(), static_cast<std::streamsize>(block.size()));
        content.append(block, 0, static_cast<std::size_t>(stream.gcount()));
        if (content.size() > limit) throw over_document_limit(limit);
    }
    return content;
}

/// The document of a line; nothing for a blank one. Throws Error(failed) for what is wrong with the line itself.
std::optional<JsonDocument> read_line(const LineReader::Line& line, std::uint64_t limit,
                                      std::unordered_map<std::uint64_t, std::uint64_t>& seen) {
    if (line.too_long) throw over_document_limit(limit);
    if (trim(line.text).empty()) return std::nullopt;
    JsonDocument document = parse_json_document(line.text);
    const auto [first, added] = seen.try_emplace(short_hash(document.id), line.number);
    if (!added) {
        throw Error(ErrorCode::failed,
                    fmt::format("its \"id\" {} is already that of line {}", one_line(document.id, 60), first->second));
    }
    return document;
}

ReadTask json_task(JsonDocument document, const extract::Extractor& extractor, std::optional<KnownSource> known) {
    ReadTask task;
    task.source.uri = document.id;
    task.source.kind = store::SourceKind::jsonl;
    task.source.metadata_json = std::move(document.metadata_json);
    task.name = document.id;
    task.title = std::move(document.title);
    task.extractor = &extractor;
    task.known = std::move(known);
    task.read = [text = std::move(document.text)]() mutable { return std::move(text); };  // it is read once
    return task;
}

/// Documents of some lines, looked up together: to ask a server for each costs more than all else that is done with it.
class DocumentGroup {
public:
    DocumentGroup(IngestRun& run, const extract::Extractor& extractor) : run_(run), extractor_(extractor) {}

    void add(JsonDocument document) {
        bytes_ += document.text.size();
        documents_.push_back(std::move(document));
        if (documents_.size() >= most_documents || bytes_ >= most_bytes) flush();
    }
    /// Gives them to the run.
    void flush() {
        std::vector<std::string> ids;
        for (const JsonDocument& document : documents_) ids.push_back(document.id);
        auto known = run_.known(ids);
        for (JsonDocument& document : documents_) {
            const std::uint64_t size = document.text.size();
            const auto found = known.find(document.id);
            run_.add(json_task(std::move(document), extractor_,
                               found == known.end() ? std::nullopt : std::optional(std::move(found->second))),
                     size);
        }
        documents_.clear();
        bytes_ = 0;
    }

private:
    static constexpr std::size_t most_documents = 500;
    static constexpr std::uint64_t most_bytes = 1'000'000;

    IngestRun& run_;
    const extract::Extractor& extractor_;
    std::vector<JsonDocument> documents_;
    std::uint64_t bytes_ = 0;
};

}  // namespace

IngestReport ingest_stream(store::Store* store, std::istream& stream, std::string_view name,
                           const IngestOptions& options, const Cancellation& cancellation) {
    return run_ingest(store, options, cancellation, [&](IngestRun& run) {
        ReadTask task;
        task.source.uri = name;
        task.source.kind = store::SourceKind::standard_input;
        task.name = name;
        task.named = true;
        const extract::Extractor* by_name = options.extractors.find_for_file(task.name);
        task.extractor = !options.type.empty() ? &extract::extractor_by_name(options.type)
                         : by_name != nullptr  ? by_name
                                               : &extract::extractor_by_name("text");
        task.known = run.known(name);
        run.expect(1, 0);
        const std::uint64_t limit = document_limit(options);
        // On a worker, as any other; the stream belongs to it alone until it is done.
        task.read = [&stream, limit, &cancellation] { return read_all(stream, limit, cancellation); };
        run.add(std::move(task), 0);
    });
}

IngestReport ingest_jsonl(store::Store* store, std::istream& stream, std::string_view stream_name,
                          const IngestOptions& options, const Cancellation& cancellation) {
    return run_ingest(store, options, cancellation, [&](IngestRun& run) {
        const extract::Extractor& extractor = extract::extractor_by_name(options.type.empty() ? "text" : options.type);
        const std::uint64_t limit = document_limit(options);
        // The first line of each id, by the id's hash: there may be millions.
        std::unordered_map<std::uint64_t, std::uint64_t> seen;
        LineReader lines(stream, limit);
        DocumentGroup group(run, extractor);
        while (std::optional<LineReader::Line> line = lines.next()) {
            std::optional<JsonDocument> document;
            try {
                document = read_line(*line, limit, seen);
            } catch (const Error& error) {
                group.flush();
                run.failed(fmt::format("{}:{}", stream_name, line->number), error);
            }
            if (document) group.add(std::move(*document));
        }
        group.flush();
    });
}

}  // namespace quarry::ingest
